// Tiles over HTTP: made once, known by their content, slim, and explained.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {Agent, request} from 'node:http';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {box, collection, feature, point} from '../lib/geojson.mjs';
import {binary, serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

let server, home;

const write = (name, features) =>
    writeFileSync(join(home.dir, `${name}.geojson`), collection(features));
const random = (() => {
    let seed = 4711;
    return () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32);
})();

const towns = () => Array.from({length: 40}, (_, i) => feature({name: `Город ${i}`, population: i * 1000, note: `заметка ${i}`},
    point(38 + i / 50, 52), {id: i}));

// what is left out of low zooms, each for another reason, around 39.005, 52.005
const crowds = () => [
    ['crumbs', Array.from({length: 200}, (_, i) => feature({i}, box(39 + i % 20 / 2000, 52 + Math.floor(i / 20) / 1000,
        39.00001 + i % 20 / 2000, 52.00001 + Math.floor(i / 20) / 1000), {id: i})), ''],
    // a crowd begins at 150 kB of lines
    ['rails', Array.from({length: 15000}, (_, i) => feature({i}, {type: 'LineString', coordinates: [[39, 52 + i / 1e7], [39.3, 52.01 + i / 1e7]]}, {id: i})), ''],
    ['posts', Array.from({length: 300}, (_, i) => feature({i}, point(39.005 + i / 1e7, 52.005), {id: i})), ''],
    ['bunch', Array.from({length: 300}, (_, i) => feature({i}, point(39.005 + i / 1e5, 52.005), {id: i})), 'cluster: {radius: 20, max_zoom: 12}\n'],
    ['strips', Array.from({length: 200}, (_, i) => feature({i}, box(39 + i / 1e5, 52, 39 + (i + 1) / 1e5, 52.02), {id: i})), 'coverage: true\n'],
];
const reasons = ['items', 'unwanted', 'merged', 'clustered', 'crowded_out_or_joined', 'vanished', 'off_square'];

before(async () => {
    home = tempDir();
    write('towns', towns());
    writeFileSync(join(home.dir, 'towns.yaml'), 'source: towns.geojson\nfields: [{name: note, min_zoom: 10}]\n');
    // texts that no packing makes small: some 3 MB in one tile
    write('heavy', Array.from({length: 9000}, (_, i) => feature(
        {rank: i, text: Array.from({length: 40}, () => Math.floor(random() * 36 ** 6).toString(36)).join('')},
        point(40 + (i % 100) / 1e4, 52 + Math.floor(i / 100) / 1e4), {id: i})));
    writeFileSync(join(home.dir, 'heavy.yaml'), 'source: heavy.geojson\nimportance: {field: rank}\n');
    write('lots', [feature({}, box(38, 52, 38.002, 52.002), {id: 1})]);
    writeFileSync(join(home.dir, 'lots.yaml'), 'source: lots.geojson\n');
    for (const [name, features, yaml] of crowds()) {
        write(name, features);
        writeFileSync(join(home.dir, `${name}.yaml`), `source: ${name}.geojson\n${yaml}`);
    }
    writeFileSync(join(home.dir, 'map.yaml'), 'title: {ru: Плитки, en: Tiles}\nserver: {tile_kb: 300}\ngrids: [{id: MSK48_1, crs: MSK48_1}]\n');
    server = await serve(home.dir);
});
after(async () => {
    await server.stop();
    home.remove();
});

const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => Math.floor((1 - Math.asinh(Math.tan(lat * Math.PI / 180)) / Math.PI) / 2 * 2 ** z);
const at = (z, lon, lat) => `${z}/${column(lon, z)}/${row(lat, z)}`;

async function features(path) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 200);
    const {layers} = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
    return Object.values(layers).flatMap((layer) => Array.from({length: layer.length}, (_, i) => layer.feature(i)));
}

async function counter(result) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(text.match(new RegExp(`munimap_tile_cache_total\\{result="${result}"\\} (\\d+)`))[1]);
}

test('a tile that a thousand ask for at once is made once', async () => {
    const agent = new Agent({keepAlive: true, maxSockets: 200}), before = await counter('made');
    const answers = await Promise.all(Array.from({length: 1000}, () => new Promise((done, fail) => {
        request(`${server.url}/tiles/heavy/${at(9, 40.005, 52.005)}.mvt`, {agent, headers: {'accept-encoding': 'gzip'}}, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => done({status: answer.statusCode, body: Buffer.concat(parts), tag: answer.headers.etag}));
        }).on('error', fail).end();
    })));
    agent.destroy();
    assert.ok(answers.every((a) => a.status === 200 && a.tag === answers[0].tag && a.body.equals(answers[0].body)));
    assert.equal(await counter('made') - before, 2); // as it is, and packed
});

test('a tag is of the content: a layer loaded anew with the same rows has the same', async () => {
    const path = `/tiles/towns/${at(8, 38.2, 52)}.mvt`;
    const ask = async (tag) => fetch(server.url + path, {headers: tag ? {'if-none-match': tag} : {}});
    const tag = (await ask()).headers.get('etag');
    const versionOf = async () => (await (await fetch(`${server.url}/readyz`)).json()).version;
    const version = await versionOf();
    assert.equal((await ask(tag)).status, 304);

    write('towns', towns().map((f, i) => i < 39 ? f : {...f, geometry: {type: 'Point', coordinates: [60, 60]}}));
    await until('the new version', async () => await versionOf() !== version);
    const changed = await ask(tag);
    assert.equal(changed.status, column(38 + 39 / 50, 8) === column(38.2, 8) ? 200 : 304);
    // the same bytes made for another question have the same tag, other bytes have not
    const near = `/tiles/towns/${at(12, 38.2, 52)}.mvt`, tags = async (query) => (await fetch(server.url + near + query)).headers.get('etag');
    const made = await counter('made');
    assert.equal(await tags(''), await tags('?properties=note,name,population'));
    assert.notEqual(await tags(''), await tags('?properties=note'));
    assert.equal(await counter('made'), made + 6, 'three tiles, each packed once'); // fetch takes them packed
});

test('a tile keeps to its budget, and leaves out the least important', async () => {
    const path = `/tiles/heavy/${at(13, 40.005, 52.005)}.mvt`;
    const answer = await fetch(server.url + path, {headers: {'accept-encoding': 'gzip'}});
    const all = await features(path), ranks = all.map((f) => f.properties.rank);
    const size = await new Promise((done) => request(server.url + path, {headers: {'accept-encoding': 'gzip'}}, (a) => {
        let n = 0;
        a.on('data', (part) => n += part.length);
        a.on('end', () => done(n));
    }).end());
    assert.ok(size <= 300_000 && size > 200_000, `${size} bytes`);
    assert.equal(Number(answer.headers.get('x-munimap-dropped')), 9000 - all.length);
    assert.equal(Math.min(...ranks), 9000 - all.length);
    assert.deepEqual(ranks, [...ranks].sort((a, b) => a - b)); // still in source order
});

test('explain=1 says what a tile took', async () => {
    const said = await (await fetch(`${server.url}/tiles/heavy,towns/${at(13, 40.005, 52.005)}.mvt?explain=1`)).json();
    assert.equal(said.read, 9000);
    assert.equal(said.kept + said.dropped + said.thinned + said.outside, said.read);
    assert.ok(said.dropped > 0 && said.packed_bytes <= said.budget_bytes && said.bytes > said.packed_bytes && said.rounds > 1);
    assert.equal(said.budget_bytes, 300_000);
    assert.deepEqual(said.layers.map((l) => l.id), ['heavy', 'towns']);
    assert.ok(said.layers[0].bytes > 0 && said.layers[0].make_ms > 0 && said.all_ms >= said.layers[0].make_ms);
    assert.equal((await fetch(`${server.url}/tiles/heavy/0/0/0.mvt?explain=yes`)).status, 400);
    const lots = await (await fetch(`${server.url}/tiles/lots,lots_label/${at(14, 38.001, 52.001)}.mvt?explain=1`)).json();
    assert.deepEqual(lots.layers.map((l) => [l.id, l.kept]), [['lots', 1], ['lots_label', 1]]);
});

test('explain=1 says what became of every row', async () => {
    const ids = crowds().map(([name]) => name), ask = async (path) => (await fetch(server.url + path)).json();
    const left = {crumbs: 'merged', rails: 'crowded_out_or_joined', posts: 'merged', bunch: 'clustered', strips: 'vanished'};
    for (const z of [5, 9, 11, 12, 13, 15, 16]) {
        const path = `/tiles/${ids}/${at(z, 39.005, 52.005)}.mvt`, said = await ask(`${path}?explain=1`);
        assert.equal(said.rows, said.layers.reduce((n, l) => n + l.rows, 0));
        for (const l of said.layers) {
            assert.equal(l.rows, reasons.reduce((n, why) => n + l[why], 0), `${l.id} at ${z}: ${JSON.stringify(l)}`);
            assert.equal(l.read, l.kept + l.thinned + l.dropped + l.outside, `${l.id} at ${z}: ${JSON.stringify(l)}`);
            for (const why of reasons.slice(1))
                assert.ok(why === left[l.id] || !l[why], `${l.id} at ${z}: ${why} ${l[why]}`);
            if (z <= 12) // all of them are in one tile
                assert.equal(l.rows, crowds()[ids.indexOf(l.id)][1].length, `${l.id} at ${z}`);
            if (z === 9)
                assert.ok(l[left[l.id]] > l.rows / 2 && l.items > 0, `${l.id}: ${JSON.stringify(l)}`);
            if (z >= (l.id === 'strips' ? 16 : 15)) // no level: rows themselves are read
                assert.deepEqual([l.items, l.read], [l.rows, l.rows], `${l.id} at ${z}`);
        }
    }
    const {layers: [rails]} = await ask(`/tiles/rails/${at(9, 39.005, 52.005)}.mvt?explain=1&filter=${encodeURIComponent('i < 7')}`);
    assert.deepEqual([rails.rows, rails.unwanted, rails.items, rails.read], [15000, 14993, 7, 7]);
    const {layers: [names]} = await ask(`/tiles/strips_label/${at(16, 39.0005, 52.01)}.mvt?explain=1`);
    assert.ok(names.rows > names.unlabelled && names.rows === names.unlabelled + names.read);
});

test('explain=1 speaks of tiles in other grids, too', async () => {
    const ask = async (path) => (await fetch(server.url + path)).json();
    const z = 12, col = Math.floor((39.005 + 180) / 180 * 2 ** z), row = Math.floor((90 - 52.005) / 180 * 2 ** z);
    const said = await ask(`/tiles/WorldCRS84Quad/${z}/${row}/${col}?collections=crumbs,rails&explain=1`);
    assert.deepEqual([said.tileMatrixSet, said.tileMatrix, said.tileRow, said.tileCol, said.x], ['WorldCRS84Quad', '12', row, col, undefined]);
    assert.deepEqual(said.layers.map((l) => [l.id, l.rows, l.items, l.merged, l.crowded_out_or_joined, l.read]),
        [['crumbs', 200, 200, 0, 0, 200], ['rails', 15000, 15000, 0, 0, 15000]]);
    assert.ok(said.kept > 0 && said.bytes > 0);

    const {tileMatrixSetLimits: limits} = await ask('/collections/posts/tiles/MSK48_1'), at = limits.at(-1);
    const own = await ask(`/collections/posts/tiles/MSK48_1/${at.tileMatrix}/${at.minTileRow}/${at.minTileCol}?explain=1`);
    assert.deepEqual([own.tileMatrixSet, own.layers[0].id], ['MSK48_1', 'posts']);
    assert.ok(own.layers[0].rows > 0 && own.layers[0].rows === own.layers[0].read);
    assert.equal((await fetch(`${server.url}/tiles/WorldCRS84Quad/${z}/${row}/${col}?collections=crumbs&explain=yes`)).status, 400);
});

test('properties= and min_zoom choose the attributes', async () => {
    const low = `/tiles/towns/${at(8, 38.2, 52)}.mvt`, high = `/tiles/towns/${at(12, 38.2, 52)}.mvt`;
    assert.deepEqual(Object.keys((await features(low))[0].properties).sort(), ['name', 'population']);
    assert.deepEqual(Object.keys((await features(high))[0].properties).sort(), ['name', 'note', 'population']);
    assert.deepEqual(Object.keys((await features(`${high}?properties=note,population`))[0].properties).sort(), ['note', 'population']);
    assert.deepEqual(Object.keys((await features(`${high}?properties=`))[0].properties), []);
    // in any order it is one tile
    const made = await counter('made');
    for (const list of ['name,note', 'note,name'])
        await features(`${high}?properties=${list}`);
    assert.equal(await counter('made'), made + 2);
    const wrong = await fetch(`${server.url}${high}?properties=nmae`);
    assert.equal(wrong.status, 400);
    assert.match((await wrong.json()).detail, /nmae/);
    // TileJSON does not give out addresses of tiles that are refused
    assert.equal((await fetch(`${server.url}/tiles/towns.json?properties=nmae`)).status, 400);
    assert.equal((await fetch(`${server.url}/tiles/towns.json?properties=note`)).status, 200);
});

test('the tag of TileJSON is of what it says: another title of the map, another tag', async () => {
    const ask = async (map) => {
        writeFileSync(join(other.dir, 'map.yaml'), map);
        const one = await serve(other.dir), answer = await fetch(`${one.url}/tiles/towns,lots.json`);
        await one.stop();
        return answer.headers.get('etag');
    };
    const other = tempDir(), port = 'public_url: http://map.example\n';
    for (const id of ['towns', 'lots']) {
        writeFileSync(join(other.dir, `${id}.geojson`), collection([feature({name: id}, point(38, 52), {id: 1})]));
        writeFileSync(join(other.dir, `${id}.yaml`), `source: ${id}.geojson\n`);
    }
    const first = await ask(`title: {ru: А, en: A}\nserver: {${port.trim()}}\n`), again = await ask(`title: {ru: А, en: A}\nserver: {${port.trim()}}\n`);
    assert.equal(first, again);
    assert.notEqual(await ask(`title: {ru: А, en: A}\nattribution: {ru: Мы, en: We}\nserver: {${port.trim()}}\n`), first);
    other.remove();
});

test('the definition describes all that explain=1 says', async () => {
    const {components, paths} = await server.json('/api'), {properties} = components.schemas.tileExplained;
    const at12 = [Math.floor((90 - 52.005) / 180 * 4096), Math.floor((39.005 + 180) / 180 * 4096)], said = [];
    for (const path of [`/tiles/heavy,lots,lots_label/${at(13, 40.005, 52.005)}.mvt`, `/tiles/lots,lots_label/${at(14, 38.001, 52.001)}.mvt`,
        `/collections/crumbs/tiles/WorldCRS84Quad/12/${at12.join('/')}`])
        said.push(await (await fetch(`${server.url}${path}?explain=1`)).json());
    const keys = (list) => [...new Set(list.flatMap(Object.keys))].sort();
    assert.deepEqual(keys(said), Object.keys(properties).sort());
    assert.deepEqual(keys(said.flatMap((s) => s.layers)), Object.keys(properties.layers.items.properties).sort());
    const tiles = Object.values(paths).map((p) => p.get).filter((get) => get?.parameters?.some((p) => p.name === 'explain' && !p.$ref && /tile/i.test(p.description)));
    assert.ok(tiles.length >= 4);
    for (const get of tiles)
        assert.equal(get.responses[200].content['application/json'].schema.$ref, '#/components/schemas/tileExplained');
});

test('a layer that has the name of the labels of another is warned of', async () => {
    const dir = tempDir(), point1 = [feature({}, point(38, 52), {id: 1})], area = [feature({}, box(38, 52, 38.1, 52.1), {id: 1})];
    for (const [id, features] of [['plots', area], ['plots_label', point1], ['spots', point1], ['spots_label', area], ['alone_label', area]]) {
        writeFileSync(join(dir.dir, `${id}.geojson`), collection(features));
        writeFileSync(join(dir.dir, `${id}.yaml`), `source: ${id}.geojson\n`);
    }
    const check = spawnSync(binary, ['check', dir.dir], {encoding: 'utf8', env: {...process.env, LANG: 'C'}});
    assert.equal(check.status, 0, check.stdout + check.stderr);
    assert.deepEqual(check.stdout.split('\n').filter((line) => /warning/.test(line)).map((line) => /layer (\S+) /.exec(line)[1]), ['plots']);
    const own = await serve(dir.dir);
    assert.deepEqual((await own.json('/status')).layers.filter((l) => l.hidesLabelsOf).map((l) => [l.id, l.hidesLabelsOf]), [['plots_label', 'plots']]);
    assert.match(await (await own.get('/status?f=html&lang=en')).text(), /fine; has the name of the labels of plots/);
    await own.stop();
    dir.remove();
});
