// Downloads that GDAL writes: each format is read back by ogr2ogr and compared with the features that the same request
// gives as GeoJSON, in the same system.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, line, point, ring} from '../lib/geojson.mjs';
import {root, serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map');
const EPSG = 'http://www.opengis.net/def/crs/EPSG/0/';
const MANY = 60000;
const BUSY = /status=503 .*(too many answers that take long|server is stopping|not wanted|error=stopped)/;
let server;

const mixed = collection([
    feature({name: 'Пункт «Ё»', n: 1, when: '2026-03-01T10:20:30+03:00', day: '2026-03-01', ok: true, size: 1.5, очень_длинное_имя: 'а',
        очень_длинное_другое: 'б'}, point(39.6, 52.6), {id: 7}),
    feature({name: '=1+1', n: 3000000000, when: '2026-03-01T10:20:30Z', ok: false, size: -2.25},
        line([39.6, 52.6], [39.61, 52.61], [39.62, 52.6]), {id: 3}),
    feature({name: 'я'.repeat(300), n: null},
        {type: 'MultiPolygon', coordinates: [[ring(39.6, 52.6, 0.01), ring(39.602, 52.602, 0.001).reverse()], [ring(39.7, 52.6, 0.01)]]},
        {id: 12}),
    feature({name: 'нигде', n: 0, чужое: 'а日本—№'}, null, {id: 1}),
    feature({name: 'всё сразу', n: 5},
        {type: 'GeometryCollection', geometries: [point(39.5, 52.5), line([39.5, 52.5], [39.51, 52.5])]}, {id: 9}),
]);

const high = collection([
    feature({fid: 'x', geom: 'y'}, line([39.6, 52.6, 100.5], [39.61, 52.6, 101], [39.62, 52.61, 99.25]), {id: 1}),
    feature({fid: 'z', geom: null}, line([39.6, 52.7, 1], [39.61, 52.7, 2]), {id: 2}),
]);

// the check point of the table of local systems and two beside it
const local = 'n,name,x,y\n1,Площадь,1325705.827,418872.272\n2,Мост,1325800,418900\n3,"+7 900",1326000.25,419000.5\n';

// More entities than GDAL writes of a drawing at a time (child/export_dxf.c), at places that say which one it is.
const FENCES = 120, BOARDS = 400;
const board = (i, k) => [[4400000 + i * 10 + 0.125, 6900000 + k], [4400005.5 + i * 10, 6900000.75 + k]];
const fences = collection([
    ...Array.from({length: FENCES}, (_, i) => feature({}, {type: 'MultiLineString', coordinates: Array.from({length: BOARDS}, (_line, k) => board(i, k))}, {id: i})),
    feature({}, {type: 'Polygon', coordinates: [ring(4399990, 6899990, 5), ring(4399991, 6899991, 2).reverse()]}, {id: FENCES}),
    feature({}, null, {id: FENCES + 1}), feature({}, point(4407000.0625, 6901000.5), {id: FENCES + 2}),
]);

before(async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'blocks.geojson'), fences);
    writeFileSync(join(dir, 'blocks.yaml'), 'source: blocks.geojson\ncrs: EPSG:3857\n');
    writeFileSync(join(dir, 'map.yaml'), 'title: {ru: Город, en: Town}\ncrs: MSK48_1\n');
    writeFileSync(join(dir, 'mixed.geojson'), mixed);
    writeFileSync(join(dir, 'mixed.yaml'), 'source: mixed.geojson\ntitle: {ru: "Всякое: и то, и это", en: Mixed}\nfields:\n  - name: n\n    title: {ru: Число, en: Number}\n');
    writeFileSync(join(dir, 'high.geojson'), high);
    writeFileSync(join(dir, 'high.yaml'), 'source: high.geojson\n');
    writeFileSync(join(dir, 'local.csv'), local);
    writeFileSync(join(dir, 'local.yaml'), 'source: local.csv\ncrs: MSK48_1\nopen_options: [X_POSSIBLE_NAMES=x, Y_POSSIBLE_NAMES=y, AUTODETECT_TYPE=YES]\n');
    writeFileSync(join(dir, 'many.csv'), 'n,x,y\n' + Array.from({length: MANY}, (_, i) => `${i},${39 + i % 300 / 1000},${52 + Math.floor(i / 300) / 1000}\n`).join(''));
    writeFileSync(join(dir, 'many.yaml'), 'source: many.csv\ncrs: EPSG:4326\nopen_options: [X_POSSIBLE_NAMES=x, Y_POSSIBLE_NAMES=y, AUTODETECT_TYPE=YES]\n');
    server = await serve(dir, {allow: [BUSY]});
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const path = (layer, params) => `/collections/${layer}/items?${new URLSearchParams(params)}`;

/** A download as a path that GDAL opens. */
async function download(layer, params, headers = {}) {
    const answer = await server.get(path(layer, params), {headers});
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.status, 200, bytes.toString('utf8', 0, 300));
    assert.equal(Number(answer.headers.get('content-length')), bytes.length);
    const folder = join(temp.dir, `d${readdirSync(temp.dir).length}`);
    const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition'))[1];
    mkdirSync(folder);
    writeFileSync(join(folder, name), bytes);
    const zip = name.endsWith('.zip');
    return {answer, file: join(folder, name), open: zip ? `/vsizip/${join(folder, name)}` : join(folder, name), bytes};
}

const run = (program, args) => execFileSync(program, args, {encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe']});

/** Features of a file as GDAL reads them, coordinates as they stand there. */
function read(open, layer = [], more = []) {
    // not GeoJSONSeq: that turns rings
    return JSON.parse(run('ogr2ogr', ['-f', 'GeoJSON', '-a_srs', 'EPSG:4326', '-lco', 'COORDINATE_PRECISION=15', ...more, '/vsistdout/', open, ...layer])).features;
}

const layers = (open) => run('ogrinfo', ['-q', '-ro', open]).split('\n').map((l) => /^\d+: ([^(]+?)(?: \(|$)/.exec(l)?.[1]).filter(Boolean);
const info = (open, ...args) => run('ogrinfo', ['-ro', '-so', '-al', open, ...args]);

const flat = (g) => !g ? [] : g.type === 'GeometryCollection' ? g.geometries.flatMap(flat) : g.coordinates.flat(9);
function near(a, b, most, what) {
    const p = flat(a), q = flat(b);
    assert.equal(p.length, q.length, what);
    p.forEach((v, i) => assert.ok(Math.abs(v - q[i]) <= most, `${what}: ${v} is not ${q[i]}`));
}

const json = async (layer, params = {}) => (await server.json(path(layer, {limit: 10000, ...params}))).features;
const byName = (list) => new Map(list.map((f) => [f.properties.name, f]));

for (const f of ['fgb', 'gpkg']) {
    test(`${f}: values, nulls, dates, geometry and ids come back`, async () => {
        const {open, answer} = await download('mixed', {f});
        const got = byName(read(open, [], f === 'gpkg' ? ['-preserve_fid'] : [])), want = await json('mixed');
        // what a format has no place for is said
        assert.equal(answer.headers.get('x-munimap-dropped'), f === 'fgb' ? '1' : null);
        assert.equal(got.size, f === 'fgb' ? 4 : 5);
        for (const w of want) {
            if (f === 'fgb' && !w.geometry)
                continue;
            const g = got.get(w.properties.name);
            near(g.geometry, w.geometry, 1e-13, `${f} ${w.id}`);
            assert.equal(g.geometry?.type, w.geometry?.type);
            assert.equal(f === 'fgb' ? g.properties.id : g.id, w.id);
            for (const k of ['n', 'size', 'ok', 'очень_длинное_имя'])
                assert.equal(g.properties[k] ?? null, w.properties[k] ?? null, k);
            assert.equal(Date.parse(g.properties.when ?? 0), Date.parse(w.properties.when ?? 0), 'when');
        }
        assert.match(info(open), /ok: Integer\(Boolean\)/);
        assert.match(info(open), /ID\["EPSG",4326\]/);
    });
}

test('gpkg: moments in UTC as it says, a table that is named and described, names that collide with its own', async () => {
    const {open} = await download('mixed', {f: 'gpkg', lang: 'ru'});
    const rows = run('ogrinfo', ['-ro', '-q', open, '-sql', 'SELECT identifier FROM gpkg_contents']);
    assert.match(rows, /Всякое: и то, и это/);
    assert.match(run('ogrinfo', ['-ro', '-q', open, '-sql', 'SELECT "when" FROM mixed WHERE n = 1']), /07:20:30\+00/);
    const other = await download('high', {f: 'gpkg'});
    assert.deepEqual(read(other.open).map((r) => [r.properties.fid, r.properties.geom]), [['x', 'y'], ['z', null]]);
    assert.match(info(other.open), /3D Line String/);
});

for (const f of ['fgb', 'gpkg', 'shp', 'dxf']) {
    test(`${f}: heights are kept`, async () => {
        const params = f === 'dxf' ? {crs: `${EPSG}3857`} : {};
        const {open} = await download('high', {f, ...params});
        const got = read(open), want = await json('high', params);
        const order = (list) => list.map((x) => flat(x.geometry)).sort((a, b) => a[2] - b[2]);
        const a = order(got), b = order(want);
        assert.equal(a.length, 2);
        a.forEach((line, i) => line.forEach((v, k) => assert.ok(Math.abs(v - b[i][k]) <= (f === 'dxf' ? 1e-5 : 0), `${v} ${b[i][k]}`)));
    });
}

for (const encoding of ['utf-8', 'cp1251']) {
    test(`shp in ${encoding}: one file for each kind of geometry, names of ten characters, no two alike`, async () => {
        const {open, answer} = await download('mixed', {f: 'shp', encoding});
        assert.equal(answer.headers.get('content-type'), 'application/zip');
        assert.deepEqual(layers(open).sort(), ['mixed_lines', 'mixed_points', 'mixed_polygons']);
        const points = read(open, ['mixed_points']), lines = read(open, ['mixed_lines']), areas = read(open, ['mixed_polygons']);
        const want = byName(await json('mixed'));
        assert.deepEqual(points.map((p) => p.properties.name), ['Пункт «Ё»', 'нигде', 'всё сразу']);
        assert.deepEqual(lines.map((p) => p.properties.name), ['=1+1', 'всё сразу']);
        assert.deepEqual([...points, ...lines, ...areas].map((p) => p.properties.id), [7, 1, 9, 3, 9, 12]);
        near(areas[0].geometry, {...want.get('я'.repeat(300)).geometry, coordinates: areas[0].geometry.coordinates}, 0, 'area');
        assert.equal(areas[0].properties.name, 'я'.repeat(encoding === 'utf-8' ? 127 : 254));
        assert.equal(lines[0].properties.n, 3000000000);
        assert.equal(points[0].properties.when, '2026-03-01T10:20:30+03:00');
        assert.equal(points[0].properties.day.replaceAll('/', '-'), '2026-03-01');
        assert.equal(points[1].properties['чужое'], encoding === 'utf-8' ? 'а日本—№' : 'а??—№');
        const names = Object.keys(points[0].properties);
        assert.equal(new Set(names.map((n) => n.toLowerCase())).size, names.length);
        assert.ok(names.includes(encoding === 'utf-8' ? 'очень' : 'очень_длин'), names.join());
        assert.equal(run('unzip', ['-p', open.replace('/vsizip/', ''), 'mixed_lines.cpg']).trim(), encoding === 'utf-8' ? 'UTF-8' : 'CP1251');
    });
}

test('tab: Cyrillic in CP1251, whole numbers that are too large for it, near coordinates', async () => {
    const {open} = await download('mixed', {f: 'tab'});
    assert.deepEqual(layers(open).sort(), ['mixed_lines', 'mixed_points', 'mixed_polygons']);
    const points = read(open, ['mixed_points']), lines = read(open, ['mixed_lines']), want = byName(await json('mixed'));
    assert.equal(points[0].properties.name, 'Пункт «Ё»');
    assert.equal(points[0].properties.id, 7);
    assert.equal(lines[0].properties.n, 3000000000);
    near(lines[0].geometry, want.get('=1+1').geometry, 1e-9, 'line');
    assert.match(run('unzip', ['-p', open.replace('/vsizip/', ''), 'mixed_points.tab']), /WindowsCyrillic/);
    assert.equal((await server.get(path('mixed', {f: 'tab', encoding: 'utf-8'}))).status, 400);
    assert.ok('очень_длинное_имя' in points[0].properties);
});

for (const f of ['fgb', 'gpkg', 'shp', 'tab', 'dxf']) {
    test(`${f}: a local system is written with its parameters, and its coordinates as they are`, async () => {
        const {open, answer} = await download('local', {f, crs: `${server.url}/crs/MSK48_1`});
        assert.equal(answer.headers.get('content-crs'), `<${server.url}/crs/MSK48_1>`);
        const got = read(open).map((x) => flat(x.geometry).slice(0, 2)).sort((a, b) => a[0] - b[0]);
        [[1325705.827, 418872.272], [1325800, 418900], [1326000.25, 419000.5]].forEach((p, i) =>
            p.forEach((v, k) => assert.ok(Math.abs(v - got[i][k]) < 1e-4, `${v} ${got[i][k]}`)));
        if (f === 'dxf')
            return;
        const back = run('ogr2ogr', ['-f', 'GeoJSONSeq', '-t_srs', 'EPSG:4326', '-lco', 'COORDINATE_PRECISION=9', '/vsistdout/', open]);
        const deg = JSON.parse(back.split('\n').find((l) => /Площадь/.test(l)));
        near(deg.geometry, {type: 'Point', coordinates: [39.5992, 52.6088]}, 2e-6, 'degrees by GDAL from what the file says');
    });
}

test('dxf: in the system of the map unless asked otherwise, its layer, outlines, and no degrees', async () => {
    const {open, answer, bytes} = await download('mixed', {f: 'dxf', encoding: 'cp1251'});
    assert.equal(answer.headers.get('content-crs'), `<${server.url}/crs/MSK48_1>`);
    assert.match(bytes.toString('latin1'), /ANSI_1251/);
    const got = read(open);
    assert.ok(got.every((g) => g.properties.Layer === 'mixed'));
    assert.ok(flat(got[0].geometry)[0] > 1300000);
    assert.equal((await server.get(path('mixed', {f: 'dxf', crs: `${EPSG}4326`}))).status, 400);
});

/** The pairs of a drawing: group code and value. */
function pairs(text) {
    const lines = text.split(/\r?\n/);
    return Array.from({length: Math.floor(lines.length / 2)}, (_, i) => [Number(lines[2 * i]), lines[2 * i + 1]]);
}

test('dxf: of more entities than GDAL is given at a time: all there, in order, each under a handle of its own, and the extent of all', async () => {
    const {open, answer, bytes} = await download('blocks', {f: 'dxf', crs: `${EPSG}3857`}); // the name means nothing to the drawing
    const all = pairs(bytes.toString('latin1')), at = (value) => all.findIndex((p) => p[1] === value);
    assert.equal(answer.headers.get('x-munimap-dropped'), '1');
    assert.deepEqual(all.filter((p) => p[0] === 0 && p[1] === 'SECTION').length, all.filter((p) => p[0] === 0 && p[1] === 'ENDSEC').length);
    assert.deepEqual(all.filter((p) => p[1] === 'ENTITIES').length, 1);
    assert.deepEqual(all.at(-1), [0, 'EOF']);
    const handles = all.slice(at('TABLES')).filter((p) => p[0] === 5 || p[0] === 105).map((p) => parseInt(p[1], 16)), seed = all[at('$HANDSEED') + 1];
    assert.equal(new Set(handles).size, handles.length, 'no handle twice');
    assert.ok(handles.length > FENCES * BOARDS);
    assert.equal(seed[0], 5);
    assert.ok(handles.every((h) => h > 0 && h < parseInt(seed[1], 16)), 'new entities begin behind all of them');
    const corner = (name) => all.slice(at(name) + 1, at(name) + 3).map((p) => Number(p[1]));
    assert.deepEqual(corner('$EXTMIN'), [4399990, 6899990]);
    assert.deepEqual(corner('$EXTMAX'), [4407000.0625, 6901000.5]);
    const lines = read(open).map((x) => x.geometry);
    assert.equal(lines.length, FENCES * BOARDS + 3); // a polygon is two outlines
    for (const n of [0, 19999, 20000, 20400, 39999, 40000, FENCES * BOARDS - 1])
        assert.deepEqual(lines[n].coordinates, board(Math.floor(n / BOARDS), n % BOARDS), `line ${n}`);
    assert.deepEqual(flat(lines.at(-3)), flat({type: 'LineString', coordinates: ring(4399990, 6899990, 5)}));
    assert.deepEqual(lines.at(-1).coordinates, [4407000.0625, 6901000.5]);
});

test('xlsx: titles as headings, real dates and numbers, texts that stay texts, points as X and Y', async () => {
    const {open, file} = await download('mixed', {f: 'xlsx', lang: 'ru'});
    const rows = read(open, [], ['-oo', 'HEADERS=FORCE']);
    assert.equal(rows.length, 5);
    assert.equal(rows[1].properties.name, '=1+1');
    assert.equal(rows[1].properties['Число'], 3000000000);
    assert.match(rows[1].properties.WKT, /^LINESTRING \(39.6 52.6/);
    assert.doesNotMatch(run('unzip', ['-p', file, 'xl/worksheets/sheet1.xml']), /<f>/);
    assert.match(info(open), /day: Date /);
    assert.match(info(open), /when: DateTime /);
    const points = read((await download('local', {f: 'xlsx', properties: 'name', crs: `${server.url}/crs/MSK48_1`})).open);
    assert.deepEqual(points.map((p) => [p.properties.X, p.properties.Y]), [[1325705.827, 418872.272], [1325800, 418900], [1326000.25, 419000.5]]);
    assert.equal(points[2].properties.name, '+7 900');
});

test('all conditions of items hold; rows are in the order asked for; no limit but one that is asked for', async () => {
    const all = await download('many', {f: 'fgb', properties: 'n'});
    assert.match(info(all.open), new RegExp(`Feature Count: ${MANY}`));
    assert.equal(all.answer.headers.get('ogc-numberreturned'), String(MANY));
    const few = await download('many', {f: 'fgb', filter: 'n >= 100 AND n < 200', sortby: '-n', limit: 5, bbox: '39,52,40,53'});
    assert.deepEqual(read(few.open).map((x) => x.properties.n), [199, 198, 197, 196, 195]);
    assert.equal(few.answer.headers.get('ogc-numbermatched'), '100');
    const left = await download('mixed', {f: 'gpkg', 'exclude-properties': 'name,when'});
    assert.doesNotMatch(info(left.open), /^(name|when):/m);
    const none = await download('many', {f: 'gpkg', filter: 'n < 0'});
    assert.match(info(none.open), /Feature Count: 0/);
    for (const f of ['fgb', 'shp', 'tab', 'dxf', 'xlsx'])
        assert.equal((await server.get(path('many', {f, filter: 'n < 0'}))).status, 200, f);
});

test('fgb: the index finds what lies in a window, and all of it, for any number of features', async () => {
    const count = (file, box) => Number(/Feature Count: (\d+)/.exec(run('ogrinfo', ['-ro', '-so', '-al', '-spat', ...box.map(String), file]))[1]);
    for (const limit of [1, 2, 16, 17, 256, 257, 5000, MANY]) {
        const {open} = await download('many', {f: 'fgb', limit}), points = read(open).map((x) => flat(x.geometry));
        assert.equal(points.length, limit);
        assert.deepEqual(points.map(([x, y]) => Math.round((y - 52) * 1000) * 300 + Math.round((x - 39) * 1000)).sort((a, b) => a - b), Array.from({length: limit}, (_, i) => i));
        for (const box of [[39, 52, 39, 52], [39.0505, 52.0005, 39.0805, 52.0305], [38, 51, 40, 53], [39.2995, 52, 41, 52.2], [10, 10, 11, 11]])
            assert.equal(count(open, box), points.filter(([x, y]) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]).length, `${limit} ${box}`);
    }
    const {open} = await download('mixed', {f: 'fgb', crs: `${EPSG}3857`});
    assert.equal(count(open, [4410000, 6900000, 4420000, 7000000]), 0 + (await json('mixed', {bbox: '4410000,6900000,4420000,7000000', 'bbox-crs': `${EPSG}3857`})).length);
    const sorted = await download('many', {f: 'fgb', sortby: '-n', limit: 300});
    assert.deepEqual(read(sorted.open).map((x) => x.properties.n), Array.from({length: 300}, (_, i) => MANY - 1 - i));
});

test('by Accept, with a name for the file in Russian, HEAD, and 304 for what is there already', async () => {
    const {answer} = await download('mixed', {}, {Accept: 'application/geopackage+sqlite3, application/json;q=0.5'});
    assert.equal(answer.headers.get('content-type'), 'application/geopackage+sqlite3');
    assert.equal(answer.headers.get('content-disposition'),
        `attachment; filename="mixed.gpkg"; filename*=UTF-8''${encodeURIComponent('Всякое: и то, и это')}.gpkg`);
    const head = await server.get(path('mixed', {f: 'fgb'}), {method: 'HEAD'}), full = await download('mixed', {f: 'fgb'});
    assert.equal(head.headers.get('content-length'), full.answer.headers.get('content-length'));
    assert.equal(head.headers.get('content-encoding'), null);
    const again = await server.get(path('mixed', {f: 'fgb'}), {headers: {'If-None-Match': full.answer.headers.get('etag')}});
    assert.equal(again.status, 304);
    assert.equal((await server.get(path('mixed', {}), {headers: {Accept: '*/*'}})).headers.get('content-type'), 'application/geo+json');
});

test('what is asked for wrongly is refused in words', async () => {
    for (const params of [{f: 'gpkg', encoding: 'cp1251'}, {f: 'shp', encoding: 'koi8'}, {f: 'json', encoding: 'cp1251'}, {f: 'fgb', nosuch: '1'},
        {f: 'fgb', filter: 'nosuch = 1'}, {f: 'fgb', crs: 'EPSG:9999'}, {f: 'shape'}, {f: 'fgb', limit: 0}]) {
        const answer = await server.get(path('mixed', params));
        assert.equal(answer.status, 400, JSON.stringify(params));
        assert.ok((await answer.json()).detail);
    }
    assert.equal((await (await server.get(path('mixed', {f: 'pdf'}))).json()).detail,
        'f: write one of: json, html, jsonfg, geojson, geojsonseq, geojsonl, csv, kml, gml, fgb, gpkg, shp, tab, dxf, xlsx');
});

const cache = () => readdirSync(join(dir, '.munimap')).filter((n) => n.startsWith('tmp-'));

test('many at once: each is whole or is told to come again, and quick requests do not wait', async () => {
    const asked = Array.from({length: 16}, async () => { // each is read as it comes: who takes nothing for long is cut
        const answer = await server.get(path('many', {f: 'gpkg'}));
        return {answer, bytes: Buffer.from(await answer.arrayBuffer())};
    });
    const quick = await server.json('/collections/mixed/items?limit=1');
    assert.equal(quick.features.length, 1);
    let whole = 0;
    for (const {answer, bytes} of await Promise.all(asked)) {
        if (answer.status === 200) {
            whole++;
            assert.equal(bytes.length, Number(answer.headers.get('content-length')));
            continue;
        }
        assert.equal(answer.status, 503);
        assert.ok(answer.headers.get('retry-after'));
    }
    assert.ok(whole >= 8, `${whole} were made`);
    assert.deepEqual(cache(), [], 'nothing stays behind');
});

/** Descriptors of the server that name a file which has no name any more, snapshots and memory apart. */
const lost = () => readdirSync(`/proc/${server.child.pid}/fd`).length;

test('a client that leaves takes its child along', async () => {
    const children = () => readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, 'utf8');
    const before = lost(), port = Number(new URL(server.url).port);
    for (let i = 0; i < 4; i++) {
        const socket = connect(port, '127.0.0.1');
        await new Promise((done) => socket.on('connect', done));
        socket.write(`GET ${path('many', {f: 'gpkg'})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
        await until('the begin', () => cache().length);
        socket.destroy();
        await until('the end of what nobody wants', () => !cache().length);
    }
    assert.equal(children().trim(), '');
    assert.equal((await server.get(path('mixed', {f: 'fgb'}))).status, 200);
    // connections of this test are closed on their own time
    await until(() => `the end of ${lost()} descriptors, ${before} before`, () => lost() <= before + 2);
});

/** The process that writes the download which `server` makes. */
const childOf = (server) => until('the child', () => Number(readdirSync('/proc').filter((n) => /^\d+$/.test(n)).find((n) => {
    try {
        return new RegExp(`PPid:\\s${server.child.pid}\\b`).test(readFileSync(`/proc/${n}/status`, 'utf8'));
    } catch {
        return false;
    }
})));

test('a child that is killed is a failure of that download only', async () => {
    const answer = server.get(path('many', {f: 'gpkg'}));
    process.kill(await childOf(server), 'SIGKILL');
    const got = await answer;
    await got.arrayBuffer();
    assert.equal(got.status, 413);
    assert.deepEqual(cache(), []);
    assert.equal((await server.get(path('many', {f: 'fgb', limit: 10}))).status, 200);
});

test('a server that stops does not wait for an export', async () => {
    const other = await serve(dir, {allow: [BUSY, /another munimap owns/]});
    const answer = other.get(path('many', {f: 'gpkg'})).then((a) => a.status, (error) => error.message);
    process.kill(await childOf(other), 'SIGSTOP'); // it never ends by itself
    await other.stop();
    assert.equal(await answer, 503);
    assert.ok(existsSync(join(dir, '.munimap')));
});

// ---- the sample town ----

const date = (v) => v.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3').replace(/^(\S+) (\d\d:)/, '$1T$2').replace(/([+-]\d\d)$/, (z) => z.length === 3 && v.includes(':') ? `${z}:00` : z);

/** As CP1251 has it. */
const cp1251 = (text) => text.replace(/[^\0-\x7f\u0401-\u040c\u040e-\u044f\u0451-\u045c\u045e\u045f\u0490\u0491\xa0\xa4\xa6\xa7\xa9\xab-\xae\xb0\xb1\xb5-\xb7\xbb‚„…†‡€‰‹‘’“”•–—™›№]/gu, '?');

/** A value of a file beside that of GeoJSON. `max`: bytes of a text, of `width` a letter. */
function same(a, b, max, encoding) {
    if (b === null || b === undefined || b === '')
        return a === null || a === undefined || a === '' || a === 0; // TAB has no null
    if (typeof b === 'boolean')
        return Number(a) === Number(b);
    if (typeof b === 'number')
        return Math.abs(a - b) <= Math.abs(b) * 1e-14 + 1e-14;
    if (typeof b === 'object')
        return typeof a === 'object' ? JSON.stringify(a) === JSON.stringify(b) : JSON.stringify(b).startsWith(JSON.stringify(JSON.parse(a)).slice(0, 100));
    if (/^\d{4}-\d\d-\d\d(T|$)/.test(b))
        return Date.parse(date(a)) === Date.parse(b) || date(a).slice(0, 19) === b.slice(0, 19) || date(a).slice(0, 10) === b;
    b = encoding === 'cp1251' ? cp1251(b) : b;
    if (a === b)
        return true;
    return max > 0 && Buffer.byteLength(b, 'utf8') > max / 2 && (encoding === 'cp1251' ? b.slice(0, max) === a : b.startsWith(a) && Buffer.byteLength(a) > max - 4);
}

test('every layer of the sample town comes back from each format', {skip: existsSync(join(root, 'data-samples/town')) ? false : 'no sample town: make town'}, async () => {
    const own = server;
    server = await serve(join(root, 'layers'), {allow: [/another munimap owns/, /layer not loaded/]});
    try {
        const all = (await server.json('/collections?f=json')).collections;
        for (const c of all.filter((_, i) => !process.env.MUNIMAP || i % 4 === 0)) { // sanitizers are slow
            if (!c.storageCrs || c.id === 'quality') // which has ids twice
                continue;
            const params = {crs: c.storageCrs, limit: 300}, want = await json(c.id, params);
            const schema = (await server.json(`/collections/${c.id}/schema`)).properties;
            const id = Object.keys(schema).find((k) => schema[k]['x-ogc-role'] === 'id') ?? 'id';
            const wanted = new Map(want.map((f) => [String(f.id), f]));
            for (const f of ['fgb', 'gpkg', 'shp', 'tab']) {
                const {open, answer} = await download(c.id, {f, ...params, ...f === 'shp' ? {encoding: 'cp1251'} : {}});
                const table = f === 'shp' || f === 'tab', seen = new Set();
                for (const layer of table ? layers(open) : [undefined]) {
                    for (const g of read(open, layer ? [layer] : [], f === 'gpkg' ? ['-preserve_fid'] : [])) {
                        const names = Object.keys(g.properties), key = String(table || f === 'fgb' ? g.properties[names.find((n) => n.toLowerCase() === id.slice(0, f === 'shp' ? 10 : 31).toLowerCase())] : g.properties[id] ?? g.id);
                        const w = wanted.get(key), where = `${c.id} ${f} ${key}`;
                        assert.ok(w, where);
                        seen.add(key);
                        const values = Object.entries(w.properties);
                        if (!table)
                            values.forEach(([name, v]) => assert.ok(same(g.properties[name], v, 0), `${where} ${name}: ${g.properties[name]} is not ${v}`));
                        const got = Object.values(g.properties).slice(names.length - values.length);
                        if (table && values.length === Object.values(g.properties).length - (names[0] === 'id' && !('id' in w.properties) ? 1 : 0))
                            values.forEach(([name, v], i) => assert.ok(same(got[i], v, 254, 'cp1251'), `${where} ${name}: ${got[i]} is not ${v}`));
                        const file = flat(g.geometry), north = (list) => Math.abs(file[0] - list[0]) > Math.abs(file[0] - list[1]);
                        const turn = (list) => north(list) ? /* files are x, y */ list.map((v, i) => i % 2 ? list[i - 1] : list[i + 1]) : list;
                        if (!table && w.geometry && !flat(w.geometry).some((v, i, l) => l.length % 2))
                            near(g.geometry, {type: 'x', coordinates: turn(flat(w.geometry))}, flat(w.geometry)[0] > 1000 ? 2e-5 : 1e-7, where);
                    }
                }
                const left = Number(answer.headers.get('x-munimap-dropped') ?? 0);
                assert.equal(seen.size, want.length - left, `${c.id} ${f}`);
            }
        }
    } finally {
        await server.stop();
        server = own;
    }
});
