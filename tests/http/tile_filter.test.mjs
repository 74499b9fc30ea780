// Conditions on tiles: a tile has the features that the same conditions give as items, at every zoom and in every grid.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {collection, feature, point, square} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

let server, home;
const write = (name, features) =>
    writeFileSync(join(home.dir, `${name}.geojson`), collection(features));

const kinds = ['люк', 'камера', 'остановка'];
const pointAt = (i) => [39 + (i % 40) / 40, 52 + Math.floor(i / 40) / 60];
const points = (turn = 0) => Array.from({length: 1200}, (_, i) => feature(
    {kind: kinds[(i + turn) % 3], n: i, day: `2026-0${1 + i % 9}-15`}, point(...pointAt(i)), {id: i + 1}));

before(async () => {
    home = tempDir();
    write('points', points());
    for (const name of ['points', 'houses'])
        writeFileSync(join(home.dir, `${name}.yaml`), `source: ${name}.geojson\n`);
    write('clustered', points());
    writeFileSync(join(home.dir, 'clustered.yaml'), 'source: clustered.geojson\ncluster: {radius: 40}\n');
    write('houses', Array.from({length: 1200}, (_, i) => feature({floors: i % 9}, square(...pointAt(i), 0.01), {id: i + 1})));
    writeFileSync(join(home.dir, 'map.yaml'), 'title: {ru: Плитки, en: Tiles}\ncrs: EPSG:32637\n');
    server = await serve(home.dir);
});
after(async () => {
    await server?.stop();
    home?.remove();
});

const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => Math.floor((1 - Math.asinh(Math.tan(lat * Math.PI / 180)) / Math.PI) / 2 * 2 ** z);

async function tile(path) {
    const answer = await server.get(path);
    if (answer.status === 204)
        return {};
    assert.equal(answer.status, 200, path);
    const {layers} = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
    return Object.fromEntries(Object.entries(layers).map(([name, l]) => [name, Array.from({length: l.length}, (_, i) => l.feature(i))]));
}

/** The features of each of the tiles of a zoom that cover the data. */
async function tilesOf(layers, z, params, name = layers) {
    const tiles = [];
    for (let x = column(38.9, z); x <= column(40.1, z); x++)
        for (let y = row(52.6, z); y <= row(51.9, z); y++)
            tiles.push((await tile(`/tiles/${layers}/${z}/${x}/${y}.mvt?${new URLSearchParams(params)}`))[name] ?? []);
    return tiles;
}

/** Ids of all their features. */
async function idsOfTiles(layers, z, params, name = layers) {
    const found = new Set((await tilesOf(layers, z, params, name)).flat().map((f) => f.id));
    return [...found].sort((a, b) => a - b);
}

/** How many features their points stand for, each counted where it is not in the buffer. */
async function membersOf(layers, z, params) {
    const own = (await tilesOf(layers, z, params)).flat().filter((f) => f.loadGeometry().flat().every(({x, y}) => x >= 0 && y >= 0 && x < 4096 && y < 4096));
    return own.reduce((n, f) => n + (f.properties.point_count ?? 1), 0);
}

async function idsOfItems(layer, params) {
    const page = await server.json(`/collections/${layer}/items?${new URLSearchParams({limit: 10000, ...params})}`);
    return page.features.map((f) => f.id).sort((a, b) => a - b);
}

const conditions = [
    {filter: "kind = 'камера' AND n > 100"},
    {filter: '{"op":"=","args":[{"property":"kind"},"люк"]}', 'filter-lang': 'cql2-json'},
    {filter: 'S_INTERSECTS(geometry, BBOX(39.2, 52.1, 39.4, 52.3))'},
    {filter: 'S_INTERSECTS(geometry, BBOX(52.1, 39.2, 52.3, 39.4))', 'filter-crs': 'http://www.opengis.net/def/crs/EPSG/0/4326'},
    {filter: 'within_distance(geometry, POINT(39.5 52.2), 5000)'},
    {datetime: '2026-03-01/2026-04-30'},
    {bbox: '39.1,52.1,39.3,52.2'},
    {bbox: '39.1,52.1,39.6,52.4', datetime: '2026-02-01/..', filter: "kind IN ('люк', 'остановка')"},
];

for (const params of conditions)
    test(`tiles have what items have: ${JSON.stringify(params)}`, async () => {
        const want = await idsOfItems('points', params);
        assert.ok(want.length > 3 && want.length < 1000, `${want.length}`);
        for (const z of [7, 9, 12])
            assert.deepEqual(await idsOfTiles('points', z, params), want, `zoom ${z}`);
        assert.equal(await membersOf('clustered', 9, params), want.length, 'clustered');
    });

test('polygons, their labels, and several layers of one tile', async () => {
    const params = {filter: 'floors BETWEEN 3 AND 4'}, want = await idsOfItems('houses', params);
    assert.deepEqual(await idsOfTiles('houses', 9, params), want);
    assert.deepEqual(await idsOfTiles('houses_label', 12, params), want);
    const box = {bbox: '39.1,52.1,39.3,52.2'};
    assert.deepEqual(await idsOfTiles('houses,points', 9, box, 'points'), await idsOfItems('points', box));
    assert.deepEqual(await idsOfTiles('houses,points', 9, box, 'houses'), await idsOfItems('houses', box));
});

test('conditions that all rows meet leave the tile as it is, with its clusters', async () => {
    const all = new URLSearchParams({filter: 'n >= 0', bbox: '-180,-90,180,90'}), path = '/tiles/clustered,points/6/38/21.mvt';
    const [plain, kept] = [await server.get(path), await server.get(`${path}?${all}`)];
    assert.equal(plain.status, 200);
    assert.equal(kept.headers.get('etag'), plain.headers.get('etag'));
    assert.deepEqual(await kept.arrayBuffer(), await plain.arrayBuffer());
    assert.ok((await tile(`${path}?${all}`)).clustered.some((f) => f.properties.point_count > 1));
    const some = await tile(`${path}?${new URLSearchParams({filter: 'n >= 1'})}`);
    assert.ok(some.clustered.some((f) => f.properties.point_count > 1));
});

test('plain bytes and packed ones both say that the coding is chosen; forms are named once', async () => {
    for (const encoding of ['identity', 'gzip', 'zstd'])
        assert.match((await server.get('/tiles/points/7/77/42.mvt', {headers: {'accept-encoding': encoding}})).headers.get('vary'), /Accept-Encoding/, encoding);
    assert.equal((await (await server.get('/tiles/points/7/77/42?f=xyz')).json()).detail, 'f: write one of: mvt, mlt');
});

test('other grids, other encodings, and the template in the TileJSON', async () => {
    const params = {filter: "kind = 'люк' AND n < 90"}, want = await idsOfItems('points', params);
    const found = new Set();
    for (const [r, c] of [[53, 310], [53, 311], [53, 312], [54, 310], [54, 311], [54, 312]])
        for (const f of (await tile(`/collections/points/tiles/WorldCRS84Quad/8/${r}/${c}?${new URLSearchParams(params)}`)).points ?? [])
            found.add(f.id);
    assert.deepEqual([...found].sort((a, b) => a - b), want);
    const json = await server.json(`/tiles/points.json?${new URLSearchParams(params)}`);
    const [template] = json.tiles;
    const path = template.replace(/^https?:\/\/[^/]+/, '').replace('{z}', 7).replace('{x}', column(39.5, 7)).replace('{y}', row(52.2, 7));
    const ids = (await tile(path)).points.map((f) => f.id);
    assert.ok(ids.length > 3 && ids.every((id) => want.includes(id)));
    const mlt = await server.get(path.replace('.mvt', '.mlt'));
    assert.equal(mlt.status, 200);
});

test('tags tell conditions apart, and a changed layer is filtered anew', async () => {
    const path = (filter) => `/tiles/points/7/${column(39.5, 7)}/${row(52.2, 7)}.mvt${filter ? `?filter=${encodeURIComponent(filter)}` : ''}`;
    const tag = async (p) => (await server.get(p)).headers.get('etag');
    const tags = [await tag(path()), await tag(path("kind = 'люк'")), await tag(path("kind = 'камера'"))];
    assert.equal(new Set(tags).size, 3);
    assert.equal(await tag(path("kind='люк'")), tags[1]);
    assert.equal((await server.get(path("kind = 'люк'"), {headers: {'if-none-match': tags[1]}})).status, 304);
    write('points', points(1));
    await until('the new tag', async () => await tag(path("kind = 'люк'")) !== tags[1]);
    const params = {filter: "kind = 'люк'"};
    assert.deepEqual(await idsOfTiles('points', 7, params), await idsOfItems('points', params));
});

test('what does not fit is said, with the layer where there are several', async () => {
    const bad = async (path) => {
        const answer = await server.get(path);
        assert.equal(answer.status, 400, path);
        return (await answer.json()).detail;
    };
    assert.match(await bad('/tiles/points/7/77/42.mvt?filter=height%20%3E%203'), /height/);
    assert.match(await bad('/tiles/houses,points/7/77/42.mvt?filter=floors%20%3E%203'), /"points"/);
    assert.match(await bad('/tiles/points/7/77/42.mvt?filter=n%20%3E'), /filter/);
    assert.match(await bad('/tiles/points/7/77/42.mvt?filter-lang=sql&filter=n%20%3E%201'), /cql2-text/);
    assert.match(await bad('/tiles/points/7/77/42.mvt?bbox=1,2'), /bbox/);
    assert.match(await bad('/tiles/points/7/77/42.mvt?colour=red'), /colour/);
    assert.match(await bad('/tiles/points.json?filter=height%20%3E%203'), /height/);
});
