// OGC API Features as clients see it (OGC 17-069r4), on a folder with known data.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, line, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir();
let server;


const places = [
    feature({name: 'Ёлочная, 1 «А»', n: 5, big: 9007199254740993n, ratio: 0.1, open: true,
        start: '2026-01-01', end: '2026-03-31', tags: ['a', 'b']}, point(39.1, 52.3), {id: 1}),
    feature({name: '<b>bold</b>', n: 7, big: 1n, ratio: -1e-9, open: false,
        start: '2026-03-15', end: null, tags: null}, point(39.2, 52.4), {id: 2}),
    feature({name: '=cmd', n: null, big: null, ratio: null, open: null, start: null, end: null, tags: null}, null, {id: 3}),
    feature({name: 'far', n: 5, big: 2n, ratio: 2.5, open: true, start: '2025-01-01', end: '2025-02-01',
        tags: []}, point(-179.5, 10), {id: 4}),
];


before(async () => {
    mkdirSync(join(temp.dir, 'map'));
    writeFileSync(join(temp.dir, 'map/places.geojson'), collection(places));
    writeFileSync(join(temp.dir, 'map/places.yaml'), `
title: {ru: Места, en: Places}
source: places.geojson
fields:
  - {name: n, title: {ru: Число, en: Number}, unit: {ru: шт., en: pcs}, codes: [{value: "5", title: {ru: пять, en: five}}]}
  - {name: ratio, hidden: true}
`);
    writeFileSync(join(temp.dir, 'map/zones.geojson'), JSON.stringify({type: 'FeatureCollection', features: [
        {type: 'Feature', properties: {code: 'a/b c'}, geometry: {type: 'Polygon',
            coordinates: [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]]}},
        {type: 'Feature', properties: {code: '007'}, geometry: {type: 'LineString', coordinates: [[20, 0], [30, 10]]}},
        {type: 'Feature', properties: {code: '9007199254740993'}, geometry: {type: 'GeometryCollection', geometries: [
            point(40, 1, 5), line([41, 1, 6], [42, 2, 7])]}},
    ]}));
    writeFileSync(join(temp.dir, 'map/zones.yaml'), 'source: zones.geojson\nid_field: code\n');
    server = await serve(join(temp.dir, 'map'));
});

after(async () => {
    await server?.stop();
    temp.remove();
});

test('landing page has the links that clients look for', async () => {
    const landing = await server.json('/', {headers: {accept: 'application/json'}});
    const rels = landing.links.map((l) => l.rel);
    for (const rel of ['self', 'service-desc', 'service-doc', 'conformance', 'data'])
        assert.ok(rels.includes(rel), rel);
    for (const link of landing.links) {
        const answer = await fetch(link.href);
        assert.equal(answer.status, 200, link.href);
        assert.ok(answer.headers.get('content-type').startsWith(link.type.split(';')[0]), `${link.href} ${answer.headers.get('content-type')}`);
        await answer.arrayBuffer();
    }
});

test('conformance names Features core', async () => {
    const {conformsTo} = await server.json('/conformance');
    assert.ok(conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'));
});

test('the definition publishes limits and properties', async () => {
    const answer = await server.get('/api');
    assert.match(answer.headers.get('content-type'), /application\/vnd\.oai\.openapi\+json;\s*version=3\.0/);
    const api = await answer.json();
    assert.equal(api.components.parameters.limit.schema.maximum, 10000);
    assert.equal(api.components.parameters.limit.schema.default, 1000);
    const items = api.paths['/collections/places/items'].get.parameters;
    assert.ok(items.some((p) => p.name === 'name'));
    assert.ok(!items.some((p) => p.name === 'ratio'), 'hidden');
});

test('collections say extent, count and where the items are', async () => {
    const {collections} = await server.json('/collections');
    assert.deepEqual(collections.map((c) => c.id), ['places', 'zones']);
    const c = await server.json('/collections/places?lang=en');
    assert.equal(c.title, 'Places');
    assert.deepEqual(c.extent.spatial.bbox, [[-179.5, 10, 39.2, 52.4]]);
    assert.equal(c.extent.temporal.interval[0][0], '2025-01-01T00:00:00Z');
    assert.ok(c.links.some((l) => l.rel === 'items' && l.type === 'application/geo+json'));
});

test('items give back exactly what was put in', async () => {
    const answer = await server.get('/collections/places/items');
    assert.match(answer.headers.get('content-type'), /application\/geo\+json/);
    assert.equal(answer.headers.get('ogc-numbermatched'), '4');
    const text = await answer.text();
    assert.match(text, /"big":9007199254740993[,}]/);
    const page = JSON.parse(text);
    assert.equal(page.numberMatched, 4);
    assert.equal(page.numberReturned, 4);
    assert.deepEqual(page.features.map((f) => f.id), [1, 2, 3, 4]);
    for (const [i, f] of page.features.entries()) {
        assert.deepEqual(f.geometry, places[i].geometry);
        for (const key of ['name', 'n', 'open', 'start', 'end', 'tags'])
            assert.deepEqual(f.properties[key], places[i].properties[key], `${i} ${key}`);
        assert.ok(!('ratio' in f.properties), 'hidden');
    }
});

test('bbox is exact: a hole holds nothing, a diagonal touches only where it runs', async () => {
    const ids = async (bbox) => (await server.json(`/collections/zones/items?bbox=${bbox}`)).features.map((f) => f.id);
    assert.deepEqual(await ids('4.5,4.5,5.5,5.5'), []);
    assert.deepEqual(await ids('3.5,4.5,5.5,5.5'), ['a/b c']);
    assert.deepEqual(await ids('20,8,22,10'), []);
    assert.deepEqual(await ids('24,4,26,6'), ['007']);
    assert.deepEqual(await ids('10,10,10,10'), ['a/b c']);
    assert.deepEqual(await ids('40,1,40,1'), ['9007199254740993']);
    assert.deepEqual(await ids('-180,-90,180,90'), ['a/b c', '007', '9007199254740993']);
});

test('a box across the antimeridian has two sides', async () => {
    const page = await server.json('/collections/places/items?bbox=170,-10,-170,20');
    assert.deepEqual(page.features.map((f) => f.id), [4]);
});

test('datetime meets instants, intervals and open ends', async () => {
    const ids = async (t) => (await server.json(`/collections/places/items?datetime=${t}`)).features.map((f) => f.id);
    assert.deepEqual(await ids('2026-03-20'), [1, 2]);
    assert.deepEqual(await ids('2026-03-31T23:59:59Z'), [1, 2]);
    assert.deepEqual(await ids('2026-04-01T00:00:00Z'), [2]);
    assert.deepEqual(await ids('../2025-12-31'), [4]);
    assert.deepEqual(await ids('0000-01-01T00:00:00Z/2025-12-31T00:00:00Z'), [4]);
    assert.deepEqual(await ids('2026-01-15/..'), [1, 2]);
});

test('properties filter by equality, unknown ones are refused by name', async () => {
    const page = await server.json('/collections/places/items?n=5');
    assert.deepEqual(page.features.map((f) => f.id), [1, 4]);
    assert.equal((await server.json('/collections/places/items?n=5&open=true&start=2026-01-01')).numberMatched, 1);
    assert.equal((await server.json(`/collections/places/items?name=${encodeURIComponent('Ёлочная, 1 «А»')}`)).numberMatched, 1);
    for (const [query, word] of [['naem=x', 'name'], ['ratio=1', 'ratio'], ['n=five', 'n'], ['bbox=1,2,3', 'bbox'],
        ['bbox=1,2,3,nan', 'bbox'], ['bbox=1,50,2,40', 'bbox'], ['limit=0', 'limit'], ['limit=-1', 'limit'],
        ['limit=0x10', 'limit'], ['offset=99999999999', 'offset'], ['datetime=yesterday', 'datetime'],
        ['datetime=2026-02-30', 'datetime'], ['f=xml', 'f'], ['limit=1&limit=2', 'limit']]) {
        const answer = await server.get(`/collections/places/items?${query}`);
        assert.equal(answer.status, 400, query);
        assert.match(answer.headers.get('content-type'), /application\/problem\+json/);
        assert.match((await answer.json()).detail, new RegExp(word), query);
    }
});

test('pages follow each other without gap or overlap', async () => {
    const seen = [];
    let next = `${server.url}/collections/places/items?limit=3`;
    while (next) {
        const page = await (await fetch(next)).json();
        seen.push(...page.features.map((f) => f.id));
        assert.equal(page.numberMatched, 4);
        next = page.links.find((l) => l.rel === 'next')?.href;
    }
    assert.deepEqual(seen, [1, 2, 3, 4]);
    const last = await server.json('/collections/places/items?limit=3&offset=3');
    assert.match(last.links.find((l) => l.rel === 'prev').href, /\/items\?/);
    assert.equal((await server.json('/collections/places/items?limit=99999')).numberReturned, 4, 'clamped, not refused');
});

test('every id opens its feature, also with slash, space and leading zeros', async () => {
    for (const id of ['a/b c', '007', '9007199254740993']) {
        const f = await server.json(`/collections/zones/items/${encodeURIComponent(id)}`);
        assert.equal(f.id, id);
        const self = f.links.find((l) => l.rel === 'self').href;
        assert.equal((await (await fetch(self)).json()).id, id);
    }
    const collection = await server.json('/collections/zones/items/9007199254740993');
    assert.deepEqual(collection.geometry, {type: 'GeometryCollection', geometries: [
        point(40, 1, 5), line([41, 1, 6], [42, 2, 7])]});
    for (const path of ['/collections/zones/items/8', '/collections/nope/items', '/collections/nope',
        '/collections/zones/items/..%2F..%2Fetc', '/nope'])
        assert.equal((await server.get(path)).status, 404, path);
});

test('answers are cacheable and change their tag with their content', async () => {
    const first = await server.get('/collections/places/items?limit=1');
    const tag = first.headers.get('etag');
    assert.match(tag, /^"[^"]+"$/);
    const again = await server.get('/collections/places/items?limit=1', {headers: {'if-none-match': tag}});
    assert.equal(again.status, 304);
    assert.notEqual((await server.get('/collections/places/items?limit=2')).headers.get('etag'), tag);
});

test('pages for people escape everything and decode codes', async () => {
    const answer = await server.get('/collections/places/items?f=html', {headers: {'accept-language': 'ru'}});
    assert.match(answer.headers.get('content-type'), /text\/html; charset=utf-8/);
    const page = await answer.text();
    assert.ok(page.includes('&lt;b&gt;bold&lt;/b&gt;') && !page.includes('<b>bold'));
    assert.ok(page.includes('<td>пять</td>') && page.includes('Число, шт.'));
    assert.match(answer.headers.get('content-security-policy'), /default-src 'self'/);
    for (const path of ['/?f=html', '/conformance?f=html', '/api?f=html', '/collections?f=html', '/collections/zones?f=html',
        '/collections/zones/items/a%2Fb%20c?f=html', '/status?f=html'])
        assert.equal((await server.get(path)).status, 200, path);
});

test('the schema tells types, units, codes and roles', async () => {
    const schema = await server.json('/collections/places/schema');
    assert.deepEqual(schema.properties.n.oneOf, [{const: 5, title: 'пять'}]);
    assert.equal(schema.properties.n['x-ogc-unit'], 'шт.');
    for (const kind of ['schema', 'queryables', 'sortables'])
        assert.equal((await server.json(`/collections/places/${kind}?lang=en`)).properties.n['x-ogc-unit'], 'pcs', kind);
    assert.deepEqual((await server.json('/map.json')).layers.find((l) => l.id === 'places').fields.find((f) => f.name === 'n').unit, {ru: 'шт.', en: 'pcs'});
    for (const [lang, unit] of [['ru', 'шт.'], ['en', 'pcs']])
        for (const path of ['', '/items', '/items/1'])
            assert.ok((await (await server.get(`/collections/places${path}?f=html&lang=${lang}`)).text()).includes(unit), `${path} ${lang}`);
    assert.equal(schema.properties.start.format, 'date');
    assert.equal(schema.properties.geometry.format, 'geometry-point');
    assert.ok(!schema.properties.ratio);
    assert.equal((await server.json('/collections/zones/schema')).properties.code['x-ogc-role'], 'id');
});

test('those who run the server see health, readiness, metrics and quality', async () => {
    assert.equal((await server.get('/healthz')).status, 200);
    assert.equal((await server.get('/readyz')).status, 200);
    const metrics = await (await server.get('/metrics')).text();
    assert.match(metrics, /munimap_layer_features\{layer="places"\} 4/);
    assert.match(metrics, /munimap_http_requests_total\{.*route="items"/);
    const status = await server.json('/status');
    assert.equal(status.layers.find((l) => l.id === 'places').quality['null-geometry'], 1);
});

test('queryables and sortables are the fields that may be asked for and sorted by', async () => {
    const collection = await server.json('/collections/places');
    for (const [kind, has, lacks] of [['queryables', ['geometry', 'name', 'n', 'big', 'open', 'start'], ['ratio', 'tags']],
        ['sortables', ['name', 'n', 'big', 'open', 'start'], ['geometry', 'ratio', 'tags']]]) {
        const link = collection.links.find((l) => l.rel === `http://www.opengis.net/def/rel/ogc/1.0/${kind}`);
        assert.equal(link.href, `${server.url}/collections/places/${kind}`);
        const answer = await fetch(link.href);
        assert.match(answer.headers.get('content-type'), /application\/schema\+json/);
        const schema = await answer.json();
        assert.equal(schema.$id, link.href);
        assert.equal(schema.additionalProperties, false);
        for (const name of has)
            assert.ok(schema.properties[name], `${kind}: ${name}`);
        for (const name of lacks)
            assert.ok(!schema.properties[name], `${kind}: ${name}`);
        assert.equal((await server.get(`/collections/none/${kind}`)).status, 404);
    }
});

const idsOf = async (query) => (await server.json(`/collections/places/items?${query}`)).features.map((f) => f.id);

test('features come in the order asked for, those without a value last', async () => {
    assert.deepEqual(await idsOf('sortby=n'), [1, 4, 2, 3]);
    assert.deepEqual(await idsOf('sortby=-n'), [2, 1, 4, 3]);
    assert.deepEqual(await idsOf('sortby=%2Bn,-start'), [1, 4, 2, 3]);
    assert.deepEqual(await idsOf('sortby=n,start'), [4, 1, 2, 3]);
    assert.deepEqual(await idsOf('sortby=+n,+start'), [4, 1, 2, 3], 'a plus that was not encoded');
    assert.deepEqual(await idsOf('sortby=-big'), [1, 4, 2, 3], 'beyond 2^53');
    assert.deepEqual(await idsOf('sortby=open,-n'), [2, 1, 4, 3], 'false before true');
    assert.deepEqual(await idsOf('sortby=name'), [2, 3, 4, 1]);
    assert.deepEqual(await idsOf('sortby=-start&n=5'), [1, 4]);
    assert.deepEqual(await idsOf('sortby=-n&limit=2&offset=1'), [1, 4]);
    const page = await server.json('/collections/places/items?sortby=-n&limit=1');
    const next = await (await fetch(page.links.find((l) => l.rel === 'next').href)).json();
    assert.deepEqual([page.features[0].id, next.features[0].id], [2, 1]);
    for (const bad of ['none', 'ratio', 'tags', 'geometry', '', '-', 'n,', ',n', 'n,n,n,n,n,n,n,n,n', 'x'.repeat(300)]) {
        const answer = await server.get(`/collections/places/items?sortby=${bad}`);
        assert.equal(answer.status, 400, bad);
        assert.match((await answer.json()).detail, /^sortby: /);
    }
});

test('letters sort as people expect: case does not count, ё stands with е', async () => {
    const names = ['Ёлочная', 'елка', 'Яблоневая', 'абрикос', 'Жукова', 'apple', 'Zoo', 'едва', 'Ель'];
    writeFileSync(join(temp.dir, 'map/words.geojson'), collection(names.map((name, i) => feature({name}, null, {id: i}))));
    writeFileSync(join(temp.dir, 'map/words.yaml'), 'source: words.geojson\n');
    await until('the layer', async () => (await server.get('/collections/words')).status === 200);
    const {features} = await server.json('/collections/words/items?sortby=name');
    assert.deepEqual(features.map((f) => f.properties.name),
        ['apple', 'Zoo', 'абрикос', 'едва', 'елка', 'Ёлочная', 'Ель', 'Жукова', 'Яблоневая']);
});

test('only the properties asked for are given', async () => {
    const keys = async (query) => Object.keys((await server.json(`/collections/places/items?${query}`)).features[0].properties);
    const all = await keys('');
    assert.deepEqual(await keys('properties=open,name'), all.filter((k) => ['open', 'name'].includes(k)), 'in source order');
    assert.deepEqual(await keys('exclude-properties=tags,big'), all.filter((k) => !['tags', 'big'].includes(k)));
    assert.deepEqual(await keys('properties='), []);
    for (const bad of ['properties=none', 'properties=ratio', 'exclude-properties=none', 'properties=n,', 'properties=n&exclude-properties=n'])
        assert.equal((await server.get(`/collections/places/items?${bad}`)).status, 400, bad);
});

test('a download has neither gaps nor repeats while the data change', async () => {
    const file = join(temp.dir, 'map/many.geojson'), last = {};
    const write = (version, ids) => writeFileSync(file, collection(
        ids.map((id) => feature({version}, point(39 + id / 1000, 52), {id}))));
    const is = (version) => until(`version ${version}`, async () => {
        const answer = await server.get('/collections/many/items?limit=1');
        return answer.status === 200 && (await answer.json()).features[0].properties.version === version;
    });
    const all = Array.from({length: 25}, (_, i) => i + 1);
    write(0, all);
    writeFileSync(join(temp.dir, 'map/many.yaml'), 'source: many.geojson\n');
    await is(0);
    for (const query of ['limit=4', 'limit=4&sortby=-version', 'limit=4&bbox=38,51,41,53']) {
        write(0, all);
        await is(0);
        let page = await server.json(`/collections/many/items?${query}`), version = 1;
        const seen = page.features.map((f) => f.id);
        for (let next; (next = page.links.find((l) => l.rel === 'next'));) {
            write(version, [...all].reverse().slice(version));
            await is(version++);
            page = await (await fetch(next.href)).json();
            assert.equal(page.numberMatched, 25);
            assert.ok(page.features.every((f) => f.properties.version === 0));
            seen.push(...page.features.map((f) => f.id));
            last.href = next.href;
        }
        assert.deepEqual(seen, all, query);
    }
    for (let i = 1; i <= 16; i++) { // as many others are kept
        write(100 + i, all);
        await is(100 + i);
        await server.json('/collections/many/items?limit=2');
    }
    const gone = await fetch(last.href);
    assert.equal(gone.status, 410);
    assert.match((await gone.json()).detail, /^page: .*begin again with the first page/);
    for (const [page, status] of [['0123456789abcdef-4', 410], ['0123456789abcdef', 400], ['-4', 400], ['x', 400], ['', 400],
        ['0123456789abcdef-', 400], ['0123456789abcdef--1', 400], ['0123456789abcdef-4&offset=4', 400]])
        assert.equal((await server.get(`/collections/many/items?page=${page}`)).status, status, page);
});

test('the form of a page: codes as a list, what was asked for is kept, empty fields ask for nothing, files of what was found', async () => {
    const page = async (params) => {
        const answer = await server.get(`/collections/places/items?${new URLSearchParams({f: 'html', lang: 'ru', ...params})}`);
        assert.equal(answer.status, 200);
        return {text: await answer.text(), matched: answer.headers.get('ogc-numbermatched')};
    };
    const empty = await page({q: '', n: '', open: '', datetime: '', filter: '', sortby: ''});
    assert.equal(empty.matched, '4');
    assert.match(empty.text, /<option value="5">пять<\/option>/);
    assert.match(empty.text, /name="datetime"/);
    assert.doesNotMatch(empty.text, /ratio/, 'hidden fields stay hidden');
    const found = await page({q: 'ёлочная', n: '5', filter: 'n < 7 AND name <> \'"><script>\'', sortby: '-n', limit: '1'});
    assert.equal(found.matched, '1');
    assert.match(found.text, /<option value="5" selected>/);
    assert.match(found.text, /<option value="-n" selected>/);
    assert.doesNotMatch(found.text, /"><script>/);
    const csv = /href="([^"]+f=csv[^"]*)"/.exec(found.text)[1].replaceAll('&amp;', '&');
    const lines = (await (await server.get(csv.replace(/^https?:\/\/[^/]+/, ''))).text()).trim().split('\r\n');
    assert.equal(lines.length, 2);
    assert.match(lines[1], /Ёлочная/);
    assert.doesNotMatch(csv, /limit=/);
});
