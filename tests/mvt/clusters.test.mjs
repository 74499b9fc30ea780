// Clusters and thinning over the whole pyramid of a layer of points: nothing is lost, neighbours agree.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {PbfReader} from 'pbf';
import {VectorTile} from '@mapbox/vector-tile';

import {readMlt} from '../mlt/compare.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';

const POINTS = 4000, LAST_ZOOM = 9;
const ORDER = ['тревога', 'нет связи', 'работает'];
let server, home, rows;

const random = (() => {
    let seed = 20260615;
    return () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32);
})();

before(async () => {
    home = tempDir();
    rows = Array.from({length: POINTS}, (_, id) => ({id, load: id % 9 ? Math.floor(random() * 1000) : null,
        state: ORDER[Math.floor(random() * 40) ? 2 : Math.floor(random() * 2)], lon: 38 + random() ** 2, lat: 52 + random() ** 2 / 2}));
    writeFileSync(join(home.dir, 'sensors.geojson'), JSON.stringify({type: 'FeatureCollection', features: rows.map(({id, lon, lat, ...rest}) =>
        ({type: 'Feature', id, properties: rest, geometry: {type: 'Point', coordinates: [lon, lat]}}))}));
    writeFileSync(join(home.dir, 'sensors.yaml'), `source: sensors.geojson
cluster: {radius: 40, max_zoom: ${LAST_ZOOM}, sum: [load], min: [load], max: [load], worst: {field: state, order: [${ORDER.join(', ')}]}}\n`);
    writeFileSync(join(home.dir, 'stepped.yaml'), `source: sensors.geojson
cluster: {radius: 10, radii: [{max_zoom: 5, radius: 30}, {max_zoom: 7, radius: 20}], max_zoom: ${LAST_ZOOM}, sum: [load]}\n`);
    server = await serve(home.dir);
});
after(async () => {
    await server.stop();
    home.remove();
});

const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => Math.floor((1 - Math.asinh(Math.tan(lat * Math.PI / 180)) / Math.PI) / 2 * 2 ** z);

async function tile(z, x, y, id = 'sensors', query = '') {
    const answer = await fetch(`${server.url}/tiles/${id}/${z}/${x}/${y}.mvt${query}`);
    assert.ok([200, 204].includes(answer.status));
    const layer = answer.status === 200 ? new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer()))).layers[id] : null;
    return Array.from({length: layer?.length ?? 0}, (_, i) => {
        const feature = layer.feature(i), [[point]] = feature.loadGeometry();
        return {id: feature.id, ...feature.properties, x: point.x, y: point.y};
    });
}

async function pyramid(z, id) {
    const tiles = [];
    for (let x = column(38, z); x <= column(39, z); x++)
        for (let y = row(52.5, z); y <= row(52, z); y++)
            tiles.push({x, y, features: await tile(z, x, y, id)});
    return tiles;
}

const isHere = (f) => f.x >= 0 && f.y >= 0 && f.x < 4096 && f.y < 4096;
const finite = rows => rows.filter((r) => r.load !== null).map((r) => r.load);

for (let z = 0; z <= LAST_ZOOM; z++)
    test(`zoom ${z}: every point is in one cluster, and their sums are those of the points`, async () => {
        const tiles = await pyramid(z), all = tiles.flatMap((t) => t.features.filter(isHere));
        const loads = finite(rows), single = all.filter((f) => !f.cluster);
        assert.equal(all.reduce((n, f) => n + (f.cluster ? f.point_count : 1), 0), POINTS);
        assert.ok(all.length < POINTS / 4);
        assert.equal(all.reduce((n, f) => n + ((f.cluster ? f.load_sum : f.load) ?? 0), 0), loads.reduce((a, b) => a + b));
        assert.equal(Math.min(...all.map((f) => (f.cluster ? f.load_min : f.load) ?? Infinity)), Math.min(...loads));
        assert.equal(Math.max(...all.map((f) => (f.cluster ? f.load_max : f.load) ?? -Infinity)), Math.max(...loads));
        for (const f of single)
            assert.equal(f.state, rows[f.id].state);
        const worst = Math.min(...rows.map((r) => ORDER.indexOf(r.state)));
        assert.equal(Math.min(...all.map((f) => ORDER.indexOf(f.state_worst ?? f.state))), worst);
        assert.equal(new Set(all.map((f) => f.id)).size, all.length);
    });

for (const id of ['sensors', 'stepped']) test(`clusters of ${id} in the buffer are those of the neighbour`, async () => {
    let seen = 0;
    for (const z of [6, 7, 8, 9]) {
        const tiles = await pyramid(z, id), own = new Map();
        for (const t of tiles)
            for (const f of t.features.filter(isHere))
                own.set(f.id, {...f, x: f.x + t.x * 4096, y: f.y + t.y * 4096});
        for (const t of tiles)
            for (const f of t.features.filter((f) => !isHere(f) && own.has(f.id))) {
                assert.deepEqual({...f, x: f.x + t.x * 4096, y: f.y + t.y * 4096}, own.get(f.id));
                seen++;
            }
    }
    assert.ok(seen > 5);
});

test('with a radius for each zoom nothing is lost either, and there are fewer where it is wider', async () => {
    const sum = finite(rows).reduce((a, b) => a + b), counts = [];
    for (let z = 0; z <= LAST_ZOOM; z++) {
        const all = (await pyramid(z, 'stepped')).flatMap((t) => t.features.filter(isHere));
        assert.equal(all.reduce((n, f) => n + (f.cluster ? f.point_count : 1), 0), POINTS, `zoom ${z}`);
        assert.equal(all.reduce((n, f) => n + ((f.cluster ? f.load_sum : f.load) ?? 0), 0), sum, `zoom ${z}`);
        counts.push(all.length);
    }
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
    // a quarter as many at the zoom below, or a sixteenth where the radius is twice that, too
    assert.ok(counts[8] > 8 * counts[7] && counts[7] < 6 * counts[6] && counts[9] < 6 * counts[8], counts.join());
    const {left_out: {layers: [{clustered}]}} = await server.json('/tiles/stepped.json');
    assert.deepEqual(clustered, {minzoom: 0, maxzoom: LAST_ZOOM, radius: 10, radii: [{maxzoom: 5, radius: 30}, {maxzoom: 7, radius: 20}]});
});

test('a cluster is within one cluster of the zoom below', async () => {
    for (let z = 1; z <= LAST_ZOOM; z++) {
        const here = (await pyramid(z)).flatMap((t) => t.features.filter(isHere)).length;
        const below = (await pyramid(z - 1)).flatMap((t) => t.features.filter(isHere)).length;
        assert.ok(below <= here);
    }
});

test('above the last zoom with clusters there are points only', async () => {
    const z = LAST_ZOOM + 5, all = [];
    for (const {lon, lat} of rows.slice(0, 50))
        all.push(...await tile(z, column(lon, z), row(lat, z)));
    assert.ok(all.length >= 50 && all.every((f) => !('cluster' in f) && !('point_count' in f)));
});

test('TileJSON names the attributes of clusters, and where points are joined', async () => {
    const json = await server.json('/tiles/sensors.json'), [{fields}] = json.vector_layers;
    assert.deepEqual(fields, {load: 'Number', state: 'String', cluster: 'Boolean', point_count: 'Number',
        load_sum: 'Number', load_min: 'Number', load_max: 'Number', state_worst: 'String'});
    const seen = new Map();
    for (const z of [2, 9, 10])
        for (const {id, x, y, ...properties} of (await pyramid(z)).flatMap((t) => t.features))
            Object.entries(properties).forEach(([key, value]) => seen.set(key, typeof value));
    assert.deepEqual(Object.fromEntries([...seen].sort()),
        Object.fromEntries(Object.entries(fields).map(([key, type]) => [key, type.toLowerCase()]).sort()));
    assert.deepEqual(json.left_out.layers, [{id: 'sensors', importance: {size: true},
        clustered: {minzoom: 0, maxzoom: LAST_ZOOM, radius: 40}, thinned: {minzoom: LAST_ZOOM + 1, maxzoom: 13}}]);
});

test('a tileset describes the attributes of clusters, where its grid has any', async () => {
    const described = async (grid) => Object.entries((await server.json(`/collections/sensors/tiles/${grid}`)).layers[0].propertiesSchema.properties)
        .map(([key, {type}]) => `${key} ${type}`);
    const plain = ['load integer', 'state string'];
    assert.deepEqual(await described('WorldCRS84Quad'), plain);
    assert.deepEqual(await described('WebMercatorQuad'), [...plain, 'cluster boolean', 'point_count integer', 'load_sum number',
        'load_min number', 'load_max number', 'state_worst string']);
});

test('attributes of clusters can be chosen as fields can', async () => {
    const at = [5, column(38.2, 5), row(52.1, 5)], has = async (list) => {
        const all = await tile(...at, 'sensors', `?properties=${list}`);
        return [...new Set(all.filter((f) => f.cluster).flatMap(({id, x, y, ...rest}) => Object.keys(rest)))].sort().join();
    };
    const sums = 'cluster,load_max,load_min,load_sum,point_count';
    assert.equal(await has(''), 'cluster,point_count');
    assert.equal(await has('load_sum'), 'cluster,load_sum,point_count');
    assert.equal(await has('point_count,state_worst,load_min'), 'cluster,load_min,point_count,state_worst');
    assert.equal(await has('load'), sums, 'a field brings what clusters have of it');
    assert.equal(await has('state'), 'cluster,point_count,state_worst');
    for (const [name, id] of [['load_avg', 'sensors'], ['state_sum', 'sensors'], ['load_min', 'stepped'], ['_sum', 'sensors']])
        assert.equal((await fetch(`${server.url}/tiles/${id}/${at.join('/')}.mvt?properties=${name}`)).status, 400, name);
    const mlt = readMlt(new Uint8Array(await (await fetch(`${server.url}/tiles/sensors/${at.join('/')}.mlt?properties=load_sum`)).arrayBuffer()))[0].features;
    assert.deepEqual([...new Set(mlt.flatMap((f) => Object.keys(f.properties)))].sort().join(), 'cluster,load_sum,point_count');
});

test('MapLibre Tiles say the same', async () => {
    for (const z of [3, 8]) {
        const at = `${z}/${column(38.2, z)}/${row(52.1, z)}`;
        const mlt = readMlt(new Uint8Array(await (await fetch(`${server.url}/tiles/sensors/${at}.mlt`)).arrayBuffer()))[0].features;
        const mvt = await tile(...at.split('/').map(Number));
        assert.equal(mlt.length, mvt.length);
        mvt.forEach(({id, x, y, ...properties}, i) => {
            assert.equal(Number(mlt[i].id), id);
            assert.deepEqual(mlt[i].properties, properties);
        });
    }
});
