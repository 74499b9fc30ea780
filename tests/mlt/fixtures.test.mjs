// MapLibre Tiles that others made: our readers must agree with what is said of them, and the same features through the
// program must come out the same.
//     node --test tests/mlt/fixtures.test.mjs      MM_FIXTURES_MLT: folder of NAME.mlt with NAME.json (tag 0x01)
//                                                  MM_FIXTURES_MLT_TILES: folder of mvt/**.mvt and expected-tag0x01/**.mlt
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {serve, shared, tempDir} from '../lib/munimap.mjs';
import {compare, readMlt} from './compare.mjs';
import {kindOf, layersOf, ourKinds, packsOf} from './streams.mjs';

const folder = process.env.MM_FIXTURES_MLT || shared('fixtures/mlt-synthetic/0x01');
const real = process.env.MM_FIXTURES_MLT_TILES || shared('fixtures/mlt-tiles');
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.mlt')).map((n) => n.slice(0, -4)) : [];
const skip = names.length === 0 && `no tiles in ${folder}`;
const bytesOf = (name) => new Uint8Array(readFileSync(join(folder, `${name}.mlt`)));

/** Numbers that JSON has no word for. */
const words = {'f32::NAN': NaN, 'f32::INFINITY': Infinity, 'f32::NEG_INFINITY': -Infinity, 'f64::NAN': NaN,
    'f64::INFINITY': Infinity, 'f64::NEG_INFINITY': -Infinity};
const number = (value) => value in words ? words[value] : value;

/** What is said of a fixture, as readMlt gives it: [{id, properties, type, rings: lists of points}]. */
function expected(name) {
    const {features} = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
    return features.map(({id, properties, geometry}) => {
        const {_layer, _extent, ...rest} = properties;
        return {id, layer: _layer, extent: _extent, type: geometry.type, coordinates: geometry.coordinates,
            properties: Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== null).map(([k, v]) => [k, number(v)]))};
    });
}

const depth = {Point: 0, LineString: 1, MultiPoint: 1, Polygon: 2, MultiLineString: 2, MultiPolygon: 3};

/** GeoJSON coordinates as the runs of points that a tile has. */
function runsOf({type, coordinates}) {
    if (type === 'Point')
        return [[coordinates]];
    if (type === 'MultiPoint')
        return coordinates.map((point) => [point]);
    return depth[type] === 1 ? [coordinates] : coordinates.flat(depth[type] - 2);
}

test(`what is said of the tiles in ${folder}`, {skip}, () => {
    for (const name of names) {
        const layers = readMlt(bytesOf(name), true);
        assert.deepEqual(layersOf(bytesOf(name)).map((l) => [l.name, l.extent]), layers.map((l) => [l.name, l.extent]), name);
        const got = layers.flatMap((layer) => layer.features.map((f) => ({...f, layer: layer.name, extent: layer.extent})));
        const want = expected(name);
        assert.equal(got.length, want.length, name);
        for (const [i, feature] of want.entries()) {
            assert.deepEqual(got[i].runs, runsOf(feature), `${name}, feature ${i}`);
            assert.deepEqual([got[i].layer, got[i].extent, got[i].type], [feature.layer, feature.extent, feature.type], name);
            if (feature.id !== undefined)
                assert.equal(Number(got[i].id), Number(feature.id), name);
            for (const [key, value] of Object.entries(feature.properties))
                assert.ok(Object.is(got[i].properties[key], value) || got[i].properties[key] === value ||
                    Math.fround(value) === got[i].properties[key], `${name}: ${key} ${got[i].properties[key]}, not ${value}`);
        }
    }
});

const pairs = existsSync(join(real, 'expected-tag0x01')) ?
    readdirSync(join(real, 'expected-tag0x01'), {recursive: true}).filter((name) => name.endsWith('.mlt')) : [];

test(`tiles in ${real} read as the MVT that they were made from`, {skip: pairs.length === 0 && `no tiles in ${real}`}, () => {
    let count = 0;
    for (const name of pairs) {
        const from = ['.mvt', '.pbf'].map((end) => join(real, 'mvt', name.replace(/\.mlt$/, end))).find(existsSync);
        const mlt = new Uint8Array(readFileSync(join(real, 'expected-tag0x01', name)));
        assert.ok(layersOf(mlt).length, name);
        if (!from)
            continue;
        assert.deepEqual(compare(new Uint8Array(readFileSync(from)), mlt, {loose: true}), [], name);
        count++;
    }
    assert.ok(count > 0);
});

/* a part of the folders does not have all of them */
const few = (names.length < 200 || pairs.length < 20) && 'too few tiles to say that a way is in none of them';

test('the ways that the program packs streams are in use elsewhere', {skip: few}, () => {
    const files = [...names.map((name) => join(folder, `${name}.mlt`)), ...pairs.map((name) => join(real, 'expected-tag0x01', name))];
    const used = new Set(files.flatMap((file) => packsOf(new Uint8Array(readFileSync(file)))).map(kindOf));
    assert.deepEqual(ourKinds.filter((kind) => !used.has(kind)), []);
});

/* The same features through the program: a layer each, drawn into one tile at a zoom where nothing is simplified. */
const Z = 18, X = 159550, Y = 86300, EXTENT = 4096, BUFFER = 64;
const lon = (x) => (X + x / EXTENT) / 2 ** Z * 360 - 180;
const lat = (y) => Math.atan(Math.sinh(Math.PI * (1 - 2 * (Y + y / EXTENT) / 2 ** Z))) * 180 / Math.PI;
const move = (c) => typeof c[0] === 'number' ? [lon(c[0]), lat(c[1])] : c.map(move);
const id = (name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');

const area = (ring) => ring.reduce((sum, [x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length];
    return sum + x * v - u * y;
}, 0) / 2;

/** Why the program cannot be given this fixture, or would rightly make something else of it; null: it can. */
function whyNot(features) {
    const values = features.flatMap((f) => Object.values(f.properties));
    const points = features.flatMap((f) => runsOf(f).flat());
    const rings = features.filter((f) => depth[f.type] >= 2 && f.type !== 'MultiLineString').flatMap(runsOf);
    if (values.some((v) => typeof v === 'object' || (typeof v === 'number' && !Number.isFinite(v)) ||
        Object.is(v, -0)))
        return 'values that GeoJSON has not';
    if (values.some((v) => Number.isInteger(v) && !Number.isSafeInteger(v)))
        return 'integers that JSON.parse does not keep';
    if (features.some((f) => f.id !== undefined && !Number.isSafeInteger(f.id)))
        return 'ids that JSON.parse does not keep';
    const ids = features.map((f, i) => f.id ?? i + 1);
    if (new Set(ids).size !== ids.length)
        return 'one id twice';
    if (features.some((f) => '' in f.properties || JSON.stringify(f.properties).includes('\\u0000')))
        return 'a field without a name, or text with a zero byte, which GDAL cuts';
    if (points.some((c) => c.some((v) => v < -BUFFER || v > EXTENT + BUFFER)))
        return 'points outside the tile';
    const lines = features.filter((f) => f.type.endsWith('LineString')).flatMap(runsOf);
    if (lines.some((line) => line.some((c, i) => i && String(c) === String(line[i - 1]))))
        return 'lines with repeated points';
    if (rings.some((ring) => area(ring) === 0))
        return 'rings without area';
    return null;
}

/** A ring from its least point on, with the shell's direction: what a repair or another reader may turn. */
function turned(ring) {
    const open = ring.slice(0, -1), first = open.reduce((a, b) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? a : b);
    const at = open.indexOf(first), from = [...open.slice(at), ...open.slice(0, at)];
    return area(from) < 0 ? [from[0], ...from.slice(1).reverse()] : from;
}

const shape = ({type, runs}) => type.endsWith('Polygon') ? [type, runs.map(turned).sort()] : [type, runs];

const temp = tempDir();
let server;

before(async () => {
    const given = names.filter((name) => !whyNot(expected(name)));
    if (!given.length)
        return;
    mkdirSync(join(temp.dir, 'map'));
    for (const name of given) {
        const features = expected(name).map((f, i) => ({type: 'Feature', id: f.id ?? i + 1, properties: f.properties,
            geometry: {type: f.type, coordinates: move(f.coordinates)}}));
        writeFileSync(join(temp.dir, 'map', `${id(name)}.geojson`), JSON.stringify({type: 'FeatureCollection', features}));
        writeFileSync(join(temp.dir, 'map', `${id(name)}.yaml`), `source: ${id(name)}.geojson\n`);
    }
    server = await serve(join(temp.dir, 'map'), {allow: [/level=warn/]});
}, {timeout: 300000});

after(async () => {
    await server?.stop();
    temp.remove();
});

test('the same features through the program', {skip, timeout: 300000}, async (t) => {
    const left = {}, used = new Set();
    let count = 0;
    for (const name of names) {
        const want = expected(name), why = whyNot(want);
        if (why) {
            (left[why] ??= []).push(name);
            continue;
        }
        const answer = await server.get(`/tiles/${id(name)}/${Z}/${X}/${Y}.mlt`);
        assert.equal(answer.status, 200, name);
        const bytes = new Uint8Array(await answer.arrayBuffer()), [{features}] = readMlt(bytes);
        packsOf(bytes).forEach((pack) => used.add(kindOf(pack)));
        assert.equal(features.length, want.length, name);
        for (const [i, feature] of want.entries()) {
            assert.deepEqual(shape(features[i]), shape({...feature, runs: runsOf(feature)}), `${name}, feature ${i}`);
            assert.deepEqual(features[i].properties, feature.properties, `${name}, feature ${i}`);
            assert.equal(features[i].id, feature.id ?? i + 1, name);
        }
        count++;
    }
    for (const [why, list] of Object.entries(left))
        t.diagnostic(`left out, ${why}: ${list.join(' ')}`);
    t.diagnostic(`${count} of ${names.length}`);
    assert.deepEqual([...used].filter((kind) => !ourKinds.includes(kind)), []);
    assert.ok(count > names.length / 2);
});
