// QGIS 3.22 as a client of WFS 2.0.0, 1.1.0 and 1.0.0: layers are added, counted, filtered, read in pages, compared with /items.
import assert from 'node:assert/strict';
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
const layer = (typename, version, reads, uri = {}) => ({provider: 'WFS',
    uri: {url: `${server.url}/wfs`, typename: `mm:${typename}`, version, ...uri}, reads});
/** One layer added by a QGIS of its own: what it saw of each read, and what the server was asked. */
async function readLayer(typename, version, reads, uri = {}) {
    const from = server.log().length;
    const [answer] = await qgis([layer(typename, version, reads, uri)]);
    assert.ok(answer.valid, answer.error);
    assert.deepEqual(answer.messages, []);
    return {...answer, asked: askedSince(server, from)};
}
const matched = async (id, params) => (await server.json(`/collections/${id}/items?${new URLSearchParams({limit: 1, ...params})}`)).numberMatched;

/** All features of a layer, in the order of the interface. */
async function featuresOf(id, params = {}) {
    const all = [];
    for (let next = `${server.url}/collections/${id}/items?${new URLSearchParams({limit: 10000, ...params})}`; next;) {
        const page = await (await fetch(next)).json();
        all.push(...page.features);
        next = page.links.find((l) => l.rel === 'next')?.href;
    }
    return all;
}

// What QGIS calls the types of XML Schema.
const typeNames = {string: ['string'], date: ['date'], 'date-time': ['dateTime'], integer: ['long', 'int', 'integer'], number: ['double', 'decimal'],
    boolean: ['boolean'], object: ['string'], array: ['string']};

// QGIS has east before north; of the layers only this one is in a system that has a number: north before east
const systemOf = (id) => id === 'manholes' ? 'EPSG:28407' : 'EPSG:4326';
const swapped = (c) => typeof c[0] === 'number' ? [c[1], c[0], ...c.slice(2)] : c.map(swapped);

async function compare(id, got, every) {
    const isOwn = systemOf(id) !== 'EPSG:4326';
    const want = await featuresOf(id, isOwn ? {crs: 'http://www.opengis.net/def/crs/EPSG/0/28407'} : {});
    assert.ok(got.valid, got.error);
    assert.deepEqual(got.messages, []);
    assert.equal(got.crs, systemOf(id));
    const [{read, features}, {count}] = got.reads;
    assert.equal(read, want.length);
    assert.equal(count, want.length);
    const {properties} = await server.json(`/collections/${id}/schema`), fields = new Map(got.fields);
    for (const [name, {type, format, 'x-ogc-role': role}] of Object.entries(properties)) {
        if (role === 'primary-geometry' || format?.startsWith('geometry'))
            continue;
        const allowed = typeNames[format] ?? typeNames[[type].flat()[0]];
        assert.ok(allowed.includes(fields.get(name)?.replace(/^xsd?:/, '')), `${name}: ${type} ${format ?? ''} became ${fields.get(name)}`);
    }
    assert.equal(features.length, Math.ceil(want.length / every));
    for (const [i, feature] of features.entries()) {
        const original = want[i * every];
        // an empty element is null for QGIS, so a text without letters is, too
        const properties = Object.fromEntries(Object.entries(original.properties).map(([name, v]) => [name, v === '' ? null : v]));
        sameProperties(properties, feature.properties, `${id} ${original.id}`);
        const geometry = isOwn ? {...original.geometry, coordinates: swapped(original.geometry.coordinates)} : original.geometry;
        sameGeometry(geometry, feature.geometry, isOwn ? 1e-4 : 1e-9, `${id} ${original.id}`);
    }
}

// all of it in the newest version; what differs between layers is the same in the others
for (const [version, some] of [['2.0.0', null], ['1.1.0', /^(streets|districts|lights|permits|stops)$/], ['1.0.0', /^(streets|districts|lights|permits|stops)$/]]) {
    test(`${version}: CRS, exact count, fields, attributes and geometry`, {skip}, async (t) => {
        const chosen = ids.filter((id) => !some || some.test(id)), every = 10;
        const answers = await qgis(chosen.map((id) => layer(id, version, [{every}, {rect: [0, 0, 0.001, 0.001]}])));
        for (const [i, id] of chosen.entries())
            await t.test(id, () => compare(id, answers[i], every));
    });

    test(`${version}: filters run on the server`, {skip}, async () => {
        const rect = [39.09, 52.34, 39.1, 52.35], from = '2026-05-01';
        const {reads: [floors, both, window], asked} = await readLayer('buildings', version, [{subset: '"floors" = 5'},
            {subset: '"floors" > 5 and "wall" like \'%пан%\''}, {rect}], {restrictToRequestBBOX: '1'});
        assert.ok(floors.accepted && both.accepted);
        assert.equal(floors.read, await matched('buildings', {floors: 5}));
        assert.ok(floors.features.every((f) => f.properties.floors === 5));
        assert.equal(both.read, await matched('buildings', {filter: "floors > 5 AND wall LIKE '%пан%'"}));
        assert.ok(both.read > 0);
        assert.equal(window.read, await matched('buildings', {bbox: rect}));
        assert.ok(window.read > 0);
        assert.ok(asked.filter((line) => /FILTER=/i.test(line)).length >= 2, asked.join('\n'));
        assert.ok(asked.some((line) => /BBOX/i.test(line)), asked.join('\n'));
        const {reads: [late]} = await readLayer('playgrounds', version, [{subset: `"inspected" >= '${from}'`}]);
        assert.equal(late.read, await matched('playgrounds', {filter: `inspected >= DATE('${from}')`}));
    });
}

test('2.0.0: pages: nothing is lost or twice', {skip}, async () => {
    const {reads: [{features}], asked} = await readLayer('manholes', '2.0.0', [{}], {pagingEnabled: 'true', pageSize: '700'});
    const want = await featuresOf('manholes');
    assert.deepEqual(features.map((f) => f.properties.id), want.map((f) => f.id));
    const pages = asked.filter((line) => /COUNT=700/.test(line));
    assert.ok(pages.length >= Math.ceil(want.length / 700), asked.join('\n'));
});

test('2.0.0: an extent, a filter and a page together', {skip}, async () => {
    const rect = [39.09, 52.34, 39.1, 52.35];
    const {reads: [{read}]} = await readLayer('buildings', '2.0.0', [{subset: '"floors" < 3', rect}],
        {restrictToRequestBBOX: '1', pagingEnabled: 'true', pageSize: '10'});
    assert.equal(read, await matched('buildings', {bbox: rect, filter: 'floors < 3'}));
    assert.ok(read > 10);
});

test('a map is drawn', {skip}, async () => {
    const image = join(temp.dir, 'map.png'), drawn = ['streets', 'buildings', 'districts'];
    const {extent} = await server.json('/collections/districts');
    const answers = await qgis([...drawn.map((id) => layer(id, '2.0.0', [])), {render: drawn.map((_, i) => i), rect: extent.spatial.bbox[0], image}]);
    assert.deepEqual(answers.at(-1).errors, []);
    assert.ok(answers.at(-1).painted > 0.3);
});
