// A tile of 20 kB asked for again and again over kept connections, and the answer 304 to its entity tag: munimap against
// nginx with the same bytes as a file. wrk takes its share of the two cores on both sides; both write an access log.
import {mkdirSync, writeFileSync} from 'node:fs';
import {get} from 'node:http';
import {join} from 'node:path';
import {alternate, city, digits, main, median, note, path, peer, row, run, runs, sample, serveCity, work} from './lib.mjs';
import {nginx} from './nginx.mjs';

const wantedBytes = 20000, connections = 16, seconds = 2;

const ask = (url) => new Promise((done, fail) => get(url, {headers: {'Accept-Encoding': 'gzip'}}, (r) => {
    const parts = [];
    r.on('data', (part) => parts.push(part)).on('end', () => done({status: r.statusCode, headers: r.headers, body: Buffer.concat(parts)}));
}).on('error', fail));

function wrk(url, headers) {
    const text = run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-H', 'Accept-Encoding: gzip', ...headers.flatMap((h) => ['-H', h]), url]);
    if (/Non-2xx|Socket errors/.test(text))
        throw new Error(`${url}: ${text}`);
    return Number(/Requests\/sec:\s*([\d.]+)/.exec(text)[1]);
}

await main(async () => {
    const rows = [[`cached tile of 20 kB, kept connections`, 1], ['304 answers', 1]];
    const data = city(), version = data && peer('nginx', rows[0][0], 1) && peer('wrk', rows[0][0], 1);
    if (!version)
        return;
    const ours = await serveCity(data, {keeps: true});
    let best = null;
    for (const tile of sample(data, 14, 100)) {
        const answer = await ask(ours.url + path(tile));
        if (!best || Math.abs(answer.body.length - wantedBytes) < Math.abs(best.body.length - wantedBytes))
            best = {tile, ...answer};
    }
    if (best.headers['content-encoding'] !== 'gzip')
        throw new Error(`${best.tile} came without gzip`);
    const dir = join(work, 'files');
    mkdirSync(dir, {recursive: true});
    writeFileSync(join(dir, 'tile.mvt'), best.body);
    const front = await nginx(`location / { root ${dir}; etag on; add_header Content-Encoding gzip; add_header Vary Accept-Encoding; }`);
    const theirs = await ask(`${front.url}/tile.mvt`);
    if (!theirs.body.equals(best.body))
        throw new Error('nginx gives other bytes');
    const url = [ours.url + path(best.tile), `${front.url}/tile.mvt`], tag = [best.headers.etag, theirs.headers.etag];
    for (const [i, [what, target]] of rows.entries()) {
        const results = await alternate(url.map((u, k) => () => wrk(u, i ? [`If-None-Match: ${tag[k]}`] : [])), runs + 2);
        const [a, b] = results.map(median);
        row(what, `${digits(a)} /s`, `nginx ${digits(b)} /s`, a / b, target, runs + 2);
    }
    note(`cached: tile ${best.tile}, ${best.body.length} bytes, ${connections} connections, wrk with one thread`);
});
