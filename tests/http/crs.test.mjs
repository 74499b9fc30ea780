// Systems of coordinates as clients ask for them (OGC API Features Part 2, OGC 18-058r1), on layers in МСК-48, in
// Gauss-Kruger zone 7 and in degrees.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {serve, tempDir} from '../lib/munimap.mjs';

const OGC = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84', EPSG = 'http://www.opengis.net/def/crs/EPSG/0/';
const temp = tempDir(), dir = join(temp.dir, 'map');
let server;

// the check point of the table of local systems, to the millimetre
const deg = [39.5992, 52.6088], msk = [1325705.827, 418872.272];
const points = (list) => JSON.stringify({type: 'FeatureCollection', features: list.map((coordinates, i) => ({
    type: 'Feature', id: i + 1, properties: {n: i}, geometry: {type: 'Point', coordinates}}))});
const csv = (list) => `n,x,y\n${list.map(([x, y], i) => `${i},${x},${y}`).join('\n')}\n`;

before(async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'map.yaml'), 'title: {ru: Город, en: Town}\ncrs: MSK48_1\n');
    writeFileSync(join(dir, 'local.csv'), csv([msk, [1325800, 418900], [1326000.25, 419000.5]]));
    writeFileSync(join(dir, 'local.yaml'), 'source: local.csv\ncrs: MSK48_1\nopen_options: [X_POSSIBLE_NAMES=x, Y_POSSIBLE_NAMES=y]\n');
    writeFileSync(join(dir, 'zone.csv'), csv([[7540000, 5831000], [7541000, 5832000]]));
    writeFileSync(join(dir, 'zone.yaml'), 'source: zone.csv\ncrs: EPSG:28407\nopen_options: [X_POSSIBLE_NAMES=x, Y_POSSIBLE_NAMES=y]\n');
    writeFileSync(join(dir, 'degrees.geojson'), points([deg, [179.5, 10], [-179.5, 10]]));
    writeFileSync(join(dir, 'degrees.yaml'), 'source: degrees.geojson\n');
    server = await serve(dir);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const url = (layer, params) => `/collections/${layer}/items?${new URLSearchParams(params)}`;
const items = async (layer, params) => (await server.json(url(layer, params))).features;
const place = (feature) => feature.geometry.coordinates;
const own = () => `${server.url}/crs/MSK48_1`;

const mercator = ([x, y]) => [x * Math.PI / 180, Math.atanh(Math.sin(y * Math.PI / 180))].map((v) => v * 6378137);

function near(a, b, most) {
    assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) <= most, `${a} is not ${b}`);
}

test('a collection lists its systems, and each of them answers with its name', async () => {
    for (const [layer, storage] of [['local', own()], ['zone', `${EPSG}28407`], ['degrees', `${EPSG}4326`]]) {
        const c = await server.json(`/collections/${layer}`);
        assert.equal(c.crs[0], OGC, 'CRS84 is the default and comes first');
        assert.equal(new Set(c.crs).size, c.crs.length);
        for (const crs of [`${EPSG}4326`, `${EPSG}3857`, own(), storage])
            assert.ok(c.crs.includes(crs), `${layer}: ${crs}`);
        assert.equal(c.storageCrs, storage);
        for (const crs of c.crs) {
            const answer = await server.get(url(layer, {crs}));
            assert.equal(answer.status, 200);
            assert.equal(answer.headers.get('content-crs'), `<${crs}>`);
            const id = (await answer.json()).features[0].id;
            const one = await server.get(`/collections/${layer}/items/${id}?${new URLSearchParams({crs})}`);
            assert.equal(one.headers.get('content-crs'), `<${crs}>`);
        }
    }
    assert.equal((await server.get(url('local', {}))).headers.get('content-crs'), `<${OGC}>`);
    const {conformsTo} = await server.json('/conformance');
    assert.ok(conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs'));
});

test('coordinates are those of the system, in the order of its axes', async () => {
    const [local] = await items('local', {});
    near(place(local), deg, 2e-7);
    assert.deepEqual((await items('local', {crs: own()})).map(place), [msk, [1325800, 418900], [1326000.25, 419000.5]],
        'every bit of the source');
    const [degrees] = await items('degrees', {crs: own()});
    near(place(degrees), msk, 0.01);
    assert.deepEqual(place((await items('degrees', {crs: `${EPSG}4326`}))[0]), [deg[1], deg[0]]);
    near(place((await items('degrees', {crs: `${EPSG}3857`}))[0]), mercator(deg), 1e-4);
    const zone = (await items('zone', {crs: `${EPSG}28407`})).map(place);
    assert.deepEqual(zone, [[5831000, 7540000], [5832000, 7541000]], 'the axes of EPSG:28407 are north, east');
    const [back] = await items('zone', {crs: own()}), [there] = await items('zone', {});
    const again = await items('zone', {crs: `${EPSG}4326`});
    near(place(there), [place(again[0])[1], place(again[0])[0]], 1e-12);
    assert.ok(place(back)[0] > 1200000 && place(back)[0] < 1400000, 'x is east in МСК');
});

test('short names mean the same; what the collection has not is refused with the list', async () => {
    for (const crs of ['EPSG:4326', '[EPSG:4326]', `${EPSG}4326`])
        assert.deepEqual(place((await items('degrees', {crs}))[0]), [deg[1], deg[0]], crs);
    for (const crs of ['EPSG:32637', 'nonsense', '', `${EPSG}999999`, 'http://example.com/', '[', '[]', 'x'.repeat(2000)])
        for (const name of ['crs', 'bbox-crs']) {
            const answer = await server.get(url('degrees', {[name]: crs, bbox: '0,0,1,1'}));
            assert.equal(answer.status, 400, `${name}=${crs}`);
            const problem = await answer.json();
            assert.match(problem.detail, new RegExp(`^${name}: .*CRS84.*EPSG/0/3857`));
        }
});

test('a window in a system holds what lies in it there, to the last digit', async () => {
    const window = async (layer, crs, box) => (await items(layer, {'bbox-crs': crs, bbox: box.join()})).map((f) => Number(f.properties.n));
    const [x, y] = msk;
    assert.deepEqual(await window('local', own(), [x, y, x, y]), [0], 'its edge belongs to it');
    assert.deepEqual(await window('local', own(), [x + 0.001, y, x + 1, y + 1]), []);
    assert.deepEqual(await window('local', own(), [1325000, 418000, 1325800, 418900]), [0, 1]);
    assert.deepEqual(await window('local', own(), [0, 0, 2e6, 2e6]), [0, 1, 2]);
    assert.deepEqual(await window('zone', `${EPSG}28407`, [5831000, 7540000, 5831000, 7540000]), [0], 'north, east');
    assert.deepEqual(await window('zone', `${EPSG}28407`, [7540000, 5831000, 7540000, 5831000]), []);
    assert.deepEqual(await window('degrees', `${EPSG}4326`, [52, 39, 53, 40]), [0]);
    assert.deepEqual(await window('degrees', `${EPSG}4326`, [0, 179, 20, -179]), [1, 2], 'across the antimeridian');
    assert.deepEqual(await window('degrees', OGC, [39, 52, 40, 53]), [0]);
    assert.deepEqual(await window('degrees', own(), [x - 0.01, y - 0.01, x + 0.01, y + 0.01]), [0]);
    assert.deepEqual(await window('degrees', own(), [x + 0.02, y, x + 1, y + 1]), []);
    assert.deepEqual(await window('local', `${EPSG}3857`, [4400000, 6900000, 4420000, 6920000]), [0, 1, 2]);
    assert.deepEqual(await window('local', own(), [-1e300, -1e300, 1e300, 1e300]), [], 'nowhere on earth');
    for (const bbox of ['1,1,0,0', '1,2,3', 'a,b,c,d', '1,2,3,nan', ''])
        assert.equal((await server.get(url('local', {'bbox-crs': own(), bbox}))).status, 400, bbox);
});

test('the next page is in the same system', async () => {
    const page = await server.json(url('local', {crs: own(), limit: 1}));
    const next = page.links.find((l) => l.rel === 'next');
    const answer = await fetch(next.href);
    assert.equal(answer.headers.get('content-crs'), `<${own()}>`);
    assert.deepEqual((await answer.json()).features.map(place), [[1325800, 418900]]);
});

test('a local system has an address that describes it', async () => {
    const {crs} = await server.json('/crs');
    assert.deepEqual(crs.map((c) => c.uri), [own()]);
    assert.match(crs[0].title, /МСК-48/);
    const answer = await fetch(own());
    assert.match(answer.headers.get('content-type'), /projjson/);
    assert.equal((await answer.json()).type, 'BoundCRS');
    assert.equal((await server.get('/crs/MSK99_1')).status, 404);
});
