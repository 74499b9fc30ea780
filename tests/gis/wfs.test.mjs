// The Web Feature Service as GDAL's client reads it: every layer of the sample town comes out as the server's own GeoJSON
// has it, in each version, page by page; filters run on the server; axes follow the name of the system.
//
//   node --test tests/gis/wfs.test.mjs
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {geopackage, sound, soundness} from '../lib/edits.mjs';
import {collection, feature, point} from '../lib/geojson.mjs';
import {root, serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map');
let town, own;

before(async () => {
    mkdirSync(dir);
    const shape = (x) => ({type: 'MultiPolygon', coordinates: [[[[x, 52.3], [x + 0.01, 52.3], [x + 0.01, 52.31], [x, 52.3]]]]});
    geopackage(dir, 'places', [feature({name: 'первый', n: 1, day: '2026-01-02'}, point(39.1, 52.3)), feature({name: 'второй', n: 2, day: null}, point(39.2, 52.4))], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'places.yaml'), 'source: places.gpkg\neditable: true\n');
    geopackage(dir, 'zones', [feature({code: 'a'}, shape(39.1)), feature({code: 'б'}, shape(39.2))], ['-t_srs', 'EPSG:28407', '-nlt', 'MULTIPOLYGON']);
    writeFileSync(join(dir, 'zones.yaml'), 'source: zones.gpkg\n');
    [town, own] = await Promise.all([serve(join(root, 'layers'), {allow: [/layer not loaded/]}), serve(dir, {args: ['--edit']})]);
});

after(async () => {
    await Promise.all([town?.stop(), own?.stop()]);
    temp.remove();
});

function copyOut(server, layer, {version = '2.0.0', args = ['-t_srs', 'OGC:CRS84'], env = {}} = {}) {
    const out = join(temp.dir, 'copy.json');
    rmSync(out, {force: true});
    execFileSync('ogr2ogr', ['-q', '-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=12', '-nlt', 'CONVERT_TO_LINEAR', ...args, out,
        `WFS:${server.url}/wfs?VERSION=${version}`, `mm:${layer}`], {stdio: ['ignore', 'ignore', 'pipe'], env: {...process.env, ...env}});
    return JSON.parse(readFileSync(out, 'utf8')).features; // not GeoJSONSeq, which turns rings
}

async function served(server, layer, query = '') {
    const features = [];
    let next = `${server.url}/collections/${layer}/items?limit=10000${query}`;
    while (next) {
        const page = await (await fetch(next)).json();
        features.push(...page.features);
        next = page.links.find((l) => l.rel === 'next')?.href;
    }
    return features;
}

/** Members of a geometry, singles and multiples alike. */
function parts(g) {
    if (!g)
        return [];
    if (g.type === 'GeometryCollection')
        return g.geometries.flatMap(parts);
    if (g.type.startsWith('Multi'))
        return g.coordinates.map((c) => [g.type.slice(5), c]);
    return g.coordinates.length ? [[g.type, g.coordinates]] : [];
}

function distance(a, b) {
    if (typeof a === 'number' && typeof b === 'number')
        return Math.abs(a - b);
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length)
        return Infinity;
    return a.reduce((most, v, i) => Math.max(most, distance(v, b[i])), 0);
}

function sameGeometry(a, b, tolerance, what) {
    const [p, q] = [parts(a), parts(b)];
    assert.equal(q.length, p.length, `${what}: parts`);
    for (const [i, [type, coordinates]] of p.entries()) {
        assert.equal(q[i][0], type, `${what}: type`);
        const d = distance(coordinates, q[i][1]);
        assert.ok(d <= tolerance, `${what}: coordinates differ by ${d}`);
    }
}

const millis = (v) => Date.parse(v.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3').replace(/^(\S{10}) /, '$1T').replace(/([+-]\d\d)$/, '$1:00').replace(/(T[\d:.]+)$/, '$1Z'));

/** A value as the server has it, and as it came by way of GDAL's fields. */
function sameValue(want, have) {
    if (want === null || want === '') // GDAL takes an empty element for none
        return have === null || have === undefined;
    if (typeof want === 'number')
        return Math.abs(have - want) <= Math.abs(want) * 1e-15; // GDAL writes 15 digits
    if (typeof want === 'boolean')
        return Boolean(have) === want;
    if (typeof want === 'object')
        return JSON.stringify(typeof have === 'string' ? JSON.parse(have) : have) === JSON.stringify(want);
    return String(have) === want || (/^\d{4}-\d\d-\d\d/.test(want) && millis(String(have)) === millis(want));
}

const escaped = (text) => text.replace(/[^\p{L}\p{N}_.\-]/gu, (c) => `_x${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);

function compare(want, have, layer, tolerance) {
    assert.equal(have.length, want.length, 'features');
    for (const [i, f] of want.entries()) {
        const what = `${layer} ${f.id}`;
        assert.equal(have[i].properties.gml_id, escaped(`${layer}.${f.id}`), what);
        for (const [name, value] of Object.entries(f.properties))
            assert.ok(sameValue(value, have[i].properties[name]), `${what}: ${name}: ${JSON.stringify(value)} became ${JSON.stringify(have[i].properties[name])}`);
        sameGeometry(f.geometry, have[i].geometry, tolerance, what);
    }
}

test('every layer of the sample town comes out whole', async (t) => {
    const {collections} = await town.json('/collections');
    for (const {id} of collections)
        await t.test(id, async () => compare(await served(town, id), copyOut(town, id), id, 2e-9));
});

test('older versions have the same', async (t) => {
    for (const version of ['1.1.0', '1.0.0'])
        for (const id of ['streets', 'lights', 'manholes', 'boundaries', 'quality'])
            await t.test(`${version} ${id}`, async () => compare(await served(town, id), copyOut(town, id, {version}), id, 2e-9));
});

test('pages follow each other without gaps', async () => {
    const env = {OGR_WFS_PAGE_SIZE: '700'};
    compare(await served(town, 'streets'), copyOut(town, 'streets', {env}), 'streets', 1e-9);
});

test('a filter runs on the server', async () => {
    const want = await served(town, 'streets', `&filter=${encodeURIComponent("name LIKE 'ул.%' AND lanes > 2")}`);
    assert.ok(want.length > 10);
    compare(want, copyOut(town, 'streets', {args: ['-where', "name LIKE 'ул.%' AND lanes > 2"]}), 'streets', 1e-9);
    const box = await served(town, 'buildings', '&bbox=39.08,52.33,39.10,52.35');
    const got = copyOut(town, 'buildings', {args: ['-spat', '39.08', '52.33', '39.10', '52.35']});
    assert.ok(box.length > 5);
    assert.equal(got.length, box.length);
    for (const version of ['2.0.0', '1.1.0', '1.0.0']) { // in a system whose north comes first by its authority
        const count = (args) => Number(/Feature Count: (\d+)/.exec(execFileSync('ogrinfo', ['-ro', '-so', `WFS:${town.url}/wfs?VERSION=${version}`, 'mm:manholes', ...args], {encoding: 'utf8'}))[1]);
        const {numberMatched} = await town.json(`/collections/manholes/items?limit=1&bbox=5799000,7507000,5800500,7507800&bbox-crs=${encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/28407')}`);
        assert.ok(numberMatched > 10);
        assert.equal(count(['-spat', '7507000', '5799000', '7507800', '5800500']), numberMatched, version);
        assert.equal(count(['-where', "gml_id = 'manholes.К-00001'"]), 1, version);
    }
    const log = spawnSync('ogrinfo', ['-ro', '-so', `WFS:${town.url}/wfs`, 'mm:streets', '-where', 'lanes > 2'], {encoding: 'utf8', env: {...process.env, CPL_DEBUG: 'WFS'}});
    assert.match(log.stderr, /FILTER=%3CFilter/);
    assert.match(log.stdout, new RegExp(`Feature Count: ${(await town.json('/collections/streets/items?limit=1&filter=lanes%3E2')).numberMatched}\\b`));
});

test('coordinates in a system whose north comes first', async () => {
    const uri = 'http://www.opengis.net/def/crs/EPSG/0/28407';
    const want = (await served(own, 'zones', `&crs=${encodeURIComponent(uri)}`)).map((f) => f.geometry.coordinates[0][0].map(([north, east]) => [east, north]));
    for (const version of ['2.0.0', '1.1.0', '1.0.0']) {
        const have = copyOut(own, 'zones', {version, args: ['-a_srs', 'EPSG:4326']}); // not transformed: as it is written
        have.forEach((f, i) => assert.ok(distance(f.geometry.coordinates[0][0], want[i]) < 1e-4, `${version}: ${JSON.stringify(f.geometry)}`));
    }
});

test('МСК by its own address, east first', async () => {
    const {crs} = await town.json('/collections/streets'), uri = crs.find((c) => c.includes('/crs/'));
    assert.ok(uri, crs.join());
    const [want] = (await town.json(`/collections/streets/items?limit=1&crs=${encodeURIComponent(uri)}`)).features;
    const text = await (await town.get(`/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=streets&count=1&srsname=${encodeURIComponent(uri)}`)).text();
    const [, name, list] = /srsName="([^"]*)"[^>]*><gml:posList>([^<]*)</.exec(text);
    assert.equal(name, uri);
    assert.deepEqual(list.split(' ').map(Number), want.geometry.coordinates.flat());
});

test('ogr2ogr adds and changes features by WFS-T', async () => {
    const source = join(temp.dir, 'new.geojson');
    writeFileSync(source, collection([feature({name: 'третий', n: 3, day: '2026-03-04'}, point(39.3, 52.5))]));
    for (const version of ['1.1.0', '1.0.0']) {
        const before = (await served(own, 'places')).length;
        execFileSync('ogr2ogr', ['-append', '-nln', 'mm:places', `WFS:${own.url}/wfs?VERSION=${version}`, source], {stdio: ['ignore', 'ignore', 'pipe']});
        const all = await served(own, 'places'), last = all[all.length - 1];
        assert.equal(all.length, before + 1, version);
        assert.deepEqual([last.properties, last.geometry], [{name: 'третий', n: 3, day: '2026-03-04'}, point(39.3, 52.5)]);
    }
    assert.deepEqual(soundness(join(dir, 'places.gpkg')), sound);
});
