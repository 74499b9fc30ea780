// Plans on paper. A3 and A0 at 1:2000 of Odintsovo, three layers in the same looks, beside QGIS Server's GetPrint (in its
// own process, so that no HTTP is timed) and MapServer's PDF by cairo; an A0 at 1:2000 of the sample town with all its
// layers: time, bytes, memory; and how many tiles are served while plans are printed without end.
import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {shared, root} from '../lib/munimap.mjs';
import {alternate, digits, freePort, main, median, note, peer, ready, row, run, start, tool, newest, work} from './lib.mjs';

const CRS = 'EPSG:32637', CENTRE = [391711, 6171364], SCALE = 2000;
const SHEETS = {A3: [420, 297], A0: [1189, 841]}, names = ['buildings', 'roads', 'points'];
const source = shared('data/odintsovo'), town = join(root, 'layers');

/** Serves a folder. {url, port, pid, print(plan): {seconds, bytes}, stop} */
async function serve(dir, port, core = null) {
    const args = [process.env.MUNIMAP, 'serve', dir, '--port', port, '--threads', '2'].map(String), url = `http://127.0.0.1:${port}`;
    const [program, ...rest] = core === null ? args : ['taskset', '-c', String(core), ...args], server = start(program, rest);
    await ready(async () => (await fetch(`${url}/readyz`)).ok, 'munimap');
    const post = (plan, headers = {}) => fetch(`${url}/print`, {method: 'POST', body: JSON.stringify(plan),
        headers: {'Content-Type': 'application/json', ...headers}});
    const print = async (plan) => {
        const begin = performance.now(), answer = await post(plan), bytes = (await answer.arrayBuffer()).byteLength;
        if (!answer.ok)
            throw new Error(`${answer.status} for ${JSON.stringify(plan).slice(0, 200)}`);
        return {seconds: (performance.now() - begin) / 1000, bytes};
    };
    return {url, port, pid: server.child.pid, post, print, stop: server.stop};
}

const megabytes = (pid, what) => Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1e3;

function odintsovo() {
    const dir = join(work, 'print-layers');
    mkdirSync(dir, {recursive: true});
    writeFileSync(join(dir, 'map.yaml'), `crs: ${CRS}\nallow: [${source}]\n`);
    for (const name of names)
        writeFileSync(join(dir, `${name}.yaml`), `source: ${join(source, name)}.shp\n`);
    return dir;
}

// What print_qgis.py and the mapfile draw, in pixels of 0.26 mm
const style = {version: 8, sources: {s: {type: 'vector'}}, layers: [
    {id: 'h', type: 'fill', source: 's', 'source-layer': 'buildings', paint: {'fill-color': '#d8d8d8', 'fill-outline-color': '#777777'}},
    {id: 'r', type: 'line', source: 's', 'source-layer': 'roads', paint: {'line-color': '#c05020', 'line-width': 1.5}},
    {id: 'p', type: 'circle', source: 's', 'source-layer': 'points', paint: {'circle-color': '#2040c0', 'circle-radius': 1.9}},
    {id: 'n', type: 'symbol', source: 's', 'source-layer': 'roads', layout: {'text-field': ['get', 'name'], 'text-size': 9.3, 'symbol-placement': 'line'},
        paint: {'text-color': '#222222'}},
]};
const elements = Object.fromEntries(['frame', 'grid', 'legend', 'scale_bar', 'north'].map((name) => [name, false]));
const plan = (format) => ({format, scale: SCALE, crs: CRS, center: CENTRE, style, elements});

function extent(format) {
    const [w, h] = SHEETS[format].map((mm) => mm / 1000 * SCALE);
    return [CENTRE[0] - w / 2, CENTRE[1] - h / 2, CENTRE[0] + w / 2, CENTRE[1] + h / 2];
}

/** QGIS Server: {seconds: the quickest but the first, bytes, kb}. */
function qgis(format) {
    const told = run('/usr/bin/python3', [join(root, 'tests/bench/print_qgis.py'), source, join(work, 'print-qgis.pdf'), ...extent(format), ...SHEETS[format],
        SCALE, 4].map(String));
    const {seconds, ...rest} = JSON.parse(/\{"seconds".*\}/.exec(told)[0]);
    return {seconds: median(seconds.slice(1)), ...rest};
}

/** MapServer: a process for each plan, as CGI has it. */
function mapserver(format) {
    const file = join(work, 'print.map'), out = join(work, 'print-mapserver.pdf'), points = SHEETS[format].map((mm) => Math.round(mm / 25.4 * 72));
    const layer = (name, type, look, label = '') => `LAYER NAME "${name}" TYPE ${type} STATUS DEFAULT DATA "${join(source, name)}.shp"
        PROJECTION "init=epsg:4326" END ${label && 'LABELITEM "name"'} CLASS STYLE ${look} END ${label} END END`;
    writeFileSync(file, `MAP NAME "plan" SIZE ${points.join(' ')} MAXSIZE 10000 EXTENT ${extent(format).join(' ')} UNITS meters RESOLUTION 72
PROJECTION "init=epsg:32637" END
FONTSET "${join(work, 'print.fonts')}"
OUTPUTFORMAT NAME "pdf" DRIVER "CAIRO/PDF" MIMETYPE "application/pdf" EXTENSION "pdf" END IMAGETYPE "pdf"
SYMBOL NAME "dot" TYPE ELLIPSE POINTS 1 1 END FILLED TRUE END
${layer('buildings', 'POLYGON', 'COLOR "#d8d8d8" OUTLINECOLOR "#777777" WIDTH 0.4')}
${layer('roads', 'LINE', 'COLOR "#c05020" WIDTH 1.1', 'LABEL TYPE TRUETYPE FONT "noto" SIZE 7 COLOR "#222222" ANGLE FOLLOW END')}
${layer('points', 'POINT', 'SYMBOL "dot" SIZE 2.8 COLOR "#2040c0"')}
END\n`);
    writeFileSync(join(work, 'print.fonts'), 'noto /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf\n');
    const begin = performance.now();
    run('map2img', ['-m', file, '-o', out, '-i', 'pdf']);
    return {seconds: (performance.now() - begin) / 1000, bytes: statSync(out).size};
}

async function besideOthers() {
    if (!existsSync(join(source, 'buildings.shp'))) {
        note(`no ${source}: the comparisons of prints need it (set MM_SHARED)`);
        return;
    }
    const versions = {qgis: peer('qgis-server', 'a plan, A3 1:2000, three layers', 10), mapserver: peer('map2img', 'a plan, A3 1:2000, three layers', 1)};
    const own = await serve(odintsovo(), await freePort());
    for (const format of ['A3', 'A0']) {
        await own.print(plan(format)); // warm
        const several = async () => median((await alternate([() => own.print(plan(format))], 5))[0].map((r) => r.seconds));
        const ours = (await own.print(plan(format))).bytes;
        const ms = (s) => `${digits(s * 1000)} ms`, kb = (n) => `${digits(n / 1000)} kB`, what = `a plan, ${format} 1:2000, three layers`;
        if (versions.qgis) {
            const [a, b] = await alternate([several, async () => qgis(format)]), theirs = median(b.map((r) => r.seconds));
            row(what, ms(median(a)), `QGIS Server ${versions.qgis} ${ms(theirs)}`, theirs / median(a), format === 'A3' ? 10 : 1);
            note(`print ${format}: ${kb(ours)} against ${kb(b[0].bytes)} by QGIS Server, whose process took ${digits(b[0].kb / 1000)} MB`);
        }
        if (versions.mapserver) {
            const [a, b] = await alternate([several, async () => mapserver(format)], 5), theirs = median(b.map((r) => r.seconds));
            row(what, ms(median(a)), `MapServer ${versions.mapserver} ${ms(theirs)}`, theirs / median(a), 1, 5);
            note(`print ${format}: ${kb(ours)} against ${kb(b[0].bytes)} by MapServer, a process for each plan, which reads the shapefiles`);
        }
    }
    await own.stop();
}

async function wholeTown() {
    const own = await serve(town, await freePort()), {collections} = await (await fetch(`${own.url}/collections`)).json();
    const big = {format: 'A0', scale: SCALE, center: [39.0981, 52.353], layers: collections.map(({id}) => id), title: 'A0'};
    await fetch(`${own.url}/healthz`);
    const before = megabytes(own.pid, 'VmHWM'), first = await own.print(big), peak = megabytes(own.pid, 'VmHWM');
    const again = median((await alternate([() => own.print(big)], 3))[0].map((r) => r.seconds));
    const fits = again < 10 && first.bytes < 50e6 && peak < 500;
    row('A0 1:2000 of the centre, all layers of the town', `${digits(again)} s, ${digits(first.bytes / 1e6)} MB, ${digits(peak)} MB of memory`, '', null,
        {text: '< 10 s, < 50 MB, < 500 MB', met: fits});
    note(`print A0 of the town: ${big.layers.length} layers; the first one ${digits(first.seconds)} s; the server had ${digits(before)} MB at most before it`);
    await own.stop();
}

/**
 * Tiles a second, with plans printed all the while or without. The server has one core to itself: who prints takes
 * it from who serves, and not from the client.
 */
async function besideTiles() {
    const dir = join(work, 'print-town');
    mkdirSync(dir, {recursive: true});
    for (const name of run('ls', [town]).trim().split('\n').filter((name) => name.endsWith('.yaml')))
        writeFileSync(join(dir, name), readFileSync(join(town, name), 'utf8').replaceAll('../data-samples', join(root, 'data-samples')) +
            (name === 'map.yaml' ? 'server: {tile_cache_mb: 0}\n' : ''));
    run(process.env.MUNIMAP, ['check', dir]);
    const own = await serve(dir, await freePort(), 1), list = 'buildings,streets,addresses';
    const tiles = tool('bench_sample', ['15', '300', newest(dir, 'buildings')]).trim().split('\n').map((tile) => `/tiles/${list}/${tile}.mvt`);
    const paths = Array.from({length: 60}, () => tiles).flat(), big = {template: 'wall', scale: SCALE, format: 'A0', center: [39.0981, 52.353]};
    let stops = false, prints = 0;
    const keepPrinting = async (headers) => {
        while (!stops) {
            const answer = await own.post(big, headers);
            if (answer.status === 202) {
                const {id} = await answer.json();
                await (await fetch(`${own.url}/print/jobs/${id}/events`)).text();
                await fetch(`${own.url}/print/jobs/${id}`, {method: 'DELETE'});
            } else
                await answer.arrayBuffer();
            prints += 1;
        }
    };
    for (const [what, headers] of [['as jobs', {Prefer: 'respond-async'}], ['at once', {}]]) {
        const besides = async () => {
            stops = false;
            const printing = keepPrinting(headers);
            await ready(async () => /_running [1-9]|status="running"\} [1-9]/.test((await (await fetch(`${own.url}/metrics`)).text())
                .split('\n').filter((line) => /print_jobs|http_long/.test(line)).join('\n')), 'a print');
            const before = prints;
                const rate = await loadBeside(own.port, paths);
            stops = true;
            const during = prints - before;
            await printing;
            return {rate, during};
        };
        await loadBeside(own.port, paths); // warm
        const [alone, busy] = await alternate([() => loadBeside(own.port, paths), besides], 5);
        const part = median(alone.map((rate, i) => busy[i].rate / rate)); // in turn: the machine may do other work
        row(`tiles of zoom 15 while plans are printed ${what}`, `${digits(median(busy.map((r) => r.rate)))} /s`, `without ${digits(median(alone))} /s`, part,
            {text: '>= 0.80x', met: part >= 0.8}, 5);
        note(`print ${what}: an A0 of the town after the other, ${busy.map((r) => r.during).join(', ')} of them ended meanwhile`);
    }
    await own.stop();
}

/** Tiles a second; as load() of lib.mjs does, while this process goes on. */
async function loadBeside(port, paths) {
    const child = spawn('taskset', ['-c', '0', join(work, 'bench_http'), port, 4, 'gzip'].map(String), {stdio: ['pipe', 'pipe', 'inherit']});
    let text = '';
    child.stdout.on('data', (chunk) => text += chunk);
    child.stdin.end(paths.join('\n') + '\n');
    const code = await new Promise((done) => child.on('close', done));
    if (code !== 0)
        throw new Error(`bench_http ended with ${code}: ${text}`);
    return paths.length / Number(/seconds ([\d.]+)/.exec(text)[1]);
}

await main(async () => {
    await besideOthers();
    await wholeTown();
    await besideTiles();
});
