// Ten thousand tile requests, good, wrong and hostile, drawn from a seed, against the real program: each has a complete
// answer that means something, and the program is none the worse for it. HOSTILE_SEED=n draws others.
import assert from 'node:assert/strict';
import net from 'node:net';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {gunzipSync, brotliDecompressSync} from 'node:zlib';
import {collection, feature, line, point, square} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {checkTile, REACH} from '../mvt/check_tile.mjs';

const REQUESTS = 10_000, LANES = 8, ANSWER_MS = 20_000;
const HEADERS_MAX = 8 * 1024; // what the server promises to take, beside 8 kB of target; wire.test.mjs sends more
const GROWTH_MB = process.env.MUNIMAP?.match(/[at]san/) ? 900 : 250; // ASan holds back 256 MB of what was freed
const seed = Number(process.env.HOSTILE_SEED ?? 20571);
const temp = tempDir();
const home = join(temp.dir, 'map');
let server, port;

// ---- dice (mulberry32) ----

let state = seed >>> 0;
function dice() {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(dice() * n);
const pick = (list) => list[below(list.length)];
const times = (n, make) => Array.from({length: n}, (_, i) => make(i));
const junk = (n) => String.fromCharCode(...times(n, () => below(256)));
const printable = (n) => String.fromCharCode(...times(n, () => 33 + below(94)));

// ---- a map with something of everything ----

const at = () => [39 + dice() * 0.4, 52.2 + dice() * 0.3];

function write(id, features, yaml = '') {
    writeFileSync(join(home, `${id}.geojson`), collection(features));
    writeFileSync(join(home, `${id}.yaml`), `source: ${id}.geojson\n${yaml}`);
}

function scribble(n) {
    const [x, y] = at(), ring = times(n, () => [x + dice() * 0.02, y + dice() * 0.02]);
    return {type: 'Polygon', coordinates: [[...ring, ring[0]]]};
}

const cell = (i, w = 39 + i % 20 / 50, s = 52.2 + Math.floor(i / 20) / 50, d = 1 / 50) =>
    square(w, s, d);

before(async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'map.yaml'), `
title: {ru: Город, en: Town}
crs: MSK48_1
server: {tile_cache_mb: 32}
grids:
  - {id: MSK48_1, title: {ru: МСК-48 зона 1, en: MSK-48 zone 1}}
  - {id: GK7, crs: "EPSG:28407", scale: 200000, matrices: 8}
`);
    write('points', times(3000, (i) => feature({name: `№ ${i}`, n: i, ratio: i / 7, secret: 's'}, point(...at()), {id: i})),
        'fields: [{name: secret, hidden: true}]\n');
    write('shapes', times(400, (i) => feature({cad: `48:${i}`, n: i}, scribble(4 + below(30)), {id: i})), 'id_field: cad\n');
    write('lines', times(300, (i) => feature({n: i}, line(...times(2 + below(50), at)), {id: i})));
    write('cells', times(200, (i) => feature({n: i}, cell(i), {id: i})));
    write('late', times(50, (i) => feature({}, point(...at()), {id: i})), 'zoom: {min: 14, max: 18}\n');
    server = await serve(home, {allow: [/ msg=request .* status=50[15] /]}); // methods and versions that nobody knows
    port = Number(new URL(server.url).port);
});
after(async () => {
    await server?.stop(); // fails on lines of the log that nobody expects, and when a sanitizer speaks
    temp.remove();
});

// ---- what is asked ----

const layers = ['points', 'shapes', 'lines', 'cells', 'late', 'shapes_label', 'cells_label'];
const grids = ['WebMercatorQuad', 'WorldCRS84Quad', 'MSK48_1', 'GK7'];
const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => Math.floor((0.5 - Math.asinh(Math.tan(lat * Math.PI / 180)) / (2 * Math.PI)) * 2 ** z);
const someLayers = () => times(1 + below(4), () => pick(layers)).join();
const ending = () => pick(['.mvt', '.mvt', '.mlt', '']);

/** An address that is there. */
function address() {
    const z = below(23), [lon, lat] = at();
    return dice() < 0.8 ? `${z}/${column(lon, z)}/${row(lat, z)}` : `${z}/${below(2 ** z)}/${below(2 ** z)}`;
}
const known = `/tiles/shapes,points/9/${column(39.2, 9)}/${row(52.35, 9)}.mvt`;
const tile = () => `/tiles/${someLayers()}/${address()}${ending()}`;

const numbers = ['-1', '+1', '01', '1e3', '0x1', '1.0', '', ' 1', '1 ', '٣', '²', 'NaN', 'Infinity', '-0', '4294967296', '2147483648',
    '18446744073709551616', '9'.repeat(400), '00', '{z}', '%31', 'null', '1;2', '1,2', '..', '.', '*', '22', '23', '31', '32', '63', '64', '255'];
const number = () => dice() < 0.5 ? pick(numbers) : String(Math.floor(2 ** (dice() * 70)));
const words = ['', 'nope', '*', 'points,', ',points', 'points,,shapes', 'POINTS', '..%2fpoints', 'points_label', '_label', 'shapes_label_label',
    '%00', '%', '%zz', '%f', '%c3%28', '%ed%a0%80', '%f4%90%80%80', '%c0%ae%c0%ae', '%2e%2e', 'points%2Cshapes', 'points%20', '😀', '\t',
    "'; drop table points; --", '<script>', '${jndi:ldap://x}', 'a'.repeat(3000), '%41'.repeat(2000), 'points/'.repeat(20)];
const word = () => dice() < 0.8 ? pick(words) : junk(1 + below(40));

const lists = [() => times(300, () => pick(layers)).join(), () => times(600, (i) => `points${i}`).join(), () => ','.repeat(below(2000)),
    () => times(129, (i) => pick(['x', 'points']) + i).join(), () => `${pick(layers)},${word()}`];
const properties = () => pick([() => 'properties=', () => 'properties=n,name', () => 'properties=secret', () => `properties=${word()}`, () => 'properties=,',
    () => `properties=${times(500, () => 'n').join()}`, () => `properties=n&properties=${word()}`, () => `properties=${'n,'.repeat(199)}n`])();
const filters = ['filter=n%3E5', 'filter=', 'filter=((((', `filter=${'('.repeat(2000)}`, 'filter=n%3D%27', 'filter-lang=cql2-json&filter={}', 'datetime=../..',
    'datetime=2026-13-45', 'bbox=1,2,3', 'bbox=nan,nan,nan,nan', 'limit=-1', 'crs=x', 'n=5', 'f=mvt', 'f=mlt', 'f=html', 'f=', 'f=mvt&f=mlt',
    'explain=1', 'explain=2', 'explain', 'explain=1&explain=1', 'lang=ru', 'lang=xx', '&&&&', '=', '%3D=%26', 'a=1&'.repeat(70), 'collections=points',
    'collections=nope,points', 'collections=', '+', '?', 'x=%', 'x=%0', 'x=%00', 'x=%0d%0aSet-Cookie:%20a'];
const query = () => times(1 + below(3), () => dice() < 0.3 ? properties() : pick(filters)).join('&');

const accepts = ['*/*', 'application/vnd.mapbox-vector-tile', 'application/vnd.maplibre-tile;q=0.9, */*;q=0.1', 'text/html', 'image/png', '', ';;;', '*/*;q=0',
    'application/*', 'a'.repeat(2000), '*/*;q=1.00000000000000000000001', ',,,,', '*/*,'.repeat(500), 'application/x-protobuf', '\x80\xff'];
const encodings = ['gzip', 'br', 'zstd', 'gzip, br, zstd', 'identity;q=0', '*;q=0', 'gzip;q=0.001', 'x'.repeat(3000), 'gzip;q=9', '', ', ,', 'deflate', '*'];
let tag = '"none"';
const tags = [() => tag, () => `W/${tag}`, () => '*', () => '"', () => '""', () => 'W/', () => `"${'a'.repeat(2000)}"`, () => '"a",'.repeat(900) + tag,
    () => `"${printable(20)}"`, () => tag.replace(/"$/, '-gz"'), () => ' , ,', () => `${tag}${tag}`];
// libmicrohttpd 0.9.75 takes an open quote at the end of a cookie for a head that is too large
const extra = [() => `Accept: ${pick(accepts)}`, () => `Accept-Encoding: ${pick(encodings)}`, () => `If-None-Match: ${pick(tags)()}`,
    () => `If-Match: ${pick(tags)()}`, () => `If-Modified-Since: ${pick(['Sat, 01 Jan 2000 00:00:00 GMT', 'yesterday', '-1'])}`, () => `Range: bytes=${pick(['0-', '-1', '5-2', '0-0,1-1'])}`,
    () => `Accept-Language: ${pick(['ru', 'en;q=0', '*', 'x'.repeat(900)])}`, () => `X-Forwarded-Host: ${word().replace(/[\r\n\0]/g, '')}`,
    () => `Forwarded: for=${printable(30)}`, () => `Cookie: ${printable(200).replaceAll('"', '')}`, () => `Origin: ${printable(9)}`, () => 'Upgrade: h2c', () => 'Connection: Upgrade, HTTP2-Settings',
    () => 'TE: trailers', () => `${printable(8).replace(/[^a-z]/gi, 'x')}: ${printable(60)}`, () => 'Connection: close'];
const head = (n) => times(n, () => `${pick(extra)()}\r\n`).reduce((all, line) => all.length + line.length > HEADERS_MAX ? all : all + line, '');

const ask = (target, headers = '', method = 'GET', version = 'HTTP/1.1') => `${method} ${target} ${version}\r\nHost: h\r\n${headers}\r\n`;

function mutate(text) {
    const bytes = Buffer.from(text, 'latin1');
    for (let n = 1 + below(4); n; n--) // the blank line stays: the request ends
        bytes[below(bytes.length - 4)] = dice() < 0.5 ? below(256) : pick([0, 9, 10, 13, 32, 37, 47, 127, 255]);
    return bytes.toString('latin1');
}

// Each: [how often, () => {bytes, answers: how many there must be, good: they must be 200, 204 or 304}]
const one = (bytes, more = {}) => ({bytes, answers: 1, ...more});
const kinds = [
    [14, () => one(ask(tile(), `Accept-Encoding: ${pick(['gzip', 'br', 'zstd', 'identity'])}\r\n`), {good: true})],
    [6, () => one(ask(known, `If-None-Match: ${pick(tags)()}\r\n`), {good: true})],
    [8, () => one(ask(`/tiles/${someLayers()}/${number()}/${number()}/${number()}${ending()}`))],
    [4, () => one(ask(`/tiles/${someLayers()}/${address().split('/').slice(0, 1 + below(3)).join('/')}${pick(['', '/', '.mvt', '.json', '//', '.mvt/'])}`))],
    [8, () => one(ask(`/tiles/${dice() < 0.5 ? word() : pick(lists)()}/${address()}${ending()}`))],
    [8, () => one(ask(`${tile()}?${query()}`))],
    [8, () => one(ask(`/tiles/${pick(grids)}/${number()}/${number()}/${number()}?${pick(['', query()])}`))],
    [8, () => one(ask(`/collections/${pick(layers)}/tiles/${pick(grids)}/${below(12)}/${below(40)}/${below(40)}`, head(below(2))))],
    [4, () => one(ask(`/tiles/${pick(grids)}/${below(10)}/${below(20)}/${below(20)}?collections=${someLayers()}`))],
    [3, () => one(ask(`/collections/${word()}/tiles/${word()}/${number()}/${number()}/${number()}`))],
    [3, () => one(ask(pick([`/tiles/${someLayers()}.json`, `/tiles/${word()}.json`, '/tiles', `/tiles/${pick(grids)}`, `/tiles/${word()}`, '/tileMatrixSets',
        `/tileMatrixSets/${pick([...grids, ...words])}`, `/collections/${pick(layers)}/tiles`, '/metrics', '/readyz'])))],
    [8, () => one(ask(tile(), head(1 + below(5))))],
    [3, () => one(ask(tile(), head(20 + below(60))))],
    [3, () => one(ask(tile(), '', 'HEAD'), {head: true, good: true})],
    [3, () => one(ask(tile(), '', pick(['OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'BREW', 'get', 'PROPFIND', junk(5)])), {strange: true})],
    [2, () => one(ask(tile(), '', 'GET', pick(['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'http/1.1', 'HTTP/1.11', 'X'])), {strange: true})],
    [2, () => one(ask(`/tiles/${junk(1 + below(200))}/${address()}.mvt`), {strange: true})],
    [1, () => one(ask(`/tiles/${pick(['%22', '\x01', '\x9b', '"', '%e2%80%a8']).repeat(1000)}/1/1/1.mvt`, `User-Agent: ${'"'.repeat(1000)}\r\n`))], // for the log
    [2, () => one(ask(`${tile()}?x=${'y'.repeat(below(12000))}`))],
    [6, () => one(mutate(ask(tile(), head(below(3)))), {strange: true})],
    [4, () => { // several at once on one connection
        const n = 2 + below(9);
        return {bytes: times(n, () => ask(tile())).join(''), answers: n, good: true};
    }],
    [2, () => { // the same with a wrong one behind them, which ends it
        const n = 1 + below(4);
        return {bytes: `${times(n, () => ask(tile())).join('')}GET /tiles/points/0/0/0.mvt HTTP/1.1\r\nX: y\r\n\r\n`, answers: n + 1};
    }],
    [2, () => ({bytes: ask(tile(), head(1)).slice(0, -1 - below(30)), answers: 0, then: 'destroy'})], // goes away in the head
    [2, () => ({bytes: ask(tile()), answers: 0, then: 'destroy'})], // goes away before the answer
    [2, () => one(ask(tile()), {then: 'end', good: true})], // says that it has nothing more to say
    [1, () => ({bytes: junk(1 + below(3000)), answers: 0, then: 'destroy'})],
];
const weights = kinds.reduce((sum, [n]) => sum + n, 0);

function draw() {
    let n = below(weights);
    return kinds.find(([weight]) => (n -= weight) < 0)[1]();
}

// ---- who asks ----

/** Takes the first complete answer off the bytes: {status, headers, body, rest}; null: not all is there. */
function take(bytes, isHead) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0)
        return null;
    const [line, ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
    const status = /^HTTP\/1\.1 (\d{3}) [A-Za-z -]+$/.exec(line), headers = {};
    assert.ok(status, `status line ${JSON.stringify(line)}`);
    for (const field of fields) {
        const m = /^([A-Za-z0-9-]+): ([\t\x20-\x7e]*)$/.exec(field);
        assert.ok(m, `header ${JSON.stringify(field)}`);
        assert.ok(!(m[1].toLowerCase() in headers), `two headers ${m[1]}`);
        headers[m[1].toLowerCase()] = m[2];
    }
    const hasBody = !isHead && !['204', '304'].includes(status[1]);
    if (hasBody)
        assert.match(headers['content-length'] ?? '', /^\d+$/, `${line}: no length`);
    const size = hasBody ? Number(headers['content-length']) : 0;
    return bytes.length < end + 4 + size ? null : {status: Number(status[1]), headers,
        body: bytes.subarray(end + 4, end + 4 + size), rest: bytes.subarray(end + 4 + size)};
}

/** Not even a word and a blank in the first line. */
const isNoHttp = (bytes) => !/^[^ \t]+[ \t]/.test(bytes.replace(/^[\r\n]+/, '').split(/[\r\n]/)[0]);

class Lane {
    async open() {
        const socket = this.socket = net.connect({port, host: '127.0.0.1', allowHalfOpen: true});
        this.bytes = Buffer.alloc(0);
        this.over = false;
        this.wake = () => {};
        socket.on('data', (part) => {
            if (this.socket === socket)
                this.bytes = Buffer.concat([this.bytes, part]);
            this.wake();
        });
        for (const event of ['end', 'close', 'error'])
            socket.on(event, () => {
                this.over ||= this.socket === socket;
                this.wake();
            });
        await new Promise((done) => {
            this.wake = done;
            socket.once('connect', done);
        });
    }

    close() {
        this.socket?.destroy();
        return this.socket = null;
    }

    /** null: closed without a word, on what is no HTTP at all. */
    async answer({bytes, head: isHead}) {
        const deadline = setTimeout(() => this.socket?.destroy(), ANSWER_MS);
        try {
            for (;;) {
                const found = take(this.bytes, isHead);
                if (found) {
                    this.bytes = found.rest;
                    return found;
                }
                if (this.over && !this.bytes.length && isNoHttp(bytes)) {
                    counts.none = (counts.none ?? 0) + 1;
                    return this.close();
                }
                assert.ok(!this.over, `closed without a complete answer (${this.bytes.length} bytes of one)`);
                await new Promise((done) => this.wake = done);
            }
        } finally {
            clearTimeout(deadline);
        }
    }

    /** Sends what was drawn and gives its answers to `judge`; how many requests that was. */
    async play(drawn, judge) {
        if (!this.socket || this.over)
            await this.open();
        [this.last, this.now] = [this.now, drawn.bytes];
        this.socket.write(drawn.bytes, 'latin1');
        if (drawn.then === 'end')
            this.socket.end();
        for (let i = 0; i < drawn.answers; i++) {
            const answer = await this.answer(drawn);
            if (!answer)
                break;
            judge(drawn, answer);
            if (i + 1 === drawn.answers && this.bytes.length && !drawn.strange)
                assert.fail(`bytes behind the answer: ${this.bytes.toString('latin1').slice(0, 200)}`);
            if (/^close$/i.test(answer.headers.connection)) {
                this.close();
                assert.ok(!drawn.good || drawn.then || i + 1 === drawn.answers, 'closed before all was answered');
                break;
            }
        }
        if (drawn.then)
            this.close();
        return Math.max(1, drawn.answers);
    }
}

// ---- what is right ----

const unpack = {gzip: gunzipSync, br: brotliDecompressSync};
const judged = new Set(), counts = {};
let tiles = 0;

function judgeTile({headers, body}) {
    const key = headers.etag.replace(/-\w+"/, '"');
    if (headers['content-encoding'] === 'zstd' || judged.has(key))
        return;
    judged.add(key);
    const bytes = unpack[headers['content-encoding']]?.(body) ?? body;
    assert.deepEqual(checkTile(new Uint8Array(bytes), {strict: true, buffer: REACH}).problems, []);
    tiles++;
}

/** What the library answers on its own where it cannot make out a request line and headers. */
const isUnreadable = ({status, headers, body}) => [400, 413, 414, 431, 505].includes(status) && !headers['content-type'] &&
    /^close$/i.test(headers.connection) && /^<html><head><title>Request(ed HTTP version| malformed| too big)/.test(body);

function judgeProblem({status, headers, body}) {
    assert.equal(headers['content-type'], 'application/problem+json', `${status}`);
    const problem = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(body));
    assert.equal(problem.status, status);
    assert.ok(problem.title);
    assert.ok(!body.includes(home), 'the answer tells where files lie');
}

function judge(drawn, answer) {
    const {status, headers, body} = answer;
    const allowed = (status >= 200 && status < 300) || status === 304 || (status >= 400 && status < 500) ||
        (drawn.strange && (status === 501 || status === 505));
    counts[status] = (counts[status] ?? 0) + 1;
    assert.ok(allowed, `${status} ${body}`);
    if (!drawn.good && isUnreadable(answer))
        return;
    if (status !== 304) // which says only what may have changed (RFC 9110 15.4.5)
        assert.equal(headers['x-content-type-options'], 'nosniff', `${status} ${JSON.stringify(headers)} ${body}`);
    assert.ok(!('set-cookie' in headers));
    if (drawn.good)
        assert.ok([200, 204, 304].includes(status), `a good request: ${status} ${body}`);
    if (drawn.head || status === 204 || status === 304)
        return;
    if (status >= 400)
        judgeProblem(answer);
    else if (headers['content-type'] === 'application/vnd.mapbox-vector-tile')
        judgeTile(answer);
}

const memory = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024;

test(`${REQUESTS} requests, seed ${seed}`, {timeout: 300_000}, async (t) => {
    const first = await server.get(known);
    const bytes = Buffer.from(await first.arrayBuffer()), before = memory('VmRSS'), began = Date.now();
    const queue = [];
    let asked = 0, failure = null;

    assert.equal(first.status, 200);
    tag = first.headers.get('etag');
    for (let n = 0; n < REQUESTS; n += Math.max(1, queue.at(-1).answers))
        queue.push(draw());
    await Promise.all(times(LANES, async () => {
        const lane = new Lane();
        for (let drawn; (drawn = queue.shift()) && !failure;) {
            try {
                const n = await lane.play(drawn, judge);
                asked += n;
            } catch (error) {
                failure ??= new Error(`${error.message}\nseed ${seed}, ${drawn.bytes.length} bytes: ${JSON.stringify(drawn.bytes.slice(0, 700))}\nbehind ${JSON.stringify(lane.last?.slice(0, 300))}`);
            }
        }
        lane.close();
    }));
    const took = Date.now() - began;
    t.diagnostic(`seed ${seed}: ${asked} requests in ${(took / 1000).toFixed(1)} s, ${tiles} tiles looked into, ` +
        `${Math.round(before)} MB before, ${Math.round(memory('VmHWM'))} MB at most; ${JSON.stringify(counts)}`);
    if (failure)
        throw failure;
    assert.ok(tiles > 500, `${tiles} tiles`);
    for (const status of [200, 204, 304, 400, 404, 405, 406, 414, 431])
        assert.ok(counts[status] > 0, `not one ${status}`);
    assert.ok(memory('VmHWM') - before < GROWTH_MB, `${memory('VmHWM') - before} MB more than before`);
    const lines = server.log().split('\n'), first_line = lines.findIndex((line) => line.includes('msg=request'));
    const broken = lines.slice(first_line, -1).filter((line) => !/^time=\S+ level=(info|warn) msg=[^\x00-\x1f\x7f]*$/.test(line));
    assert.deepEqual(broken.slice(0, 5), [], 'lines of the log that a client has broken');
    const again = await server.get(known); // alive, and of the same mind
    assert.deepEqual(Buffer.from(await again.arrayBuffer()), bytes);
    assert.equal((await server.get('/healthz')).status, 200);
});
