// What tiles weigh on the wire and cost the server, MVT and MLT, each as it is and compressed: all tiles of both towns.
//     node tests/bench/encodings.mjs [Z0 Z1]      from z8 to z16 unless said otherwise
// Bytes are those of the bodies as they were sent. Time is that of the program's process, for all tiles of a zoom one after
// the other, divided by the tiles that are not empty: clocks of this machine, to be compared with each other only.
import {readFileSync} from 'node:fs';
import {Agent, request} from 'node:http';
import {join} from 'node:path';
import {serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';
import {walk} from '../mvt/all_tiles.mjs';

const agent = new Agent({keepAlive: true, maxSockets: 1});
const endings = ['mvt', 'mlt'], codings = ['identity', 'gzip', 'zstd', 'br'];

/** The body as it was sent; fetch() would unpack it. */
const weigh = (url, coding) => new Promise((done, fail) => {
    request(url, {agent, headers: {'accept-encoding': coding}}, (answer) => {
        let bytes = 0;
        answer.on('data', (part) => bytes += part.length);
        answer.on('end', () => done({bytes, status: answer.statusCode}));
    }).on('error', fail).end();
});

/** Milliseconds that a process has run so far. */
function cpuMs(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function pass(server, tiles, ending, coding) {
    const start = cpuMs(server.child.pid);
    let bytes = 0;
    for (const tile of tiles)
        bytes += (await weigh(`${tile}.${ending}`, coding)).bytes;
    return {bytes, ms: (cpuMs(server.child.pid) - start) / tiles.length};
}

async function measure({name, make}, dir, z0, z1) {
    const ids = make(dir), server = await serve(dir, {allow: [/level=warn/]}), byZoom = new Map();
    await walk(server.url, ids.join(), z0, z1, () => {}, async (template, {z, x, y}) => {
        const url = template.replace('{z}', z).replace('{x}', x).replace('{y}', y).replace(/\.mvt$/, '');
        const {bytes, status} = await weigh(`${url}.mvt`, 'identity');
        if (status === 200)
            byZoom.set(z, [...byZoom.get(z) ?? [], url]);
        return {status, bytes, features: 0, problems: []};
    });
    console.log(`\n${name}: kB of all tiles (CPU ms a tile)\n`);
    console.log(`| z | tiles | ${endings.flatMap((e) => codings.map((c) => `${e} ${c}`)).join(' | ')} |`);
    console.log(`|${' --- |'.repeat(2 + endings.length * codings.length)}`);
    const sums = [];
    for (const [z, tiles] of byZoom) {
        const cells = [];
        for (const ending of endings)
            for (const coding of codings) {
                const {bytes, ms} = await pass(server, tiles, ending, coding);
                sums[cells.length] = (sums[cells.length] ?? 0) + bytes;
                cells.push(`${(bytes / 1000).toFixed(1)} (${ms.toFixed(2)})`);
            }
        console.log(`| ${z} | ${tiles.length} | ${cells.join(' | ')} |`);
    }
    console.log(`| all | | ${sums.map((bytes) => (bytes / 1000).toFixed(1)).join(' | ')} |`);
    await server.stop();
}

const temp = tempDir();
for (const [i, town] of towns.entries())
    if (!town.skip)
        await measure(town, join(temp.dir, String(i)), Number(process.argv[2] ?? 8), Number(process.argv[3] ?? 16));
temp.remove();
agent.destroy();
