// Downloads that are made while they are sent: each format against the features that the same request gives as pages
// of GeoJSON.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, line, point, ring} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map');
const EPSG = 'http://www.opengis.net/def/crs/EPSG/0/';
const MANY = 40000;
let server;


const mixed = [
    feature({name: 'Пункт «Ё»; "кавычки", запятые', n: 1, when: '2026-03-01T10:20:30+03:00', tel: '+7 900', size: 1.5},
        point(39.6, 52.6), {id: 7}),
    feature({name: '=1+1', n: -3, when: '2026-03-01T10:20:30Z', tel: '-5', size: -2.25},
        line([39.6, 52.6, 100.5], [39.61, 52.61, 101]), {id: 3}),
    feature({name: 'строка\nдругая <b>&', n: null, when: null, tel: '@x', size: 3},
        {type: 'MultiPolygon', coordinates: [[ring(39.6, 52.6, 0.01), ring(39.602, 52.602, 0.001).reverse()], [ring(39.7, 52.6, 0.01)]]},
        {id: 12}),
    feature({name: 'нигде', n: 0, when: null, tel: '\tx', size: null}, null, {id: 1}),
    feature({name: 'всё сразу', n: 5, when: null, tel: null, size: 0},
        {type: 'GeometryCollection', geometries: [{type: 'MultiPoint', coordinates: [[39.5, 52.5], [39.6, 52.5]]},
            line([39.5, 52.5], [39.51, 52.5])]}, {id: 9}),
];

before(async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'map.yaml'), 'title: {ru: Город, en: Town}\ncrs: EPSG:32637\n');
    writeFileSync(join(dir, 'mixed.geojson'), collection(mixed));
    writeFileSync(join(dir, 'mixed.yaml'), 'source: mixed.geojson\ntitle: {ru: "Всякое", en: Mixed}\nfields:\n  - name: n\n    title: {ru: Число & «счёт», en: Number}\n');
    writeFileSync(join(dir, 'many.csv'), 'n,x,y\n' + Array.from({length: MANY}, (_, i) => `${i},${39 + i % 300 / 1000},${52 + Math.floor(i / 300) / 1000}\n`).join(''));
    writeFileSync(join(dir, 'many.yaml'), 'source: many.csv\ncrs: EPSG:4326\nopen_options: [X_POSSIBLE_NAMES=x, Y_POSSIBLE_NAMES=y, AUTODETECT_TYPE=YES]\n');
    server = await serve(dir);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const path = (layer, params) => `/collections/${layer}/items?${new URLSearchParams(params)}`;

async function get(layer, params, headers) {
    const answer = await server.get(path(layer, params), {headers});
    return {status: answer.status, headers: answer.headers, text: await answer.text()};
}

const pages = async (layer, params = {}) => {
    const features = [];
    for (let next = path(layer, {limit: 10000, ...params}); next;) {
        const page = await server.json(next);
        features.push(...page.features);
        next = page.links.find((l) => l.rel === 'next')?.href.replace(/^https?:\/\/[^/]+/, '');
    }
    return features;
};

test('GeoJSON as a file, a sequence and lines: the features of all pages, and no limit', async () => {
    for (const [layer, count] of [['mixed', 5], ['many', MANY]]) {
        const want = await pages(layer);
        assert.equal(want.length, count);
        const file = await get(layer, {f: 'geojson'});
        assert.deepEqual(JSON.parse(file.text).features, want);
        assert.equal(file.headers.get('ogc-numberreturned'), String(count));
        assert.match(file.headers.get('content-disposition'), new RegExp(`^attachment; filename="${layer}.geojson"`));
        assert.equal(file.headers.get('transfer-encoding'), count > 100 ? 'chunked' : null);
        const lines = await get(layer, {f: 'geojsonl'});
        assert.deepEqual(lines.text.trimEnd().split('\n').map((l) => JSON.parse(l)), want);
        const sequence = await get(layer, {}, {accept: 'application/geo+json-seq'});
        assert.equal(sequence.headers.get('content-type'), 'application/geo+json-seq');
        assert.deepEqual(sequence.text.split('\x1e').slice(1).map((l) => JSON.parse(l)), want);
    }
    const some = await get('many', {f: 'geojsonl', filter: 'n < 20 AND n > 3', sortby: '-n', limit: '7'});
    assert.deepEqual(some.text.trimEnd().split('\n').map((l) => JSON.parse(l).properties.n), [19, 18, 17, 16, 15, 14, 13]);
});

test('a long download is packed as the client likes, has a tag, and HEAD knows how many there are', async () => {
    const plain = await get('many', {f: 'csv'}, {'accept-encoding': 'identity'});
    assert.equal(plain.headers.get('content-encoding'), null);
    const packed = await get('many', {f: 'csv'}, {'accept-encoding': 'gzip'});
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    assert.equal(packed.text, plain.text);
    const again = await get('many', {f: 'csv'}, {'accept-encoding': 'gzip', 'if-none-match': packed.headers.get('etag')});
    assert.equal(again.status, 304);
    const head = await server.get(path('many', {f: 'csv'}), {method: 'HEAD'});
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('ogc-numbermatched'), String(MANY));
});

/** RFC 4180. */
function parseCsv(text, separator = ',') {
    const rows = [[]];
    let at = 0;
    while (at < text.length) {
        let cell = '';
        if (text[at] === '"') {
            for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
                cell += text[at];
                at += text[at] === '"';
            }
            at++;
        } else {
            while (text[at] !== separator && text[at] !== '\r')
                cell += text[at++];
        }
        rows[rows.length - 1].push(cell);
        if (text[at] === '\r') {
            at += 2;
            rows.push([]);
        } else {
            assert.equal(text[at++], separator);
        }
    }
    assert.deepEqual(rows.pop(), []);
    return rows;
}

test('CSV: every value, no formulas, geometry as WKT; as Russian spreadsheets want it', async () => {
    const [head, ...rows] = parseCsv((await get('mixed', {f: 'csv'})).text);
    assert.deepEqual(head, ['id', 'name', 'n', 'when', 'tel', 'size', 'WKT']);
    assert.deepEqual(rows[0], ['7', 'Пункт «Ё»; "кавычки", запятые', '1', '2026-03-01T10:20:30+03:00', "'+7 900", '1.5', 'POINT (39.6 52.6)']);
    assert.deepEqual(rows[1], ['3', "'=1+1", '-3', '2026-03-01T10:20:30Z', '-5', '-2.25', 'LINESTRING Z (39.6 52.6 100.5,39.61 52.61 101)']);
    assert.deepEqual(rows[2].slice(0, 6), ['12', 'строка\nдругая <b>&', '', '', "'@x", '3']);
    assert.match(rows[2][6], /^MULTIPOLYGON \(\(\(39\.6 52\.6,.*\),\(.*\)\),\(\(39\.7 .*\)\)\)$/);
    assert.deepEqual(rows[3], ['1', 'нигде', '0', '', "'\tx", '', '']);
    assert.equal(rows[4][6], 'GEOMETRYCOLLECTION (MULTIPOINT ((39.5 52.5),(39.6 52.5)),LINESTRING (39.5 52.5,39.51 52.5))');
    const excel = (await get('mixed', {f: 'csv', separator: 'semicolon', decimal: 'comma', bom: 'true', 'skip-geometry': 'true', properties: 'name,size'}));
    const bytes = Buffer.from(await (await server.get(path('mixed', {f: 'csv', bom: 'true'}))).arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    assert.deepEqual(parseCsv(excel.text.replace(/^\ufeff/, ''), ';').slice(0, 3),
        [['id', 'name', 'size'], ['7', 'Пункт «Ё»; "кавычки", запятые', '1,5'], ['3', "'=1+1", '-2,25']]);
    for (const bad of [{separator: 'x'}, {decimal: 'comma'}, {bom: 'maybe'}, {'skip-geometry': '1'}])
        assert.equal((await get('mixed', {f: 'csv', ...bad})).status, 400, JSON.stringify(bad));
    assert.equal((await get('mixed', {f: 'kml', separator: 'tab'})).status, 400);
});

test('JSON-FG: time, place in the system that is asked for, geometry in lon/lat, pages', async () => {
    const wanted = await pages('mixed'), metric = await pages('mixed', {crs: `${EPSG}32637`});
    const page = JSON.parse((await get('mixed', {f: 'jsonfg', crs: `${EPSG}32637`, limit: '3'})).text);
    assert.equal(page.coordRefSys, `${EPSG}32637`);
    assert.ok(page.conformsTo.some((c) => c.includes('/json-fg-1/')));
    assert.equal(page.numberMatched, 5);
    page.features.forEach((f, i) => {
        assert.deepEqual(f.geometry, wanted[i].geometry);
        assert.deepEqual(f.place, metric[i].geometry);
        assert.deepEqual(f.properties, wanted[i].properties);
    });
    assert.equal(page.features[2].time, null);
    const next = page.links.find((l) => l.rel === 'next');
    assert.equal(next.type, 'application/vnd.ogc.fg+json');
    const rest = await server.json(next.href.replace(/^https?:\/\/[^/]+/, ''));
    assert.deepEqual(rest.features.map((f) => f.id), [1, 9]);
    assert.equal((await get('mixed', {f: 'jsonfg'})).headers.get('content-disposition'), null);
});

test('KML: GDAL reads names, fields and geometry', async () => {
    const file = join(temp.dir, 'mixed.kml');
    const {text} = await get('mixed', {f: 'kml', lang: 'ru'});
    writeFileSync(file, text);
    const got = JSON.parse(execFileSync('ogr2ogr', ['-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=15', '/vsistdout/', file], {encoding: 'utf8'})).features;
    const want = await pages('mixed');
    assert.equal(got.length, want.length);
    got.forEach((g, i) => assert.equal(g.properties.Name ?? g.properties.name, want[i].properties.name));
    assert.deepEqual(got[0].geometry, want[0].geometry);
    assert.match(text, /<displayName>Число &amp; «счёт»<\/displayName><value>1<\/value>/);
    assert.match(text, /строка\nдругая &lt;b&gt;&amp;/);
    assert.equal((await get('mixed', {f: 'kml', crs: `${EPSG}32637`})).status, 400);
});

test('GML: GDAL reads the features, in any system and in the order of its axes', async () => {
    for (const [name, crs] of [['deg', null], ['deg4326', `${EPSG}4326`], ['metric', `${EPSG}32637`]]) {
        const file = join(temp.dir, `${name}.gml`), params = {f: 'gml', ...(crs ? {crs} : {}), filter: 'n >= -3'};
        const answer = await get('mixed', params);
        assert.equal(answer.headers.get('content-type'), 'application/gml+xml;version=3.2');
        writeFileSync(file, answer.text);
        const got = JSON.parse(execFileSync('ogr2ogr', ['-f', 'GeoJSON', '-lco', 'COORDINATE_PRECISION=15', '-t_srs', 'OGC:CRS84', '/vsistdout/', file], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})).features;
        const want = (await pages('mixed')).filter((f) => f.properties.n !== null);
        assert.deepEqual(got.map((f) => f.properties.name), want.map((f) => f.properties.name), name);
        const [x, y] = got[0].geometry.coordinates.flat();
        assert.ok(Math.abs(x - 39.6) < 1e-8 && Math.abs(y - 52.6) < 1e-8, `${name}: ${x} ${y}`);
    }
});

test('a client that leaves in the middle harms nobody; data that change meanwhile are not mixed', async () => {
    const {port} = new URL(server.url);
    for (let i = 0; i < 20; i++) {
        const s = connect(Number(port), '127.0.0.1');
        s.on('error', () => {});
        s.write(`GET ${path('many', {f: 'geojson'})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
        await new Promise((resolve) => s.once('data', resolve));
        s.destroy();
    }
    const long = await server.get(path('many', {f: 'csv'}), {headers: {'accept-encoding': 'identity'}});
    const reader = long.body.getReader();
    const parts = [(await reader.read()).value];
    writeFileSync(join(dir, 'many.csv'), 'n,x,y\n' + Array.from({length: 1000}, (_, i) => `${-i},39,52\n`).join(''));
    await until('the new rows', async () => (await server.get(path('many', {limit: 1}))).headers.get('ogc-numbermatched') === '1000');
    for (let part = await reader.read(); !part.done; part = await reader.read())
        parts.push(part.value);
    const rows = parseCsv(Buffer.concat(parts).toString()).slice(1);
    assert.equal(rows.length, MANY);
    rows.forEach((row, i) => assert.equal(row[1], String(i)));
});
