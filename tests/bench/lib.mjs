// What the comparisons share: the data, the tiles, rows of the table, programs that are started and stopped.
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join, resolve} from 'node:path';
import {root, shared} from '../lib/munimap.mjs';

export const out = resolve(root, process.env.OUT || 'build');
export const work = join(out, 'bench');
export const peersDir = process.env.PEERS || join(process.env.XDG_CACHE_HOME || `${process.env.HOME}/.cache`, 'munimap-bench');
export const layers = ['buildings', 'roads', 'points'];
export const runs = 3;
process.env.MUNIMAP ||= join(out, 'munimap');
process.env.PATH = [join(peersDir, 'bin'), process.env.PATH, '/usr/sbin', '/usr/lib/postgresql/15/bin', '/usr/lib/cgi-bin'].join(':');
process.env.LC_ALL = 'C.UTF-8';

/** Runs a program to its end and gives what it prints; an error has its last lines. */
export function run(program, args, options = {}) {
    return execFileSync(program, args, {encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'pipe'], ...options});
}

export const tool = (name, args, options) => run(join(work, name), args, options);

let peerList = null;

/** The version of a peer, or null: then a row that says why is printed. */
export function peer(name, what, target) {
    peerList ??= Object.fromEntries(run('bash', [join(root, 'tests/bench/deps.sh'), 'list']).trim().split('\n')
        .map((line) => [line.slice(0, 15).trim(), line.slice(16)]));
    const version = peerList[name] ?? 'not installed: no such peer';
    if (!version.startsWith('not installed'))
        return version;
    row(what, '', `${name} ${version}`, null, target);
    return null;
}

// Programs that run beside the measurement, the last started first to be stopped.
const started = [];

/** Starts a program in a process group of its own. */
export function start(program, args, {signal = 'SIGTERM', log = join(work, `${program.split('/').pop()}.log`), ...options} = {}) {
    const child = spawn('bash', ['-c', 'log=$1; shift; exec "$@" >"$log" 2>&1', 'bash', log, program, ...args],
        {stdio: 'ignore', detached: true, ...options});
    const entry = {child, signal, ended: new Promise((done) => child.once('exit', done).once('error', done))};
    started.push(entry);
    return {child, stop: () => stop(entry)};
}

const graceMs = 3000; // MapServer, for one, takes a signal only with the next request

async function stop(entry) {
    const send = (signal) => {
        try {
            process.kill(-entry.child.pid, signal);
        } catch { /* it has just ended */ }
    };
    send(entry.signal);
    const timer = setTimeout(send, graceMs, 'SIGKILL');
    await entry.ended;
    clearTimeout(timer);
    started.splice(started.indexOf(entry), started.includes(entry) ? 1 : 0);
}

async function stopAll() {
    while (started.length)
        await stop(started.at(-1));
}

/** Runs one comparison and stops all it has started, also when it fails or is interrupted. */
export async function main(compare) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.on(signal, () => stopAll().then(() => process.exit(130)));
    try {
        await compare();
    } catch (error) {
        console.error(error.stderr || error);
        process.exitCode = 1;
    }
    await stopAll();
    process.exit(); // a browser that a failure has left open would keep this waiting
}

export function freePort() {
    return new Promise((done) => {
        const s = createServer().listen(0, '127.0.0.1', () => {
            const {port} = s.address();
            s.close(() => done(port));
        });
    });
}

/** Asks again until the answer is good; for servers that have just been started. */
export async function ready(ask, what, seconds = 60) {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
        try {
            if (await ask())
                return;
        } catch { /* not yet */ }
        await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${what} is not ready after ${seconds} s`);
}

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Measures in turn, `count` times each; gives the list of results of each. */
export async function alternate(ways, count = runs) {
    const results = ways.map(() => []);
    for (let i = 0; i < count; i++)
        for (const [k, way] of ways.entries())
            results[k].push(await way());
    return results;
}

export const digits = (n) => n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toPrecision(3);

/**
 * One row of the table. ratio: how much better munimap is, or null when nothing was compared;
 * target: what the ratio is to reach, or {text, met}.
 */
export function row(what, ours, theirs, ratio, target, count = runs) {
    const wanted = typeof target === 'object' ? target.text : `>= ${target}x`;
    const met = typeof target === 'object' ? target.met : ratio === null ? null : ratio >= target;
    console.log(`| ${what} | ${ours} | ${theirs} | ${ratio === null ? '' : digits(ratio) + 'x'} | ${wanted} | ${
        met === null ? '-' : met ? 'yes' : 'NO'} | ${ratio === null && met === null ? '' : count} |`);
}

/** A note below the table. */
export const note = (text) => console.log(`> ${text}`);

const map = 'title: {ru: "Bench", en: "Bench"}\nallow: [..]\n';
const yaml = (id, title) => `id: ${id}\ntitle: {ru: "${title}", en: "${title}"}\n`;

/**
 * The city: three layers, COLUMNS x ROWS copies of Odintsovo side by side, as FlatGeobuf, a folder of definitions, and
 * snapshots made by the program that is measured. Null without the shared data.
 */
export function city(columns = 8, rows = 7) {
    const source = shared('data/odintsovo');
    const name = columns === 8 && rows === 7 ? 'city' : `city-${columns}x${rows}`;
    const dir = join(work, name), defs = join(dir, 'layers');
    if (!existsSync(join(source, 'buildings.shp'))) {
        note(`no ${source}: the comparisons of tiles need it (set MM_SHARED)`);
        return null;
    }
    mkdirSync(defs, {recursive: true});
    writeFileSync(join(defs, 'map.yaml'), map);
    for (const layer of layers) {
        const file = join(dir, `${layer}.fgb`);
        if (!existsSync(file))
            tool('million', [join(source, `${layer}.shp`), file, columns, rows, join(source, 'buildings.shp')].map(String));
        writeFileSync(join(defs, `${layer}.yaml`), `${yaml(layer, layer)}source: ../${layer}.fgb\nid_field: uid\nfields: [{name: uid, hidden: true}]\n`);
    }
    run(process.env.MUNIMAP, ['check', defs]);
    return {dir, defs, file: (layer) => join(dir, `${layer}.fgb`), snapshots: layers.map((l) => newest(defs, l))};
}

/** The snapshot of a layer: the cache may hold those of other versions of the program, too. */
export function newest(defs, layer) {
    const cache = join(defs, '.munimap');
    const files = readdirSync(cache).filter((f) => f.startsWith(`${layer}-`)).map((f) => join(cache, f));
    return files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** The same tiles for all: those of zoom z that have data, `count` of them, a fixed random choice. */
export function sample(data, z, count) {
    return tool('bench_sample', [z, count, ...data.snapshots].map(String)).trim().split('\n');
}

/** Makes tiles in this program's process, on one core: {perSecond, nsVertex, bytes, kept, slowestMs}. */
export function makeTiles(data, tiles, args = []) {
    const list = join(work, 'tiles.txt');
    writeFileSync(list, tiles.join('\n') + '\n');
    const text = tool('bench_tile', [...args, '-t', list, ...data.snapshots]);
    const f = (pattern) => Number(pattern.exec(text)[1]);
    return {perSecond: f(/ ([\d.]+) \/s/), nsVertex: f(/([\d.]+) ns/), slowestMs: f(/([\d.]+) ms/),
        kept: f(/(\d+) kept/), dropped: f(/(\d+) dropped/), thinned: f(/(\d+) thinned/), bytes: f(/(\d+) bytes/)};
}

/** Asks a server for each path once: {answers, seconds, bytes, p50, p99, max}; ms. */
export function load(port, paths, connections, encoding = 'gzip') {
    const text = tool('bench_http', [port, connections, encoding].map(String), {input: paths.join('\n') + '\n'});
    return Object.fromEntries([...text.matchAll(/([a-z]+\d*) ([\d.]+)/g)].map(([, k, v]) => [k, Number(v)]));
}

export const read = (path) => readFileSync(path, 'utf8');

/** Serves the city with the program that is measured; without `keeps` each tile is made anew. {port, url, stop} */
export async function serveCity(data, {keeps = false, threads = 2} = {}) {
    writeFileSync(join(data.defs, 'map.yaml'), keeps ? map : `${map}server: {tile_cache_mb: 0}\n`);
    const port = await freePort(), url = `http://127.0.0.1:${port}`;
    const server = start(process.env.MUNIMAP, ['serve', data.defs, '--port', port, '--threads', threads].map(String));
    await ready(async () => (await fetch(`${url}/readyz`)).ok, 'munimap');
    // names are gathered in the background after that: not while something else is timed
    await ready(async () => (await (await fetch(`${url}/search?q=x`)).json()).complete, 'the names of munimap');
    return {port, url, pid: server.child.pid, stop: server.stop};
}

/** The path of a tile, "z/x/y", of all layers of the city here. */
export const path = (tile) => `/tiles/${layers.join(',')}/${tile}.mvt`;
