// Each layer copied out by `ogr2ogr OAPIF:` equals its source: count, ids, attributes, geometry. Both sides are read by
// GDAL itself and compared as GeoJSON in lon/lat.
//
//   node --test tests/gis/roundtrip.test.mjs          the sample town, and the shared cities when they are there
//   MM_ROUNDTRIP=DIR[,DIR] node --test ...            other folders of layers
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import {after, test} from 'node:test';
import {parse} from 'yaml';
import {binary, root, serve, shared, tempDir} from '../lib/munimap.mjs';

// What the interface promises; most layers come out exactly. 9 mm are the digits that a TAB file's own system lacks.
const TOLERANCE_DEG = 1e-7;

const temp = tempDir();
after(() => temp.remove());

// Systems that GDAL itself cannot name: the PROJ string of the table in domain terms, checked by the unit tests.
const msk = (lon, x, y) => `+proj=tmerc +lat_0=0 +lon_0=${lon} +k=1 +x_0=${x} +y_0=${y} +ellps=krass ` +
    '+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m +no_defs';
const systems = {
    MSK48_1: msk('38.48333333333', 1250000, -5412900.566),
    MSK50_2: msk('38.48333333333', 2250000, -5712900.566),
};

function ogr(args) {
    return execFileSync('ogr2ogr', args, {maxBuffer: 1 << 30, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
        env: {...process.env, OAPIF_PAGE_SIZE: '1000'}});
}

const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** Dates as GDAL's GeoJSON writer spells them, from whatever spelling. */
const date = (v) => v.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3').replace(/^(\d{4}-\d\d-\d\d) (\d)/, '$1T$2');
const isDate = (v) => typeof v === 'string' && /^\d{4}[-/]\d\d[-/]\d\d([ T].*)?$/.test(v);
const millis = (v) => /[T ]/.test(v) ? Date.parse(/([zZ]|[+-]\d\d:?(\d\d)?)$/.test(v) ? v.replace(/([+-]\d\d)$/, '$1:00') : v + 'Z') : date(v);

function sameValue(a, b) {
    if (a === null || a === undefined)
        return b === null || b === undefined;
    if (isDate(a) && isDate(b))
        return millis(date(a)) === millis(date(b)) || date(a) === date(b);
    if (typeof a === 'number' && typeof b === 'number')
        return a === b || Math.abs(a - b) <= Math.abs(a) * 1e-15;
    if (typeof a === 'boolean' || typeof b === 'boolean')
        return Number(a) === Number(b);
    if (typeof a === 'object' || typeof b === 'object')
        return JSON.stringify(typeof a === 'string' ? JSON.parse(a) : a) === JSON.stringify(typeof b === 'string' ? JSON.parse(b) : b);
    return String(a) === String(b);
}

/** Greatest difference of two coordinate trees; Infinity when they have another shape. */
function distance(a, b) {
    if (typeof a === 'number' && typeof b === 'number')
        return Math.abs(a - b);
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length)
        return Infinity;
    return a.reduce((most, v, i) => Math.max(most, distance(v, b[i])), 0);
}

// Members of collections and single-part multis count as the same geometry.
function parts(g) {
    if (!g)
        return [];
    if (g.type === 'GeometryCollection')
        return g.geometries.flatMap(parts);
    if (g.type.startsWith('Multi'))
        return g.coordinates.map((c) => [g.type.slice(5), c]);
    return g.coordinates.length ? [[g.type, g.coordinates]] : [];
}

function assertSameGeometry(a, b, tolerance, what) {
    const [p, q] = [parts(a), parts(b)];
    assert.equal(q.length, p.length, `${what}: parts`);
    for (const [i, [type, coordinates]] of p.entries()) {
        assert.equal(q[i][0], type, `${what}: type`);
        const d = distance(coordinates, q[i][1]);
        assert.ok(d <= tolerance, `${what}: coordinates differ by ${d} degrees`);
    }
}

/** GDAL's CSV driver takes UTF-8 only: a copy for the others. */
function asUtf8(source, def) {
    if (!def.encoding || !/\.csv$/i.test(source))
        return source;
    const copy = join(temp.dir, basename(source));
    writeFileSync(copy, new TextDecoder(def.encoding).decode(readFileSync(source)));
    return copy;
}

function readSource(def, dir) {
    const source = /^[A-Za-z]+:/.test(def.source) ? def.source : resolve(dir, def.source);
    const out = join(temp.dir, 'source.geojsonl');
    rmSync(out, {force: true});
    const args = ['-q', '-overwrite', '-skipfailures', '-f', 'GeoJSONSeq', '-lco', 'COORDINATE_PRECISION=12', out];
    const crs = systems[def.crs] ?? def.crs;
    args.push('-t_srs', 'OGC:CRS84', ...(crs ? ['-s_srs', crs] : []));
    if (def.encoding && /\.shp$/i.test(source))
        args.push('-oo', `ENCODING=${def.encoding}`);
    args.push(asUtf8(source, def), ...(def.table ? [def.table] : []));
    ogr(args);
    return lines(readFileSync(out, 'utf8'));
}

function copyOut(url, id) {
    const out = join(temp.dir, `${id}.geojsonl`);
    rmSync(out, {force: true});
    ogr(['-q', '-overwrite', '-f', 'GeoJSONSeq', '-lco', 'COORDINATE_PRECISION=12', out, `OAPIF:${url}/collections/${id}`, id]);
    return lines(readFileSync(out, 'utf8'));
}

function compare(source, copy, def, serverIds) {
    assert.equal(copy.length, source.length, 'features');
    const hidden = new Set((def.fields ?? []).filter((f) => f.hidden).map((f) => f.column ?? f.name));
    const served = new Map((def.fields ?? []).filter((f) => f.column).map((f) => [f.column, f.name]));
    const points = def.point ? new Set([def.point.x, def.point.y]) : new Set();
    for (const [i, want] of source.entries()) {
        const have = copy[i], what = `row ${i} (${serverIds[i]})`;
        for (const [column, value] of Object.entries(want.properties)) {
            const name = served.get(column) ?? column;
            // GDAL's client keeps a text id as a column "id" of its own, which hides a property of that name
            const hiddenById = /^id$/i.test(name) && typeof serverIds[i] === 'string' && name !== def.id_field;
            if (hidden.has(column) || points.has(column) || hiddenById)
                continue;
            assert.ok(sameValue(value, have.properties[name]),
                `${what}: ${name}: ${JSON.stringify(value)} became ${JSON.stringify(have.properties[name])}`);
        }
        if (!def.point && !def.swap_axes)
            assertSameGeometry(want.geometry, have.geometry, TOLERANCE_DEG, what);
        if (def.id_field) {
            const column = (def.fields ?? []).find((f) => f.name === def.id_field)?.column ?? def.id_field;
            const id = want.properties[column];
            if (id !== null && id !== undefined && id !== '')
                assert.ok(String(serverIds[i]) === String(id) || String(serverIds[i]).startsWith(`${id}~`),
                    `${what}: id ${id}`);
        }
    }
}

async function allIds(server, id) {
    const ids = [];
    let next = `${server.url}/collections/${id}/items?limit=10000`;
    while (next) {
        const page = await (await fetch(next)).json();
        ids.push(...page.features.map((f) => f.id));
        next = page.links.find((l) => l.rel === 'next')?.href;
    }
    return ids;
}

function roundtrips(name, dir, allow = []) {
    test(`${name}: every layer comes out as it went in`, async (t) => {
        const server = await serve(dir, {allow: [/layer not loaded/, ...allow]});
        try {
            for (const file of readdirSync(dir).filter((f) => f.endsWith('.yaml') && f !== 'map.yaml').sort()) {
                const def = parse(readFileSync(join(dir, file), 'utf8'));
                const id = def.id ?? file.replace(/\.yaml$/, '');
                if (!def.source) // a picture has no features to come out
                    continue;
                await t.test(id, async () => {
                    compare(readSource(def, dir), copyOut(server.url, id), def, await allIds(server, id));
                });
            }
        } finally {
            await server.stop();
        }
    });
}

/** Layer files for a folder of data, written by the program itself. */
function inspected(name, files) {
    const dir = join(temp.dir, name);
    execFileSync(binary, ['inspect', ...files, '--write', dir], {stdio: 'pipe', env: {...process.env, LANG: 'C'}});
    return dir;
}

const filesOf = (dir, endings) => readdirSync(dir).filter((f) => endings.some((e) => f.endsWith(e))).sort().map((f) => join(dir, f));

if (process.env.MM_ROUNDTRIP) {
    for (const dir of process.env.MM_ROUNDTRIP.split(','))
        roundtrips(dir, resolve(dir));
} else {
    roundtrips('sample town', join(root, 'layers'));
    for (const [name, endings] of [['odintsovo', ['.shp']], ['cambridge_ma', ['.geojson', '.topojson']], ['derived_msk50', ['.tab', '.mif', '.shp']],
        ['moscow_oktmo', ['.geojson']], ['russia_districts', ['.geojson']]]) {
        const dir = shared('data', name);
        if (existsSync(dir))
            roundtrips(name, inspected(name, filesOf(dir, endings)));
        else
            test(name, {skip: `no ${dir}`}, () => {});
    }
}

// The derived layers were made from the WGS 84 ones: they must land on them.
test('МСК-50 layers land within 1 m of their WGS 84 originals', {skip: !existsSync(shared('data/derived_msk50')) && 'no shared data'}, async () => {
    const dir = inspected('msk', [...filesOf(shared('data/derived_msk50'), ['.tab', '.mif', '.shp']),
        shared('data/odintsovo/roads.shp'), shared('data/odintsovo/places.shp'), shared('data/odintsovo/buildings.shp')]);
    const server = await serve(dir);
    try {
        const ids = (await server.json('/collections')).collections.map((c) => c.id);
        const pick = (word) => ids.find((id) => id.includes(word));
        for (const [local, original] of [['named_buildings', 'buildings'], ['odintsovo_places', 'places'], ['streets', 'roads']]) {
            const originals = new Map();
            let next = `${server.url}/collections/${ids.find((id) => id === original)}/items?limit=10000`;
            while (next) {
                const page = await (await fetch(next)).json();
                page.features.forEach((f) => originals.set(String(f.properties.osm_id), f));
                next = page.links.find((l) => l.rel === 'next')?.href;
            }
            const page = await server.json(`/collections/${pick(local)}/items?limit=10000`);
            assert.ok(page.features.length > 50);
            let compared = 0;
            for (const f of page.features) {
                const want = originals.get(String(f.properties.osm_id));
                if (!want)
                    continue;
                assert.equal(f.properties.name, want.properties.name);
                const [[, a]] = parts(f.geometry), [[, b]] = parts(want.geometry);
                const [p, q] = [a, b].map((c) => { while (Array.isArray(c[0])) c = c[0]; return c; });
                const metres = Math.hypot((p[0] - q[0]) * 111320 * Math.cos(q[1] * Math.PI / 180), (p[1] - q[1]) * 111320);
                assert.ok(metres < 1, `${f.properties.osm_id}: ${metres} m`);
                compared++;
            }
            assert.ok(compared > page.features.length * 0.9, `${local}: ${compared} of ${page.features.length} compared`);
        }
    } finally {
        await server.stop();
    }
});
