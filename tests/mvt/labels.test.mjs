// Label layers as clients see them, from the real program: who has them, and on whole towns that each shape has one label
// a zoom, inside it, at the same place.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, line, point, square} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';
import {judgeBoth, readMvt} from '../mlt/compare.mjs';
import {walk} from './all_tiles.mjs';

const LEAST_PX = 16, ALL_FROM_ZOOM = 16, UNIT_PX = 512 / 4096;
const temp = tempDir();
let server;


before(async () => {
    const home = join(temp.dir, 'map');
    const write = (id, features, yaml = '') => {
        writeFileSync(join(home, `${id}.geojson`), collection(features));
        writeFileSync(join(home, `${id}.yaml`), `source: ${id}.geojson\n${yaml}`);
    };
    mkdirSync(home);
    write('lots', [feature({name: 'большой', secret: 's'}, square(39, 52, 0.1), {id: 1}),
        feature({name: 'малый'}, square(39.3, 52, 0.001), {id: 2}),
        feature({name: 'пустой'}, {type: 'Polygon', coordinates: []}, {id: 3})], 'fields: [{name: secret, hidden: true}]\n');
    write('poles', [feature({}, point(39, 52), {id: 1})]);
    write('roads', [feature({}, line([39, 52], [39.1, 52.1]), {id: 1})]);
    write('mixed', [feature({}, point(39, 52), {id: 1}), feature({}, line([39, 52], [39.2, 52]), {id: 2}),
        feature({}, square(39, 52, 0.1), {id: 3})]);
    write('zones', [feature({}, square(39, 52, 0.1), {id: 1})]);
    write('zones_label', [feature({own: true}, point(39, 52), {id: 7})]);
    write('late', [feature({}, square(39, 52, 0.1), {id: 1})], 'zoom: {min: 9, max: 11}\n');
    server = await serve(home);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const column = (lon, z) => (lon + 180) / 360 * 2 ** z;
const row = (lat, z) => (0.5 - Math.asinh(Math.tan(lat * Math.PI / 180)) / (2 * Math.PI)) * 2 ** z;
const at = (z, lon, lat) => `${z}/${Math.floor(column(lon, z))}/${Math.floor(row(lat, z))}`;

async function layersAt(layers, z, lon, lat) {
    const answer = await server.get(`/tiles/${layers}/${at(z, lon, lat)}.mvt`);
    assert.ok([200, 204].includes(answer.status), `${layers}: ${answer.status}`);
    return readMvt(new Uint8Array(await answer.arrayBuffer()));
}

test('a label layer is asked for like any other, and comes in the order asked for', async () => {
    const layers = await layersAt('lots_label,roads,lots,lots_label', 10, 39.05, 52.05);
    assert.deepEqual(layers.map((l) => l.name), ['lots_label', 'roads', 'lots']);
    const [label] = layers[0].features;
    assert.deepEqual([layers[0].features.length, label.id, label.type, label.properties], [1, 1, 'Point', {name: 'большой'}]);
    const [{runs: [[[x, y]]]}] = layers[0].features;
    assert.ok(Math.abs(x - (column(39.05, 10) % 1) * 4096) < 2 && Math.abs(y - (row(52.05, 10) % 1) * 4096) < 3, `${x} ${y}`);
});

test('who does not ask gets the same bytes as ever, and there are two tags', async () => {
    const [plain, both] = await Promise.all(['lots', 'lots_label'].map((ids) => server.get(`/tiles/${ids}/${at(10, 39.05, 52.05)}.mvt`)));
    assert.deepEqual(readMvt(new Uint8Array(await plain.arrayBuffer())).map((l) => l.name), ['lots']);
    assert.notEqual(plain.headers.get('etag'), both.headers.get('etag'));
});

test('small shapes have theirs later, and from zoom 16 on all have', async () => {
    const seen = [];
    for (let z = 8; z <= 22; z++)
        seen.push((await layersAt('lots_label', z, 39.3005, 52.0005)).flatMap((l) => l.features).some((f) => f.id === 2));
    const first = seen.indexOf(true) + 8, size = row(52, 0) - row(52.001, 0);
    assert.equal(first, Math.ceil(Math.log2(LEAST_PX / size / 512)));
    assert.ok(seen.slice(first - 8).every(Boolean));
});

test('lines have labels where polygons have', async () => {
    const [{features}] = await layersAt('mixed_label', 9, 39.05, 52.01);
    assert.deepEqual(features.map((f) => f.id).sort(), [2, 3]);
});

test('layers without polygons have none, and a layer of that id goes before', async () => {
    for (const path of ['/tiles/poles_label.json', '/tiles/roads_label.json', '/tiles/_label.json', '/tiles/lots_label_label.json',
        '/tiles/nope_label.json', '/tiles/lots,poles_label/0/0/0.mvt', '/tiles/lots_labe/0/0/0.mlt', '/tiles/zones_label_label.json']) {
        const answer = await server.get(path);
        assert.deepEqual([answer.status, answer.headers.get('content-type')], [404, 'application/problem+json'], path);
    }
    const [{features: [own]}] = await layersAt('zones_label', 9, 39, 52);
    assert.deepEqual(own.properties, {own: true});
});

test('a label layer keeps the zooms of its layer', async () => {
    for (const [z, there] of [[8, false], [9, true], [11, true], [12, false]])
        assert.equal((await layersAt('late_label', z, 39.05, 52.05)).length === 1, there, `z${z}`);
});

test('TileJSON lists label layers with their fields', async () => {
    const json = await server.json('/tiles/roads,lots_label,lots,lots_label.json');
    assert.deepEqual(json.vector_layers.map((l) => l.id), ['roads', 'lots_label', 'lots']);
    assert.deepEqual(json.vector_layers[1].fields, {name: 'String'});
    assert.deepEqual(json.tiles, [`${server.url}/tiles/roads,lots_label,lots/{z}/{x}/{y}.mvt`]);
    assert.deepEqual((await server.json('/tiles/lots_label.json')).bounds, (await server.json('/tiles/lots.json')).bounds);
});

/* ---- whole towns ---- */

async function* itemsOf(base, id) {
    for (let url = `${base}/collections/${id}/items?limit=5000`; url;) {
        const page = await (await fetch(url, {headers: {accept: 'application/geo+json'}})).json();
        yield* page.features;
        url = page.links.find((l) => l.rel === 'next')?.href;
    }
}

const polygonsOf = (g) => g?.type === 'Polygon' ? [g.coordinates] : g?.type === 'MultiPolygon' ? g.coordinates :
    g?.type === 'GeometryCollection' ? g.geometries.flatMap(polygonsOf) : [];

const area = (ring) => Math.abs(ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length], [ox, oy] = ring[0];
    return sum + (x - ox) * (ny - oy) - (nx - ox) * (y - oy);
}, 0)) / 2;

/** Rings on the unit square of the world, the longer side of their box, and how broad they are along it. */
function shapeOf(geometry) {
    const polygons = polygonsOf(geometry).filter((p) => p.length).map((p) => p.map((ring) => ring.map(([lon, lat]) => [column(lon, 0), row(lat, 0)])));
    const rings = polygons.flat(), covered = polygons.reduce((sum, [shell, ...holes]) =>
        sum + area(shell) - holes.reduce((s, hole) => s + area(hole), 0), 0);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of rings.flat())
        [box[0], box[1], box[2], box[3]] = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
    const size = Math.max(box[2] - box[0], box[3] - box[1]);
    return size > 0 ? {rings, size, breadth: covered / size} : null;
}

/** How far a place is outside of a shape; 0 within. */
function outsideBy({rings}, [x, y]) {
    let inside = false, nearest = Infinity;
    for (const ring of rings)
        for (let i = 1; i < ring.length; i++) {
            const [ax, ay] = ring[i - 1], [bx, by] = ring[i], dx = bx - ax, dy = by - ay;
            if ((ay > y) !== (by > y) && x < ax + (y - ay) / dy * dx)
                inside = !inside;
            const t = dx || dy ? Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0), 1) : 0;
            nearest = Math.min(nearest, Math.hypot(ax + t * dx - x, ay + t * dy - y));
        }
    return inside ? 0 : nearest;
}

/** layer/id -> {z: [place]}, of all label tiles. */
async function labelsOf(base, ids, log) {
    const found = new Map(), template = `${base}/tiles/${ids.map((id) => `${id}_label`)}/{z}/{x}/{y}.mvt`;
    const total = await walk(base, ids.join(), 8, 16, log, async (_, address) => {
        const tile = await judgeBoth(template, address), {z, x, y} = address;
        if (tile.mvt.headers.has('x-munimap-dropped'))
            tile.problems.push(`${z}/${x}/${y}: features dropped`);
        for (const layer of tile.status === 200 ? readMvt(tile.mvt.bytes) : [])
            for (const {id, type, properties, runs: [[[px, py]]]} of layer.features) {
                const key = `${layer.name.replace(/_label$/, '')}/${properties['@id'] ?? id}`;
                if (type !== 'Point' || px < 0 || px >= 4096 || py < 0 || py >= 4096)
                    tile.problems.push(`${z}/${x}/${y}: ${key} is a ${type} at ${px} ${py}`);
                if (!found.has(key))
                    found.set(key, {});
                (found.get(key)[z] ??= []).push([(x + px / 4096) / 2 ** z, (y + py / 4096) / 2 ** z]);
            }
        return tile;
    });
    return {found, total};
}

/** What is wrong with the labels of one shape. One that is all spikes is not drawn from afar, and may have none there; one
 * without an area (thinner than 2 cm) need have none at all. */
function faults(key, shape, places, {minzoom}) {
    const wrong = [], last = places[16]?.[0];
    for (let z = 8; z <= 16; z++) {
        const pixels = shape.size * 512 * 2 ** z, unit = UNIT_PX / 512 / 2 ** z, n = places[z]?.length ?? 0;
        const wanted = z >= minzoom && shape.breadth > 2 ** -31 &&
            (z >= ALL_FROM_ZOOM || (pixels >= LEAST_PX * 1.01 && shape.breadth * 512 * 2 ** z > 1));
        if (n > 1 || (n === 0 && wanted) || (n === 1 && z < ALL_FROM_ZOOM && pixels < LEAST_PX * 0.99))
            wrong.push(`${key}, ${pixels.toFixed(1)} px at z${z}: ${n} labels`);
        if (n && outsideBy(shape, places[z][0]) > 1.5 * unit)
            wrong.push(`${key}: at z${z} ${(outsideBy(shape, places[z][0]) / unit).toFixed(1)} units outside`);
        if (n && last && Math.hypot(places[z][0][0] - last[0], places[z][0][1] - last[1]) > 1.5 * unit)
            wrong.push(`${key}: at z${z} elsewhere than at z16`);
    }
    return wrong;
}

for (const {name, skip, make} of towns)
    test(`${name}: each shape has one label a zoom, in the same place inside of it`, {skip, timeout: 600000}, async (t) => {
        const dir = join(temp.dir, name.replaceAll(' ', '-')), all = make(dir), city = await serve(dir);
        try {
            const status = await Promise.all(all.map(async (id) => (await city.get(`/tiles/${id}_label.json`)).status));
            const ids = all.filter((_, i) => status[i] === 200), wrong = [];
            const {found, total} = await labelsOf(city.url, ids, (line) => t.diagnostic(line));
            let shapes = 0;
            for (const id of ids) {
                const zooms = await city.json(`/tiles/${id}.json`);
                for await (const item of itemsOf(city.url, id)) {
                    const shape = shapeOf(item.geometry), key = `${id}/${item.id}`;
                    if (!shape)
                        continue;
                    shapes++;
                    wrong.push(...faults(key, shape, found.get(key) ?? {}, zooms));
                }
            }
            t.diagnostic(`${shapes} shapes of ${ids.length} layers`);
            assert.deepEqual(total.problems.slice(0, 20), []);
            assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} faults`);
            assert.ok(shapes > 1000 && total.filled > 300);
        } finally {
            await city.stop();
        }
    });
