// Layers of polygons that share their borders, in tiles: no holes that the data lacks, no overlaps.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {collection, feature} from '../lib/geojson.mjs';
import {root, serve, shared, tempDir} from '../lib/munimap.mjs';
import {checkTile, REACH} from './check_tile.mjs';

const temp = tempDir();
after(() => temp.remove());

// The unions of a file's polygons as GEOS makes them, one for each value of `by` (SQL): its area, and the areas of its holes.
function unions(file, table, by) {
    const text = execFileSync('ogr2ogr', ['-q', '-f', 'GeoJSON', '/vsistdout/', file, '-dialect', 'sqlite',
        '-sql', `SELECT ${by} AS "by", ST_Union(geometry) AS geometry FROM "${table}" GROUP BY 1`], {maxBuffer: 1 << 28}).toString();
    return new Map(JSON.parse(text).features.map(({properties, geometry}) => {
        const polygons = !geometry ? [] : geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
        const holes = polygons.flatMap((rings) => rings.slice(1).map(area));
        return [properties.by, {area: polygons.reduce((sum, rings) => sum + area(rings[0]), 0) - holes.reduce((a, b) => a + b, 0), holes}];
    }));
}

function area(ring) {
    let sum = 0;
    for (let i = 0; i + 1 < ring.length; i++)
        sum += (ring[i][0] - ring[0][0]) * (ring[i + 1][1] - ring[0][1]) - (ring[i + 1][0] - ring[0][0]) * (ring[i][1] - ring[0][1]);
    return Math.abs(sum) / 2;
}

const polygonsOf = ({geometry}) => geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
const sumOf = (polygons) => polygons.reduce((total, [shell, ...holes]) =>
    total + area(shell) - holes.reduce((sum, hole) => sum + area(hole), 0), 0);

// Metres of Web Mercator to tiles.
const WORLD = 40075016.68557849;
const column = (x, z) => Math.floor((0.5 + x / WORLD) * 2 ** z), row = (y, z) => Math.floor((0.5 - y / WORLD) * 2 ** z);
const tileAt = ([x, y], z) => `${z}/${column(x, z)}/${row(y, z)}`;

// Places where three polygons or more have a vertex, some of them, spread over the layer.
function corners(features, want) {
    const count = new Map();
    for (const feature of features) {
        for (const at of new Set(polygonsOf(feature).flat(2).map((p) => `${p[0]},${p[1]}`)))
            count.set(at, (count.get(at) ?? 0) + 1);
    }
    const all = [...count].filter(([, n]) => n > 2).map(([at]) => at.split(',').map(Number));
    return all.filter((_, i) => i % Math.max(1, Math.floor(all.length / want)) === 0).slice(0, want);
}

// Polygons of one tile, in its units.
async function tileOf(server, id, z, x, y) {
    const answer = await server.get(`/tiles/${id}/${z}/${x}/${y}.mvt`);
    if (answer.status === 204)
        return [];
    assert.equal(answer.status, 200);
    const {problems, layers} = checkTile(new Uint8Array(await answer.arrayBuffer()), {strict: true, buffer: REACH});
    assert.deepEqual(problems, []);
    return layers.flatMap((layer) => layer.features).flatMap((feature) => feature.polygons)
        .map((rings) => rings.map((ring) => [...ring, ring[0]]));
}

// Square units: what rounding where the tile's edge cuts a side may make.
const ROUNDING = 16;

/** Looks at tiles of a layer: no more overlaps than the data has (square metres of Web Mercator), nor holes. */
async function checkTiles(server, id, tiles, own) {
    const seen = new Map(), file = join(temp.dir, 'tiles.json');
    for (const [z, x, y] of tiles) {
        const polygons = await tileOf(server, id, z, x, y);
        if (polygons.length)
            seen.set(`${z}/${x}/${y}`, {z, polygons});
    }
    writeFileSync(file, JSON.stringify({type: 'FeatureCollection', features: [...seen].flatMap(([tile, {polygons}]) =>
        polygons.map((coordinates) => ({type: 'Feature', properties: {tile}, geometry: {type: 'Polygon', coordinates}})))}));
    const whole = unions(file, 'tiles', 'tile');
    for (const [tile, {z, polygons}] of seen) {
        const where = `${id} ${tile}`, one = whole.get(tile), sum = sumOf(polygons);
        const overlap = own.overlap * (4096 * 2 ** z / WORLD) ** 2 * 1.25;
        assert.ok(sum - one.area <= overlap + ROUNDING, `${where}: ${sum - one.area} square units overlap`);
        assert.ok(one.area <= sum * (1 + 1e-9));
        const holes = one.holes.filter((size) => size > ROUNDING);
        assert.ok(holes.length <= own.holes, `${where}: holes of ${holes} square units`);
    }
    return seen.size;
}

// Tiles of zooms 5 to 8 that the data is in, six a zoom at most, and those at the corners from 9 to 15.
function tilesFor(features, places) {
    const points = features.flatMap((feature) => polygonsOf(feature).flat(2));
    const tiles = new Set();
    for (const z of [5, 6, 7, 8]) {
        const all = new Set(points.map((at) => tileAt(at, z)));
        [...all].slice(0, 6).forEach((tile) => tiles.add(tile));
    }
    for (let z = 9; z <= 15; z++)
        places.forEach((at) => tiles.add(tileAt(at, z)));
    return [...tiles].map((tile) => tile.split('/').map(Number));
}

async function checkLayer(t, id, source, yaml) {
    const home = join(temp.dir, id);
    mkdirSync(home);
    writeFileSync(join(home, 'map.yaml'), `allow: [${join(source, '..')}]\n`);
    writeFileSync(join(home, `${id}.yaml`), `source: ${source}\ncoverage: true\n${yaml}`);
    const plain = join(temp.dir, `${id}.json`);
    execFileSync('ogr2ogr', ['-q', '-f', 'GeoJSON', '-t_srs', 'EPSG:3857', '-lco', 'COORDINATE_PRECISION=4',
        '-nln', id, plain, source]);
    const {features} = JSON.parse(readFileSync(plain)), whole = unions(plain, id, "'all'").get('all');
    const own = {holes: whole.holes.length, overlap: sumOf(features.flatMap(polygonsOf)) - whole.area};
    const tiles = tilesFor(features, corners(features, 3)), server = await serve(home);
    try {
        const seen = await checkTiles(server, id, tiles, own);
        t.diagnostic(`${id}: ${features.length} features, ${own.holes} holes and ${Math.round(own.overlap)} m² of overlaps of their own, ${seen} tiles`);
        assert.ok(seen > 10);
    } finally {
        await server.stop();
    }
}

for (const id of ['lipetsk_oblast', 'voronezh_oblast', 'sakhalin_oblast_aniva']) {
    const source = shared('data/russia_districts', `${id}.geojson`);
    test(`${id} has no gaps`, {skip: !existsSync(source) && `no ${source}`}, (t) => checkLayer(t, id, source, ''));
}

for (const id of ['districts', 'quarters', 'landuse']) {
    const source = join(root, 'data-samples/town', `${id}.gpkg`);
    test(`${id} of the sample town have no gaps`, {skip: !existsSync(source) && `no ${source}: make town`},
        (t) => checkLayer(t, id, source, ''));
}

test('where nothing is simplified a side is one, however many vertices its neighbours have', async () => {
    const home = join(temp.dir, 'sides'), side = [[39.0013, 52.0011], [39.0197, 52.0173]], [[west, south], [east, north]] = side;
    const arc = Array.from({length: 60}, (_, i) => [east + (west - east) * i / 60 + 0.003 * Math.sin(i / 60 * Math.PI), north + (south - north) * i / 60]);
    const rings = [[...side, [west, north], side[0]], [side[0], ...arc, side[0]]];
    mkdirSync(home);
    writeFileSync(join(home, 'sides.geojson'), collection(rings.map((r, id) => feature({}, {type: 'Polygon', coordinates: [r]}, {id}))));
    writeFileSync(join(home, 'sides.yaml'), 'source: sides.geojson\ncoverage: true\n');
    const server = await serve(home), tiles = new Set();
    for (const z of [16, 17, 18])
        for (let i = 1; i < 50; i++) {
            const lon = west + (east - west) * i / 50, lat = south + (north - south) * i / 50;
            tiles.add(tileAt([lon / 360 * WORLD, Math.asinh(Math.tan(lat * Math.PI / 180)) / (2 * Math.PI) * WORLD], z));
        }
    try {
        assert.ok(await checkTiles(server, 'sides', [...tiles].map((tile) => tile.split('/').map(Number)), {holes: 0, overlap: 0}) > 20);
    } finally {
        await server.stop();
    }
});
