// CQL2 (OGC 21-065r2) as clients send it: the predicates of its abstract test suite with the counts that it expects, on
// its own data set, served as `munimap inspect --write` sets it up; and what is not CQL2. The folder of the fixtures:
// CQL2_FIXTURES, default ../shared/fixtures/cql2.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';

const shared = process.env.MM_SHARED ?? '../shared', fixtures = process.env.CQL2_FIXTURES ?? join(shared, 'fixtures/cql2');
const data = join(fixtures, 'ats-data/ne110m4cql2.gpkg'), table = join(fixtures, 'ats-expected/ats_predicates.tsv');
const skip = existsSync(data) && existsSync(table) ? false : `no ${data}`;
const temp = tempDir(), dir = join(temp.dir, 'map');
let server;

const places = [
    {name: 'Ёлочная', n: 5, x: 0.5, open: true, day: '2026-01-31', at: '2026-01-31T10:00:00Z', geometry: point(39.1, 52.3)},
    {name: 'ЕЛОЧНАЯ', n: 7, x: 1.5, open: false, day: '2026-02-01', at: '2026-02-01T00:00:00+03:00', geometry: point(39.2, 52.4)},
    {name: "O'Neil 100%", n: 9007199254740993n, x: -2, open: null, day: null, at: null, geometry: point(-179.5, 10)},
    {name: null, n: null, x: null, open: true, day: '2026-03-01', at: null, geometry: null},
];

before(async () => {
    mkdirSync(dir);
    const features = places.map(({geometry, ...properties}, i) => feature(properties, geometry, {id: i + 1}));
    writeFileSync(join(dir, 'places.geojson'), collection(features));
    writeFileSync(join(dir, 'places.yaml'), 'source: places.geojson\nfields: [{name: x, hidden: false}]\n');
    if (!skip)
        execFileSync(process.env.MUNIMAP ?? 'build/munimap', ['inspect', data, '--write', dir], {stdio: ['ignore', 'ignore', 'inherit']});
    const map = existsSync(join(dir, 'map.yaml')) ? readFileSync(join(dir, 'map.yaml'), 'utf8') : '';
    writeFileSync(join(dir, 'map.yaml'), `${map.replace(/^crs:.*$/m, '')}\ncrs: MSK48_1\n`);
    server = await serve(dir);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const path = (layer, filter, more = {}) => `/collections/${layer}/items?${new URLSearchParams({filter, ...more})}`;

async function ids(filter, more) {
    const answer = await server.get(path('places', filter, more)), text = await answer.text();
    assert.equal(answer.status, 200, `${filter}: ${text}`);
    return JSON.parse(text).features.map((f) => f.id);
}

// Two counts of the suite are wrong for its own data, in which three places begin with "Ch", and one with "Chiș":
// opengeospatial/ogcapi-features issue 1011.
const errata = {"ACCENTI(name) LIKE accenti('Ch%')": [2, 3], "ACCENTI(CASEI(name)) LIKE accenti(casei('Chiș%'))": [2, 1]};

test('the predicates of the abstract test suite find what they are to find', {skip}, async () => {
    const rows = readFileSync(table, 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t'));
    const wrong = [];
    for (const [group, layer, filter, said] of rows) {
        const [stated, right] = errata[filter] ?? [];
        const count = right !== undefined && Number(said) === stated ? right : Number(said);
        const answer = await server.get(path(layer, filter, {limit: 1}));
        const found = answer.status === 200 ? (await answer.json()).numberMatched : `${answer.status} ${(await answer.json()).detail}`;
        if (found !== count)
            wrong.push(`${group}, ${layer}: ${filter}: ${found}, not ${count}`);
    }
    console.log(`# ${rows.length - wrong.length} of ${rows.length} predicates`);
    assert.ok(rows.length > 0);
    assert.deepEqual(wrong, []);
});

test('values compare by their types, and what is missing is unknown', async () => {
    for (const [filter, found] of [
        ['n = 9007199254740993', [3]], ['n = 9007199254740992', []], ['n > 5.5', [2, 3]], ['n IS NULL', [4]],
        ['NOT n = 5', [2, 3]], ['NOT (n = 5 OR name IS NULL)', [2, 3]], ['n = 5 OR n <> 5', [1, 2, 3]],
        ['n IN (5, 7) AND NOT open = false', [1]], ['open', [1, 4]], ['NOT open', [2]], ['TRUE', [1, 2, 3, 4]], ['FALSE', []],
        ['x BETWEEN 0 AND 1', [1]], ['x NOT BETWEEN 0 AND 1', [2, 3]], ['x * 2 + 1 = 2', [1]], ['n / 0 = 1', []],
        ['n % 2 = 1 AND n div 2 = 2', [1]], ['x ^ 2 = 4', [3]], ['-x = 2', [3]], ['x - -2 = 0', [3]], ['2 ^ 3 = 8', [1, 2, 3, 4]],
        ["day = DATE('2026-01-31')", [1]], ["day > '2026-01-31'", [2, 4]], ["at = TIMESTAMP('2026-01-31T21:00:00Z')", [2]],
        ["at < '2026-02-01'", [1, 2]], ["T_DURING(at, INTERVAL('2026-01-01', '2026-01-31'))", [1, 2]],
        ["T_INTERSECTS(day, INTERVAL('..', '2026-02-01'))", [1, 2]], ["T_BEFORE(day, INTERVAL('2026-02-15', '..'))", [1, 2]],
        ["geometry IS NULL", [4]], ['"geometry" IS NOT NULL', [1, 2, 3]],
    ])
        assert.deepEqual(await ids(filter), found, filter);
});

test('texts: case, accents, patterns, quotes', async () => {
    for (const [filter, found] of [
        ["name = 'Ёлочная'", [1]], ["CASEI(name) = CASEI('ёлочная')", [1]], ["ACCENTI(CASEI(name)) = 'елочная'", [1, 2]],
        ["ACCENTI(CASEI(name)) LIKE '%лочн__'", [1, 2]], ["name LIKE '_лочная'", [1]], ["name LIKE '%'", [1, 2, 3]],
        ["name NOT LIKE '%а%'", [2, 3]], ["name = 'O''Neil 100%'", [3]], ["name = 'O\\'Neil 100%'", [3]],
        ["name LIKE '%100\\%'", [3]], ["name LIKE '%1\\%'", []], ["name LIKE ''", []], ["name < 'Z'", [3]],
        ["name IN ('Ёлочная', 'ЕЛОЧНАЯ')", [1, 2]], ["CASEI(name) IN (CASEI('ЁЛОЧНАЯ'))", [1]], ['"name" IS NULL', [4]],
    ])
        assert.deepEqual(await ids(filter), found, filter);
});

test('places: windows, other systems, the antimeridian', async () => {
    const msk = `${server.url}/crs/MSK48_1`, epsg = 'http://www.opengis.net/def/crs/EPSG/0/4326';
    for (const [filter, found, crs] of [
        ['S_INTERSECTS(geometry, BBOX(39, 52, 39.15, 53))', [1]], ['S_WITHIN(geom, BBOX(39, 52, 40, 53))', [1, 2]],
        ['S_INTERSECTS(geometry, BBOX(179, 0, -179, 20))', [3]], ['S_DISJOINT(geometry, POINT(39.1 52.3))', [2, 3]],
        ['S_EQUALS(POINT(39.1 52.3), geometry)', [1]], ['NOT S_INTERSECTS(geometry, BBOX(39, 52, 40, 53))', [3]],
        ['S_INTERSECTS(geometry, POLYGON((39 52, 39.3 52.3, 39.3 52.45, 39 52)))', []], ['S_INTERSECTS(geometry, POLYGON((39.15 52, 39.3 52, 39.3 53, 39.15 53, 39.15 52)))', [2]], ['S_WITHIN(geometry, POINT Z (39.2 52.4 7))', [2]],
        ['S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(39.1 52.3), LINESTRING(39.2 52, 39.2 53)))', [1, 2]],
        ['S_INTERSECTS(geometry, POLYGON((39 52, 40 53, 40 52, 39 53, 39 52)))', [1, 2]],
        ['S_INTERSECTS(geometry, BBOX(52, 39, 53, 40))', [1, 2], epsg], ['S_INTERSECTS(geometry, POINT(52.3 39.1))', [1], epsg],
        ['S_INTERSECTS(geometry, BBOX(1285000, 380000, 1295000, 390000))', [1], msk],
        ['S_INTERSECTS(geometry, BBOX(39, 52, 40, 53)) OR n = 9007199254740993', [1, 2, 3]],
        ['S_INTERSECTS(geometry, BBOX(39, 52, 40, 53)) AND n = 7', [2]], ['S_INTERSECTS(geometry, geometry)', [1, 2, 3]],
        ['S_INTERSECTS(POINT(1 1), BBOX(0, 0, 2, 2))', [1, 2, 3, 4]],
    ])
        assert.deepEqual(await ids(filter, crs && {'filter-crs': crs}), found, filter);
});

test('a filter goes along with all other parameters, and from page to page', async () => {
    assert.deepEqual(await ids('n > 5', {bbox: '39,52,40,53'}), [2]);
    assert.deepEqual(await ids('n > 4', {sortby: '-x', 'filter-lang': 'cql2-text'}), [2, 1, 3]);
    const page = await server.json(path('places', 'name IS NOT NULL', {limit: 2}));
    assert.equal(page.numberMatched, 3);
    const next = await (await fetch(page.links.find((l) => l.rel === 'next').href)).json();
    assert.deepEqual(next.features.map((f) => f.id), [3]);
});

test('the same in JSON', async () => {
    const json = (tree) => ids(JSON.stringify(tree), {'filter-lang': 'cql2-json'}), name = {property: 'name'}, n = {property: 'n'};
    assert.deepEqual(await json({op: 'and', args: [{op: '>', args: [n, 4]}, {op: 'like', args: [name, '%лоч%']}]}), [1]);
    assert.deepEqual(await json({op: '=', args: [{op: 'accenti', args: [{op: 'casei', args: [name]}]}, 'елочная']}), [1, 2]);
    assert.deepEqual(await json({op: 's_within', args: [{property: 'geometry'}, {type: 'Polygon',
        coordinates: [[[39, 52], [39.15, 52], [39.15, 53], [39, 53], [39, 52]]]}]}), [1]);
    assert.deepEqual(await json({op: 't_before', args: [{property: 'day'}, {date: '2026-02-01'}]}), [1]);
    for (const bad of ['n = 5', '{', '{"op":"=","args":[{"property":"none"},1]}', '[]', '5', 'null', `${'['.repeat(1000)}`]) {
        const answer = await server.get(path('places', bad, {'filter-lang': 'cql2-json'}));
        assert.equal(answer.status, 400, bad.slice(0, 40));
        assert.match((await answer.json()).detail, /^filter: /);
    }
});

test('what is not right is told with its place', async () => {
    for (const [filter, words] of [
        ['', /expected a value, but the filter ends/], ['n =', /at character 4: expected a value, but the filter ends/],
        ['n = 5 AND', /at character 10/], ['n == 5', /at character 3: write one =/], ['n = 5 n', /at character 7: expected AND, OR or the end/],
        ['имя = 1', /at character 1: there is no property "имя": see \/collections\/places\/queryables/], ["name = 5", /a text is compared with a number: put the number in single quotes/],
        ["n = 'x'", /a number is compared with a text/], ["day = 'soon'", /'soon' is not a date such as/], ["name = 'x", /at character 8: the quote is not closed/],
        ['(n = 5', /expected "\)", but the filter ends/], ["name ILIKE 'a%'", /write CASEI\(a\) LIKE CASEI\('b%'\)/], ['n != 5', /write <> for what is not equal/],
        ['name = "nosuch"', /a text stands in single quotes/], ['n', /expected a condition here, not a number/], ['n AND TRUE', /expected true or false here, not a number/],
        ['open > TRUE', /something that has an order/], ['name LIKE 5', /expected a text here, not a number/], ['S_INTERSECTS(name, POINT(1 1))', /expected a geometry here, not a text/],
        ['S_INTERSECTS(geometry, POINT(1))', /expected a number in the geometry/], ['S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))', /at least 4 points/],
        ['S_INTERSECTS(geometry, BBOX(1, 2, 3))', /four numbers/], ["T_BEFORE(day, INTERVAL('2026', '..'))", /'2026' is not/],
        ['nope(n) = 1', /there is no function "nope"/], ['n IN ()', /IN needs at least one value/], ['n NOT 5', /expected LIKE, BETWEEN or IN/],
        ['n = 5;', /unexpected ";"/], ['"n = 5', /the quote is not closed/], [`${'('.repeat(100)}n = 5${')'.repeat(100)}`, /at most 64 levels of brackets/],
        [`n = ${Array(70).fill('1').join(' / ')}`, /at most 64 levels of operations/],
        ['S_INTERSECTS(geometry, POINT(1e30 1e30))', /./], ['n = 1e999', /is not a number/],
    ]) {
        const answer = await server.get(path('places', filter)), problem = await answer.json();
        assert.equal(answer.status, 400, `${filter.slice(0, 60)}: ${JSON.stringify(problem)}`);
        assert.match(problem.detail, words, filter.slice(0, 60));
    }
    for (const more of [{'filter-lang': 'cql-text'}, {'filter-crs': 'EPSG:1'}])
        assert.equal((await server.get(path('places', 'n = 5', more))).status, 400);
});

test('who asks in Russian is told in Russian', async () => {
    const detail = async (filter, language, more = {}) =>
        (await (await server.get(path('places', filter, more), {headers: {'accept-language': language}})).json()).detail;
    for (const [filter, words] of [
        ['n =', 'filter: знак 4: нужно значение, но условие на этом кончается'],
        ['имя = 1', 'filter: знак 1: нет поля "имя": какие есть, сказано в /collections/places/queryables'],
        ['name = 5', 'filter: знак 8: сравниваются текст и число: возьмите число в одинарные кавычки'],
        ["day = 'soon'", "filter: знак 7: 'soon' — не дата, например 2026-06-30"],
        ['n AND TRUE', 'filter: знак 1: здесь нужно: истина или ложь, а не число'],
        ["name ILIKE 'a%'", "filter: знак 6: ILIKE здесь нет: пишите CASEI(a) LIKE CASEI('b%')"],
        [`${'('.repeat(100)}n = 5${')'.repeat(100)}`, 'filter: не больше 64 уровней скобок'],
    ])
        assert.equal(await detail(filter, 'ru-RU,ru;q=0.9,en;q=0.8'), words);
    assert.match(await detail('n =', 'en-US,en;q=0.9,ru;q=0.8'), /expected a value/);
    assert.match(await detail('n =', 'de'), /expected a value/);
    assert.match(await detail('n = 5', 'ru', {limit: 0}), /^limit: напишите целое число от 1 до \d+$/);
    // a thread that has answered one of them answers the next in its own language
    const both = await Promise.all(Array.from({length: 40}, (_, i) => detail('n =', i % 2 ? 'ru' : 'en')));
    both.forEach((words, i) => assert.match(words, i % 2 ? /нужно значение/ : /expected a value/));
});
