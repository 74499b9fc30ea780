// Tiles and TileJSON as clients see them, from the real program.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {request} from 'node:http';
import {collection, feature, point, square} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {readMvt} from '../mlt/compare.mjs';
import {towns} from '../lib/towns.mjs';
import {until} from '../lib/wait.mjs';
import {walk} from './all_tiles.mjs';
import {checkTile, REACH} from './check_tile.mjs';

const temp = tempDir();
const home = join(temp.dir, 'map');
let server;

const depths = [-(2n ** 63n), -(2n ** 60n) - 512n, -(2n ** 53n), -(2n ** 52n) - 1n, -(2n ** 52n)];

function write(id, features, yaml) {
    writeFileSync(join(home, `${id}.geojson`), collection(features));
    writeFileSync(join(home, `${id}.yaml`), `source: ${id}.geojson\n${yaml}`);
}

before(async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'map.yaml'), 'title: {ru: Город, en: Town}\nattribution: {ru: Данные, en: Data}\n');
    write('places', [
        feature({name: 'Ёлочная', n: -5, ratio: 0.5, open: true, day: '2026-01-31', tags: ['a'], code: 'x'}, point(39.1, 52.3), {id: 1}),
        feature({name: null, n: 7, ratio: 1e300, open: false, day: null, tags: null, code: 'y'}, point(39.2, 52.4), {id: 2}),
    ], 'fields: [{name: code, hidden: true}]\n');
    write('lots', Array.from({length: 50}, (_, i) => feature({cad: `48:20:00:${i}`}, {type: 'Polygon', coordinates: [[
        [39 + i / 100, 52], [39.009 + i / 100, 52], [39.009 + i / 100, 52.01], [39 + i / 100, 52]]]}, {id: i})), 'id_field: cad\n');
    write('ways', [feature({}, {type: 'LineString', coordinates: [[39.1, 52.3], [39.2, 52.35]]}, {id: 1})], '');
    write('street', Array.from({length: 12}, (_, i) => feature({name: i < 6 ? 'Ленина' : 'Мира', piece: 100 + i},
        {type: 'LineString', coordinates: [[39.1 + i / 20, 52.3], [39.1 + (i + 1) / 20, 52.3]]}, {id: i})), '');
    write('far', [feature({n: 1}, {type: 'MultiPolygon', coordinates: [square(39.1, 52.3, 1e-5), square(39.4, 52.5, 1.2e-5)]
        .map(({coordinates}) => coordinates)}, {id: 1})], '');
    write('huge', [feature({}, point(39.1, 52.3), {id: 2n ** 60n}), feature({}, point(39.2, 52.4), {id: 7})], '');
    write('low', depths.map((depth, id) => feature({depth}, point(39.1 + id, 52.3), {id})), '');
    write('late', [feature({}, point(39.1, 52.3), {id: 1})], 'zoom: {min: 18, max: 20}\n');
    write('early', [feature({}, point(39.1, 52.3), {id: 1})], 'zoom: {min: 3, max: 9}\n');
    write('ranked', [feature({n: 1, far: 'a'}, point(39.1, 52.3), {id: 1})],
        'zoom: {min: 4, max: 8}\nimportance: {field: n}\nfields: [{name: far, min_zoom: 6}]\n');
    write('mast', ['ok', 'alarm', 'ok', 'lost'].map((state, i) => feature({state}, point(39.1, 52.3), {id: i})),
        'importance: {field: state, order: [alarm, lost, ok]}\n');
    write('posts', [[1, 'lane'], [2, 'motorway'], [9, 'lane'], [null, 'motorway'], [3, 'lane']].map(([lanes, kind], i) =>
        feature({lanes, kind, id: i}, point(39.1, 52.3), {id: i})),
        `importance:\n  expression: >\n    lanes * 2 + CASE kind WHEN 'motorway' THEN 16 ELSE 0 END\nfields: [{name: kind, hidden: true}]\n`);
    write('secret', [feature({n: 1}, point(39.1, 52.3), {id: 1})], 'importance: {field: n}\nfields: [{name: n, hidden: true}]\n');
    server = await serve(home);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => Math.floor((0.5 - Math.asinh(Math.tan(lat * Math.PI / 180)) / (2 * Math.PI)) * 2 ** z);
const at = (z, lon = 39.1, lat = 52.3) => `${z}/${column(lon, z)}/${row(lat, z)}`;

async function layersOf(path) {
    const answer = await server.get(path);
    assert.equal(answer.status, 200, path);
    const {problems, layers} = checkTile(new Uint8Array(await answer.arrayBuffer()), {strict: true, buffer: REACH});
    assert.deepEqual(problems, []);
    return Object.fromEntries(layers.map((layer) => [layer.name, layer]));
}

test('attributes of every type, hidden ones never', async () => {
    const {places} = await layersOf(`/tiles/places/${at(5)}.mvt`);
    const [first, second] = places.features;
    assert.deepEqual(first.properties, {name: 'Ёлочная', n: -5n, ratio: 0.5, open: true, day: '2026-01-31', tags: '["a"]'});
    assert.deepEqual(second.properties, {n: 7n, ratio: 1e300, open: false});
    assert.deepEqual([first.id, second.id], [1, 2]);
    assert.deepEqual([...places.keys].sort(), ['day', 'n', 'name', 'open', 'ratio', 'tags']);
});

test('MapLibre reads the sign of any integer', async () => {
    const answer = await server.get(`/tiles/low/${at(5)}.mvt`), [{features}] = readMvt(new Uint8Array(await answer.arrayBuffer()));
    assert.deepEqual(features.map((f) => f.properties.depth), depths.map(Number));
    assert.deepEqual((await layersOf(`/tiles/low/${at(5)}.mvt`)).low.features.map((f) => f.properties.depth), depths);
});

test('text ids become stable numbers and stand in @id', async () => {
    const ids = new Map();
    for (const z of [14, 16]) {
        const {lots} = await layersOf(`/tiles/lots/${at(z, 39.205, 52.001)}.mvt`);
        for (const f of lots.features) {
            assert.ok(Number.isSafeInteger(f.id));
            assert.equal(f.properties['@id'], f.properties.cad);
            assert.equal(ids.get(f.properties.cad) ?? f.id, f.id);
            ids.set(f.properties.cad, f.id);
        }
    }
    assert.ok(ids.size > 0);
});

test('so do numbers that JavaScript does not hold, and the documents name that attribute', async () => {
    const {huge} = await layersOf(`/tiles/huge/${at(5)}.mvt`);
    assert.deepEqual(huge.features.map((f) => f.properties), [{'@id': '1152921504606846976'}, {}]);
    assert.deepEqual((await server.json('/tiles/huge.json')).vector_layers[0].fields, {'@id': 'String'});
    const {layers: [{propertiesSchema}]} = await server.json('/collections/huge/tiles/WebMercatorQuad');
    assert.deepEqual(Object.keys(propertiesSchema.properties), ['@id']);
});

test('several layers in the order asked for, each once', async () => {
    assert.deepEqual(Object.keys(await layersOf('/tiles/lots,places/5/19/10.mvt')), ['lots', 'places']);
    const one = await server.get('/tiles/places/0/0/0.mvt'), many = await server.get(`/tiles/${Array(100).fill('places')}/0/0/0.mvt`);
    assert.deepEqual(Buffer.from(await many.arrayBuffer()), Buffer.from(await one.arrayBuffer()));
});

test('a layer is absent outside its zooms', async () => {
    for (const [z, status] of [[2, 204], [3, 200], [9, 200], [10, 204]])
        assert.equal((await server.get(`/tiles/early/${at(z)}.mvt`)).status, status, `early ${z}`);
    for (const [z, status] of [[17, 204], [18, 200], [20, 200], [21, 204]])
        assert.equal((await server.get(`/tiles/late/${at(z)}.mvt`)).status, status, `late ${z}`);
    assert.deepEqual(Object.keys(await layersOf(`/tiles/early,places,late/${at(18)}.mvt`)), ['places', 'late']);
});

test('a point on the edge of the deepest tile is there', async () => {
    const {places} = await layersOf(`/tiles/places/${at(22)}.mvt`);
    assert.equal(places.features.length, 1);
});

test('addresses that are wrong or outside', async () => {
    const wrong = {
        400: ['-1/0/0', '+1/0/0', '01/0/0', '1e3/0/0', '1.0/0/0', '0/-0/0', '0/0/0x0', '0/0/0.mvt', '9999999999999999999/0/0',
            '0/4294967296/0', '٣/0/0'],
        404: ['23/0/0', '31/0/0', '32/0/0', '63/0/0', '64/0/0', '0/1/0', '0/0/1', '1/2/0', '22/4194304/0'],
    };
    for (const [status, list] of Object.entries(wrong))
        for (const address of list) {
            const answer = await server.get(`/tiles/places/${encodeURI(address)}.mvt`);
            assert.equal(answer.status, Number(status), address);
            assert.equal(answer.headers.get('content-type'), 'application/problem+json');
            assert.equal((await answer.json()).status, Number(status));
        }
    for (const layers of ['nope', 'places,nope', 'places,', ',places', 'PLACES', '..%2fplaces']) {
        const answer = await server.get(`/tiles/${layers}/0/0/0.mvt`);
        assert.ok([400, 404].includes(answer.status), layers);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    }
    assert.match((await (await server.get('/tiles/places,nope/0/0/0.mvt')).json()).detail, /nope/);
    assert.equal((await server.get('/tiles/places/0/0/0.mvt?x=1')).status, 400);
});

test('an empty tile is 204', async () => {
    const answer = await server.get('/tiles/places,lots/14/0/0.mvt');
    assert.equal(answer.status, 204);
    assert.ok(answer.headers.get('etag'));
    assert.equal((await answer.arrayBuffer()).byteLength, 0);
});

/** fetch() unpacks on its own and hides how the bytes came. */
function raw(path, headers) {
    return new Promise((done, fail) => {
        request(server.url + path, {headers}, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => done({status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts)}));
        }).on('error', fail).end();
    });
}

test('gzip when accepted, a tag for each encoding, 304', async () => {
    const path = `/tiles/lots/${at(8, 39.2, 52)}.mvt`;
    const plain = await raw(path, {}), packed = await raw(path, {'accept-encoding': 'gzip'});
    assert.equal(plain.headers['content-type'], 'application/vnd.mapbox-vector-tile');
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.deepEqual(gunzipSync(packed.body), plain.body);
    assert.match(packed.headers.vary, /Accept-Encoding/);
    assert.match(plain.headers.etag, /^"[^"]+"$/);
    assert.notEqual(plain.headers.etag, packed.headers.etag);
    assert.equal(plain.headers['cache-control'], 'no-cache');
    for (const [tag, headers] of [[plain.headers.etag, {}], [packed.headers.etag, {'accept-encoding': 'gzip'}],
        [`"x", W/${plain.headers.etag}`, {}]]) {
        const again = await raw(path, {...headers, 'if-none-match': tag});
        assert.equal(again.status, 304);
        assert.equal(again.body.length, 0);
        assert.ok(again.headers.etag);
    }
    assert.equal((await raw(path, {'if-none-match': '"other"'})).status, 200);
    assert.notEqual((await raw(`/tiles/lots/${at(9, 39.2, 52)}.mvt`, {})).headers.etag, plain.headers.etag);
    const head = await fetch(server.url + path, {method: 'HEAD'});
    assert.equal(head.status, 200);
});

test('the tag changes with the content', async () => {
    const path = `/tiles/early/${at(5)}.mvt`;
    const before = (await server.get(path)).headers.get('etag');
    write('early', [feature({}, point(39.2, 52.3), {id: 1})], 'zoom: {min: 3, max: 9}\n');
    await until('the new tag', async () => (await server.get(path)).headers.get('etag') !== before);
});

test('TileJSON 3.0.0', async () => {
    const json = await server.json('/tiles/places,late,lots,places.json?lang=en');
    assert.equal(json.tilejson, '3.0.0');
    assert.equal(json.name, 'Town');
    assert.equal(json.attribution, 'Data');
    assert.deepEqual(json.tiles, [`${server.url}/tiles/places,late,lots/{z}/{x}/{y}.mvt`]);
    assert.deepEqual(json.vector_layers.map((l) => l.id), ['places', 'late', 'lots']);
    assert.deepEqual(json.vector_layers[0].fields,
        {name: 'String', n: 'Number', ratio: 'Number', open: 'Boolean', day: 'String', tags: 'String'});
    assert.deepEqual(json.vector_layers[2].fields, {cad: 'String', '@id': 'String'});
    const [west, south, east, north] = json.bounds;
    [[west, 39], [south, 52], [east, 39.499], [north, 52.4]].forEach(([is, want]) => assert.ok(Math.abs(is - want) < 1e-6));
    const [lon, lat, zoom] = json.center;
    assert.ok(west <= lon && lon <= east && south <= lat && lat <= north && json.minzoom <= zoom && zoom <= json.maxzoom);
    assert.deepEqual([json.minzoom, json.maxzoom], [0, 18]); /* "late" begins at 18; all else ends at 16 */
    assert.equal((await server.json('/tiles/places.json')).maxzoom, 16);
    assert.deepEqual([(await server.json('/tiles/early.json')).minzoom, (await server.json('/tiles/early.json')).maxzoom], [3, 9]);
    assert.equal((await server.get('/tiles/nope.json')).status, 404);
});

test('TileJSON says what is left out, and at which zooms', async () => {
    const {left_out: out} = await server.json('/tiles/places,lots,lots_label,late,ranked,secret.json');
    assert.deepEqual([out.budget_bytes, out.features_max, out.vertices_max, out.header], [500000, 200000, 2000000, 'X-Munimap-Dropped']);
    // lines that run into one another: up to the zoom from which all of them are drawn
    assert.deepEqual((await server.json('/tiles/ways.json')).left_out.layers[0].crowded, {minzoom: 0, maxzoom: 12});
    const by = {size: true}, shapes = {minzoom: 0, maxzoom: 15};
    assert.deepEqual(out.layers, [
        {id: 'places', importance: by, thinned: {minzoom: 0, maxzoom: 13}},
        {id: 'lots', importance: by, simplified: shapes, gathered: shapes},
        {id: 'lots_label', importance: by, unlabelled: {...shapes, pixels: 16}},
        {id: 'late', importance: by}, // from zoom 18 on all is there
        {id: 'ranked', importance: {field: 'n'}, thinned: {minzoom: 4, maxzoom: 8}, fields: {far: 6}},
        {id: 'secret', importance: {}, thinned: {minzoom: 0, maxzoom: 13}}, // by what nobody may see
    ]);
    for (const [z, there] of [[5, false], [6, true]])
        assert.equal('far' in (await layersOf(`/tiles/ranked/${at(z)}.mvt`)).ranked.features[0].properties, there);
});

test('a street in pieces is one line from afar', async () => {
    assert.deepEqual((await server.json('/tiles/street.json')).left_out.layers[0].joined, {minzoom: 0, maxzoom: 10});
    const seen = async (tile, query = '') => (await layersOf(`/tiles/street/${tile}.mvt${query}`)).street?.features ?? [];
    const far = await seen(at(5));
    assert.deepEqual(far.map((f) => f.properties.name), ['Ленина', 'Мира']);
    // each tile that it crosses has its part, up to the edge
    for (const z of [9, 10]) {
        const tiles = Array.from({length: column(39.69, z) - column(39.1, z) + 1}, (_, i) => `${z}/${column(39.1, z) + i}/${row(52.3, z)}`);
        const parts = (await Promise.all(tiles.map((t) => seen(t)))).flat();
        assert.ok(tiles.length > 1 && parts.length <= 2 * tiles.length);
        assert.deepEqual([...new Set(parts.map((f) => f.properties.name))], ['Ленина', 'Мира']);
    }
    assert.ok((await seen(at(11))).length > 2); // each piece for itself
    assert.equal((await seen(at(5), `?filter=${encodeURIComponent('piece = 103')}`)).length, 1); // one that another stood for
});

test('parts that are each too small to be drawn are one dot, where one of them is', async () => {
    const pixel = 8 / 4096;
    for (let z = 0; z <= 15; z++)
        for (const query of ['', `?filter=${encodeURIComponent('n = 1')}`]) {
            const {far} = await layersOf(`/tiles/far/${at(z, 39.4, 52.5)}.mvt${query}`);
            const [[[x, y]]] = far.features[0].runs;
            const east = (39.4 + 180) / 360 * 2 ** z, south = (0.5 - Math.asinh(Math.tan(52.5 * Math.PI / 180)) / (2 * Math.PI)) * 2 ** z;
            assert.ok(Math.abs(x / 4096 - east % 1) <= pixel && Math.abs(y / 4096 - south % 1) <= pixel, `zoom ${z} ${query}`);
        }
});

test('of points at one place the most important is drawn, with levels and without', async () => {
    const seen = async (z, query = '') => (await layersOf(`/tiles/mast/${at(z)}.mvt${query}`)).mast.features.map((f) => f.properties.state);
    for (const z of [5, 12, 13])
        assert.deepEqual(await seen(z), ['alarm'], `zoom ${z}`);
    assert.deepEqual(await seen(14), ['ok', 'alarm', 'ok', 'lost']);
    for (const z of [5, 13]) // a condition: of what fits it
        assert.deepEqual(await seen(z, `?filter=${encodeURIComponent("state <> 'alarm'")}`), ['lost'], `zoom ${z}`);
});

test('of points at one place the one with the greatest expression is drawn', async () => {
    const seen = async (z, query = '') => (await layersOf(`/tiles/posts/${at(z)}.mvt${query}`)).posts.features.map((f) => f.properties);
    for (const z of [5, 12, 13])
        assert.deepEqual(await seen(z), [{lanes: 2n, id: 1n}], `zoom ${z}`); // 20; nine lanes are 18, and null is nothing
    assert.equal((await seen(14)).length, 5);
    assert.deepEqual(await seen(13, `?filter=${encodeURIComponent('id > 1')}`), [{lanes: 9n, id: 2n}]);
    const {left_out: {layers: [{importance}]}} = await server.json('/tiles/posts.json');
    assert.deepEqual(importance, {expression: true}); // the field that nobody may see is not named
});

test('all tiles of this map keep the rules', async () => {
    const total = await walk(server.url, 'places,lots', 0, 16);
    assert.deepEqual(total.problems, []);
    assert.ok(total.filled > 50);
});

for (const {name, skip, make} of towns)
    test(`all tiles of ${name}, z8 to z16`, {skip, timeout: 600000}, async (t) => {
        const dir = join(temp.dir, name.replaceAll(' ', '-')), ids = make(dir);
        const city = await serve(dir);
        try {
            const total = await walk(city.url, ids.join(), 8, 16, (line) => t.diagnostic(line));
            assert.deepEqual(total.problems.slice(0, 20), []);
            assert.ok(total.filled > 1000 && total.dropped === 0);
        } finally {
            await city.stop();
        }
    });
