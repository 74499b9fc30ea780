// What conditions leave of a layer is drawn as a layer of just that would be: points as clusters of their own, areas that
// share borders with the borders that they have among all.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, line, point, square} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {compare, readMvt} from '../mlt/compare.mjs';

const LAST_ZOOM = 9, ORDER = ['тревога', 'нет связи', 'работает'];
const FILTER = "kind = 'камера' AND load < 900", isWanted = (row) => row.kind === 'камера' && row.load !== null && row.load < 900;
let server, small, home, tight;

const random = (() => {
    let seed = 20260615;
    return () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32);
})();
const rows = Array.from({length: 4000}, (_, id) => ({id: id + 1, load: id % 9 ? Math.floor(random() * 1000) : null,
    state: ORDER[Math.floor(random() * 40) ? 2 : Math.floor(random() * 2)], kind: ['люк', 'камера', 'датчик'][id % 3],
    lon: 38 + random() ** 2, lat: 52 + random() ** 2 / 2}));
const wanted = rows.filter(isWanted);
const asPoints = (list) => list.map(({id, lon, lat, ...rest}) => feature(rest, point(lon, lat), {id}));

// Lines and areas among the points of a layer with clusters.
const shapes = Array.from({length: 60}, (_, i) => {
    const lon = 38.05 + i % 10 / 11, lat = 52.05 + Math.floor(i / 10) / 15;
    return feature({kind: i % 2 ? 'камера' : 'люк', load: i, state: ORDER[2]},
        i % 4 < 2 ? line([lon, lat], [lon + 0.03, lat + 0.02], [lon + 0.05, lat]) : square(lon, lat, 0.03), {id: 10001 + i});
});
const wantedShapes = shapes.filter((f) => isWanted(f.properties)).map((f) => f.id);

// Districts whose borders have more vertices than any zoom but the highest shows.
const SIDE = 6, PARTS = 160;
const bend = (t, k) => (Math.sin(t * 40 + k) + Math.sin(t * 130 + 2 * k) / 2 + Math.sin(t * 511 + 3 * k) / 5) * 0.01 * Math.sin(Math.PI * t);
const border = (x, y, dx, dy) => Array.from({length: PARTS + 1}, (_, i) => {
    const t = i / PARTS, off = bend(t, x * 7 + y * 13 + dx);
    return [38 + (x + dx * t + dy * off * 6) / SIDE, 52 + (y + dy * t + dx * off * 6) / SIDE / 2].map((v) => Number(v.toFixed(7)));
});
const ringOf = (x, y) => [...border(x, y, 1, 0).slice(0, -1), ...border(x + 1, y, 0, 1).slice(0, -1),
    ...border(x, y + 1, 1, 0).reverse().slice(0, -1), ...border(x, y, 0, 1).reverse()];
const districts = Array.from({length: SIDE * SIDE}, (_, i) =>
    feature({n: i}, {type: 'Polygon', coordinates: [ringOf(i % SIDE, Math.floor(i / SIDE))]}, {id: i + 1}));

const lots = Array.from({length: 400}, (_, i) => feature({n: i}, square(38.5 + i % 20 / 500, 52.1 + Math.floor(i / 20) / 500, 1 / 500), {id: i + 1}));

const cluster = `cluster: {radius: 40, max_zoom: ${LAST_ZOOM}, sum: [load], min: [load], max: [load], worst: {field: state, order: [${ORDER.join(', ')}]}}`;
const layers = {
    sensors: [asPoints(rows), cluster], some: [asPoints(wanted), cluster],
    stepped: [asPoints(rows), 'cluster: {radius: 10, radii: [{max_zoom: 5, radius: 30}, {max_zoom: 7, radius: 20}], max_zoom: 9, sum: [load]}\nimportance: {field: load}'],
    some_stepped: [asPoints(wanted), 'cluster: {radius: 10, radii: [{max_zoom: 5, radius: 30}, {max_zoom: 7, radius: 20}], max_zoom: 9, sum: [load]}\nimportance: {field: load}'],
    works: [[...asPoints(rows), ...shapes], cluster],
    districts: [districts, 'coverage: true'],
    areas: [districts, ''],
    lots: [lots, 'coverage: true'],
};

before(async () => {
    home = tempDir();
    tight = tempDir();
    for (const {dir} of [home, tight])
        for (const [name, [features, yaml]] of Object.entries(layers)) {
            writeFileSync(join(dir, `${name}.geojson`), collection(features));
            writeFileSync(join(dir, `${name}.yaml`), `source: ${name}.geojson\n${yaml}\n`);
        }
    writeFileSync(join(tight.dir, 'map.yaml'), 'server: {tile_kb: 10}\n');
    server = await serve(home.dir);
    small = await serve(tight.dir);
});
after(async () => {
    for (const s of [server, small])
        await s?.stop();
    for (const h of [home, tight])
        h?.remove();
});

const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => Math.floor((1 - Math.asinh(Math.tan(lat * Math.PI / 180)) / Math.PI) / 2 * 2 ** z);
const query = (params) => new URLSearchParams(params).toString();

async function bytes(path, from = server) {
    const answer = await from.get(path);
    assert.ok([200, 204].includes(answer.status), `${path}: ${answer.status}`);
    return {headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer())};
}

async function tile(id, z, x, y, params = {filter: FILTER}) {
    const [layer] = readMvt((await bytes(`/tiles/${id}/${z}/${x}/${y}.mvt?${query(params)}`)).bytes);
    return layer?.features ?? [];
}

async function pyramid(id, z, params) {
    const tiles = [];
    for (let x = column(37.99, z); x <= column(39.01, z); x++)
        for (let y = row(52.51, z); y <= row(51.99, z); y++)
            tiles.push({x, y, features: await tile(id, z, x, y, params)});
    return tiles;
}

const isPoint = (f) => f.type === 'Point';
const isHere = ({runs: [[[x, y]]]}) => x >= 0 && y >= 0 && x < 4096 && y < 4096;
const countOf = (f) => f.properties.cluster ? f.properties.point_count : 1;

for (let z = 0; z <= LAST_ZOOM; z++)
    test(`zoom ${z}: what matches is in one cluster each, with the sums, least, most and worst of these alone`, async () => {
        const all = (await pyramid('sensors', z)).flatMap((t) => t.features.filter(isHere)), loads = wanted.map((r) => r.load);
        const fold = (name, start, join) => all.map((f) => f.properties[f.properties.cluster ? `load_${name}` : 'load']).reduce(join, start);
        assert.equal(all.reduce((n, f) => n + countOf(f), 0), wanted.length);
        assert.ok(all.length < wanted.length / 2 && all.some((f) => f.properties.cluster));
        assert.equal(fold('sum', 0, (a, b) => a + b), loads.reduce((a, b) => a + b));
        assert.equal(fold('min', Infinity, (a, b) => Math.min(a, b)), Math.min(...loads));
        assert.equal(fold('max', -Infinity, (a, b) => Math.max(a, b)), Math.max(...loads));
        assert.equal(Math.min(...all.map((f) => ORDER.indexOf(f.properties.state_worst ?? f.properties.state))),
            Math.min(...wanted.map((r) => ORDER.indexOf(r.state))));
        assert.ok(all.filter((f) => !f.properties.cluster).every((f) => isWanted(rows[f.id - 1])));
    });

for (const [id, of] of [['sensors', 'some'], ['stepped', 'some_stepped']])
    test(`tiles of ${id} are those of a layer that has only what matches`, async () => {
        for (let z = 0; z <= LAST_ZOOM + 1; z++)
            for (const {x, y, features} of await pyramid(id, z))
                assert.deepEqual(features, await tile(of, z, x, y, {}), `${z}/${x}/${y}`);
    });

test('clusters in the buffer are those of the neighbour', async () => {
    let seen = 0;
    for (const z of [6, 7, 8, 9]) {
        const tiles = await pyramid('sensors', z), own = new Map();
        const placed = (t, f) => ({...f, runs: f.runs.map((run) => run.map(([x, y]) => [x + t.x * 4096, y + t.y * 4096]))});
        for (const t of tiles)
            for (const f of t.features.filter(isHere))
                own.set(f.id, placed(t, f));
        for (const t of tiles)
            for (const f of t.features.filter((f) => !isHere(f))) {
                assert.deepEqual(placed(t, f), own.get(f.id));
                seen++;
            }
    }
    assert.ok(seen > 5);
});

test('a day and a window choose as a filter does, and what nothing meets is empty', async () => {
    const params = {bbox: '38,52,38.3,52.2', filter: "state = 'работает'"};
    const inside = rows.filter((r) => r.state === 'работает' && r.lon <= 38.3 && r.lat <= 52.2);
    for (const z of [3, 7]) {
        const all = (await pyramid('sensors', z, params)).flatMap((t) => t.features.filter(isHere));
        assert.equal(all.reduce((n, f) => n + countOf(f), 0), inside.length);
        assert.ok(all.some((f) => f.properties.point_count > 1) && all.every((f) => (f.properties.state_worst ?? f.properties.state) === 'работает'));
    }
    assert.equal((await server.get(`/tiles/sensors/5/19/10.mvt?${query({filter: 'load > 5000'})}`)).status, 204);
});

test('lines and areas among the points are there as well', async () => {
    for (const z of [0, 4, 7, 9]) {
        const tiles = await pyramid('works', z), all = tiles.flatMap((t) => t.features);
        assert.deepEqual(tiles.map((t) => t.features.filter(isPoint)), (await pyramid('some', z, {})).map((t) => t.features), `zoom ${z}`);
        const ids = new Set(all.filter((f) => !isPoint(f)).map((f) => f.id));
        assert.ok([...ids].every((id) => wantedShapes.includes(id)));
        if (z >= 7)
            assert.deepEqual([...ids].sort((a, b) => a - b), wantedShapes);
    }
});

test('MapLibre Tiles say the same, with few fields, too', async () => {
    for (const id of ['sensors', 'works', 'districts'])
        for (const z of [2, 6, 9])
            for (const more of [{}, {properties: id === 'districts' ? 'n' : 'state'}]) {
                const at = `${z}/${column(38.2, z)}/${row(52.1, z)}`, params = {filter: id === 'districts' ? 'n < 20' : FILTER, ...more};
                const [mvt, mlt] = await Promise.all(['mvt', 'mlt'].map((f) => bytes(`/tiles/${id}/${at}.${f}?${query(params)}`)));
                assert.ok(mvt.bytes.length > 0);
                assert.deepEqual(compare(mvt.bytes, mlt.bytes), [], `${id}/${at}`);
            }
});

test('what is asked to explain itself counts every row once', async () => {
    for (const id of ['sensors', 'works', 'districts']) {
        const z = 7, path = `${z}/${column(38.2, z)}/${row(52.1, z)}`, filter = id === 'districts' ? 'n < 20' : FILTER;
        const {layers: [told]} = await server.json(`/tiles/${id}/${path}.mvt?${query({filter, explain: 1})}`);
        assert.equal(told.rows, told.unwanted + told.items + told.merged + told.clustered + told.crowded_out_or_joined + told.vanished);
        assert.ok(told.unwanted > 0 && told.kept === (await tile(id, ...path.split('/'), {filter})).length);
        assert.equal(told.clustered > 0, id !== 'districts');
    }
});

test('a budget leaves the most important ones', async () => {
    const path = `/tiles/stepped/9/${column(38.2, 9)}/${row(52.1, 9)}.mvt?${query({filter: 'load >= 20'})}`;
    const [full, less] = [await bytes(path), await bytes(path, small)];
    const [all, left] = [full, less].map((t) => readMvt(t.bytes)[0].features);
    assert.equal(full.headers.get('x-munimap-dropped'), null);
    assert.equal(Number(less.headers.get('x-munimap-dropped')), all.length - left.length);
    const loadOf = (f) => f.properties.load ?? Infinity, ids = new Set(left.map((f) => f.id));
    const single = left.filter((f) => !f.properties.cluster), gone = all.filter((f) => !ids.has(f.id) && !f.properties.cluster);
    assert.ok(single.length > 3 && gone.length > 3);
    assert.ok(Math.min(...single.map(loadOf)) >= Math.max(...gone.map(loadOf)));
});

for (const id of ['districts', 'areas'])
    test(`the borders of ${id} are those of the tile with all of them`, async () => {
        let seen = 0;
        for (let z = 4; z <= 16; z++)
            for (const [lon, lat] of [[38.5, 52.25], [38.34, 52.26], [38.67, 52.08]]) {
                const at = [id, z, column(lon, z), row(lat, z)], all = await tile(...at, {});
                const some = await tile(...at, {filter: 'n % 2 = 0'});
                assert.deepEqual(some, all.filter((f) => f.properties.n % 2 === 0), at.join('/'));
                seen += some.length;
            }
        assert.ok(seen > 50);
    });

test('an area that is too thin for a zoom among all is there when it alone is asked for', async () => {
    for (const z of [3, 4]) {
        const at = ['lots', z, column(38.5, z), row(52.1, z)], shown = new Set((await tile(...at, {})).map((f) => f.properties.n));
        const gone = lots.map((f) => f.properties.n).filter((n) => !shown.has(n));
        assert.ok(gone.length > 10, `zoom ${z}: ${gone.length} of ${shown.size}`);
        for (const n of gone.slice(0, 3))
            assert.deepEqual((await tile(...at, {filter: `n = ${n}`})).map((f) => f.properties.n), [n], `zoom ${z}`);
    }
});

test('nothing is said to be left out that is there', async () => {
    const said = async (id, params) => (await server.json(`/tiles/${id}.json?${query(params)}`)).left_out.layers[0];
    const {clustered, ...works} = await said('works', {filter: FILTER}), all = await said('works', {});
    assert.deepEqual(clustered, {minzoom: 0, maxzoom: LAST_ZOOM, radius: 40});
    assert.ok('crowded' in all && !('crowded' in works) && 'gathered' in works && 'simplified' in works);
    assert.deepEqual(await said('districts', {filter: 'n < 20'}), {id: 'districts', importance: {size: true},
        simplified: {minzoom: 0, maxzoom: 15}, gathered: {minzoom: 0, maxzoom: 15}});
    assert.ok('vanishing' in await said('districts', {filter: 'n >= 0'}));
    assert.ok('vanishing' in await said('districts', {}));
});
