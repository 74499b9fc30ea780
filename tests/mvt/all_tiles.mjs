// Walks all tiles of a running server over its TileJSON bounds; decodes each by @mapbox/vector-tile and judges it by
// our own checker, strictly:
//     node tests/mvt/all_tiles.mjs URL LAYERS Z0 Z1      LAYERS: ids by comma, or "all"
// Prints counts per zoom; exit code 1 on any violation.
//
// A layer with a feature far from all others (data has such faults, and the sample town has them planted) has millions of
// empty tiles within its bounds: where they hold more than FULL_MAX tiles, only those are asked for that one of its
// features, or a side of a very large one, may touch.
import {pathToFileURL} from 'node:url';
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {ask} from '../lib/ask.mjs';
import {checkTile, REACH} from './check_tile.mjs';

const AT_ONCE = 8, FULL_MAX = 4096;

const column = (lon, z) => Math.floor((lon + 180) / 360 * 2 ** z);
const row = (lat, z) => {
    const sin = Math.sin(lat * Math.PI / 180);
    return Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 2 ** z);
};

/** Addresses of the tiles that a box in degrees meets at one zoom. */
export function* tilesOf([west, south, east, north], z) {
    const last = 2 ** z - 1, within = (v) => Math.min(Math.max(v, 0), last);
    for (let y = within(row(north, z)); y <= within(row(south, z)); y++)
        for (let x = within(column(west, z)); x <= within(column(east, z)); x++)
            yield {z, x, y};
}

/** What MapLibre's own reader makes of a tile, held against what ours made of it. Problems as words. */
function decode(bytes, layers, fields) {
    const problems = [], tile = new VectorTile(new PbfReader(bytes));
    for (const ours of layers) {
        const theirs = tile.layers[ours.name];
        if (theirs?.length !== ours.features.length) {
            problems.push(`layer ${ours.name}: ${theirs?.length} features, we read ${ours.features.length}`);
            continue;
        }
        for (const key of ours.keys)
            if (!(key in (fields[ours.name] ?? {})))
                problems.push(`layer ${ours.name}: attribute ${key} is not in the TileJSON`);
        for (let i = 0; i < theirs.length; i++) {
            const feature = theirs.feature(i), mine = ours.features[i], runs = feature.loadGeometry();
            const points = runs.reduce((n, run) => n + run.length, 0);
            const expected = mine.runs.reduce((n, run) => n + run.length + (mine.type === 3 ? 1 : 0), 0);
            if (feature.id !== mine.id || feature.type !== mine.type || points !== expected ||
                Object.keys(feature.properties).length !== Object.keys(mine.properties).length)
                problems.push(`layer ${ours.name}, feature ${i} (id ${mine.id}) reads differently`);
            feature.toGeoJSON(0, 0, 0);
        }
    }
    return problems;
}

/** One tile: {problems, features, bytes, status}. */
async function judge(template, {z, x, y}, fields) {
    const url = template.replace('{z}', z).replace('{x}', x).replace('{y}', y);
    const answer = await ask(url), {bytes} = answer;
    const result = {problems: [], features: 0, bytes: bytes.length, status: answer.status, url};
    const say = (words) => result.problems.push(`${z}/${x}/${y}: ${words}`);
    if (answer.status === 204 && bytes.length === 0)
        return result;
    if (answer.status !== 200) {
        say(`status ${answer.status}: ${new TextDecoder().decode(bytes).slice(0, 200)}`);
        return result;
    }
    if (answer.headers.get('content-type') !== 'application/vnd.mapbox-vector-tile')
        say(`Content-Type ${answer.headers.get('content-type')}`);
    if (!answer.headers.get('etag') || !answer.headers.get('cache-control'))
        say('no ETag or no Cache-Control');
    if (bytes.length === 0)
        say('200 without content');
    const {problems, layers} = checkTile(bytes, {strict: true, buffer: REACH});
    problems.forEach(say);
    decode(bytes, layers, fields).forEach(say);
    result.features = layers.reduce((n, layer) => n + layer.features.length, 0);
    result.dropped = Number(answer.headers.get('x-munimap-dropped') ?? 0);
    return result;
}

async function getJson(url) {
    const answer = await fetch(url);
    if (!answer.ok)
        throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return answer.json();
}

const tileCount = ([west, south, east, north], z) =>
    (column(east, z) - column(west, z) + 1) * (row(south, z) - row(north, z) + 1);

/** The lists of vertices that a geometry is made of: rings, lines, single points. */
function* chains(geometry) {
    const {type, coordinates} = geometry ?? {};
    for (const part of geometry?.geometries ?? [])
        yield* chains(part);
    if (type === 'Point')
        yield [coordinates];
    else if (type === 'MultiPoint')
        yield* coordinates.map((c) => [c]);
    else if (type === 'LineString')
        yield coordinates;
    else if (type === 'MultiLineString' || type === 'Polygon')
        yield* coordinates;
    else if (type === 'MultiPolygon')
        yield* coordinates.flat();
}

function boxOf(points) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
    }
    return box;
}

/** Vertex chains of all features of a collection. */
async function featuresOf(base, id) {
    const features = [];
    id = id.replace(/_label$/, ''); // labels lie within what they name
    for (let url = `${base}/collections/${id}/items?f=json&limit=10000`; url;) {
        const page = await getJson(url);
        features.push(...page.features.map((f) => [...chains(f.geometry)]).filter((f) => f.length));
        url = page.links.find((link) => link.rel === 'next')?.href;
    }
    return features;
}

function* tilesOfFeature(chainList, z) {
    const box = boxOf(chainList.flat());
    if (tileCount(box, z) <= FULL_MAX) {
        yield* tilesOf(box, z);
        return;
    }
    for (const chain of chainList)
        for (let i = 0; i < chain.length; i++)
            yield* tilesOf(boxOf([chain[i], chain[i + 1] ?? chain[i]]), z);
}

/** Which tiles of a layer to ask for at zoom z. `far` keeps what was fetched for it. */
async function addressesOf(base, id, tilejson, z, far) {
    if (tileCount(tilejson.bounds, z) <= FULL_MAX)
        return [...tilesOf(tilejson.bounds, z)];
    far[id] ??= await featuresOf(base, id);
    return far[id].flatMap((feature) => [...tilesOfFeature(feature, z)]);
}

/** All tiles of some layers from zoom z0 to z1. {tiles, filled, features, bytes, dropped, problems}. `judgeTile` may
 * be another judge of one tile. */
export async function walk(base, layers, z0, z1, log = () => {}, judgeTile = judge) {
    const tilejson = await getJson(`${base}/tiles/${layers}.json`);
    const each = await Promise.all(tilejson.vector_layers.map(({id}) => getJson(`${base}/tiles/${id}.json`)));
    const fields = Object.fromEntries(tilejson.vector_layers.map((layer) => [layer.id, layer.fields]));
    const total = {tiles: 0, filled: 0, features: 0, bytes: 0, dropped: 0, problems: []};
    const far = {};
    for (let z = z0; z <= z1; z++) {
        const before = {...total, problems: total.problems.length}, addresses = new Map();
        for (const [i, {id}] of tilejson.vector_layers.entries())
            for (const address of await addressesOf(base, id, each[i], z, far))
                addresses.set(`${address.x}/${address.y}`, address);
        const queue = addresses.values();
        await Promise.all(Array.from({length: AT_ONCE}, async () => {
            for (const address of queue) {
                const tile = await judgeTile(tilejson.tiles[0], address, fields);
                total.tiles++;
                total.filled += tile.status === 200;
                total.features += tile.features;
                total.bytes += tile.bytes;
                total.dropped += tile.dropped ?? 0;
                total.problems.push(...tile.problems);
            }
        }));
        log(`z${z}: ${total.tiles - before.tiles} tiles, ${total.filled - before.filled} filled, ` +
            `${total.features - before.features} features, ${total.bytes - before.bytes} bytes, ` +
            `${total.problems.length - before.problems} problems`);
    }
    return total;
}

async function main([base, layers, z0, z1]) {
    if (!z1) {
        console.error('node tests/mvt/all_tiles.mjs URL LAYERS|all Z0 Z1');
        return 2;
    }
    if (layers === 'all') {
        const {collections} = await (await fetch(`${base}/collections?f=json`)).json();
        layers = collections.map((c) => c.id).join(',');
    }
    const total = await walk(base.replace(/\/$/, ''), layers, Number(z0), Number(z1), console.log);
    total.problems.slice(0, 50).forEach((words) => console.log(words));
    console.log(`${total.tiles} tiles, ${total.filled} filled, ${total.features} features, ${total.bytes} bytes, ` +
        `${total.dropped} features dropped, ${total.problems.length} problems`);
    return total.problems.length || !total.filled ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
    process.exitCode = await main(process.argv.slice(2));
