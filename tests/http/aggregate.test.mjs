// Aggregates: groups by fields and by polygons of another layer, against sums and shares worked out here from the
// features themselves; money to the kopeck, metres in the map's own system.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {box, collection, feature, line, point} from '../lib/geojson.mjs';
import {root, serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map');
let town, own;

// ---- a small map in metres: two squares side by side, one over both, and what lies on and about their borders ----

const E = 1292000, N = 390000;
const shift = (c) => typeof c[0] === 'number' ? [c[0] + E, c[1] + N] : c.map(shift);
const placed = (properties, geometry) => feature(properties, geometry && {...geometry, coordinates: shift(geometry.coordinates)});
const layer = (name, features, more = '') => {
    writeFileSync(join(dir, `${name}.geojson`), collection(features));
    writeFileSync(join(dir, `${name}.yaml`), `source: ${name}.geojson\ncrs: MSK48_1\n${more}`);
};

const made = [
    placed({name: 'Ёлка', money: 100.01, n: 7, length: 3, big: 9223372036854775807n, when: '2026-03-01', secret: 'a'},
        line([-50, 50], [250, 50])),
    placed({name: 'ель', money: 0.01, n: 1, length: 4, big: 9223372036854775807n, when: '2025-03-01', secret: 'b'},
        line([100, 0], [100, 100])),
    placed({name: 'Жук', money: -10.1, n: -5, length: null, big: 1n, when: null, secret: 'c'}, line([90, 10], [120, 10], [90, 10])),
    placed({name: '=1+1', money: 0.1, n: 3, length: 1, big: -2n, when: '2026-01-01', secret: 'd'}, box(50, 20, 150, 30)),
    placed({name: null, money: null, n: 10, length: 2, big: null, when: null, secret: 'e'}, point(100, 50)),
    placed({name: '-5', money: 0.2, n: 2, length: 2, big: null, when: null, secret: 'e'},
        {type: 'MultiPoint', coordinates: [[10, 10], [150, 50], [500, 500]]}),
    placed({name: 'без места', money: 5.55, n: 4, length: 2, big: null, when: null, secret: 'e'}, null),
];

before(async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'map.yaml'), 'title: {ru: Город, en: Town}\ncrs: MSK48_1\n');
    layer('made', made, `fields:
  - {name: name, title: {ru: Имя, en: Name}}
  - {name: n, title: {ru: Число, en: Number}, unit: {ru: шт., en: pcs}}
  - {name: money, title: {ru: Деньги, en: Money}, unit: ₽}
  - {name: secret, hidden: true}
`);
    layer('pair', [placed({name: 'б', side: 'left'}, box(0, 0, 100, 100)),
        placed({name: 'А', side: 'right'}, box(100, 0, 200, 100))]);
    layer('over', [placed({name: 'first'}, box(0, 0, 120, 100)),
        placed({name: 'second'}, box(80, 0, 200, 100)), placed({name: null}, box(190, 0, 220, 100))]);
    const circle = Array.from({length: 250001}, (_, i) => [200 * Math.cos(i / 125000 * Math.PI), 200 * Math.sin(i / 125000 * Math.PI)]);
    layer('round', [placed({name: 'circle'}, {type: 'Polygon', coordinates: [[...circle.slice(0, -1), circle[0]]]})]);
    layer('many', Array.from({length: 10001}, (_, i) => placed({i, name: `n${i % 7}`}, point(i, i))));
    own = await serve(dir);
    town = await serve(join(root, 'layers'));
});

after(async () => {
    await own?.stop();
    await town?.stop();
    temp.remove();
});

const url = (id, params, what = 'aggregate') => `/collections/${id}/${what}?${new URLSearchParams(params)}`;
const ask = (server, id, params) => server.json(url(id, params));
const raw = async (server, id, params) => (await server.get(url(id, params))).text();
/** The features, with coordinates in the map's system and x first. */
const items = async (server, id, params = {}) => (await server.json(url(id, {limit: 10000, crs: `${server.url}/crs/MSK48_1`, ...params}, 'items'))).features;
const by = (answer, name) => new Map(answer.groups.map((g) => [g.key[name], g]));

// ---- decimals ----

/** Millionths of a decimal as it is written. */
function decimal(text) {
    const [, sign, whole, part] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text) ?? assert.fail(`${text} is not a decimal`);
    const units = BigInt(whole) * 1000000n + BigInt((part ?? '').padEnd(6, '0'));
    return sign ? -units : units;
}
const sum = (list) => list.reduce((a, b) => a + b, 0n);

/** Rows of a CSV without line breaks in its cells. */
function csv(text) {
    assert.ok(text.endsWith('\r\n'));
    return text.slice(0, -2).split('\r\n').map((line) => [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)]
        .map((m) => m[1]?.replaceAll('""', '"') ?? m[2]));
}
/** Millionths of column `name` of a CSV, empty cells left out. */
async function column(server, id, params, name) {
    const [head, ...rows] = csv(await raw(server, id, {...params, f: 'csv'}));
    const at = head.indexOf(name);
    assert.ok(at >= 0, `${name} in ${head}`);
    return rows.map((row) => row[at]).filter((text) => text !== '').map(decimal);
}

// ---- plane geometry, independent of the program's ----

const ringArea2 = (ring) => ring.reduce((s, [x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length];
    return s + (x - ring[0][0]) * (v - ring[0][1]) - (u - ring[0][0]) * (y - ring[0][1]);
}, 0);
const polygons = (g) => g?.type === 'Polygon' ? [g.coordinates] : g?.type === 'MultiPolygon' ? g.coordinates : [];
const lines = (g) => g?.type === 'LineString' ? [g.coordinates] : g?.type === 'MultiLineString' ? g.coordinates : [];
const area = (g) => polygons(g).reduce((s, p) => s + p.reduce((a, ring, i) => a + (i ? -1 : 1) * Math.abs(ringArea2(ring)) / 2, 0), 0);
const length = (g) => lines(g).reduce((s, line) => s + line.slice(1).reduce((a, [x, y], i) => a + Math.hypot(x - line[i][0], y - line[i][1]), 0), 0);
const boxOf = (points) => points.reduce((b, [x, y]) => [Math.min(b[0], x), Math.min(b[1], y), Math.max(b[2], x), Math.max(b[3], y)], [Infinity, Infinity, -Infinity, -Infinity]);
const meets = (a, b) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

function holds(rings, [x, y]) {
    let odd = false;
    for (const ring of rings)
        for (let i = 0; i + 1 < ring.length; i++) {
            const [[ax, ay], [bx, by]] = [ring[i], ring[i + 1]];
            if (ay > y !== by > y && x < ax + (y - ay) / (by - ay) * (bx - ax))
                odd = !odd;
        }
    return odd;
}

/** Length of a line inside rings: between the crossings of each segment, by what lies in the middle. */
function lengthInside(g, rings) {
    const edges = rings.flatMap((ring) => ring.slice(1).map((b, i) => [ring[i], b, boxOf([ring[i], b])]));
    let total = 0;
    for (const line of lines(g))
        for (let i = 0; i + 1 < line.length; i++) {
            const [a, b] = [line[i], line[i + 1]], d = [b[0] - a[0], b[1] - a[1]], box = boxOf([a, b]), cuts = [0, 1];
            for (const [p, q, edge] of edges) {
                if (!meets(box, edge))
                    continue;
                const e = [q[0] - p[0], q[1] - p[1]], turn = d[0] * e[1] - d[1] * e[0];
                const t = ((p[0] - a[0]) * e[1] - (p[1] - a[1]) * e[0]) / turn;
                if (turn !== 0 && t > 0 && t < 1)
                    cuts.push(t);
            }
            cuts.sort((x, y) => x - y);
            for (let k = 0; k + 1 < cuts.length; k++) {
                const t = (cuts[k] + cuts[k + 1]) / 2;
                if (holds(rings, [a[0] + t * d[0], a[1] + t * d[1]]))
                    total += (cuts[k + 1] - cuts[k]) * Math.hypot(...d);
            }
        }
    return total;
}

/** Area of two convex counter-clockwise polygons' common part (Sutherland-Hodgman). */
function convexArea(subject, clip) {
    let out = subject;
    for (let i = 0; i < clip.length && out.length; i++) {
        const a = clip[i], b = clip[(i + 1) % clip.length], from = out;
        const side = ([x, y]) => (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
        out = [];
        from.forEach((p, k) => {
            const q = from[(k + 1) % from.length], s = side(p), t = side(q);
            if (s >= 0)
                out.push(p);
            if (s > 0 && t < 0 || s < 0 && t > 0)
                out.push([p[0] + s / (s - t) * (q[0] - p[0]), p[1] + s / (s - t) * (q[1] - p[1])]);
        });
    }
    return out.length > 2 ? Math.abs(ringArea2(out)) / 2 : 0;
}

/** A polygon as triangles with a sign, that add up to it: a fan for each ring, holes turned. */
function fans(rings) {
    return rings.flatMap((ring, hole) => {
        const shell = Math.sign(ringArea2(ring));
        return ring.slice(1, -2).map((p, i) => {
            const t = [ring[0], p, ring[i + 2]], turn = Math.sign(ringArea2(t));
            return {sign: turn * shell * (hole ? -1 : 1), t: turn < 0 ? [t[0], t[2], t[1]] : t, box: boxOf(t)};
        });
    }).filter(({sign}) => sign);
}
const commonArea = (a, b) => a.reduce((s, x) => s + b.reduce((r, y) => r + (meets(x.box, y.box) ? x.sign * y.sign * convexArea(x.t, y.t) : 0), 0), 0);

// ---- groups by fields ----

test('groups by a field are those of the features', async () => {
    for (const [id, field, money] of [['projects', 'stage', 'budget_plan'], ['projects', 'direction', 'paid'], ['buildings', 'purpose', 'area_m2'], ['streets', 'class', 'width']]) {
        const answer = await ask(town, id, {'group-by': field, functions: `count,sum(${money}),min(${money}),max(${money}),avg(${money}),count(${money}),count(distinct ${money})`});
        const features = await items(town, id), groups = new Map();
        for (const {properties} of features)
            groups.set(properties[field], [...groups.get(properties[field]) ?? [], properties[money]]);
        assert.equal(answer.numberMatched, features.length);
        assert.equal(answer.groups.length, groups.size);
        for (const g of answer.groups) {
            const all = groups.get(g.key[field]), values = all.filter((v) => v !== null);
            assert.equal(g.count, all.length);
            assert.equal(g[`count(${money})`], values.length);
            assert.equal(g[`count(distinct ${money})`], new Set(values).size);
            assert.equal(g[`sum(${money})`], values.length ? Number(sum(values.map((v) => decimal(String(v))))) / 1e6 : null);
            assert.equal(g[`min(${money})`], values.length ? Math.min(...values) : null);
            assert.equal(g[`max(${money})`], values.length ? Math.max(...values) : null);
            if (values.length)
                assert.ok(Math.abs(g[`avg(${money})`] - values.reduce((a, b) => a + b, 0) / values.length) < 1e-6);
        }
    }
});

test('groups of two fields, with the conditions of items', async () => {
    const params = {filter: 'budget_plan > 10000000', 'filter-lang': 'cql2-text', direction: 3, datetime: '2025-01-01/..', bbox: '39,52.3,39.2,52.4'};
    const answer = await ask(town, 'projects', {...params, 'group-by': 'stage,status', functions: 'count'});
    const features = await items(town, 'projects', params);
    assert.ok(features.length > 3 && features.length < 400);
    assert.equal(answer.numberMatched, features.length);
    for (const g of answer.groups)
        assert.equal(g.count, features.filter(({properties: p}) => p.stage === g.key.stage && p.status === g.key.status).length);
    assert.equal(answer.groups.reduce((s, g) => s + g.count, 0), features.length);
});

test('without keys there is one group, also of nothing', async () => {
    const all = await ask(own, 'made', {functions: 'count,sum(n),min(name)'});
    assert.deepEqual(all.groups, [{key: {}, count: 7, 'sum(n)': 22, 'min(name)': '-5'}]);
    const none = await ask(own, 'made', {functions: 'count,sum(n),avg(n),max(n),count(distinct n)', n: 99});
    assert.deepEqual(none.groups, [{key: {}, count: 0, 'sum(n)': null, 'avg(n)': null, 'max(n)': null, 'count(distinct n)': 0}]);
    assert.deepEqual((await ask(own, 'made', {n: 99, 'group-by': 'name'})).groups, []);
});

test('the order is that of Russian letters, without a value last; or that of a function', async () => {
    const keys = async (more) => (await ask(own, 'made', {'group-by': 'name', functions: 'count,sum(money),max(when)', ...more})).groups.map((g) => g.key.name);
    assert.deepEqual(await keys(), ['-5', '=1+1', 'без места', 'Ёлка', 'ель', 'Жук', null]);
    assert.deepEqual(await keys({sortby: '-name'}), ['Жук', 'ель', 'Ёлка', 'без места', '=1+1', '-5', null]);
    assert.deepEqual(await keys({sortby: '-sum(money)', limit: 3}), ['Ёлка', 'без места', '-5']);
    assert.deepEqual((await keys({sortby: '+max(when)'})).slice(0, 3), ['ель', '=1+1', 'Ёлка']);
});

test('sums have all their digits', async () => {
    const text = await raw(own, 'made', {functions: 'sum(big),max(big),sum(money)'});
    assert.match(text, /"sum\(big\)":18446744073709551613,/);
    assert.match(text, /"max\(big\)":9223372036854775807,/);
    assert.match(text, /"sum\(money\)":95\.77[,}]/);
});

// ---- names ----

test('a field named length goes before the measure; both can be asked for', async () => {
    const {groups: [g], units} = await ask(own, 'made', {functions: 'sum(length),sum("length"),sum(geometry.length),sum(area)'});
    assert.deepEqual([g['sum(length)'], g['sum("length")'], g['sum(geometry.length)'], g['sum(area)']], [14, 14, 460, 1000]);
    assert.deepEqual(units, {'sum(geometry.length)': 'm', 'sum(area)': 'm2'});
    assert.deepEqual((await ask(own, 'made', {functions: 'count(n),sum(n),sum(money)'})).units, {'sum(n)': 'шт.', 'sum(money)': '₽'});
    assert.deepEqual((await ask(own, 'made', {functions: 'count(n),sum(n),sum(money)', lang: 'en'})).units, {'sum(n)': 'pcs', 'sum(money)': '₽'});
});

test('what cannot be is refused with what to write', async () => {
    for (const [params, words] of [
        [{functions: 'sum(nme)'}, /functions.*no field "nme".*schema/],
        [{functions: 'sum(secret)'}, /no field "secret"/], [{'group-by': 'secret'}, /no field "secret"/],
        [{functions: 'sum(name)'}, /of type text.*count\(distinct\)/], [{functions: 'median(n)'}, /not a function: write count/],
        [{functions: 'sum(n'}, /not a function/], [{functions: 'sum()'}, /not the name of a field/], [{functions: 'count,'}, /not a function/],
        [{functions: 'count,count'}, /twice/], [{functions: 'sum("n)'}, /not a function|not the name/],
        [{'group-by': 'nme'}, /no field "nme".*@COLLECTION/], [{'group-by': '@nowhere'}, /no collection "nowhere".*see \/collections/],
        [{'group-by': '@many'}, /"many" has no polygons/], [{'group-by': '@pair.nme'}, /no field "nme".*collections\/pair\/schema/],
        [{'group-by': '@pair.'}, /write @pair/], [{'group-by': '@pair,@over'}, /one other collection/],
        [{'group-by': 'n,n'}, /twice/], [{'group-by': 'n,name,money,big'}, /at most 3/],
        [{sortby: '-sum(n)'}, /neither a key.*nor one of functions/], [{limit: 0}, /from 1 to 10000/],
        [{nme: 1}, /no such parameter|did you mean/], [{filter: 'n ='}, /filter/], [{f: 'xml'}, /json.*csv.*html/],
    ]) {
        const answer = await own.get(url('made', params)), problem = await answer.json();
        assert.equal(answer.status, 400, JSON.stringify(params));
        assert.match(problem.detail, words);
    }
    const flat = await own.get(url('many', {functions: 'sum(length)'}));
    assert.equal(flat.status, 400);
    assert.match((await flat.json()).detail, /no lines to measure/);
    assert.equal((await own.get(url('nowhere', {}))).status, 404);
});

test('groups are bounded', async () => {
    const answer = await own.get(url('many', {'group-by': 'i'}));
    assert.equal(answer.status, 413);
    assert.match((await answer.json()).detail, /more than 10000 groups/);
    assert.equal((await ask(own, 'many', {'group-by': 'name'})).groups.length, 7);
    const round = await own.get(url('made', {'group-by': '@round'}));
    assert.equal(round.status, 413);
    assert.match((await round.json()).detail, /polygons of "round".*vertices/);
});

// ---- polygons ----

test('parts of lines, polygons and points in squares', async () => {
    const functions = 'count,sum(money),sum(n),sum(geometry.length),sum(area)';
    const of = async (name, params) => by(await ask(own, 'made', {functions, 'group-by': '@pair.side', ...params}), '@pair.side');
    // 300 m long, 100 m in each square: 100.01 in thirds, the odd kopecks by the largest remainder
    let g = await of('Ёлка', {name: 'Ёлка'});
    assert.deepEqual([g.get('left'), g.get('right'), g.get(null)].map((x) => [x.count, x['sum(money)'], x['sum(n)'], x['sum(geometry.length)'], x.outside]),
        [[1, 33.34, 3, 100, undefined], [1, 33.34, 2, 100, undefined], [1, 33.33, 2, 100, true]]);
    // along the common border: the first one's
    g = await of('ель', {name: 'ель'});
    assert.deepEqual([...g.keys()], ['left']);
    assert.equal(g.get('left')['sum(geometry.length)'], 100);
    // there and back over the border: both ways count, and what is negative is divided as well
    g = await of('Жук', {name: 'Жук'});
    assert.deepEqual([...g].map(([k, x]) => [k, x['sum(geometry.length)'], x['sum(money)'], x['sum(n)']]), [['left', 20, -3.37, -2], ['right', 40, -6.73, -3]]);
    g = await of('=1+1', {name: '=1+1'});
    assert.deepEqual([...g].map(([k, x]) => [k, x['sum(area)'], x['sum(money)'], x['sum(n)']]), [['left', 500, 0.05, 2], ['right', 500, 0.05, 1]]);
    // a point on the border, and points of which one is outside
    g = await of('', {n: 10});
    assert.deepEqual([...g].map(([k, x]) => [k, x.count, x['sum(n)']]), [['left', 1, 10]]);
    g = await of('', {n: 2});
    assert.deepEqual([...g].map(([k, x]) => [k, x.count, x['sum(n)'], x['sum(money)']]), [['left', 1, 1, 0.07], ['right', 1, 1, 0.07], [null, 1, 0, 0.06]]);
    g = await of('', {n: 4});
    assert.deepEqual([...g].map(([k, x]) => [k, x.count, x.outside, x['sum(money)']]), [[null, 1, true, 5.55]]);
});

test('what two polygons have is the first one\'s, and the answer says so', async () => {
    const answer = await ask(own, 'made', {'group-by': '@over', functions: 'count,sum(geometry.length),sum(money)', name: 'Ёлка'});
    assert.equal(answer.shares.collection, 'over');
    assert.equal(answer.shares.overlap, 'first');
    assert.equal(answer.shares.contested, 1);
    assert.equal(answer.notMeasured, 0);
    assert.deepEqual(answer.groups.map((g) => g['sum(geometry.length)']), [120, 80, 20, 80]);
    // a polygon without a name is not what is outside
    const named = await ask(own, 'made', {'group-by': '@over.name', functions: 'count', name: 'Ёлка'});
    assert.deepEqual(named.groups.map((g) => [g.key['@over.name'], g.outside]), [['first', undefined], ['second', undefined], [null, undefined], [null, true]]);
});

test('polygons and fields make groups together', async () => {
    const answer = await ask(own, 'made', {'group-by': '@pair.name,name', functions: 'count', filter: "name IN ('Ёлка', '=1+1')"});
    assert.deepEqual(answer.groups.map((g) => Object.values(g.key)), [['А', '=1+1'], ['А', 'Ёлка'], ['б', '=1+1'], ['б', 'Ёлка'], [null, 'Ёлка']]);
});

test('money and residents of the town: the districts and what is outside add up to the whole, to the last digit', async () => {
    for (const id of ['projects', 'buildings', 'streets', 'quarters', 'permits', 'stops', 'stress_line']) {
        const {properties} = await town.json(`/collections/${id}/schema`);
        const fields = Object.entries(properties).filter(([, p]) => p.type === 'integer' || p.type === 'number').map(([name]) => name).slice(0, 15);
        const functions = ['count', ...fields.map((name) => `sum("${name}")`)].join(',');
        const features = await items(town, id);
        for (const name of fields) {
            const total = sum(features.map((f) => f.properties[name]).filter((v) => v !== null && v !== undefined).map((v) => decimal(String(v))));
            for (const group of [{}, {'group-by': '@districts'}, {'group-by': '@quarters.zone'}, {'group-by': '@boundaries,' + name}]) {
                const parts = await column(town, id, {functions, ...group}, `sum("${name}")`);
                assert.equal(sum(parts), total, `${id} ${name} ${JSON.stringify(group)}`);
            }
        }
    }
});

test('kopecks are not cut, residents are whole', async () => {
    const [money, people] = [await column(town, 'projects', {functions: 'sum(budget_plan)', 'group-by': '@quarters'}, 'sum(budget_plan)'),
        await column(town, 'buildings', {functions: 'sum(residents)', 'group-by': '@quarters'}, 'sum(residents)')];
    assert.ok(money.length > 50 && money.every((v) => v % 10000n === 0n));
    assert.ok(people.length > 50 && people.every((v) => v % 1000000n === 0n));
});

test('residents of the districts are those that the districts say', async () => {
    const answer = by(await ask(town, 'buildings', {'group-by': '@districts', functions: 'sum(residents),count'}), '@districts');
    const districts = await items(town, 'districts');
    assert.equal(districts.length, 9);
    for (const d of districts)
        assert.equal(answer.get(d.id)['sum(residents)'], d.properties.residents);
    assert.equal(sum([...answer.values()].map((g) => BigInt(g['sum(residents)']))), 52000n, 'the town as it is specified');
});

test('length of streets in districts, against a clipping of our own', async () => {
    const answer = by(await ask(town, 'streets', {'group-by': '@districts', functions: 'count,sum(length),max(length)'}), '@districts');
    const streets = await items(town, 'streets'), districts = await items(town, 'districts');
    const boxes = streets.map((s) => boxOf(lines(s.geometry).flat()));
    const left = streets.map((s) => length(s.geometry));
    for (const d of districts) {
        const rings = polygons(d.geometry).flat(), box = boxOf(rings.flat());
        let metres = 0, count = 0, most = 0;
        streets.forEach((s, i) => {
            const part = meets(boxes[i], box) ? lengthInside(s.geometry, rings) : 0;
            metres += part;
            left[i] -= part;
            most = Math.max(most, part);
            count += part > length(s.geometry) * 1e-7;
        });
        const g = answer.get(d.id);
        // streets run along the borders within a centimetre: what is rounded in the answer moves where they cross
        assert.ok(Math.abs(g['sum(length)'] - metres) < 0.2, `${d.id}: ${g['sum(length)']} ${metres}`);
        assert.ok(Math.abs(g['max(length)'] - most) < 0.05);
        assert.equal(g.count, count, String(d.id));
    }
    const outside = answer.get(null);
    assert.equal(outside.count, left.filter((v) => v > 1e-3).length);
    assert.ok(Math.abs(outside['sum(length)'] - left.reduce((a, b) => a + b, 0)) < 0.2);
    const all = await ask(town, 'streets', {functions: 'sum(length)'});
    assert.ok(Math.abs(all.groups[0]['sum(length)'] - streets.reduce((s, f) => s + length(f.geometry), 0)) < 1e-3);
});

test('area of quarters in districts, against triangles', async () => {
    const answer = by(await ask(town, 'quarters', {'group-by': '@districts', functions: 'count,sum(area)'}), '@districts');
    const quarters = await items(town, 'quarters'), districts = await items(town, 'districts');
    const cut = (f) => ({fan: polygons(f.geometry).flatMap(fans), box: boxOf(polygons(f.geometry).flat(2))});
    const parts = quarters.map(cut), all = quarters.map((q) => area(q.geometry));
    for (const d of districts) {
        const {fan, box} = cut(d);
        const common = parts.map((p) => meets(p.box, box) ? commonArea(p.fan, fan) : 0);
        const g = answer.get(d.id) ?? {'sum(area)': 0, count: 0}, metres = common.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(g['sum(area)'] - metres) < 0.05 + metres * 1e-7, `${d.id}: ${g['sum(area)']} ${metres}`);
        assert.equal(g.count, common.filter((v, i) => v > all[i] * 1e-7).length, String(d.id));
    }
    const total = (await ask(town, 'quarters', {functions: 'sum(area)'})).groups[0]['sum(area)'];
    assert.ok(Math.abs(total - all.reduce((a, b) => a + b, 0)) < 0.01);
    // what is measured adds up to the last digit as well
    assert.equal(sum(await column(town, 'quarters', {'group-by': '@districts', functions: 'sum(area)'}, 'sum(area)')),
        sum(await column(town, 'quarters', {functions: 'sum(area)'}, 'sum(area)')));
});

test('metres are metres: the planted kilometre and hectare', async () => {
    const {groups: [g], crs} = await ask(town, 'baseline', {functions: 'sum(geometry.length),sum(geometry.area)'});
    assert.ok(Math.abs(g['sum(geometry.length)'] - 1000) < 0.005);
    assert.ok(Math.abs(g['sum(geometry.area)'] - 10000) < 0.05);
    assert.equal(crs, `${town.url}/crs/MSK48_1`);
});

// ---- formats ----

test('a table for spreadsheets has no formulas', async () => {
    const answer = await own.get(url('made', {'group-by': 'name', functions: 'count,sum(money)', f: 'csv'}));
    assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.deepEqual(csv(await answer.text()), [['name', 'count', 'sum(money)'], ['-5', '1', '0.2'], ["'=1+1", '1', '0.1'], ['без места', '1', '5.55'],
        ['Ёлка', '1', '100.01'], ['ель', '1', '0.01'], ['Жук', '1', '-10.1'], ['', '1', '']]);
    assert.match(await raw(own, 'made', {'group-by': '@pair', f: 'csv'}), /^'@pair,count\r\n/);
});

test('a page for people, in their language', async () => {
    const params = {'group-by': '@districts.name', functions: 'count,sum(budget_plan),sum(length)', f: 'html'};
    const ru = await town.get(url('projects', {...params, lang: 'ru'})), text = await ru.text();
    assert.equal(ru.headers.get('content-type'), 'text/html; charset=utf-8');
    for (const words of ['Сводка', 'Районы города: Название', 'Всего: Бюджет, ₽', 'длина, м', '628\u00a0880\u00a0182,86', '2\u00a0614,47<', '1\u00a0987,60<', 'вне контуров', 'МСК-48'])
        assert.ok(text.includes(words), words);
    const en = await (await town.get(url('projects', {...params, lang: 'en'}))).text();
    for (const words of ['Summary', 'City districts', 'Sum: Budget, ₽', '628\u00a0880\u00a0182.86', 'outside'])
        assert.ok(en.includes(words), words);
    const decoded = await (await town.get(url('projects', {'group-by': 'stage', f: 'html', lang: 'ru'}))).text();
    assert.ok(decoded.includes('Проектирование'));
});

test('the form asks for another table and keeps the conditions', async () => {
    const page = await (await town.get(url('projects', {'group-by': '@districts.name', functions: 'count,sum(paid)', direction: 3, filter: 'paid > 1', f: 'html', lang: 'ru'}))).text();
    for (const words of ['<option value="@districts.name" selected>Районы города</option>', '<option value="count,sum(paid)" selected>сумму: Оплачено</option>',
        'count,sum(geometry.length)', '<option value="stage">Стадия</option>', 'name="direction" value="3"', 'name="filter" value="paid &gt; 1"', 'name="lang" value="ru"'])
        assert.ok(page.includes(words), words);
    const values = [...page.matchAll(/<option value="([^"]*)"/g)].map((m) => m[1]);
    assert.ok(values.length > 30 && !values.some((v) => v.startsWith('@streets')));
    for (const value of values.filter((v) => v.startsWith('count')))
        assert.equal((await town.get(url('projects', {functions: value}))).status, 200, value);
    for (const value of values.filter((v) => !v.startsWith('count')))
        assert.equal((await town.get(url('projects', {'group-by': value}))).status, 200, value);
    const other = await (await town.get(url('projects', {'group-by': 'stage,status', functions: 'max(paid)', f: 'html'}))).text();
    assert.ok(other.includes('<option value="stage,status" selected>') && other.includes('<option value="max(paid)" selected>'));
    const collection = await (await town.get('/collections/projects?f=html&lang=ru')).text();
    assert.ok(collection.includes('/collections/projects/aggregate?f=html">Сводка'));
});

test('answers are negotiated, tagged and linked', async () => {
    const path = url('projects', {'group-by': 'stage'});
    const first = await town.get(path), etag = first.headers.get('etag');
    assert.ok(etag);
    const {links} = await first.json();
    for (const link of links)
        assert.equal((await fetch(link.href)).status, 200, link.href);
    assert.equal((await town.get(path, {headers: {'if-none-match': etag}})).status, 304);
    const table = await town.get(path, {headers: {accept: 'text/csv'}});
    assert.equal(table.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.notEqual(table.headers.get('etag'), etag);
    const collection = await town.json('/collections/projects');
    const link = collection.links.find(({rel}) => rel === 'aggregate');
    assert.equal((await (await fetch(link.href)).json()).groups[0].count, 400);
    const {paths} = await town.json('/api?f=json');
    const names = paths['/collections/projects/aggregate'].get.parameters.map((p) => p.name ?? p.$ref.split('/').pop());
    for (const name of ['functions', 'group-by', 'sortby', 'limit', 'filter', 'bbox', 'datetime', 'f'])
        assert.ok(names.includes(name), name);
});
