// What a filter computes: functions in the map's metres, arrays, ids, words, and the plan of a query.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map');
let server;

// МСК-48 zone 1 coordinates of a planted line of 1000.00 m, a square of 100 x 100 m with a hole of 10 x 10 m, points.
const x0 = 1300000, y0 = 420000;
const local = [
    {id: 1, name: 'Базис', tags: ['a', 'ё', 'b'], nums: [1, 2.5], days: ['2026-01-31'], geometry: {type: 'LineString', coordinates: [[x0, y0], [x0 + 600, y0 + 800]]}},
    {id: 2, name: 'Площадь Ёлок', tags: ['a'], nums: [1], days: [], geometry: {type: 'Polygon', coordinates: [
        [[x0, y0], [x0 + 100, y0], [x0 + 100, y0 + 100], [x0, y0 + 100], [x0, y0]],
        [[x0 + 45, y0 + 45], [x0 + 45, y0 + 55], [x0 + 55, y0 + 55], [x0 + 55, y0 + 45], [x0 + 45, y0 + 45]]]}},
    {id: 3, name: 'Точка 30 м', tags: [], nums: [null, 7], days: null, geometry: {type: 'Point', coordinates: [x0 + 130, y0 + 50]}},
    {id: 4, name: 'Точка 50 м', tags: null, nums: null, days: null, geometry: {type: 'Point', coordinates: [x0 + 150, y0 + 50]}},
    {id: 5, name: null, tags: ['b', 'a'], nums: [true, 'x'], days: null, geometry: null},
];

before(async () => {
    mkdirSync(dir);
    const features = local.map(({id, geometry, ...properties}) => ({type: 'Feature', id, properties, geometry}));
    writeFileSync(join(dir, 'things.geojson'), JSON.stringify({type: 'FeatureCollection', features}));
    writeFileSync(join(dir, 'things.yaml'), 'source: things.geojson\ncrs: MSK48_1\n');
    // outlines that hold no area: there and back, in one place; and none at all
    const thin = [[[0, 0], [10, 0], [0, 0]], [[5, 5], [5, 5], [5, 5], [5, 5]], []].map((ring, i) => ({type: 'Feature', id: i + 1, properties: {n: i},
        geometry: {type: 'Polygon', coordinates: ring.length ? [ring.map(([x, y]) => [x0 + x, y0 + y])] : []}}));
    writeFileSync(join(dir, 'thin.geojson'), JSON.stringify({type: 'FeatureCollection', features: thin}));
    writeFileSync(join(dir, 'thin.yaml'), 'source: thin.geojson\ncrs: MSK48_1\n');
    writeFileSync(join(dir, 'map.yaml'), 'crs: MSK48_1\n');
    server = await serve(dir);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const path = (params) => `/collections/things/items?${new URLSearchParams(params)}`;

async function ids(filter, more) {
    const answer = await server.get(path({filter, ...more})), text = await answer.text();
    assert.equal(answer.status, 200, `${filter}: ${text}`);
    return JSON.parse(text).features.map((f) => f.id);
}

async function refusal(params) {
    const answer = await server.get(path(params));
    assert.equal(answer.status, 400, JSON.stringify(params));
    return (await answer.json()).detail;
}

async function check(cases, more) {
    for (const [filter, found] of cases)
        assert.deepEqual(await ids(filter, more), found, filter);
}

test('arrays are sets, and what is missing is unknown', async () => {
    await check([
        ["A_EQUALS(tags, ('b', 'a'))", [5]], ["A_EQUALS(tags, ('a', 'b', 'a'))", [5]], ["A_CONTAINS(tags, ('a'))", [1, 2, 5]],
        ["A_CONTAINS(tags, ('a', 'b'))", [1, 5]], ["A_CONTAINEDBY(tags, ('a', 'b', 'c'))", [2, 3, 5]],
        ["A_OVERLAPS(tags, ('ё', 'x'))", [1]], ["NOT A_OVERLAPS(tags, ('ё', 'x'))", [2, 3, 5]], ["A_EQUALS(tags, ())", [3]],
        ['A_CONTAINS(nums, (1))', [1, 2]], ['A_CONTAINS(nums, (1.0, 2.5))', [1]], ['A_CONTAINS(nums, (7))', [3]],
        ['NOT A_CONTAINS(nums, (9))', [1, 2, 5]], ["A_OVERLAPS(nums, (TRUE))", [5]], ["A_OVERLAPS(nums, ('x', 8))", [5]],
        ["A_OVERLAPS(days, (DATE('2026-01-31')))", [1]], ["A_CONTAINS(tags, (lower('A')))", [1, 2, 5]],
        ["A_OVERLAPS(tags, nums)", []], ["A_CONTAINS(('a', 'z'), tags)", [2, 3]],
    ]);
    assert.deepEqual(await ids(JSON.stringify({op: 'a_contains', args: [{property: 'tags'}, ['a', 'b']]}), {'filter-lang': 'cql2-json'}), [1, 5]);
    assert.match(await refusal({filter: "A_EQUALS(name, ('a'))"}), /at character 10: expected an array here, not a text/);
    assert.match(await refusal({filter: "A_EQUALS(tags, (POINT(0 0)))"}), /at character 17: expected one value here, not a geometry/);
});

const there = {};

test('metres are those of the map', async () => {
    const crs = (await server.json('/collections/things')).crs.find((uri) => uri.endsWith('/crs/MSK48_1'));
    there['filter-crs'] = crs;
    await check([
        ['length(geometry) BETWEEN 999.999 AND 1000.001', [1]], ['length(geometry) = 0', [2, 3, 4]],
        ['area(geometry) BETWEEN 9899.999 AND 9900.001', [2]], ['area(geometry) * 2 > 10000 + 5', [2]], ['10000 > area(geometry)', [1, 2, 3, 4]],
        [`distance(geometry, POINT(${x0 + 100} ${y0 + 50})) BETWEEN 29.999 AND 30.001`, [3]],
        [`within_distance(geometry, POINT(${x0 + 100} ${y0 + 50}), 30.001)`, [2, 3]],
        [`within_distance(geometry, POINT(${x0 + 100} ${y0 + 50}), 29.999)`, [2]],
        [`within_distance(POINT(${x0 + 100} ${y0 + 50}), geometry, 60)`, [1, 2, 3, 4]],
        [`within_distance(geometry, MULTILINESTRING((${x0 + 100} ${y0 + 50}, ${x0 + 101} ${y0 + 50}), (${x0 + 150} ${y0 + 90}, ${x0 + 150} ${y0 + 89})), 30)`, [2, 3]],
        [`within_distance(geometry, MULTILINESTRING((${x0 + 100} ${y0 + 50}, ${x0 + 101} ${y0 + 50}), (${x0 + 150} ${y0 + 90}, ${x0 + 150} ${y0 + 89})), 39.001)`, [2, 3, 4]],
        [`NOT within_distance(geometry, MULTILINESTRING((${x0 + 100} ${y0 + 50}, ${x0 + 101} ${y0 + 50}), (${x0 + 150} ${y0 + 90}, ${x0 + 150} ${y0 + 89})), 38.999)`, [1, 4]],
        [`NOT within_distance(geometry, POINT(${x0 + 100} ${y0 + 50}), 40)`, [1, 4]],
        [`distance(geometry, POINT(${x0 + 100} ${y0 + 50})) > 40`, [1, 4]],
        [`S_INTERSECTS(geometry, buffer(POINT(${x0 + 100} ${y0 + 50}), 31))`, [2, 3]],
        [`S_INTERSECTS(buffer(geometry, 51), POINT(${x0 + 100} ${y0 + 50}))`, [1, 2, 3, 4]],
        [`S_WITHIN(centroid(geometry), BBOX(${x0 + 49}, ${y0 + 49}, ${x0 + 51}, ${y0 + 51}))`, [2]],
        ['area(buffer(geometry, 10)) BETWEEN 313.5 AND 314.2', [3, 4]], ['area(buffer(geometry, -60)) = 0', [1, 2, 3, 4]],
        ['distance(geometry, geometry) = 0', [1, 2, 3, 4]], ['centroid(geometry) IS NULL', [5]], ['NOT geometry IS NULL AND area(geometry) = 0', [1, 3, 4]],
        [`S_INTERSECTS(geometry, buffer(POINT(${x0} ${y0}), -1))`, []],
    ], there);
    // in UTM zone 37 the baseline has another scale, by less than one part in a thousand
    await check([["ABS(length(transform(geometry, 'EPSG:32637')) - 1000) < 1", [1]], ["length(transform(geometry, 'EPSG:32637')) = length(geometry)", [2, 3, 4]]]);
});

test('the index does not change what is found', async () => {
    for (const [x, y, d] of [[130, 50, 0], [0, 0, 1], [300, 400, 5], [600, 800, 0.5], [500, 500, 200], [-2000, 0, 2000]]) {
        const near = `POINT(${x0 + x} ${y0 + y})`;
        const found = await ids(`within_distance(geometry, ${near}, ${d})`, there);
        assert.deepEqual(await ids(`distance(geometry, ${near}) <= ${d}`, there), found, near);
        assert.deepEqual(await ids(`${d} >= distance(${near}, geometry)`, there), found, near);
        assert.deepEqual(await ids(`distance(geometry, ${near}) <= ${d} OR name = '-'`, there), found, near); // scanned
        assert.deepEqual(await ids(`NOT distance(geometry, ${near}) > ${d}`, there), found, near);
    }
});

test('functions of values', async () => {
    await check([
        ["upper(name) = 'БАЗИС'", [1]], ["lower(name) LIKE '%ёлок'", [2]], ["trim('  x ') = 'x' AND name IS NULL", [5]],
        ["concat(name, '!', '?') = 'Базис!?'", [1]], ["coalesce(name, 'нет') = 'нет'", [5]], ['strlen(name) = 5', [1]],
        ['abs(-3) = 3 AND round(2.5) = 3 AND floor(-1.5) = -2 AND ceil(1.2) = 2', [1, 2, 3, 4, 5]],
        ["now() > TIMESTAMP('2020-01-01T00:00:00Z') AND T_AFTER(now(), DATE('2020-01-01'))", [1, 2, 3, 4, 5]],
    ]);
    for (const [filter, words] of [
        ['nope(1) = 1', /at character 1: there is no function "nope": see \/functions/],
        ['area(1) > 1', /at character 6: expected a geometry here, not a number/],
        ['area(geometry, geometry) > 1', /at character 1: "area" takes 1 arguments, not 2/],
        ["buffer(geometry, 'x') IS NULL", /at character 18: expected a number here, not a text/],
        ['buffer(geometry, 1)', /expected a condition here, not a geometry/],
        ["transform(geometry, name) IS NULL", /at character 21: expected the name of a system/],
        ["coalesce(name, 1) = 'x'", /a text is compared with a number/],
        ["area(transform(geometry, 'EPSG:3857')) > 1", /true to scale/], ["area(transform(geometry, 'EPSG:4326')) > 1", /true to scale/],
        ["transform(geometry, 'nonsense') IS NULL", /transform/],
    ])
        assert.match(await refusal({filter}), words, filter);
});

test('ids and words, with all other conditions', async () => {
    const found = async (params) => (await server.json(path(params))).features.map((f) => f.id);
    assert.deepEqual(await found({ids: '4,1,77,1,2'}), [1, 2, 4]);
    assert.deepEqual(await found({ids: ''}), []);
    assert.deepEqual(await found({ids: '1,2,3', filter: "A_CONTAINS(tags, ('a'))", sortby: '-name'}), [2, 1]);
    assert.deepEqual(await found({ids: '1,2,3,5', bbox: '38,51,41,53', q: 'точка'}), [3]);
    assert.deepEqual(await found({ids: '1,2', bbox: '0,0,1,1'}), []);
    assert.deepEqual(await found({q: 'ТОЧКА'}), [3, 4]);
    assert.deepEqual(await found({q: 'м  точк 50'}), [4]);
    assert.deepEqual(await found({q: 'елок'}), [2]);
    assert.deepEqual(await found({q: 'Площадь Ёлок Базис'}), []);
    assert.deepEqual(await found({q: 'точка', filter: 'area(geometry) = 0', limit: 1}), [3]);
    assert.match(await refusal({q: ' '}), /q: write the words/);
    assert.match(await refusal({q: 'a '.repeat(11)}), /q: at most 10 words/);
    assert.match(await refusal({q: 'a'.repeat(1001)}), /q: at most 1000 bytes/);
    assert.match(await refusal({ids: '1,'.repeat(1001)}), /ids: at most 1000 ids/);
});

test('what is near to a layer', async () => {
    const near = (layer, metres) => `near_layer(geometry, '${layer}', ${metres})`;
    await check([
        [near('thin', 0), [1, 2]], // they lie at the corner of the square, where the line begins
        [near('thin', 129.9), [1, 2]], [near('thin', 130.1), [1, 2, 3]], [near('thin', 1000), [1, 2, 3, 4]],
        [near('things', 0), [1, 2, 3, 4]],
        [`NOT ${near('thin', 129.9)}`, [3, 4]], // that of nothing is not known
        [`near_layer(buffer(geometry, 10), 'thin', 120.1)`, [1, 2, 3]],
        [`${near('thin', 130.1)} AND name LIKE 'Т%'`, [3]],
    ]);
    for (const [filter, why] of [
        [near('nope', 5), /there is no collection "nope" with features/],
        [`near_layer(geometry, name, 5)`, /expected the name of a collection in quotes/],
        [`near_layer(geometry, 'thin', strlen(name))`, /metres are a number, the same for all/],
    ])
        assert.match(await refusal({filter}), why);
    const {access, index, conditionSteps} = await server.json(path({explain: '1', filter: near('thin', 10)}));
    assert.equal(access, 'filter-index');
    assert.match(index.condition, /^near_layer/);
    assert.equal(conditionSteps[0].by, 'tiles');
    const {links} = await server.json(path({limit: '2', filter: near('thin', 1000)}));
    const next = links.find((l) => l.rel === 'next').href;
    assert.deepEqual((await (await fetch(next)).json()).features.map((f) => f.id), [3, 4]);
    assert.match(next, /page=[0-9a-f]{16}-2-[0-9a-f]{16}$/);
    assert.equal((await fetch(`${next.slice(0, -1)}${next.endsWith('0') ? 1 : 0}`)).status, 410); // of other versions
    assert.equal((await fetch(next.slice(0, -1))).status, 400);
    const tag = async (filter) => (await server.get(path({filter}))).headers.get('etag');
    assert.notEqual(await tag(near('thin', 1)), await tag(near('things', 1)));
    assert.equal(await tag(near('thin', 1)), await tag(near('thin', 1)));
});

test('a plan is explained', async () => {
    const plan = async (params) => server.json(path({explain: '1', ...params}));
    const near = await plan({filter: `S_INTERSECTS(geometry, buffer(POINT(${x0} ${y0}), 40)) AND name LIKE '%' AND within_distance(geometry, POINT(${x0} ${y0}), 30)`, ...there});
    assert.equal(near.access, 'filter-index');
    assert.deepEqual(near.columns, ['name']);
    assert.equal(near.conditions[0], '"name" LIKE \'%\'');
    assert.deepEqual(near.conditionSteps.map((s) => s.by), ['texts', 'rows', 'rows']);
    assert.equal(near.conditionSteps.at(-1).kept, near.matched);
    assert.match(near.index.condition, /^within_distance/);
    assert.equal(near.rows, 5);
    assert.ok(near.candidates < 4);
    assert.deepEqual(near.steps.map((s) => s.condition), ['filter']);
    assert.equal(near.steps[0].kept, near.matched);
    const all = await plan({filter: 'area(geometry) > 1', q: 'а', bbox: '38,51,41,53', name: 'Базис'});
    assert.equal(all.access, 'window-index');
    assert.deepEqual(all.steps.map((s) => s.condition), ['values', 'q', 'bbox', 'filter']);
    assert.deepEqual(all.steps.map((s) => s.kept), [1, 1, 1, 0]);
    assert.equal((await plan({ids: '1,2'})).access, 'ids');
    assert.equal((await plan({filter: 'area(geometry) > 1'})).access, 'scan');
    assert.equal((await plan({})).access, 'all');
    assert.match(await refusal({explain: 'yes'}), /explain: write 1/);
});

test('the functions are listed, and linked', async () => {
    const landing = await server.json('/?f=json');
    const link = landing.links.find((l) => l.rel === 'http://www.opengis.net/def/rel/ogc/1.0/functions');
    const {functions} = await (await fetch(link.href)).json();
    const area = functions.find((f) => f.name === 'area');
    assert.deepEqual(area.arguments, [{title: 'Geometry', type: ['geometry']}]);
    assert.deepEqual(area.returns, ['number']);
    for (const f of functions)
        assert.ok(f.description && f.returns.length && f.arguments.every((a) => a.title && a.type.length), f.name);
    assert.match(await (await server.get('/functions?f=html')).text(), /<code>buffer\(Geometry, Metres\)<\/code>/);
    assert.ok((await server.json('/conformance')).conformsTo.includes('http://www.opengis.net/spec/cql2/1.0/conf/array-functions'));
    const api = await server.json('/api?f=json');
    assert.ok(api.paths['/functions']);
    assert.ok(api.paths['/collections/things/items'].get.parameters.some((p) => p.$ref === '#/components/parameters/ids'));
});

const town = towns[1];

test('the planted baseline of the sample town is 1000.00 m long, its square has 10 000.0 m²', {skip: town.skip}, async () => {
    town.make(join(temp.dir, 'town'));
    const other = await serve(join(temp.dir, 'town'), {allow: [/level=warn/]});
    const count = async (layer, filter) => (await other.json(`/collections/${layer}/items?${new URLSearchParams({filter, limit: 1})}`)).numberMatched;
    assert.equal(await count('baseline', 'length(geometry) BETWEEN 999.995 AND 1000.005'), 1);
    assert.equal(await count('baseline', 'area(geometry) BETWEEN 9999.95 AND 10000.05'), 1);
    const near = await count('buildings', 'within_distance(geometry, POINT(39.09805 52.35299), 500)');
    assert.ok(near > 10);
    assert.equal(await count('buildings', 'NOT distance(geometry, POINT(39.09805 52.35299)) > 500'), near);
    await other.stop();
});

test('outlines without an area are found where they are, as lines and points', async () => {
    const found = async (filter) => {
        const answer = await server.json(`/collections/thin/items?${new URLSearchParams({filter, 'filter-crs': `${server.url}/crs/MSK48_1`})}`);
        return answer.features.map((f) => f.id);
    };
    const box = (x, y, s) => `BBOX(${x0 + x}, ${y0 + y}, ${x0 + x + s}, ${y0 + y + s})`;
    assert.deepEqual(await found(`S_INTERSECTS(geometry, ${box(-1, -1, 20)})`), [1, 2]);
    assert.deepEqual(await found(`S_WITHIN(geometry, ${box(-1, -1, 20)})`), [1, 2]);
    assert.deepEqual(await found(`S_INTERSECTS(geometry, ${box(3, -1, 3)})`), [1]);
    assert.deepEqual(await found(`S_DISJOINT(geometry, ${box(4, 4, 2)})`), [1]);
    assert.deepEqual(await found(`within_distance(geometry, POINT(${x0 + 5} ${y0 + 8}), 3.5)`), [2]);
    assert.deepEqual(await found('area(geometry) = 0'), [1, 2]);
});
