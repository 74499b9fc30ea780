// How long the page needs until it has drawn a view, with MVT and with MLT: the same views of both towns in a headless
// browser, in turn, each round without a cache.
//     node tests/bench/viewer_tiles.mjs [ROUNDS [LINE]]      5 rounds, both lines unless said otherwise
// Behind the views stands the processor time of browser and program for them, which other load on the machine changes less.
// "fast": straight from this machine. "slow": a line of 10 Mbit/s and 40 ms in all, as a phone has it (a proxy: the browser's
// own slowing down does not reach the workers that fetch tiles).
import {readFileSync, readdirSync} from 'node:fs';
import {createServer, request} from 'node:http';
import {join} from 'node:path';
import {mapIdle, openBrowser, openPage} from '../lib/browser.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';

const rounds = Number(process.argv[2] ?? 5), encodings = ['mvt', 'mlt'];
const wanted = process.argv[3];
const lines = {fast: null, slow: {latencyMs: 40, bytesPerMs: 10e6 / 8 / 1000}};
const zooms = [11, 12, 13, 14, 15, 16, 17];

/** A proxy with one line for all answers; {url, close}. */
async function slowDown(target, {latencyMs, bytesPerMs}) {
    const {hostname, port} = new URL(target);
    let free = 0;
    const proxy = createServer((asked, answer) => {
        const ask = request({hostname, port, path: asked.url, method: asked.method, headers: asked.headers, agent: false}, (from) => {
            const parts = [];
            from.on('data', (part) => parts.push(part));
            from.on('end', () => {
                const body = Buffer.concat(parts), now = performance.now();
                free = Math.max(now + latencyMs, free) + body.length / bytesPerMs;
                setTimeout(() => {
                    answer.writeHead(from.statusCode, from.headers);
                    answer.end(body);
                }, free - now);
            });
        });
        asked.pipe(ask.on('error', () => answer.destroy()));
        answer.on('close', () => ask.destroy()); // who leaves waits no more
    });
    await new Promise((done) => proxy.listen(0, '127.0.0.1', done));
    return {url: `http://127.0.0.1:${proxy.address().port}`, close: () => {
        proxy.closeAllConnections();
        proxy.close();
    }};
}

/** Milliseconds that all processes begun by this one have run. */
function cpuMs() {
    const stats = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
        try {
            const [, parent, ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
            return [{pid: Number(pid), parent: Number(parent), ms: (Number(rest[9]) + Number(rest[10])) * 10}];
        } catch {
            return []; /* has ended meanwhile */
        }
    });
    const ours = (parent) => stats.filter((s) => s.parent === parent).reduce((sum, s) => sum + s.ms + ours(s.pid), 0);
    return ours(process.pid);
}

/** Milliseconds from the jump to the drawn view. */
const jump = (page, view) => page.evaluate(async ({center, zoom}) => {
    const {gl} = window.munimap, start = performance.now();
    await new Promise((done) => {
        gl.once('idle', done);
        gl.jumpTo({center, zoom});
    });
    return performance.now() - start;
}, view);

async function round(browser, server, encoding, line, views) {
    const proxy = line && await slowDown(server.url, line), {url} = proxy ?? server;
    const context = await browser.newContext({viewport: {width: 1440, height: 900}, locale: 'ru-RU'});
    const {page, complaints} = await openPage(context, url);
    const session = await context.newCDPSession(page);
    await page.route('**/styles/day?*', (route) => {
        const to = new URL(route.request().url());
        to.searchParams.set('tiles', encoding);
        return route.continue({url: to.href});
    });
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', {cacheDisabled: true});
    const began = performance.now();
    await page.goto(url, {waitUntil: 'load'});
    await mapIdle(page);
    const result = {first: performance.now() - began, views: []}, cpu = cpuMs();
    for (const view of views)
        result.views.push(await jump(page, view));
    result.cpu = cpuMs() - cpu;
    if (complaints.length)
        throw new Error(complaints.slice(0, 3).join('\n'));
    await context.close();
    proxy?.close();
    return result;
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const temp = tempDir(), browser = await openBrowser();
for (const [i, town] of towns.entries()) {
    if (town.skip)
        continue;
    const dir = join(temp.dir, String(i));
    town.make(dir);
    const server = await serve(dir, {allow: [/level=warn/]});
    const {bounds, view} = await server.json('/map.json');
    const center = view?.center ?? [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
    /* each a little aside, so that none is drawn from the tiles of the one before */
    const views = zooms.map((zoom, k) => ({center: [center[0] + k * 0.002, center[1] + k * 0.001], zoom}));
    console.log(`\n${town.name}: ms until drawn, median of ${rounds}; MVT / MLT\n`);
    console.log(`| line | page | ${zooms.map((z) => `z${z}`).join(' | ')} | all views | CPU |`);
    console.log(`|${' --- |'.repeat(zooms.length + 4)}`);
    for (const [name, line] of Object.entries(lines)) {
        if (wanted && name !== wanted)
            continue;
        const all = {mvt: [], mlt: []};
        for (let k = 0; k < rounds; k++)
            for (const encoding of k % 2 ? encodings : [...encodings].reverse())
                all[encoding].push(await round(browser, server, encoding, line, views));
        const cell = (pick) => encodings.map((e) => median(all[e].map(pick)).toFixed(0)).join(' / ');
        console.log(`| ${name} | ${cell((r) => r.first)} | ${zooms.map((_, k) => cell((r) => r.views[k])).join(' | ')} | ` +
            `${cell((r) => r.views.reduce((sum, ms) => sum + ms, 0))} | ${cell((r) => r.cpu)} |`);
    }
    await server.stop();
}
await browser.close();
temp.remove();
