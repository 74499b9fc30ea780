// QGIS 3.22 as a client of OGC API Features: every layer of the sample town is added, counted, filtered, paged and drawn.
import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {askedSince, lacks, runPython, sameGeometry, sameProperties} from '../lib/clients.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';

const town = towns.find((one) => one.name === 'the sample town');
const skip = town.skip || lacks('qgis.core', 'python3-qgis');
let temp, server, ids;

before(async () => {
    if (skip)
        return;
    temp = tempDir();
    const dir = join(temp.dir, 'town');
    ids = town.make(dir);
    server = await serve(dir);
});
after(async () => {
    await server?.stop();
    temp?.remove();
});

let runs = 0;
const qgis = (jobs) => runPython('qgis_client.py', {profile: join(temp.dir, `profile${++runs}`), jobs}, {HOME: temp.dir, XDG_RUNTIME_DIR: temp.dir});
const layer = (typename, reads, uri = {}) => ({provider: 'OAPIF', uri: {url: server.url, typename, ...uri}, reads});
/** One layer added by a QGIS of its own: what it saw of each read, and what the server was asked. */
async function readLayer(typename, reads, uri = {}) {
    const from = server.log().length;
    const [answer] = await qgis([layer(typename, reads, uri)]);
    assert.ok(answer.valid, answer.error);
    assert.deepEqual(answer.messages, []);
    return {...answer, asked: askedSince(server, from)};
}
const matched = async (path) => (await server.json(path)).numberMatched;
const query = (params) => `?${new URLSearchParams(params)}`;

// What QGIS makes of the types of /schema; it guesses them from the first ten features.
const typeNames = {string: ['String'], date: ['Date', 'String'], 'date-time': ['DateTime', 'String'], integer: ['Integer', 'Integer64', 'String'],
    number: ['Real', 'Integer', 'String'], boolean: ['Boolean', 'String'], object: ['String', 'Map'], array: ['String']};

/** Features by id, from pages of the interface. */
async function featuresOf(id) {
    const all = new Map();
    for (let next = `${server.url}/collections/${id}/items?limit=10000`; next;) {
        const page = await (await fetch(next)).json();
        page.features.forEach((f) => all.set(String(f.id), f));
        next = page.links.find((l) => l.rel === 'next')?.href;
    }
    return all;
}

test('every layer: CRS, exact count, fields, ids, attributes and geometry', {skip}, async (t) => {
    const answers = await qgis(ids.map((id) => layer(id, [{every: id === 'stress_points' ? 100 : 10}])));
    for (const [i, id] of ids.entries()) {
        await t.test(id, async () => {
            const got = answers[i], want = await featuresOf(id);
            assert.ok(got.valid, got.error);
            assert.deepEqual(got.messages, []);
            assert.equal(got.crs, 'EPSG:4326');
            assert.equal(got.count, want.size);
            const [{read, features}] = got.reads;
            assert.equal(read, want.size);
            const {properties} = await server.json(`/collections/${id}/schema`);
            const fields = new Map(got.fields);
            for (const [name, {type, format, 'x-ogc-role': role}] of Object.entries(properties)) {
                if (role === 'primary-geometry' || format?.startsWith('geometry'))
                    continue;
                const allowed = typeNames[format] ?? typeNames[[type].flat()[0]];
                assert.ok(allowed.includes(fields.get(name)), `${name}: ${type} ${format ?? ''} became ${fields.get(name)}`);
            }
            for (const feature of features) {
                const original = want.get(String(feature.properties.id));
                assert.ok(original, `id ${feature.properties.id}`);
                sameProperties(original.properties, feature.properties, `${id} ${original.id}`);
                sameGeometry(original.geometry, feature.geometry, 1e-9, `${id} ${original.id}`);
            }
        });
    }
});

test('pages of its own size: nothing is lost or twice', {skip}, async () => {
    const {reads: [{features}], asked} = await readLayer('manholes', [{}], {pageSize: '700'});
    const want = await featuresOf('manholes');
    assert.deepEqual(features.map((f) => f.properties.id).sort(), [...want.keys()].sort());
    const pages = asked.filter((line) => line.includes('/items?limit=700'));
    assert.equal(pages.length, Math.ceil(want.size / 700), asked.join('\n'));
    assert.ok(pages.slice(1).every((line) => line.includes('page=') && line.endsWith(' 200')), asked.join('\n'));
});

test('the extent of the map window is asked of the server', {skip}, async () => {
    const rect = [39.09, 52.34, 39.1, 52.35];
    const {reads: [{read}], asked} = await readLayer('manholes', [{rect}], {restrictToRequestBBOX: '1'});
    assert.equal(read, await matched(`/collections/manholes/items?bbox=${rect}&limit=1`));
    assert.ok(read > 100);
    assert.ok(asked.some((line) => /bbox=39\.09/.test(line)), asked.join('\n'));
    assert.ok(!asked.some((line) => /page=/.test(line)), asked.join('\n'));
});

test('filters by attributes', {skip}, async () => {
    const {count, reads: [subset, expression, both]} = await readLayer('buildings', [{subset: '"floors" = 5'},
        {expression: '"floors" > 5 and "wall" like \'%пан%\''},
        {subset: '"floors" = 5', rect: [39.09, 52.34, 39.1, 52.35]}]);
    assert.ok(subset.accepted);
    assert.equal(count, await matched('/collections/buildings/items?limit=1'));
    for (const seen of [subset.count, subset.read])
        assert.equal(seen, await matched('/collections/buildings/items?limit=1&floors=5'));
    assert.ok(subset.features.every((f) => f.properties.floors === 5));
    assert.equal(expression.read, await matched(`/collections/buildings/items${query({limit: 1, filter: "floors > 5 AND wall LIKE '%пан%'"})}`));
    assert.ok(expression.read > 0);
    assert.equal(both.read, await matched('/collections/buildings/items?limit=1&floors=5&bbox=39.09,52.34,39.1,52.35'));
});

// QGIS makes `datetime` of comparisons with a date, and believes the answer
test('filters by dates run on the server', {skip}, async () => {
    const ways = [['"inspected" >= \'2026-05-01\'', "inspected >= DATE('2026-05-01')"],
        ['"inspected" <= \'2026-05-01\'', "inspected <= DATE('2026-05-01')"],
        ['"inspected" >= \'2026-03-01\' and "inspected" <= \'2026-05-31\' and "state" <> \'x\'',
            "inspected BETWEEN DATE('2026-03-01') AND DATE('2026-05-31')"]];
    const {reads, asked} = await readLayer('playgrounds', ways.map(([subset]) => ({subset})));
    for (const [i, [subset, filter]] of ways.entries()) {
        const want = await matched(`/collections/playgrounds/items${query({limit: 1, filter})}`);
        assert.equal(reads[i].read, want, subset);
        assert.ok(want > 0 && want < 138, `${subset}: ${want}`);
    }
    assert.equal(asked.filter((line) => line.includes('datetime=')).length, ways.length, asked.join('\n'));
});

test('a map is drawn', {skip}, async () => {
    const image = join(temp.dir, 'map.png'), drawn = ['streets', 'buildings', 'districts'];
    const {extent} = await server.json('/collections/districts');
    const answers = await qgis([...drawn.map((id) => layer(id, [])), {render: drawn.map((_, i) => i), rect: extent.spatial.bbox[0], image}]);
    const map = answers.at(-1);
    assert.deepEqual(map.errors, []);
    assert.ok(map.painted > 0.3, `${map.painted} of the map is painted`);
    assert.ok(map.colours > 3);
    assert.ok(existsSync(image));
});

test('WMS: the map and single layers, in several systems, drawn and asked', {skip}, async () => {
    const picture = (layers, crs) => ({provider: 'wms', uri: {url: `${server.url}/wms`, layers, styles: '', format: 'image/png', crs, contextualWMSLegend: 0}});
    const rect = [39.08, 52.34, 39.12, 52.36];
    const answers = await qgis([
        {...picture('map', 'EPSG:3857')}, {...picture('districts', 'EPSG:4326'), identify: [39.1, 52.35, ...rect]},
        {render: [0], rect, image: join(temp.dir, 'wms1.png')}, {render: [1], rect, image: join(temp.dir, 'wms2.png')},
    ]);
    for (const answer of answers.slice(0, 2))
        assert.ok(answer.valid, answer.error);
    assert.equal(answers[1].crs, 'EPSG:4326');
    assert.ok(answers[1].extent[0] > 38.9 && answers[1].extent[2] < 39.4, String(answers[1].extent));
    assert.match(answers[1].identified.join(), /Название: /);
    assert.deepEqual(answers[2].errors, []);
    assert.ok(answers[2].painted > 0.5 && answers[2].colours > 20, JSON.stringify(answers[2]));
    assert.ok(answers[3].painted > 0.001, JSON.stringify(answers[3]));
    assert.deepEqual(answers.flatMap((a) => a.messages), []);
});
