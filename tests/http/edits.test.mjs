// Features created, replaced, changed and deleted by HTTP (OGC API Features Part 4), in a GeoPackage.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {editor, geopackage, sound, soundness, sqlite} from '../lib/edits.mjs';
import {collection, feature, point, ring, square} from '../lib/geojson.mjs';
import {binary, serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map'), token = 'a-token-for-the-tests-of-edits';
let server, places, zones, stops, tagged;

before(async () => {
    mkdirSync(dir);
    geopackage(dir, 'places', [
        feature({name: 'первый', n: 1, ratio: 0.5, kind: 'shop', open: true, day: '2026-01-02', at: '2026-01-02T10:00:00Z', secret: 's1'}, point(39.1, 52.3)),
        feature({name: 'второй', n: 2, ratio: 1.5, kind: 'school', open: false, day: '2026-01-03', at: '2026-01-03T10:00:00Z', secret: 's2'}, point(39.2, 52.4)),
    ], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'places.yaml'), `source: places.gpkg
editable: true
fields:
  - {name: kind, codes: [{value: shop, title: {ru: Магазин}}, {value: school, title: {ru: Школа}}]}
  - {name: secret, hidden: true}
`);
    geopackage(dir, 'zones', [feature({code: 'a/1', title: 'зона'}, {type: 'MultiPolygon', coordinates: [[ring(39.1, 52.3, 0.001)]]})],
        ['-t_srs', 'EPSG:28407', '-nlt', 'MULTIPOLYGON']);
    sqlite(join(dir, 'zones.gpkg'), 'CREATE UNIQUE INDEX unique_title ON data (title)');
    writeFileSync(join(dir, 'zones.yaml'), 'source: zones.gpkg\nid_field: code\neditable: true\n');
    geopackage(dir, 'stops', [feature({num: 7, name: 'ост.'}, point(39.1, 52.3, 120.5))],
        ['-a_srs', 'EPSG:4326', '-nlt', 'POINTZ']);
    writeFileSync(join(dir, 'stops.yaml'), 'source: stops.gpkg\nid_field: num\neditable: true\n');
    sqlite(geopackage(dir, 'walled', [feature({name: 'x'}, point(39.1, 52.3))], ['-a_srs', 'EPSG:4326']), 'PRAGMA journal_mode = WAL');
    writeFileSync(join(dir, 'walled.yaml'), 'source: walled.gpkg\neditable: true\n');
    geopackage(dir, 'odd', [feature({NUM: 12, Name: 'x', W: 1.5}, point(52.3, 39.1))], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'odd.yaml'), `source: odd.gpkg
swap_axes: true
id_field: fid
editable: true
fields:
  - {name: номер, column: NUM, type: text}
  - {name: название, column: Name}
  - {name: width, column: W, type: integer}
`);
    geopackage(dir, 'tagged', [feature({tags: {a: 1}}, point(39.1, 52.3))], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'tagged.yaml'), 'source: tagged.gpkg\neditable: true\n');
    geopackage(dir, 'fixed', [feature({name: 'x'}, point(39.1, 52.3))], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'fixed.yaml'), 'source: fixed.gpkg\n');
    server = await serve(dir, {args: ['--edit'], env: {MUNIMAP_EDIT_TOKEN: token}, allow: [/status=503 .*another program/]});
    [places, zones, stops, tagged] = ['places', 'zones', 'stops', 'tagged'].map((id) => editor(server, id));
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const problem = async (answer, status, pattern) => {
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.match(JSON.parse(text).detail, pattern);
};
const idOf = (answer) => decodeURIComponent(answer.headers.get('location').split('/').pop());
const intact = (file) => assert.deepEqual(soundness(join(dir, file)), sound);

test('a feature is created, found at once, and deleted', async () => {
    const properties = {name: 'новый «дом»', n: -5, ratio: 0.1, kind: 'shop', open: true, day: '2026-05-06', at: '2026-05-06T10:00:00.5+03:00'};
    const answer = await places.post(feature(properties, point(39.15, 52.35)));
    assert.equal(answer.status, 201, await answer.text());
    const id = idOf(answer), got = await places.get(id);
    assert.equal(answer.headers.get('location'), `${server.url}/collections/places/items/${id}`);
    assert.deepEqual(got.feature.properties, {...properties, at: '2026-05-06T07:00:00.500Z'});
    assert.deepEqual(got.feature.geometry, point(39.15, 52.35));
    assert.equal((await server.json('/collections/places/items?bbox=39.14,52.34,39.16,52.36')).numberMatched, 1);
    const z = 14, tile = `${z}/${Math.floor((39.15 + 180) / 360 * 2 ** z)}/${Math.floor((0.5 - Math.asinh(Math.tan(52.35 * Math.PI / 180)) / (2 * Math.PI)) * 2 ** z)}`;
    assert.equal((await server.get(`/tiles/places/${tile}.mvt`)).status, 200);
    intact('places.gpkg');

    assert.equal((await places.remove(id)).status, 204);
    assert.equal((await places.get(id)).status, 404);
    assert.equal((await server.get(`/tiles/places/${tile}.mvt`)).status, 204);
    await problem(await places.remove(id), 404, /no feature/);
    intact('places.gpkg');
});

test('a collection of features is created as a whole or not at all', async () => {
    const many = (n, last) => ({type: 'FeatureCollection', features: Array.from({length: n}, (_, i) =>
        feature({name: `много ${i}`, n: i === n - 1 ? last : i}, point(39 + i / 1000, 52)))});
    const count = async () => (await server.json('/collections/places/items?limit=1')).numberMatched;
    const before = await count();
    const answer = await places.post(many(1000, 999)), {created} = await answer.json();
    assert.equal(answer.status, 201);
    assert.equal(created.length, 1000);
    assert.equal((await (await fetch(created[999].href)).json()).properties.name, 'много 999');
    assert.equal(await count(), before + 1000);

    await problem(await places.post(many(3, 3000000000)), 422, /^\/features\/2\/properties\/n: the column holds/);
    await problem(await places.post(many(3, 'x')), 422, /^\/features\/2\/properties\/n: write a whole number/);
    assert.equal(await count(), before + 1000);
    await problem(await places.post(many(1001, 1)), 413, /at most 1000/);
    await problem(await places.post({type: 'FeatureCollection', features: []}), 400, /at least one/);
    intact('places.gpkg');
});

test('PUT replaces what is visible, and leaves what is hidden', async () => {
    assert.equal((await places.put(1, feature({name: 'иначе', kind: null}, point(39.3, 52.3), {id: 1}))).status, 204);
    const {feature: got} = await places.get(1);
    assert.deepEqual(got.properties, {name: 'иначе', n: null, ratio: null, kind: null, open: null, day: null, at: null});
    assert.deepEqual(got.geometry, point(39.3, 52.3));
    assert.deepEqual(sqlite(join(dir, 'places.gpkg'), 'SELECT secret FROM data WHERE fid = 1'), [['s1']]);
    assert.equal((await places.put(1, feature(null, null))).status, 204);
    assert.equal((await places.get(1)).feature.geometry, null);
    assert.equal((await places.put(1, feature({name: 'x'}, point(39.1, 52.3)))).status, 204);
    await problem(await places.put(1, feature({}, null, {id: 2})), 422, /^\/id: .*"1"/);
    await problem(await places.put(987654, feature({}, null)), 404, /no feature/);
    await problem(await places.put('x', feature({}, null)), 404, /no feature/);
    intact('places.gpkg');
});

test('PATCH changes what it names', async () => {
    const before = (await places.get(2)).feature;
    execFileSync('ogrinfo', [join(dir, 'places.gpkg'), '-q', '-sql', "UPDATE data SET secret = x'0102', at = '2026-01-03T10:00:00.123456Z' WHERE fid = 2"]);
    assert.equal((await places.patch(2, {properties: {n: 77, ratio: null}})).status, 204);
    assert.deepEqual(sqlite(join(dir, 'places.gpkg'), 'SELECT hex(secret), at FROM data WHERE fid = 2'), [['0102', '2026-01-03T10:00:00.123456Z']]);
    execFileSync('ogrinfo', [join(dir, 'places.gpkg'), '-q', '-sql', "UPDATE data SET secret = 's2', at = '2026-01-03T10:00:00Z' WHERE fid = 2"]);
    assert.equal((await places.patch(2, {properties: {n: 77}})).status, 204);
    assert.deepEqual((await places.get(2)).feature.properties, {...before.properties, n: 77, ratio: null});
    assert.equal((await places.patch(2, {geometry: point(39.21, 52.41)})).status, 204);
    const {feature: got} = await places.get(2);
    assert.deepEqual([got.geometry, got.properties.n], [point(39.21, 52.41), 77]);
    assert.equal((await places.patch(2, {geometry: null})).status, 204);
    assert.equal((await places.get(2)).feature.geometry, null);
    assert.equal((await places.patch(2, {})).status, 204);
    await problem(await places.patch(2, {properties: null}), 400, /name the properties/);
    await problem(await places.patch(2, {geometry: {coordinates: [1, 2]}}), 400, /write "type"/);
    intact('places.gpkg');
});

test('whole numbers of programs whose numbers all are real', async () => {
    for (const [text, n] of [['5.0', 5], ['-3e2', -300], ['-0.0', 0]]) {
        const made = await server.get('/collections/places/items', {method: 'POST', headers: {'content-type': 'application/geo+json'}, body: `{"type":"Feature","properties":{"n":${text}},"geometry":null}`});
        assert.equal(made.status, 201, text);
        assert.equal((await places.get(idOf(made))).feature.properties.n, n);
    }
});

test('what does not fit the schema is refused, by its place', async () => {
    const rows = [
        [{colour: 'red'}, /^\/properties\/colour: there is no such property/],
        [{secret: 'mine'}, /^\/properties\/secret: there is no such property/],
        [{n: 1.5}, /^\/properties\/n: write a whole number/],
        [{n: 1e300}, /^\/properties\/n: write a whole number/],
        [{n: 3000000000}, /^\/properties\/n: the column holds/],
        [{name: 5}, /^\/properties\/name: write a text/],
        [{open: 'yes'}, /^\/properties\/open: write true, false/],
        [{kind: 'palace'}, /^\/properties\/kind: .*one of shop, school/],
        [{day: '6.5.2026'}, /^\/properties\/day: write a date like/],
        [{day: '2026-02-30'}, /^\/properties\/day: write a date like/],
        [{at: '2026-05-06'}, /^\/properties\/at: write a date and time/],
        [{at: '2026-05-06 10:00'}, /^\/properties\/at: write a date and time/],
        [{ratio: '1'}, /^\/properties\/ratio: write a number/],
    ];
    for (const [properties, pattern] of rows) {
        await problem(await places.post(feature(properties, null)), 422, pattern);
        await problem(await places.patch(1, {properties}), 422, pattern);
    }
});

test('a geometry that is not right is refused', async () => {
    const refused = [
        [zones, {type: 'Polygon', coordinates: [[[39, 52], [39.1, 52.1], [39, 52.1], [39.1, 52], [39, 52]]]}, 422, /^\/geometry: .*not valid.*Self-intersection/],
        [zones, {type: 'Polygon', coordinates: [[[39, 52], [39.1, 52.1], [39, 52]]]}, 422, /^\/geometry: a ring needs/],
        [zones, {type: 'Polygon', coordinates: [[[39, 52], [39.1, 52.1], [39, 52.1], [39.1, 52]]]}, 422, /^\/geometry: a ring needs/],
        [zones, {type: 'Polygon', coordinates: []}, 422, /^\/geometry: the geometry is empty/],
        [zones, point(39, 52), 422, /^\/geometry: .*MultiPolygon only/],
        [places, {type: 'LineString', coordinates: [[39, 52], [39.1, 52]]}, 422, /^\/geometry: .*Point only/],
        [places, point(39, 52, 100), 422, /^\/geometry: the layer has no heights/],
        [zones, square(-120, 10, 0.001), 422, /^\/geometry: .*outside the area of this map/],
        [zones, {type: 'Polygon', coordinates: [[[39, 52], ['a', 52.1], [39, 52.1], [39, 52]]]}, 400, /^\/geometry: a position/],
        [places, point(39), 400, /^\/geometry: a position/],
        [places, {type: 'Circle', coordinates: [1, 2]}, 400, /^\/geometry: write "type"/],
        [places, {type: 'Point'}, 400, /^\/geometry: write "coordinates"/],
        [places, {type: 'Point', coordinates: 5}, 400, /^\/geometry: a position/],
    ];
    for (const [layer, geometry, status, pattern] of refused)
        await problem(await layer.post(feature({}, geometry)), status, pattern);
});

test('what is no GeoJSON is refused', async () => {
    for (const [body, pattern] of [['', /empty/], ['{', /not JSON/], ['[]', /GeoJSON Feature/], ['{"type":"Feature","type":"Feature"}', /not JSON/],
        ['{"type":"Point","coordinates":[1,2]}', /"type": "Feature"/], ['{"type":"Feature","geometry":null}', /"properties"/],
        ['{"type":"Feature","properties":{}}', /"geometry"/], ['{"type":"Feature","properties":[],"geometry":null}', /"properties"/],
        ['{"type":"Feature","id":[],"properties":{},"geometry":null}', /^\/id/], [`{"n": ${'9'.repeat(30)}}`, /not JSON/], [JSON.stringify(feature({name: 'a\0b'}, null)), /not JSON/]])
        await problem(await places.post(body), 400, pattern);
    await problem(await places.post('['.repeat(100)), 413, /32 levels/);
    await problem(await places.post(`{"a":[${'{},'.repeat(30000)}{}]}`), 413, /20000 objects/);
    const big = execFileSync('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', '-H', 'content-type: application/geo+json', '-H', 'expect: 100-continue',
        '--expect100-timeout', '60', '--data-binary', '@-', `${server.url}/collections/places/items`], {encoding: 'utf8', input: 'x'.repeat(5 << 20)});
    assert.equal(big, '413');
});

test('coordinates are in the system that Content-Crs names, and exact in the layer\'s own', async () => {
    const own = 'http://www.opengis.net/def/crs/EPSG/0/28407';
    const ring = [[7506936.123456789, 5796829.987654321], [7507036.1, 5796829.2], [7507036.3, 5796929.4], [7506936.123456789, 5796829.987654321]];
    const swapped = ring.map(([x, y]) => [y, x]);
    const answer = await zones.post(feature({code: 'точно'}, {type: 'Polygon', coordinates: [swapped]}), {'content-crs': `<${own}>`});
    assert.equal(answer.status, 201, await answer.text());
    const got = await zones.get('точно', `?crs=${encodeURIComponent(own)}`);
    assert.deepEqual(got.feature.geometry, {type: 'MultiPolygon', coordinates: [[swapped]]});
    const [[x]] = sqlite(join(dir, 'zones.gpkg'), "SELECT hex(geom) FROM data WHERE code = 'точно'");
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(ring[0][0]);
    assert.ok(x.includes(bytes.toString('hex').toUpperCase()));

    const north = await places.post(feature({name: 'север'}, point(52.5, 39.5)), {'content-crs': '<http://www.opengis.net/def/crs/EPSG/0/4326>'});
    assert.deepEqual((await places.get(idOf(north))).feature.geometry, point(39.5, 52.5));
    await problem(await places.post(feature({}, point(1, 2)), {'content-crs': '<http://example.com/crs>'}), 400, /^Content-Crs: the collection is given in/);
    intact('zones.gpkg');
});

test('text ids are the client\'s, or made; numbers go on', async () => {
    const given = await zones.post(feature({title: 'дано'}, null, {id: 'б/2'}));
    assert.equal(given.status, 201, await given.text());
    assert.equal(idOf(given), 'б/2');
    assert.equal((await zones.get('б/2')).feature.properties.code, 'б/2');
    await problem(await zones.post(feature({}, null, {id: 'б/2'})), 409, /"б\/2" is taken/);
    await problem(await zones.post(feature({code: 'a/1'}, null)), 409, /"a\/1" is taken/);
    await problem(await zones.post(feature({code: 'one'}, null, {id: 'two'})), 422, /differ/);
    await problem(await zones.post(feature({title: 'дано'}, null)), 409, /must be the only one/);
    const made = await zones.post(feature({title: 'само'}, null));
    assert.match(idOf(made), /^[0-9a-f-]{36}$/);
    await problem(await zones.patch('б/2', {properties: {code: 'other'}}), 422, /cannot be changed/);
    assert.equal((await zones.patch('б/2', {properties: {code: 'б/2', title: 'иначе'}})).status, 204);
    assert.equal((await zones.remove('б/2')).status, 204);

    assert.equal(idOf(await stops.post(feature({name: 'дальше'}, point(39, 52, 1)))), '8');
    assert.equal(idOf(await stops.post(feature({name: 'так'}, point(39, 52, 1), {id: 100}))), '100');
    await problem(await stops.post(feature({}, null, {id: 7})), 409, /"7" is taken/);
    await problem(await stops.post(feature({}, null, {id: 'seven'})), 422, /whole number/);
    intact('zones.gpkg');
    intact('stops.gpkg');
});

test('a file with a write-ahead log is edited, too', async () => {
    const walled = editor(server, 'walled');
    const answer = await walled.post(feature({name: 'wal'}, point(39.2, 52.3)));
    assert.equal(answer.status, 201, await answer.text());
    assert.equal((await walled.get(idOf(answer))).feature.properties.name, 'wal');
    assert.equal((await walled.remove(1)).status, 204);
    assert.equal((await walled.get(1)).status, 404);
    assert.equal(sqlite(join(dir, 'walled.gpkg'), 'PRAGMA journal_mode')[0][0], 'wal');
    intact('walled.gpkg');
});

test('names, types and axes that the definition changes are changed back', async () => {
    const odd = editor(server, 'odd'), file = join(dir, 'odd.gpkg');
    const answer = await odd.post(feature({номер: '34', название: 'у', width: 3}, point(39.2, 52.4), {id: 50}));
    assert.equal(answer.status, 201, await answer.text());
    assert.equal(idOf(answer), '50');
    const got = (await odd.get(50)).feature;
    assert.deepEqual(got.properties, {номер: '34', название: 'у', width: 3});
    assert.deepEqual(got.geometry, point(39.2, 52.4));
    assert.deepEqual(sqlite(file, 'SELECT NUM, Name, W, typeof(NUM) FROM data WHERE fid = 50'), [['34', 'у', '3.0', 'integer']]);
    assert.deepEqual(sqlite(file, 'SELECT round(minx, 3), round(miny, 3) FROM rtree_data_geom WHERE id = 50'), [['52.4', '39.2']]);
    await problem(await odd.post(feature({номер: 'семь'}, null)), 422, /^\/properties\/номер: write a whole number/);
    await problem(await odd.post(feature({NUM: 7}, null)), 422, /no such property/);
    await problem(await odd.post(feature({}, null, {id: 50})), 409, /"50" is taken/);
    intact('odd.gpkg');
});

test('heights stay', async () => {
    const answer = await stops.post(feature({name: 'гора'}, point(39.123456789, 52.3, 123.456)));
    assert.deepEqual((await stops.get(idOf(answer))).feature.geometry, point(39.123456789, 52.3, 123.456));
});

test('If-Match: a change is made on the version that was read, or not made', async () => {
    const first = (await places.get(1)).etag, other = (await places.get(2)).etag;
    assert.equal((await places.patch(2, {properties: {n: 1000}})).status, 204);
    assert.equal((await places.get(1)).etag, first, 'the tag is of the feature, not of the layer');
    assert.notEqual((await places.get(2)).etag, other);
    await problem(await places.patch(2, {properties: {n: 1}}, {'if-match': other}), 412, /changed since/);
    await problem(await places.remove(2, {'if-match': `W/${(await places.get(2)).etag}`}), 412, /changed since/);
    assert.equal((await places.patch(2, {properties: {n: 2}}, {'if-match': `"x", ${(await places.get(2)).etag}`})).status, 204);
    assert.equal((await places.patch(2, {properties: {n: 3}}, {'if-match': '*'})).status, 204);
    const inOwn = await places.get(2, '?crs=EPSG:3857');
    assert.equal((await places.patch(2, {properties: {n: 4}}, {'if-match': inOwn.etag})).status, 204);
    await problem(await places.remove(55555, {'if-match': '*'}), 404, /no feature/);
    const fresh = await places.get(1);
    assert.equal((await server.get('/collections/places/items/1', {headers: {'if-none-match': fresh.etag}})).status, 304);
});

test('If-Unmodified-Since: the time that was told is of no other version', async () => {
    const aged = (seconds) => {
        const then = Math.floor(Date.now() / 1000) - seconds;
        for (const name of readdirSync(join(dir, '.munimap'), {recursive: true}).filter((name) => /places-.*\.mms$/.test(name)))
            utimesSync(join(dir, '.munimap', name), then, then + 0.5);
        return new Date(then * 1000).toUTCString();
    };
    const told = async () => (await server.get('/collections/places/items/1')).headers.get('last-modified');
    assert.equal((await places.patch(1, {properties: {n: 1}})).status, 204);
    assert.equal(await told(), null, 'another change may come in this second');
    const old = aged(3600), before = new Date(Date.parse(old) - 1000).toUTCString();
    assert.equal(await told(), old);
    await problem(await places.patch(1, {properties: {n: 2}}, {'if-unmodified-since': before}), 412, /^If-Unmodified-Since: .*changed since/);
    await problem(await places.patch(1, {properties: {n: 2}}, {'if-unmodified-since': old, 'if-match': '"x"'}), 412, /^If-Match/);
    assert.equal((await places.patch(1, {properties: {n: 3}}, {'if-unmodified-since': old})).status, 204);
    await problem(await places.patch(1, {properties: {n: 4}}, {'if-unmodified-since': old}), 412, /changed since/);
    await problem(await places.remove(1, {'if-unmodified-since': old}), 412, /changed since/);
    await problem(await places.remove(55555, {'if-unmodified-since': new Date().toUTCString()}), 404, /no feature/);
    assert.equal((await places.get(1)).feature.properties.n, 3);
    assert.equal((await places.patch(1, {properties: {n: 5}}, {'if-unmodified-since': 'yesterday'})).status, 204, 'what is no date does not count');
});

test('of many who change one version, one wins', async () => {
    for (let round = 0; round < 3; round++) {
        const {etag} = await places.get(1);
        const answers = await Promise.all(Array.from({length: 6}, (_, i) => places.patch(1, {properties: {n: round * 10 + i}}, {'if-match': etag})));
        assert.deepEqual(answers.map((a) => a.status).sort(), [204, 412, 412, 412, 412, 412]);
        const winner = answers.findIndex((a) => a.status === 204);
        assert.equal((await places.get(1)).feature.properties.n, round * 10 + winner);
    }
});

test('a change by another program counts, too', async () => {
    const {etag} = await places.get(1);
    execFileSync('ogrinfo', [join(dir, 'places.gpkg'), '-q', '-sql', 'UPDATE data SET n = 4242 WHERE fid = 1']);
    await problem(await places.patch(1, {properties: {n: 1}}, {'if-match': etag}), 412, /changed since/);
    assert.equal((await places.get(1)).feature.properties.n, 4242);
});

test('a database that another program has locked: 503, and nothing is written', {timeout: 60000}, async () => {
    const file = join(dir, 'stops.gpkg'), before = sqlite(file, 'SELECT count(*) FROM data')[0][0];
    const lock = (await import('node:child_process')).spawn('sqlite3', [file], {stdio: ['pipe', 'pipe', 'ignore']});
    lock.stdin.write("BEGIN IMMEDIATE;\nSELECT 'locked';\n");
    await new Promise((done) => lock.stdout.once('data', done));
    const answer = await stops.post(feature({name: 'потом'}, point(39, 52, 1)));
    await problem(answer, 503, /another program/);
    assert.equal(answer.headers.get('retry-after'), '1');
    lock.stdin.end('ROLLBACK;\n');
    await new Promise((done) => lock.once('exit', done));
    assert.equal(sqlite(file, 'SELECT count(*) FROM data')[0][0], before);
    assert.equal((await stops.post(feature({name: 'теперь'}, point(39, 52, 1)))).status, 201);
});

test('OPTIONS and Allow say what a layer takes', async () => {
    const allow = async (path) => (await server.get(path, {method: 'OPTIONS'})).headers.get('allow');
    assert.equal(await allow('/collections/places/items'), 'GET, HEAD, OPTIONS, POST');
    assert.equal(await allow('/collections/places/items/1'), 'GET, HEAD, OPTIONS, PUT, PATCH, DELETE');
    assert.equal(await allow('/collections/fixed/items'), 'GET, HEAD, OPTIONS');
    assert.equal(await allow('/collections/none/items'), 'GET, HEAD, OPTIONS');
    const answer = await editor(server, 'fixed').post(feature({}, null));
    assert.equal(answer.headers.get('allow'), 'GET, HEAD, OPTIONS');
    await problem(answer, 405, /editable: true/);
    assert.equal((await editor(server, 'none').post(feature({}, null))).status, 404);
    const wrong = await places.send('PATCH', '', {}, 'application/merge-patch+json');
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get('allow'), 'GET, HEAD, OPTIONS, POST');
    const {conformsTo} = await server.json('/conformance');
    for (const c of ['create-replace-delete', 'update', 'features'])
        assert.ok(conformsTo.includes(`http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/${c}`), c);
    const {paths} = await server.json('/api');
    assert.ok(paths['/collections/places/items'].post && paths['/collections/places/items/{featureId}'].patch);
    assert.ok(!paths['/collections/fixed/items'].post);
});

test('pages of other sites, forms, and strangers may not edit', async () => {
    const body = feature({}, null);
    await problem(await places.send('POST', '', body, 'text/plain'), 415, /geo\+json/);
    await problem(await places.send('POST', '', body, 'application/x-www-form-urlencoded'), 415, /geo\+json/);
    await problem(await places.send('POST', '', body), 415, /geo\+json/);
    await problem(await places.send('PATCH', '/1', {}, 'application/json'), 415, /merge-patch/);
    await problem(await places.post(body, {origin: 'http://evil.example'}), 403, /other sites/);
    await problem(await places.post(body, {origin: 'null'}), 403, /other sites/);
    const raw = (headers) => execFileSync('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...headers.flatMap((h) => ['-H', h]),
        '-H', 'content-type: application/geo+json', '-d', JSON.stringify(body), `${server.url}/collections/places/items`], {encoding: 'utf8'});
    assert.equal(raw([]), '201');
    assert.equal(raw([`Origin: ${server.url}`]), '201');
    assert.equal(raw(['Sec-Fetch-Site: cross-site']), '403');
    assert.equal(raw(['Host: evil.example']), '401');
    assert.equal(raw(['X-Forwarded-For: 203.0.113.5']), '401');
    assert.equal(raw(['X-Forwarded-For: 203.0.113.5', `Authorization: Bearer ${token}`]), '201');
    assert.equal(raw(['X-Forwarded-For: 203.0.113.5', `Authorization: Bearer ${token.slice(1)}`]), '401');
    const preflight = await server.get('/collections/places/items', {method: 'OPTIONS', headers: {origin: 'http://evil.example', 'access-control-request-method': 'POST'}});
    assert.doesNotMatch(preflight.headers.get('access-control-allow-methods'), /POST/);
});

test('objects are merged, member by member (RFC 7396)', async () => {
    const first = {a: 'b', deep: {x: 1, y: [1, 2]}, keep: 1.5}, answer = await tagged.post(feature({tags: first}, null));
    assert.equal(answer.status, 201, await answer.text());
    const id = idOf(answer), now = async () => (await tagged.get(id)).feature.properties.tags;
    assert.deepEqual(await now(), first);
    for (const [patch, wanted] of [
        [{a: 'c', deep: {y: [3]}}, {a: 'c', deep: {x: 1, y: [3]}, keep: 1.5}],
        [{deep: {x: null, z: {n: null, m: 'ё'}}}, {a: 'c', deep: {y: [3], z: {m: 'ё'}}, keep: 1.5}],
        [{a: {b: {c: null}}, keep: null}, {a: {b: {}}, deep: {y: [3], z: {m: 'ё'}}}],
        [{}, {a: {b: {}}, deep: {y: [3], z: {m: 'ё'}}}],
        [['x'], ['x']], [{n: null, m: 1}, {m: 1}], [null, null], [{q: {r: null, s: 2}}, {q: {s: 2}}],
    ]) {
        const done = await tagged.patch(id, {properties: {tags: patch}});
        assert.equal(done.status, 204, await done.text());
        assert.deepEqual(await now(), wanted);
    }
    const all = await Promise.all(Array.from({length: 6}, (_, i) => tagged.patch(id, {properties: {tags: {[`k${i}`]: i}}})));
    assert.deepEqual(all.map((a) => a.status), [204, 204, 204, 204, 204, 204]);
    assert.deepEqual(await now(), {q: {s: 2}, k0: 0, k1: 1, k2: 2, k3: 3, k4: 4, k5: 5}, 'none of them is lost');
    await problem(await tagged.patch(id, {properties: {tags: {a: 1}}}, {'if-match': '"x"'}), 412, /changed since/);
    await problem(await tagged.patch(55555, {properties: {tags: {a: 1}}}), 404, /no feature/);
    execFileSync('ogrinfo', [join(dir, 'tagged.gpkg'), '-q', '-sql', `UPDATE data SET tags = '{broken' WHERE fid = ${id}`]);
    assert.equal((await tagged.patch(id, {properties: {tags: {a: 1}}})).status, 204);
    assert.deepEqual(await now(), {a: 1}, 'what is no object is replaced');
});

test('bodies of other types are refused with words', async () => {
    const multipart = ['--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n{}\r\n--x--\r\n', 'multipart/form-data; boundary=x'];
    await problem(await places.send('POST', '', ...multipart), 415, /^Content-Type: write application\/geo\+json/);
    await problem(await places.send('PUT', '/1', ...multipart), 415, /^Content-Type: write application\/geo\+json/);
    await problem(await places.send('PATCH', '/1', ...multipart), 415, /^Content-Type: write application\/merge-patch\+json/);
    await problem(await places.send('POST', '', 'a=b', 'application/x-www-form-urlencoded'), 415, /^Content-Type/);
});

test('editing is off unless the server was started for it', async () => {
    const off = await serve(dir, {allow: [/another munimap owns the cache/], env: {MUNIMAP_EDIT_TOKEN: ''}});
    const layer = editor(off, 'places');
    await problem(await layer.post(feature({}, null)), 403, /editing is off.*--edit/);
    assert.equal((await off.get('/collections/places/items', {method: 'OPTIONS'})).headers.get('allow'), 'GET, HEAD, OPTIONS');
    await off.stop();
});

test('require_if_match: 428 without', async () => {
    const strict = join(temp.dir, 'strict');
    mkdirSync(strict);
    geopackage(strict, 'places', [feature({name: 'x'}, point(39.1, 52.3))], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(strict, 'places.yaml'), 'source: places.gpkg\neditable: true\n');
    writeFileSync(join(strict, 'map.yaml'), 'require_if_match: true\n');
    const other = await serve(strict, {args: ['--edit']});
    const layer = editor(other, 'places');
    await problem(await layer.put(1, feature({}, null)), 428, /^If-Match/);
    await problem(await layer.patch(1, {}), 428, /^If-Match/);
    await problem(await layer.remove(1), 428, /^If-Match/);
    await problem(await layer.remove(1, {'if-unmodified-since': 'yesterday'}), 428, /If-Unmodified-Since/);
    assert.equal((await layer.patch(1, {properties: {name: 'z'}}, {'if-unmodified-since': new Date().toUTCString()})).status, 204);
    assert.equal((await layer.post(feature({name: 'y'}, null))).status, 201);
    assert.equal((await layer.remove(1, {'if-match': (await layer.get(1)).etag})).status, 204);
    await other.stop();
});

test('a definition that cannot be edited says so', () => {
    const bad = join(temp.dir, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'a.geojson'), collection([]));
    writeFileSync(join(bad, 'a.yaml'), 'source: a.geojson\neditable: true\n');
    let text = '';
    try {
        execFileSync(binary, ['check', bad], {encoding: 'utf8', env: {...process.env, LANG: 'C'}, stdio: 'pipe'});
    } catch (error) {
        text = error.stdout + error.stderr;
    }
    assert.match(text, /a\.yaml:2: editable: only a GeoPackage or PostGIS table/);
});
