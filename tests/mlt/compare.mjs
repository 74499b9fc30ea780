// One tile in both encodings, held against each other value by value as clients read them: MVT by @mapbox/vector-tile,
// MLT by @maplibre/mlt. Problems come back as words.
import {isDeepStrictEqual} from 'node:util';
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {ask} from '../lib/ask.mjs';
import {decodeTile, GEOMETRY_TYPE} from '../lib/mlt.mjs';

const names = Object.fromEntries(Object.entries({Point: 'POINT', LineString: 'LINESTRING', Polygon: 'POLYGON',
    MultiPoint: 'MULTIPOINT', MultiLineString: 'MULTILINESTRING', MultiPolygon: 'MULTIPOLYGON'})
    .map(([name, key]) => [GEOMETRY_TYPE[key], name]));

/** Integers past 2^53 come as BigInt; MVT's reader gives the nearest number. */
const plain = (value) => typeof value === 'bigint' ? Number(value) : value;
const runs = (geometry) => geometry.map((run) => run.map(({x, y}) => [x, y]));

/** What a reader of MLT makes of a tile: [{name, extent, features: [{id, type, properties, runs}]}]. MapLibre reads ids of
 * up to 53 bits; `longIds` reads all of 64. */
export function readMlt(bytes, longIds = false) {
    return decodeTile(bytes, undefined, !longIds).map((table) => ({name: table.name, extent: table.extent,
        features: table.getFeatures().map(({id, geometry, properties}) => ({
            id: plain(id), type: names[geometry.type],
            properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(value)])),
            runs: runs(geometry.coordinates),
        }))}));
}

/** The same of an MVT. */
export function readMvt(bytes) {
    return Object.values(new VectorTile(new PbfReader(bytes)).layers).map((layer) => ({name: layer.name,
        extent: layer.extent, features: Array.from({length: layer.length}, (_, i) => {
            const feature = layer.feature(i);
            return {id: feature.id, type: feature.toGeoJSON(0, 0, 0).geometry.type, properties: {...feature.properties},
                runs: runs(feature.loadGeometry())};
        })}));
}

const asText = (properties) => Object.fromEntries(Object.entries(properties).map(([key, v]) => [key, String(v)]));

/** For tiles of other encoders: layers in any order, no ids (they cut them, or make up 0), attributes as text (a column has
 * one type, and that of mixed ones is text). */
function loosen(layers, place) {
    layers.sort((a, b) => place.indexOf(a.name) - place.indexOf(b.name));
    for (const feature of layers.flatMap((layer) => layer.features))
        Object.assign(feature, {id: 0, properties: asText(feature.properties)});
}

function differences(want, got) {
    const problems = [];
    if (!isDeepStrictEqual(got.map((l) => [l.name, l.extent, l.features.length]),
        want.map((l) => [l.name, l.extent, l.features.length])))
        return [`layers ${JSON.stringify(got.map((l) => [l.name, l.features.length]))}, MVT has ` +
            JSON.stringify(want.map((l) => [l.name, l.features.length]))];
    for (const [k, {name, features}] of want.entries())
        for (const [i, feature] of features.entries())
            for (const part of Object.keys(feature))
                if (!isDeepStrictEqual(got[k].features[i][part], feature[part]))
                    problems.push(`layer ${name}, feature ${i}: ${part} ` +
                        `${JSON.stringify(got[k].features[i][part])?.slice(0, 300)}, MVT has ` +
                        `${JSON.stringify(feature[part])?.slice(0, 300)}`);
    return problems;
}

export function compare(mvt, mlt, {loose = false} = {}) {
    const want = readMvt(mvt), got = readMlt(mlt), place = want.map((layer) => layer.name);
    if (loose)
        [want, got].forEach((layers) => loosen(layers, place));
    return differences(want, got);
}

/** A judge for walk(): asks for a tile in both encodings. */
export async function judgeBoth(template, {z, x, y}) {
    const url = template.replace('{z}', z).replace('{x}', x).replace('{y}', y);
    const [mvt, mlt] = await Promise.all([url, url.replace(/\.mvt$/, '.mlt')].map(ask));
    const result = {problems: [], features: 0, bytes: mlt.bytes.length, status: mlt.status, mvt, mlt};
    if (mvt.status !== mlt.status || mvt.headers.get('etag') === mlt.headers.get('etag'))
        result.problems.push(`${z}/${x}/${y}: status ${mlt.status}, MVT has ${mvt.status}, or one tag`);
    else if (mlt.status === 200) {
        if (mlt.headers.get('content-type') !== 'application/vnd.maplibre-tile')
            result.problems.push(`${z}/${x}/${y}: Content-Type ${mlt.headers.get('content-type')}`);
        const layers = readMlt(mlt.bytes);
        result.problems.push(...differences(readMvt(mvt.bytes), layers).map((words) => `${z}/${x}/${y}: ${words}`));
        result.features = layers.reduce((n, layer) => n + layer.features.length, 0);
    }
    return result;
}
