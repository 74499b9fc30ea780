// OGC API Tiles (OGC 20-057) and tile matrix sets (OGC 17-083r4) as clients see them, on a folder with known data.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {box, collection, feature, line, point} from '../lib/geojson.mjs';
import {serve, shared, tempDir} from '../lib/munimap.mjs';
import {checkTile, REACH} from '../mvt/check_tile.mjs';

const temp = tempDir();
const home = join(temp.dir, 'map');
let server;


function write(id, features, yaml = '') {
    writeFileSync(join(home, `${id}.geojson`), collection(features));
    writeFileSync(join(home, `${id}.yaml`), `source: ${id}.geojson\n${yaml}`);
}

// somebody else's grid over UTM zone 37
const their = {id: 'Their', title: 'Theirs', crs: 'http://www.opengis.net/def/crs/EPSG/0/32637', orderedAxes: ['E', 'N'],
    tileMatrices: Array.from({length: 8}, (_, i) => ({id: `L${i}`, scaleDenominator: 100 / 0.00028 / 2 ** i, cellSize: 100 / 2 ** i,
        pointOfOrigin: [480000, 5830000], tileWidth: 256, tileHeight: 256, matrixWidth: 2 * 2 ** i, matrixHeight: 2 * 2 ** i}))};

before(async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'map.yaml'), `
title: {ru: Город, en: Town}
crs: MSK48_1
grids:
  - {id: MSK48_1, title: {ru: МСК-48 зона 1, en: MSK-48 zone 1}}
  - {id: GK7, crs: "EPSG:28407", scale: 200000, matrices: 8}
  - file: their.json
`);
    writeFileSync(join(home, 'their.json'), JSON.stringify(their));
    write('places', [feature({name: 'а', n: 1, day: '2026-01-31', tags: ['x'], secret: 's'}, point(39.05, 52.31), {id: 1}),
        feature({name: 'b', n: 2, day: null, tags: null, secret: null}, point(39.15, 52.37), {id: 2})],
    'title: {ru: Места, en: Places}\nfields: [{name: secret, hidden: true}]\n');
    write('lots', [feature({cad: '48:1'}, box(39.0, 52.3, 39.02, 52.32), {id: 1}),
        feature({cad: '48:2'}, box(39.18, 52.38, 39.2, 52.4), {id: 2})],
        'id_field: cad\n');
    write('late', [feature({}, line([39.1, 52.3], [39.11, 52.31]), {id: 1})], 'zoom: {min: 14, max: 15}\n');
    server = await serve(home);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const json = {headers: {accept: 'application/json'}};
const rel = (links, name) => links.filter((link) => link.rel === name || link.rel.endsWith(`/${name}`));
const grids = ['WebMercatorQuad', 'WorldCRS84Quad', 'MSK48_1', 'GK7', 'Their'], worldwide = grids.slice(0, 2);

/** The address of a tile by the template of a tileset. */
const fill = (template, m, row, col) =>
    template.replace('{tileMatrix}', m).replace('{tileRow}', row).replace('{tileCol}', col);

async function tile(url) {
    const answer = await fetch(url), bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 204) {
        assert.equal(bytes.length, 0);
        return {};
    }
    assert.equal(answer.status, 200, url);
    assert.equal(answer.headers.get('content-type'), 'application/vnd.mapbox-vector-tile');
    const {problems, layers} = checkTile(bytes, {strict: true, buffer: REACH});
    assert.deepEqual(problems, [], url);
    return Object.fromEntries(layers.map((layer) => [layer.name, layer]));
}

test('every link of the landing page, the collections and the tilesets leads somewhere', async () => {
    const seen = new Set(), queue = [`${server.url}/`];
    while (queue.length) {
        const url = queue.shift();
        if (seen.has(url) || !url.startsWith(server.url))
            continue;
        seen.add(url);
        const answer = await fetch(url, json);
        assert.equal(answer.status, 200, url);
        if (!/json/.test(answer.headers.get('content-type')))
            continue;
        const walk = (value) => {
            if (Array.isArray(value))
                value.forEach(walk);
            else if (value && typeof value === 'object') {
                if (typeof value.href === 'string' && !value.templated && /tiles|tileMatrixSets|collections/.test(value.href) &&
                    !/items|\/map$/.test(value.href))
                    queue.push(value.href);
                Object.values(value).forEach(walk);
            }
        };
        walk(await answer.json());
    }
    for (const path of ['/tiles?f=html', '/tileMatrixSets?f=html', '/tiles/MSK48_1?f=json', '/collections/lots/tiles/GK7?f=html',
        '/tileMatrixSets/WorldCRS84Quad'])
        assert.ok(seen.has(server.url + path), path);
});

test('landing page, conformance and the API definition know the tiles', async () => {
    const landing = await server.json('/', json);
    assert.equal(rel(landing.links, 'tilesets-vector')[0].href, `${server.url}/tiles`);
    assert.equal(rel(landing.links, 'tiling-schemes')[0].href, `${server.url}/tileMatrixSets`);
    const {conformsTo} = await server.json('/conformance', json);
    for (const name of ['core', 'tileset', 'tilesets-list', 'dataset-tilesets', 'geodata-tilesets', 'collections-selection', 'mvt', 'oas30'])
        assert.ok(conformsTo.includes(`http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/${name}`), name);
    const {paths} = await server.json('/api', json);
    for (const path of ['/tileMatrixSets', '/tileMatrixSets/{tileMatrixSetId}', '/tiles', '/tiles/{tileMatrixSetId}',
        '/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}',
        '/collections/lots/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}'])
        assert.ok(paths[path]?.get, path);
    const ids = Object.values(paths).map((path) => (path.get ?? path.post).operationId);
    assert.equal(new Set(ids).size, ids.length);
});

test('tile matrix sets agree with themselves', async () => {
    const {tileMatrixSets} = await server.json('/tileMatrixSets');
    assert.deepEqual(tileMatrixSets.map((set) => set.id), grids);
    for (const {id, links} of tileMatrixSets) {
        const set = await (await fetch(rel(links, 'self')[0].href)).json();
        assert.equal(set.id, id);
        const metres = id === 'WorldCRS84Quad' ? 6378137 * Math.PI / 180 : 1;
        for (const [i, m] of set.tileMatrices.entries()) {
            assert.ok(Math.abs(m.scaleDenominator * 0.00028 / (m.cellSize * metres) - 1) < 1e-9, `${id} ${m.id}`);
            assert.ok(Number.isInteger(m.matrixWidth) && m.matrixWidth > 0 && Number.isInteger(m.matrixHeight) && m.matrixHeight > 0);
            if (i)
                assert.ok(Math.abs(set.tileMatrices[i - 1].cellSize / m.cellSize - 2) < 1e-9);
        }
    }
    const own = await server.json('/tileMatrixSets/MSK48_1?lang=en'), gk = await server.json('/tileMatrixSets/GK7');
    assert.equal(own.title, 'MSK-48 zone 1');
    assert.deepEqual(own.orderedAxes, ['E', 'N']);
    assert.match(JSON.stringify(own.crs.wkt), /Krassovsky/);
    assert.equal(gk.crs, 'http://www.opengis.net/def/crs/EPSG/0/28407');
    assert.deepEqual(gk.orderedAxes, ['N', 'E']);
    assert.ok(gk.tileMatrices[0].pointOfOrigin[0] < 6e6 && gk.tileMatrices[0].pointOfOrigin[1] > 7e6, 'north first');
    assert.equal(gk.tileMatrices.length, 8);
    assert.equal(gk.tileMatrices[0].scaleDenominator, 200000);
    assert.deepEqual(await server.json('/tileMatrixSets/Their'), their, 'a file comes out as it went in');
    assert.equal((await server.get('/tileMatrixSets/nope')).status, 404);
});

const registry = shared('fixtures/tilematrixsets');

test('the built-in sets are those of the registry', {skip: !existsSync(registry) && `no ${registry}`}, async () => {
    for (const id of ['WebMercatorQuad', 'WorldCRS84Quad'])
        assert.deepEqual(await server.json(`/tileMatrixSets/${id}`), JSON.parse(readFileSync(join(registry, `${id}.json`), 'utf8')));
});

test('what a tileset says of itself', async () => {
    const list = await server.json('/collections/places/tiles?lang=en');
    assert.deepEqual(list.tilesets.map((set) => set.tileMatrixSetURI.split('/').pop()), grids);
    for (const set of list.tilesets) {
        assert.equal(set.dataType, 'vector');
        assert.ok(set.crs);
        assert.equal(rel(set.links, 'self').length, 1);
        const whole = await (await fetch(rel(set.links, 'self')[0].href)).json();
        assert.equal(set.tileMatrixSetId, whole.tileMatrixSetId);
        assert.ok(grids.includes(set.tileMatrixSetId));
        assert.ok(set.tileMatrixSetLimits.length > 0);
        assert.deepEqual(set.tileMatrixSetLimits, whole.tileMatrixSetLimits, 'enough to ask for tiles at once');
        assert.deepEqual(rel(set.links, 'item'), rel(whole.links, 'item'));
    }
    const set = await server.json('/collections/places/tiles/WebMercatorQuad?lang=en');
    assert.equal(set.title, 'Places: WebMercatorQuad');
    assert.equal(set.tileMatrixSetURI, 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad');
    assert.equal(set.crs, 'http://www.opengis.net/def/crs/EPSG/0/3857');
    assert.deepEqual([set.boundingBox.lowerLeft, set.boundingBox.upperRight], [[39.05, 52.31], [39.15, 52.37]]);
    const [layer] = set.layers;
    assert.equal(layer.geometryDimension, 0);
    assert.deepEqual([layer.minTileMatrix, layer.maxTileMatrix], ['0', '16']);
    assert.deepEqual(Object.keys(layer.propertiesSchema.properties), ['name', 'n', 'day', 'tags']);
    assert.deepEqual(layer.propertiesSchema.properties.tags.type, 'string');
    const [item, ...more] = rel(set.links, 'item');
    assert.equal(item.templated, true);
    assert.equal(item.type, 'application/vnd.mapbox-vector-tile');
    assert.deepEqual(more.map((l) => [l.type, l.href]), [['application/vnd.maplibre-tile', item.href.replace('f=mvt', 'f=mlt')]]);
    assert.ok(item.href.includes('/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}'));
    assert.equal((await (await fetch(rel(set.links, 'describedby')[0].href)).json()).tilejson, '3.0.0');
    const whole = await server.json('/tiles/WorldCRS84Quad');
    assert.deepEqual(whole.layers.map((l) => [l.id, l.geometryDimension]), [['late', 1], ['lots', 2], ['places', 0]]);
    assert.deepEqual([whole.layers[0].minTileMatrix, whole.layers[0].maxTileMatrix], ['13', '14'], 'half a zoom of Web Mercator');
    assert.ok('@id' in whole.layers[1].propertiesSchema.properties);
    const some = await server.json('/tiles/MSK48_1?collections=places,late');
    assert.deepEqual(some.layers.map((l) => l.id), ['places', 'late']);
    assert.ok(rel(some.links, 'item')[0].href.endsWith('&collections=places,late'));
});

test('the centre of a tileset is the middle of its box, at the finest matrix that shows all of it on 512 pixels', async () => {
    for (const path of ['/tiles', '/collections/places/tiles', '/collections/lots/tiles', '/collections/late/tiles'])
        for (const id of ['WebMercatorQuad', 'WorldCRS84Quad']) {
            const {centerPoint, boundingBox: {lowerLeft: [west, south], upperRight: [east, north]}, tileMatrixSetLimits} = await server.json(`${path}/${id}`);
            assert.ok(Math.abs(centerPoint.coordinates[0] - (west + east) / 2) < 1e-9 && Math.abs(centerPoint.coordinates[1] - (south + north) / 2) < 1e-9);
            const isMercator = id === 'WebMercatorQuad', y = (lat) => isMercator ? Math.asinh(Math.tan(lat * Math.PI / 180)) * 180 / Math.PI : lat;
            const pixels = (z) => Math.max(east - west, y(north) - y(south)) / (isMercator ? 360 : 180) * 256 * 2 ** z;
            const all = tileMatrixSetLimits.map((l) => Number(l.tileMatrix)), best = all.filter((z) => pixels(z) <= 512).at(-1) ?? all[0];
            assert.equal(Number(centerPoint.tileMatrix), best, `${path} ${id}`);
        }
    assert.ok((await server.json('/tiles/MSK48_1')).centerPoint.tileMatrix, 'a grid of the map has one too');
});

// In a grid of another system than the layer's the limits hold the layer's box, whose corners may be bare: there all
// that is asked is that nothing lies beyond.
test('limits: features touch all four sides, beyond them is nothing', async () => {
    for (const grid of grids)
        for (const path of ['/collections/lots/tiles', '/collections/places/tiles']) {
            const set = await server.json(`${path}/${grid}`), template = rel(set.links, 'item')[0].href;
            const {tileMatrices} = await server.json(`/tileMatrixSets/${grid}`);
            assert.ok(set.tileMatrixSetLimits.length >= 5);
            for (const l of set.tileMatrixSetLimits.filter((l, i, all) => all.length - i <= 5)) {
                const at = async (row, col) => Object.keys(await tile(fill(template, l.tileMatrix, row, col))).length;
                const m = tileMatrices.find((matrix) => matrix.id === l.tileMatrix);
                const sides = {top: 0, bottom: 0, left: 0, right: 0};
                assert.ok(l.maxTileRow < m.matrixHeight && l.maxTileCol < m.matrixWidth);
                assert.ok((l.maxTileRow - l.minTileRow + 1) * (l.maxTileCol - l.minTileCol + 1) < 20000);
                for (let col = l.minTileCol; col <= l.maxTileCol; col++) {
                    sides.top += await at(l.minTileRow, col);
                    sides.bottom += await at(l.maxTileRow, col);
                }
                for (let row = l.minTileRow; row <= l.maxTileRow; row++) {
                    sides.left += await at(row, l.minTileCol);
                    sides.right += await at(row, l.maxTileCol);
                }
                for (const [name, count] of Object.entries(sides))
                    assert.ok(count > 0 || !worldwide.includes(grid), `${path} ${grid} ${l.tileMatrix} ${name}`);
                // two tiles away the buffer does not reach
                if (l.minTileRow >= 2)
                    assert.equal(await at(l.minTileRow - 2, l.minTileCol), 0);
                if (l.maxTileCol + 2 < m.matrixWidth)
                    assert.equal(await at(l.maxTileRow, l.maxTileCol + 2), 0);
            }
        }
});

test('the same tile by row and column as by x and y', async () => {
    const x = Math.floor((39.01 + 180) / 360 * 4096), y = Math.floor((0.5 - Math.asinh(Math.tan(52.31 * Math.PI / 180)) / 2 / Math.PI) * 4096);
    const xyz = await server.get(`/tiles/places,lots/12/${x}/${y}.mvt`);
    const ogc = await server.get(`/tiles/WebMercatorQuad/12/${y}/${x}?collections=places,lots&f=mvt`);
    assert.equal(xyz.status, 200);
    assert.deepEqual(Buffer.from(await ogc.arrayBuffer()), Buffer.from(await xyz.arrayBuffer()));
    const one = await tile(`${server.url}/collections/lots/tiles/WebMercatorQuad/12/${y}/${x}`);
    assert.deepEqual(Object.keys(one), ['lots']);
    assert.deepEqual(Object.keys(await tile(`${server.url}/tiles/WebMercatorQuad/8/${y >> 4}/${x >> 4}`)), ['lots', 'places'], 'all that have the zoom');
});

test('one place in every grid', async () => {
    for (const grid of grids) {
        const set = await server.json(`/collections/places/tiles/${grid}`), last = set.tileMatrixSetLimits.at(-1);
        const template = rel(set.links, 'item')[0].href;
        const names = new Set();
        for (const [row, col] of [[last.minTileRow, last.maxTileCol], [last.maxTileRow, last.minTileCol]])
            for (const f of (await tile(fill(template, last.tileMatrix, row, col))).places?.features ?? [])
                names.add(f.properties.name);
        assert.deepEqual([...names].sort(), ['b', 'а'], grid);
    }
});

test('tags, gzip and 204', async () => {
    const path = '/tiles/MSK48_1/0/0/0';
    const first = await server.get(path), tag = first.headers.get('etag');
    assert.ok(tag);
    assert.equal((await server.get(path, {headers: {'if-none-match': tag}})).status, 304);
    assert.notEqual((await server.get(`${path}?collections=lots`)).headers.get('etag'), tag);
    const empty = await server.get('/tiles/WorldCRS84Quad/5/0/0');
    assert.equal(empty.status, 204);
    for (const other of ['made', 'kept']) // of the same content
        assert.equal((await server.get('/tiles/WorldCRS84Quad/5/0/1', {headers: {'if-none-match': empty.headers.get('etag')}})).status, 304, other);
    assert.equal((await server.get('/collections/late/tiles/WorldCRS84Quad/3/1/9')).status, 204, 'below its zooms');
});

test('labels come in tiles of Web Mercator, under their own name', async () => {
    const set = await server.json('/tiles/WebMercatorQuad?collections=lots,lots_label');
    assert.deepEqual(set.layers.map((l) => [l.id, l.geometryDimension]), [['lots', 2], ['lots_label', 0]]);
    for (const {rel, href} of set.links.filter((l) => ['item', 'describedby'].includes(l.rel)))
        assert.match(decodeURIComponent(href), /lots,lots_label/, rel);
});

test('wrong addresses and parameters', async () => {
    const wrong = {
        400: ['/tiles/WorldCRS84Quad/1/x/0', '/tiles/WorldCRS84Quad/1/-1/0', '/tiles/WorldCRS84Quad/1/0/01', '/tiles/WorldCRS84Quad/1/0/0.png',
            '/tiles/WorldCRS84Quad/1/0/0?x=1', '/tiles/WorldCRS84Quad/1/0/0?f=png', '/tiles/WorldCRS84Quad/1/0/0?collections=nope',
            '/tiles/WorldCRS84Quad/1/0/0?collections=', '/collections/lots/tiles/WorldCRS84Quad/1/0/0?collections=lots',
            '/tiles?x=1', '/tiles/GK7?f=xml', '/tileMatrixSets?x=1', '/tileMatrixSets/GK7?collections=lots', '/collections/lots/tiles?bbox=1'],
        404: ['/tiles/nope', '/tiles/nope/0/0/0', '/tiles/WorldCRS84Quad/99/0/0', '/tiles/WorldCRS84Quad/1/2/0', '/tiles/WorldCRS84Quad/1/0/4',
            '/tiles/WebMercatorQuad/23/0/0', '/tiles/WebMercatorQuad/1/0/2', '/tiles/MSK48_1/0/0/1', '/collections/nope/tiles',
            '/collections/lots/tiles/nope', '/tiles/WorldCRS84Quad?collections=lots_label', '/tiles/WorldCRS84Quad/1/0/0?collections=lots,lots_label', '/collections/lots/tiles/GK7/0/99/0', '/tiles/webmercatorquad/0/0/0'],
    };
    for (const [status, list] of Object.entries(wrong))
        for (const path of list) {
            const answer = await server.get(path);
            assert.equal(answer.status, Number(status), path);
            assert.equal(answer.headers.get('content-type'), 'application/problem+json', path);
            assert.equal((await answer.json()).status, Number(status));
        }
    assert.equal((await server.get('/tiles/GK7/0/0/0', {headers: {accept: 'image/png'}})).status, 406);
});

test('the XYZ routes beside them are as they were', async () => {
    assert.equal((await server.json('/tiles/lots.json')).tilejson, '3.0.0');
    assert.equal((await server.get('/tiles/lots/8/155/84.mvt')).status, 200);
    assert.equal((await server.get('/tiles/lots/8/155.mvt')).status, 404);
});

test('ogrinfo reads a tile by the template', async () => {
    const set = await server.json('/tiles/MSK48_1'), limits = set.tileMatrixSetLimits[0];
    const url = fill(rel(set.links, 'item')[0].href, limits.tileMatrix, limits.minTileRow, limits.minTileCol);
    const file = join(temp.dir, 'tile.mvt');
    writeFileSync(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
    const text = execFileSync('ogrinfo', ['-ro', '-al', '-so', file], {encoding: 'utf8'});
    const ours = await tile(url);
    for (const [name, layer] of Object.entries(ours))
        assert.match(text, new RegExp(`Layer name: ${name}[^]*?Feature Count: ${layer.features.length}\\n`));
});

// The driver of GDAL 3.6 walks collection, tilesets, tileset and tile matrix set, and gives up there: it knows only the
// encoding of TMS 1.0 ("Invalid tiling matrix set name"). Later ones know that of 2.0.
test('GDAL\'s OGCAPI driver finds the tile matrix set, and opens the tiles where it knows TMS 2.0', (t) => {
    const run = spawnSync('ogrinfo', ['-ro', `OGCAPI:${server.url}/collections/lots`], {encoding: 'utf8', env: {...process.env, LANG: 'C'}});
    const log = server.log();
    for (const path of ['/collections/lots/tiles', '/collections/lots/tiles/WorldCRS84Quad', '/tileMatrixSets/WorldCRS84Quad'])
        assert.match(log, new RegExp(`path=${path} .*status=200`));
    if (/Invalid tiling matrix set name/.test(run.stderr))
        t.diagnostic('this GDAL knows TMS 1.0 only');
    else
        assert.equal(run.status, 0, run.stderr);
});

const msk50 = shared('data/derived_msk50');

test('vertices in the source\'s own system are its own, rounded', {skip: !existsSync(msk50) && `no ${msk50}`}, async () => {
    const dir = join(temp.dir, 'msk50'), source = join(msk50, 'odintsovo_streets_noprj_nocpg.shp');
    mkdirSync(dir);
    writeFileSync(join(dir, 'map.yaml'), `allow: [${msk50}]\ngrids: [{id: MSK50_2, crs: MSK50_2, cell: 4, matrices: 6}]\n`);
    writeFileSync(join(dir, 'streets.yaml'), `source: ${source}\ncrs: MSK50_2\nencoding: CP1251\n`);
    const city = await serve(dir);
    try {
        const set = await city.json('/collections/streets/tiles/MSK50_2'), limits = set.tileMatrixSetLimits.at(-1);
        const {tileMatrices} = await city.json('/tileMatrixSets/MSK50_2'), m = tileMatrices.at(-1);
        const side = m.cellSize * m.tileWidth, [x0, y0] = m.pointOfOrigin, template = rel(set.links, 'item')[0].href;
        const lines = execFileSync('ogr2ogr', ['-f', 'CSV', '-lco', 'GEOMETRY=AS_WKT', '-select', '', '/vsistdout/', source],
            {encoding: 'utf8', maxBuffer: 1 << 28, env: {...process.env, OGR_WKT_PRECISION: '17'}}).match(/\(\d[\d., ]+\)/g)
            .map((line) => line.slice(1, -1).split(',').map((pair) => pair.trim().split(' ').map(Number)));
        assert.ok(lines.length >= 837);
        const xs = lines.flat().map((p) => p[0]), ys = lines.flat().map((p) => p[1]);
        assert.deepEqual([limits.minTileCol, limits.maxTileCol, limits.minTileRow, limits.maxTileRow],
            [Math.min(...xs) - x0, Math.max(...xs) - x0, y0 - Math.max(...ys), y0 - Math.min(...ys)].map((v) => Math.floor(v / side)));
        const tiles = new Map();
        let vertices = 0;
        for (const [x, y] of lines.flat().filter((_, i) => i % 25 === 0)) {
            const col = Math.floor((x - x0) / side), row = Math.floor((y0 - y) / side), key = `${row}/${col}`;
            if (!tiles.has(key)) {
                const found = await tile(fill(template, m.id, row, col));
                tiles.set(key, new Set(found.streets.features.flatMap((f) => f.runs.flat()).map((p) => `${p[0] ?? p.x},${p[1] ?? p.y}`)));
            }
            const grid = (v) => Math.floor(v * 4096 + 0.5);
            const want = `${grid((x - x0) / side - col)},${grid((y0 - y) / side - row)}`;
            assert.ok(tiles.get(key).has(want), `${x} ${y} is not at ${want} in ${m.id}/${key}`);
            vertices++;
        }
        assert.ok(vertices > 200 && limits.maxTileCol > limits.minTileCol, `${vertices}`);
    } finally {
        await city.stop();
    }
});
