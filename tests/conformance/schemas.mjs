// The schemas that ets-wfs20 brings along, served under the addresses at which they live: java asks this proxy for
// them, so that the suite needs no network. Anything else is not found here.
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';

const folder = 'org/opengis/cite/iso19142';

/** Takes the schemas out of the suite's jar into `dir`; resolves to {port, missed: addresses not found, close}. */
export async function serveSchemas(jar, dir) {
    execFileSync('jar', ['xf', jar, `${folder}/xsd`, `${folder}/schema-catalog.xml`], {cwd: dir});
    const catalog = readFileSync(join(dir, folder, 'schema-catalog.xml'), 'utf8'), files = new Map(), missed = new Set();
    for (const [, address, file] of catalog.matchAll(/systemId="(http:[^"]+)"\s+uri="([^"]+)"/g))
        files.set(address, join(dir, folder, file));
    const server = createServer((request, response) => {
        const file = files.get(request.url);
        if (!file || !existsSync(file))
            missed.add(request.url);
        response.writeHead(file ? 200 : 404, {'content-type': 'application/xml'});
        response.end(file ? readFileSync(file) : '');
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return {port: server.address().port, missed, close: () => server.close()};
}
