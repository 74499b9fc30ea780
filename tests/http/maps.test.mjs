// Pictures of the map: OGC API - Maps (OGC 20-058) and WMS 1.3.0 and 1.1.1 (OGC 06-042), on a folder with known data. Pixels
// are read by GDAL.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {box, collection, feature, line, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir();
const home = join(temp.dir, 'map');
let server;


before(async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'map.yaml'), 'title: {ru: Город, en: Town}\ncrs: MSK48_1\nview: {center: [39.1, 52.35], zoom: 13}\n');
    const write = (id, features, yaml) => {
        writeFileSync(join(home, `${id}.geojson`), collection(features));
        writeFileSync(join(home, `${id}.yaml`), `source: ${id}.geojson\n${yaml}`);
    };
    // the middle fifth of 39.0..39.2, 52.3..52.4
    write('areas', [feature({name: 'Сад «Ёлочка»', kind: 'a', since: '2020-01-01', secret: 's'}, box(39.08, 52.34, 39.12, 52.36), {id: 1}),
        feature({name: 'Another', kind: 'b', since: '2026-05-01', secret: 't'}, box(39.16, 52.38, 39.18, 52.39), {id: 2})],
    'title: {ru: Участки, en: Areas}\nstyle: {color: "#cc0000"}\nfields:\n' +
        '  - {name: name, title: {ru: Название, en: Name}}\n  - {name: secret, hidden: true}\n');
    write('spots', [feature({name: 'x'}, point(39.1, 52.35), {id: 1})], 'title: {ru: Точки, en: Spots}\n');
    // about pixel 450, 450 of that window, where one is 0.0004 and 0.0002 degrees
    const [x, y] = [39.1802, 52.3099];
    write('marks', [feature({name: '3.5 pixels'}, point(x + 0.0014, y), {id: 1}), feature({name: '3 pixels'}, point(x, y + 0.0006), {id: 2}),
        feature({name: '2 pixels'}, point(x + 0.0008, y), {id: 3}), feature({name: 'large'}, box(39.17, 52.305, 39.19, 52.315), {id: 4}),
        feature({name: 'small'}, box(39.179, 52.3095, 39.181, 52.3105), {id: 5})], 'title: {ru: Метки, en: Marks}\n');
    // the styles do not show it at first
    write('footprints', [feature({name: 'f'}, box(39.08, 52.34, 39.12, 52.36), {id: 1})], 'title: {ru: Контуры, en: Footprints}\n');
    server = await serve(home);
});
after(async () => {
    await server?.stop();
    temp.remove();
});

let pictures = 0;
/** The picture at an address, in a file; {file, status, type, headers}. */
async function picture(path) {
    const answer = await server.get(path), file = join(temp.dir, `picture${++pictures}`);
    assert.equal(answer.status, 200, `${path}: ${answer.status === 200 ? '' : await answer.text()}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    writeFileSync(file, bytes);
    return {file, bytes, type: answer.headers.get('content-type'), headers: answer.headers};
}
/** The bands of pixels [[x, y], ...]. */
function pixels({file}, at) {
    const text = execFileSync('gdallocationinfo', ['-valonly', file], {input: at.map((p) => p.join(' ')).join('\n') + '\n', encoding: 'utf8'});
    const values = text.trim().split(/\s+/).map(Number);
    return at.map((_, i) => values.slice(i * values.length / at.length, (i + 1) * values.length / at.length));
}
const size = ({file}) => JSON.parse(execFileSync('gdalinfo', ['-json', file], {encoding: 'utf8'})).size;
const query = (params) => '?' + new URLSearchParams(params);
const WINDOW = '39.0,52.3,39.2,52.4'; // areas/1 from 40 % to 60 % both ways

test('a map: the window that was asked for, to the pixel', async () => {
    const p = await picture('/collections/areas/map' + query({bbox: WINDOW, crs: 'OGC:CRS84', width: 500, height: 500, bgcolor: '0xFFFFFF', f: 'png'}));
    assert.equal(p.type, 'image/png');
    assert.deepEqual(size(p), [500, 500]);
    const [outside, inside, left, right, above, below] = pixels(p, [[20, 20], [250, 230], [197, 250], [203, 250], [250, 197], [250, 204]]);
    assert.deepEqual(outside, [255, 255, 255]);
    assert.ok(inside[0] > 200 && inside[1] < 220 && inside[2] < 220, String(inside));
    assert.deepEqual(left, outside, 'before the western edge at 200');
    assert.notDeepEqual(right, outside, 'behind the western edge');
    assert.deepEqual(above, outside, 'before the northern edge at 200');
    assert.notDeepEqual(below, outside, 'behind the northern edge');
});

test('the window in other systems and orders of axes', async () => {
    const params = {crs: 'OGC:CRS84', width: 300, height: 300, f: 'png'};
    const plain = await picture('/collections/areas/map' + query({...params, bbox: WINDOW}));
    const north = await picture('/collections/areas/map' + query({...params, bbox: '52.3,39.0,52.4,39.2', 'bbox-crs': 'http://www.opengis.net/def/crs/EPSG/0/4326'}));
    assert.ok(plain.bytes.equals(north.bytes));
    const msk = await picture('/map' + query({crs: 'MSK48_1', center: '39.1,52.35', 'scale-denominator': 5000, width: 700, height: 400, f: 'png'}));
    const [w, s, e, n] = msk.headers.get('content-bbox').split(',').map(Number);
    // 0.28 mm a pixel of the standard: 1.4 m
    assert.ok(Math.abs(e - w - 700 * 1.4) < 1e-3 && Math.abs(n - s - 400 * 1.4) < 1e-3, `${e - w} ${n - s}`);
    assert.match(msk.headers.get('content-crs'), /\/crs\/MSK48_1>$/);
    assert.equal((await picture('/map' + query({width: 256}))).type, 'image/png');
    // where the map begins does not matter, even where the system does not hold there
    const far = {crs: '+proj=gnom +lat_0=-52 +lon_0=-141 +datum=WGS84', width: 100, height: 100};
    assert.equal((await server.get('/map' + query(far))).status, 400);
    await picture('/map' + query({...far, center: '-141,-52', 'scale-denominator': 5000}));
});

test('nothing but features on a clear ground', async () => {
    const p = await picture('/collections/areas/map' + query({bbox: WINDOW, crs: 'OGC:CRS84', width: 100, height: 100, transparent: true, f: 'png'}));
    const [outside, inside] = pixels(p, [[5, 5], [50, 50]]);
    assert.equal(outside[3], 0);
    assert.ok(inside[3] > 50, String(inside));
});

test('features may be chosen as on items', async () => {
    const params = {bbox: WINDOW, crs: 'OGC:CRS84', width: 100, height: 100, transparent: true, f: 'png'};
    for (const choice of [{filter: "kind='b'"}, {datetime: '2021-01-01/..'}, {kind: 'b'}]) {
        const p = await picture('/collections/areas/map' + query({...params, ...choice}));
        const [first, second] = pixels(p, [[50, 50], [85, 15]]);
        assert.equal(first[3], 0, JSON.stringify(choice));
        assert.ok(second[3] > 0, JSON.stringify(choice));
    }
});

test('PNG, JPEG, SVG and PDF, by f= and Accept; the same again is not sent', async () => {
    for (const [f, type, start] of [['png', 'image/png', '\x89PNG'], ['jpg', 'image/jpeg', '\xff\xd8\xff'], ['svg', 'image/svg+xml', '<?xml'], ['pdf', 'application/pdf', '%PDF-']]) {
        const p = await picture('/map' + query({bbox: WINDOW, width: 200, f}));
        assert.equal(p.type, type);
        assert.ok(p.bytes.toString('latin1').startsWith(start), f);
        const again = await server.get('/map' + query({bbox: WINDOW, width: 200, f}), {headers: {'If-None-Match': p.headers.get('etag')}});
        assert.equal(again.status, 304, f);
    }
    const svg = await server.get('/map' + query({bbox: WINDOW, width: 200}), {headers: {Accept: 'image/svg+xml'}});
    assert.equal(svg.headers.get('content-type'), 'image/svg+xml');
    await svg.arrayBuffer();
});

test('conformance says what there is', async () => {
    const classes = (await server.json('/conformance?f=json')).conformsTo.filter((uri) => uri.includes('/ogcapi-maps-1/')).map((uri) => uri.split('/').pop());
    assert.deepEqual(classes.sort(), ['collection-map', 'collections-selection', 'core', 'crs', 'dataset-map', 'display-resolution', 'jpeg', 'png', 'scaling', 'svg']);
    // of the classes "background" and "spatial-subsetting", which ask for more than is here
    for (const params of ['void-transparent=true', 'void-color=0xFFFFFF', 'subset=Lat(52.3:52.4),Lon(39:39.2)', 'subset-crs=OGC:CRS84'])
        assert.equal((await server.get(`/map?${params}`)).status, 400, params);
});

test('what is wrong is said with its name', async () => {
    for (const [path, where] of [
        ['/map?bbox=1,2,3', 'bbox'], ['/map?bbox=2,2,1,1', 'bbox'], ['/map?bbox=nan,0,1,1', 'bbox'], ['/map?width=0', 'width'], ['/map?width=99999', 'width'],
        ['/map?bgcolor=red', 'bgcolor'], ['/map?transparent=yes', 'transparent'], ['/map?crs=EPSG:999999', 'crs'], ['/map?style=nope', 'style'],
        ['/map?collections=nope', 'collections'], ['/map?filter=1=1', 'filter'], ['/map?sclae-denominator=1', 'scale-denominator'],
        ['/map?center=39.1,52.35', 'scale-denominator'], ['/map?center=39.1,52.35&scale-denominator=5000&crs=OGC:CRS84', 'crs'],
        ['/map?scale-denominator=0', 'scale-denominator'], ['/map?f=gif', 'f'], ['/collections/areas/map?filter=nope=1', 'nope'],
        ['/map?bbox=0,0,1,0.0000001&width=100&height=100', 'bbox'], ['/collections/nope/map', 'collection'],
    ]) {
        const answer = await server.get(path), problem = await answer.json();
        assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
        assert.ok(problem.detail.includes(where), `${path}: ${problem.detail}`);
    }
});

// ---- WMS ----

const wms = (params) => '/wms' + query({SERVICE: 'WMS', VERSION: '1.3.0', ...params});
const MAP = {REQUEST: 'GetMap', LAYERS: 'areas', STYLES: '', CRS: 'CRS:84', BBOX: WINDOW, WIDTH: 500, HEIGHT: 500, FORMAT: 'image/png'};

test('WMS: capabilities that GDAL reads', async () => {
    for (const VERSION of ['1.3.0', '1.1.1']) {
        const text = execFileSync('gdalinfo', ['-json', `WMS:${server.url}/wms?SERVICE=WMS&VERSION=${VERSION}&REQUEST=GetCapabilities`], {encoding: 'utf8'});
        const names = Object.entries(JSON.parse(text).metadata.SUBDATASETS).filter(([key]) => key.endsWith('_NAME')).map(([, value]) => value);
        for (const layer of ['map', 'areas', 'spots'])
            assert.ok(names.some((name) => new RegExp(`LAYERS=${layer}&`, 'i').test(name)), `${VERSION} ${layer}: ${names}`);
    }
});

test('WMS: the same place by every order of axes', async () => {
    const plain = await picture(wms(MAP));
    const [outside, inside] = pixels(plain, [[20, 20], [250, 230]]);
    assert.notDeepEqual(outside, inside);
    for (const other of [{CRS: 'EPSG:4326', BBOX: '52.3,39.0,52.4,39.2'}, {VERSION: '1.1.1', CRS: undefined, SRS: 'EPSG:4326'}]) {
        const params = Object.fromEntries(Object.entries({...MAP, ...other}).filter(([, v]) => v !== undefined));
        assert.ok((await picture(wms(params))).bytes.equals(plain.bytes), JSON.stringify(other));
    }
    // names of parameters in any case
    const lower = Object.fromEntries(Object.entries({SERVICE: 'WMS', VERSION: '1.3.0', ...MAP}).map(([k, v]) => [k.toLowerCase(), v]));
    assert.ok((await picture('/wms' + query(lower))).bytes.equals(plain.bytes));
    assert.ok((await picture(wms({...MAP, FORMAT: 'image/png; mode=8bit'}))).bytes.equals(plain.bytes), 'as QGIS asks for fewer colours');
    const fine = await picture(wms({...MAP, DPI: 192}));
    assert.deepEqual(size(fine), [500, 500]);
    assert.ok(!fine.bytes.equals(plain.bytes), 'a finer screen has wider lines');
});

test('WMS: what is at a pixel, as JSON, a page and text', async () => {
    const ask = {...MAP, REQUEST: 'GetFeatureInfo', LAYERS: 'map', QUERY_LAYERS: 'areas,spots', I: 250, J: 250, FEATURE_COUNT: 5};
    const json = await server.json(wms({...ask, INFO_FORMAT: 'application/json'}));
    assert.deepEqual(json.features.map((f) => [f.collection, f.id]), [['areas', 1], ['spots', 1]]);
    assert.equal(json.features[0].properties.name, 'Сад «Ёлочка»');
    assert.equal(json.features[0].properties.secret, undefined);
    const text = await (await server.get(wms({...ask, INFO_FORMAT: 'text/plain'}))).text();
    assert.match(text, /^Участки\n {2}.*Название: Сад «Ёлочка»\n/s);
    const html = await server.get(wms({...ask, INFO_FORMAT: 'text/html', lang: 'en'}));
    assert.match(html.headers.get('content-type'), /^text\/html/);
    assert.match(await html.text(), /<h2>Areas<\/h2>[^]*<th scope="row">Name<\/th><td>Сад «Ёлочка»/);
    assert.deepEqual((await server.json(wms({...ask, I: 5, J: 5, INFO_FORMAT: 'application/json'}))).features, []);
});

test('WMS: the nearest features to a pixel, in whatever system', async () => {
    const at = {LAYERS: 'marks', QUERY_LAYERS: 'marks', I: 450, J: 450};
    const ids = (...list) => list.map((id) => `marks/${id}`);
    for (const system of [{}, {CRS: 'EPSG:4326', BBOX: '52.3,39.0,52.4,39.2'}, {CRS: 'EPSG:3857', BBOX: '4341459.975,6854922.9,4363723.966,6873136.5'}]) {
        const where = system.CRS === 'EPSG:3857' ? {...at, ...mercatorPixel(system.BBOX)} : at;
        assert.deepEqual(await infoOf({...where, ...system}), ids(5, 4, 3, 2, 1), JSON.stringify(system));
        assert.deepEqual(await infoOf({...where, ...system, FEATURE_COUNT: 1}), ids(5), JSON.stringify(system));
        assert.deepEqual(await infoOf({...where, ...system, FEATURE_COUNT: 3}), ids(5, 4, 3), JSON.stringify(system));
    }
});

test('WMS: the whole map is what the style shows at first', async () => {
    const at = {...BOTH, J: 250};
    assert.deepEqual(await infoOf({...at, LAYERS: 'map', QUERY_LAYERS: 'map'}), ['areas/1', 'spots/1']);
    assert.deepEqual(await infoOf({...at, LAYERS: 'map', QUERY_LAYERS: 'footprints'}), ['footprints/1']);
    // the legend is of the middle of what is shown
    const other = join(temp.dir, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'map.yaml'), 'title: {ru: Город, en: Town}\ncrs: MSK48_1\n');
    for (const [id, x] of [['areas', 39.1], ['footprints', 39.9]]) {
        writeFileSync(join(other, `${id}.geojson`), collection([feature({name: id}, box(x, 52.35, x + 0.001, 52.351), {id: 1})]));
        writeFileSync(join(other, `${id}.yaml`), `source: ${id}.geojson\ntitle: {ru: ${id}, en: ${id}}\n`);
    }
    const one = await serve(other);
    try {
        const legend = async (LAYER) => Buffer.from(await (await one.get(wms({REQUEST: 'GetLegendGraphic', LAYER, FORMAT: 'image/png'}))).arrayBuffer());
        assert.ok((await legend('map')).equals(await legend('areas')));
    } finally {
        await one.stop();
    }
});

/** I and J of 39.1802, 52.3099 in a window of EPSG:3857. */
function mercatorPixel(bbox) {
    const [west, south, east, north] = bbox.split(',').map(Number), radius = 6378137, rad = Math.PI / 180;
    const x = radius * 39.1802 * rad, y = radius * Math.log(Math.tan(Math.PI / 4 + 52.3099 * rad / 2));
    return {I: Math.floor((x - west) / (east - west) * MAP.WIDTH), J: Math.floor((north - y) / (north - south) * MAP.HEIGHT)};
}

const infoOf = async (params) => (await server.json(wms({...MAP, REQUEST: 'GetFeatureInfo', QUERY_LAYERS: MAP.LAYERS, INFO_FORMAT: 'application/json', FEATURE_COUNT: 5, ...params})))
    .features.map((f) => `${f.collection}/${f.id}`);
/** Which of the two areas a picture shows. */
async function areasOn(params) {
    const [first, second] = pixels(await picture(wms({...MAP, TRANSPARENT: 'TRUE', ...params})), [[250, 240], [425, 75]]);
    return [first[3] > 0, second[3] > 0];
}
const BOTH = {I: 250, J: 240}, filter = (inner) => `<Filter xmlns="http://www.opengis.net/fes/2.0">${inner}</Filter>`;
const equal = (name, value) => filter(`<PropertyIsEqualTo><ValueReference>${name}</ValueReference><Literal>${value}</Literal></PropertyIsEqualTo>`);

test('WMS: a time, of the picture and of what is at a pixel', async () => {
    for (const [TIME, shown] of [['2020-01-01', [true, false]], ['2026-05-01T12:00:00Z', [false, true]], ['2019-06-01/2021-01-01', [true, false]], ['2021-01-01/..', [false, true]],
        ['2019-01-01/2027-01-01/P1D', [true, true]], ['2022-01-01/2023-01-01', [false, false]], ['current', [false, false]], ['', [true, true]]]) {
        assert.deepEqual(await areasOn({TIME}), shown, TIME);
        assert.deepEqual(await infoOf({...BOTH, TIME}), shown[0] ? ['areas/1'] : [], TIME);
    }
    // layers without a time are as they are
    assert.deepEqual(await infoOf({...BOTH, LAYERS: 'areas,spots', QUERY_LAYERS: 'areas,spots', J: 250, TIME: '2026-05-01'}), ['spots/1']);
    assert.deepEqual(await infoOf({...BOTH, LAYERS: 'map', QUERY_LAYERS: 'areas', TIME: '2026-05-01'}), []);
});

test('WMS: conditions as clients of GeoServer send them', async () => {
    for (const [conditions, shown] of [
        [{CQL_FILTER: "kind='a'"}, [true, false]], [{CQL_FILTER: "name LIKE 'Ano%' OR kind = 'c'"}, [false, true]], [{CQL_FILTER: 'INCLUDE'}, [true, true]],
        [{CQL_FILTER: 'EXCLUDE'}, [false, false]], [{CQL_FILTER: "since < DATE('2021-01-01')"}, [true, false]], [{CQL_FILTER: "name <> 'a;b'"}, [true, true]],
        [{CQL_FILTER: 'S_INTERSECTS(geometry, POINT(39.17 52.385))'}, [false, true]], [{cql_filter: "kind='b'", TIME: '2020-01-01'}, [false, false]],
        [{FILTER: equal('kind', 'b')}, [false, true]], [{FILTER: `(${equal('kind', 'a')})`}, [true, false]], [{FILTER: filter('<ResourceId rid="areas.2"/>')}, [false, true]],
        [{FILTER: filter('<BBOX><ValueReference>geometry</ValueReference><Envelope srsName="EPSG:4326"><lowerCorner>39.15 52.37</lowerCorner><upperCorner>39.19 52.39</upperCorner></Envelope></BBOX>')}, [false, true]],
        [{FILTER: filter('<BBOX><ValueReference>geometry</ValueReference><Envelope srsName="urn:ogc:def:crs:EPSG::4326"><lowerCorner>52.33 39.07</lowerCorner><upperCorner>52.35 39.1</upperCorner></Envelope></BBOX>')}, [true, false]],
    ]) {
        assert.deepEqual(await areasOn(conditions), shown, JSON.stringify(conditions));
        assert.deepEqual(await infoOf({...BOTH, ...conditions}), shown[0] ? ['areas/1'] : [], JSON.stringify(conditions));
    }
    // one for all of them, and a layer that is named twice
    assert.deepEqual(await areasOn({LAYERS: 'areas,areas', CQL_FILTER: "kind='b'"}), [false, true]);
    // one for each layer, in their order
    const two = {...BOTH, J: 250, LAYERS: 'spots,areas', QUERY_LAYERS: 'areas,spots'};
    assert.deepEqual(await infoOf({...two, CQL_FILTER: "INCLUDE;kind='b'"}), ['spots/1']);
    assert.deepEqual(await infoOf({...two, CQL_FILTER: "name='y';kind='a'"}), ['areas/1']);
    assert.deepEqual(await infoOf({...two, CQL_FILTER: "name='x'"}), ['spots/1']);
    assert.deepEqual(await infoOf({...two, FILTER: `()(${equal('kind', 'b')})`}), ['spots/1']);
    // brackets in texts, attributes, comments and sections end no condition
    const odd = (name) => equal(name, 'a)(b').replace('<Literal>', '<!-- ")(<" --><Literal type=")(">').replace('b</Literal>', '<![CDATA[)(</]]></Literal>');
    for (const FILTER of [`(${odd('name')})(${equal('kind', 'a')})`, `(${odd('name')}) \n (${equal('kind', 'a')})`])
        assert.deepEqual(await infoOf({...two, FILTER}), ['areas/1'], FILTER);
    assert.deepEqual(await infoOf({...two, FILTER: `(${equal('name', 'x')})(${odd('kind')})`}), ['spots/1']);
});

test('WMS: capabilities say from when to when a layer has features', async () => {
    const text = async (VERSION) => (await server.get(wms({VERSION, REQUEST: 'GetCapabilities'}))).text();
    const period = '2020-01-01T00:00:00Z/2026-05-01T00:00:00Z', now = await text('1.3.0'), old = await text('1.1.1');
    assert.ok(now.includes(`<Dimension name="time" units="ISO8601" default="${period}" current="1">${period}/PT1S</Dimension>`), now.match(/<Dimension[^]*?<\/Dimension>/)?.[0]);
    assert.ok(old.includes(`<Dimension name="time" units="ISO8601"/>\n<Extent name="time" default="${period}" current="1">${period}/PT1S</Extent>`));
    assert.equal(now.match(/<Dimension /g).length, 1, 'of the layer that has a time');
    assert.deepEqual(await areasOn({TIME: `${period}/PT1S`}), [true, true]);
});

test('WMS: a legend', async () => {
    const one = await picture(wms({REQUEST: 'GetLegendGraphic', LAYER: 'areas', FORMAT: 'image/png'}));
    const all = await picture(wms({REQUEST: 'GetLegendGraphic', LAYER: 'map', FORMAT: 'image/png', STYLE: 'print'}));
    assert.ok(size(one)[0] > 50 && size(one)[1] > 15, String(size(one)));
    assert.ok(size(all)[1] > size(one)[1]);
    const svg = await picture(wms({REQUEST: 'GetLegendGraphic', LAYER: 'areas', FORMAT: 'image/svg+xml'}));
    assert.equal(svg.type, 'image/svg+xml');
});

test('vectors are simplified to a twentieth of a millimetre on paper, and no more', async (t) => {
    const sea = join(temp.dir, 'sea');
    mkdirSync(sea);
    // at 1:1000 waves of a fiftieth and a fifth of a millimetre
    const wave = (lat, m) => line(...Array.from({length: 401}, (_, i) => [39.1 + i * 2.5e-6, lat + i % 2 * m / 111300]));
    writeFileSync(join(sea, 'waves.geojson'), collection([feature({height: 'low'}, wave(52.35, 0.02)), feature({height: 'high'}, wave(52.3502, 0.2))]));
    writeFileSync(join(sea, 'waves.yaml'), 'source: waves.geojson\n');
    writeFileSync(join(sea, 'map.yaml'), 'crs: MSK48_1\n');
    const own = await serve(sea);
    t.after(() => own.stop());
    const corners = async (height) => {
        const answer = await own.get('/collections/waves/map' + query({f: 'svg', crs: `${own.url}/crs/MSK48_1`, center: '39.1005,52.3501', 'center-crs': 'OGC:CRS84',
            'scale-denominator': 1000, width: 600, height: 400, filter: `height='${height}'`}));
        assert.equal(answer.status, 200);
        return Math.max(...[...(await answer.text()).matchAll(/ d="([^"]*)"/g)].map(([, d]) => (d.match(/L /g) ?? []).length));
    };
    assert.ok(await corners('low') < 10, 'nobody sees it');
    assert.ok(await corners('high') >= 395, 'everybody does');
});

test('WMS: failures as its clients read them', async () => {
    for (const [params, code, locator] of [
        [{...MAP, LAYERS: 'nope'}, 'LayerNotDefined', 'LAYERS'], [{...MAP, STYLES: 'nope'}, 'StyleNotDefined', 'STYLES'],
        [{...MAP, CRS: 'EPSG:999999'}, 'InvalidCRS', 'CRS'], [{...MAP, FORMAT: 'image/gif'}, 'InvalidFormat', 'FORMAT'], [{...MAP, FORMAT: 'image/pngfoo'}, 'InvalidFormat', 'FORMAT'],
        [{...MAP, BBOX: '1,2,3'}, 'InvalidParameterValue', 'BBOX'], [{...MAP, BBOX: '3,3,1,1'}, 'InvalidParameterValue', 'BBOX'],
        [{...MAP, WIDTH: 100000}, 'InvalidParameterValue', 'WIDTH'], [{...MAP, LAYERS: ''}, 'MissingParameterValue', 'LAYERS'],
        [{...MAP, LAYERS: Array(300).fill('areas').join()}, 'InvalidParameterValue', 'LAYERS'],
        [{...MAP, REQUEST: 'GetFeatureInfo', QUERY_LAYERS: 'areas', I: 500, J: 1}, 'InvalidPoint', 'I'],
        [{...MAP, TIME: 'yesterday'}, 'InvalidDimensionValue', 'TIME'], [{...MAP, TIME: '2020-01-01,2021-01-01'}, 'InvalidDimensionValue', 'TIME'],
        [{...MAP, TIME: '2021-01-01/2020-01-01'}, 'InvalidDimensionValue', 'TIME'],
        [{...MAP, CQL_FILTER: 'kind ='}, 'InvalidParameterValue', 'CQL_FILTER'], [{...MAP, CQL_FILTER: 'nope = 1'}, 'InvalidParameterValue', 'CQL_FILTER'],
        [{...MAP, CQL_FILTER: "secret = 's'"}, 'InvalidParameterValue', 'CQL_FILTER'], [{...MAP, CQL_FILTER: 'INCLUDE;INCLUDE'}, 'InvalidParameterValue', 'CQL_FILTER'],
        [{...MAP, LAYERS: 'map', CQL_FILTER: "kind='a'"}, 'InvalidParameterValue', 'CQL_FILTER'], [{...MAP, LAYERS: 'areas,areas', CQL_FILTER: "kind='a';kind='b'"}, 'InvalidParameterValue', 'CQL_FILTER'],
        [{...MAP, CQL_FILTER: "kind='a'", FILTER: equal('kind', 'a')}, 'InvalidParameterValue', 'FILTER'], [{...MAP, FILTER: '<Filter>'}, 'InvalidParameterValue', 'FILTER'],
        ...['(', '(<', '(<!--)', `(${equal('kind', 'a')}`, `(${equal('kind', 'a')}))`, `(${equal('kind', 'a')}),(${equal('kind', 'a')})`].map((FILTER) => [{...MAP, FILTER}, 'InvalidParameterValue', 'FILTER']),
        [{...MAP, FILTER: equal('secret', 's')}, 'InvalidParameterValue', 'FILTER'], [{...MAP, FILTER: filter('<BBOX><Envelope srsName="EPSG:1"/></BBOX>')}, 'InvalidParameterValue', 'FILTER'],
        [{...MAP, REQUEST: 'GetFeatureInfo', QUERY_LAYERS: 'areas', I: 5, J: 1, CQL_FILTER: 'nope = 1'}, 'InvalidParameterValue', 'CQL_FILTER'],
        [{...MAP, REQUEST: 'Nonsense'}, 'OperationNotSupported', 'REQUEST'], [{REQUEST: 'GetMap', SERVICE: 'WFS'}, 'InvalidParameterValue', 'SERVICE'],
    ]) {
        const answer = await server.get(wms(params)), text = await answer.text();
        assert.equal(answer.headers.get('content-type'), 'text/xml');
        assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
        assert.match(text, new RegExp(`<ServiceException code="${code}" locator="${locator}">[^<]+<`), JSON.stringify(params));
    }
});

test('WMS: refusals that need no reading are reports, too', async () => {
    const put = await server.get('/wms?VERSION=1.3.0', {method: 'PUT', body: 'x'});
    assert.equal(put.status, 405);
    assert.equal(put.headers.get('allow'), 'GET, HEAD, OPTIONS');
    assert.equal(put.headers.get('content-type'), 'text/xml');
    assert.match(await put.text(), /<ServiceExceptionReport version="1.3.0"[^>]*><ServiceException code="OperationNotSupported" locator="REQUEST">[^<]+</);
    const old = await server.get('/wms?version=1.1.1', {method: 'DELETE'});
    assert.equal(old.headers.get('content-type'), 'application/vnd.ogc.se_xml');
    assert.match(await old.text(), /<ServiceExceptionReport version="1.1.1"><ServiceException code="OperationNotSupported"/);
    const post = await server.get('/wms', {method: 'POST', body: 'x'.repeat(2 << 20)});
    assert.ok(post.status === 405 || post.status === 413, String(post.status));
    assert.match(await post.text(), /<ServiceException[ >]/);
    assert.match((await server.get('/wms/more', {method: 'DELETE'})).headers.get('content-type'), /^application\/problem\+json/);
});
