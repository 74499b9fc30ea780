// Rasters over HTTP: tiles as pictures, the picture of a map, WMS, styles, and plans on paper, where a pixel of a known
// colour has to lie at its place to a pixel of the print.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {serve, tempDir} from '../lib/munimap.mjs';

// 400 x 400 pixels of 1 m from E 1291800 N 390200 (МСК-48 zone 1), green that grows, with a red square of 20 m whose
// middle is at E 1292050, N 389970: its left upper pixel is (240, 220).
const SIDE = 400, EAST = 1291800, NORTH = 390200, RED = [1292050, 389970];
const temp = tempDir(), dir = join(temp.dir, 'map');
const run = (...args) => execFileSync(args[0], args.slice(1), {cwd: dir, maxBuffer: 1 << 28});
let server;

function ppm() {
    const pixels = Buffer.alloc(SIDE * SIDE * 3);
    for (let y = 0; y < SIDE; y++)
        for (let x = 0; x < SIDE; x++) {
            const isRed = x >= 240 && x < 260 && y >= 220 && y < 240;
            pixels.set(isRed ? [255, 0, 0] : [60 + (x * 7 + y * 3) % 40, 120 + (x >> 2), 90 + (y * 5 + x) % 30], (y * SIDE + x) * 3);
        }
    return Buffer.concat([Buffer.from(`P6\n${SIDE} ${SIDE}\n255\n`), pixels]);
}

const place = ['-a_ullr', EAST, NORTH, EAST + SIDE, NORTH - SIDE].map(String);

before(async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'a.ppm'), ppm());
    run('gdal_translate', '-q', ...place, 'a.ppm', 'photo.tif');
    writeFileSync(join(dir, 'map.yaml'), 'title: {ru: Т, en: T}\ncrs: MSK48_1\n');
    writeFileSync(join(dir, 'photo.yaml'), 'raster: photo.tif\ncrs: MSK48_1\ntitle: {ru: Снимок, en: Photo}\nowner: {ru: Съёмка <b>, en: Survey}\n' +
        'opacity: 0.8\nzoom: {min: 12}\n');
    writeFileSync(join(dir, 'dot.yaml'), 'source: dot.geojson\ntitle: {ru: Точки, en: Dots}\nstyle: {color: "#2060c0"}\n');
    writeFileSync(join(dir, 'dot.geojson'), JSON.stringify({type: 'FeatureCollection', features: [
        {type: 'Feature', id: 1, properties: {}, geometry: {type: 'Point', coordinates: [39.0981, 52.3530]}}]}));
    writeFileSync(join(dir, 'full.yaml'), 'raster: full.tif\ncrs: MSK48_1\nvisible: true\n');
    copyFileSync(join(dir, 'photo.tif'), join(dir, 'full.tif'));
    server = await serve(dir, {allow: [/layer not loaded/, /status=50[03]/]});
});

after(async () => {
    await server?.stop();
    temp.remove();
});

/** {width, height, at(x, y)} of a picture in any form that Debian's tools read. */
function pixelsOf(bytes) {
    writeFileSync(join(dir, 'x.img'), bytes);
    run('gdal_translate', '-q', '-of', 'PNM', '-b', '1', '-b', '2', '-b', '3', 'x.img', 'x.ppm');
    return ppmOf(readFileSync(join(dir, 'x.ppm')));
}

function ppmOf(b) {
    const [, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(b.toString('latin1', 0, 60)).map(Number);
    const from = b.length - width * height * 3;
    return {width, height, at: (x, y) => [...b.subarray(from + (y * width + x) * 3, from + (y * width + x) * 3 + 3)]};
}

/** Middle and size of what is red, in pixels. */
function red({width, height, at}) {
    const box = {left: Infinity, top: Infinity, right: -1, bottom: -1, x: 0, y: 0, n: 0};
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
            const [r, g, b] = at(x, y);
            if (!(r > 150 && g < 110 && b < 110))
                continue;
            Object.assign(box, {left: Math.min(box.left, x), top: Math.min(box.top, y), right: Math.max(box.right, x + 1), bottom: Math.max(box.bottom, y + 1),
                x: box.x + x + 0.5, y: box.y + y + 0.5, n: box.n + 1});
        }
    assert.ok(box.n, 'nothing is red');
    return {...box, x: box.x / box.n, y: box.y / box.n};
}

const bytesOf = async (answer) => Buffer.from(await answer.arrayBuffer());
const tileOf = (z, lon, lat) => [z, Math.floor((1 - Math.asinh(Math.tan(lat * Math.PI / 180)) / Math.PI) / 2 * 2 ** z), Math.floor((lon + 180) / 360 * 2 ** z)];
const tilePath = (address, id = 'photo') => `/collections/${id}/map/tiles/WebMercatorQuad/${address.join('/')}`;
const INSIDE = [39.0985, 52.3527];

test('a tile is a picture of what suits it, and known by its tag', async () => {
    const path = tilePath(tileOf(18, ...INSIDE)), first = await server.get(path), body = await bytesOf(first);
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('content-type'), 'image/jpeg');
    const {width, height} = pixelsOf(body);
    assert.deepEqual([width, height], [256, 256]);
    const etag = first.headers.get('etag');
    const again = await server.get(path, {headers: {'If-None-Match': etag}});
    assert.equal(again.status, 304);
    assert.deepEqual(await bytesOf(await server.get(path)), body);
    for (const [f, type] of [['png', 'image/png'], ['jpeg', 'image/jpeg']]) {
        const answer = await server.get(`${path}?f=${f}`);
        assert.equal(answer.headers.get('content-type'), type);
        await answer.arrayBuffer();
    }
    const edge = await server.get(tilePath(tileOf(14, ...INSIDE)));
    assert.equal(edge.headers.get('content-type'), 'image/png', 'what is clear somewhere is no JPEG');
    const away = await server.get(tilePath([14, 1, 1]));
    assert.deepEqual([away.status, away.headers.get('content-type')], [200, 'image/png']);
    assert.ok((await bytesOf(away)).length < 2000);
});

test('tiles of many clients at once come from few windows', async () => {
    const [z, row, col] = tileOf(19, ...INSIDE), from = [row >> 2 << 2, col >> 2 << 2];
    const all = Array.from({length: 16}, (_, i) => server.get(tilePath([z, from[0] + (i >> 2), from[1] + i % 4])));
    for (const answer of await Promise.all(all)) {
        assert.equal(answer.status, 200);
        await answer.arrayBuffer();
    }
});

test('its changes can be listened to', async () => {
    const stop = new AbortController(), answer = await fetch(`${server.url}/events?layers=photo`, {signal: stop.signal});
    assert.equal(answer.status, 200);
    stop.abort();
});

test('tiles that are not there are refused in words', async () => {
    for (const [path, status, words] of [
        [tilePath([99, 1, 1]), 404, /no tile matrix/], [tilePath([11, 1, 1]), 404, /from zoom 12/], [tilePath(['a', 1, 1]), 404, /tile matrix/],
        [tilePath([14, 'x', 1]), 400, /./], [tilePath([14, 99999999, 1]), 404, /./], [tilePath([14, 1, 1], 'dot'), 404, /no raster/],
        [tilePath([14, 1, 1], 'none'), 404, /no raster/], [`${tilePath([14, 1, 1])}?f=webp`, 400, /png, jpeg/], [`${tilePath([14, 1, 1])}?x=1`, 400, /./],
        ['/collections/photo/map/tiles/None/1/1/1', 404, /tile matrix set/]]) {
        const answer = await server.get(path);
        assert.equal(answer.status, status, path);
        assert.match((await answer.json()).detail, words);
    }
});

test('the style has the raster above the ground, off or on as its file says', async () => {
    const style = await server.json('/styles/day'), layer = style.layers.find((l) => l.id === 'photo');
    assert.equal(layer.type, 'raster');
    assert.deepEqual(layer.layout, {visibility: 'none'});
    assert.deepEqual(layer.paint, {'raster-opacity': 0.8});
    assert.equal(layer.minzoom, 12);
    assert.equal(layer.metadata['munimap:layer'], 'photo');
    assert.equal(style.sources.photo.attribution, 'Съёмка &lt;b&gt;');
    assert.equal(style.sources.photo.maxzoom, 17);
    assert.match(style.sources.photo.tiles[0], /\/collections\/photo\/map\/tiles\/WebMercatorQuad\/\{z\}\/\{y\}\/\{x\}$/);
    assert.equal(style.layers.find((l) => l.id === 'full').layout.visibility, 'visible');
    assert.ok(style.layers.findIndex((l) => l.id === 'photo') < style.layers.findIndex((l) => l.id === 'dot-point'));
    const about = (await server.json('/map.json')).layers.find((l) => l.id === 'photo');
    assert.deepEqual([about.raster, about.count, about.crs.code], [true, null, 'MSK48_1']);
});

test('the picture of a map and WMS have the raster in its place', async () => {
    const box = [RED[0] - 100, RED[1] - 80, RED[0] + 100, RED[1] + 80];
    for (const path of [`/collections/full/map?f=png&crs=MSK48_1&bbox-crs=MSK48_1&bbox=${box}&width=500&height=400`,
        `/map?collections=full,dot&f=png&crs=MSK48_1&bbox-crs=MSK48_1&bbox=${box}&width=500&height=400`]) {
        const answer = await server.get(path);
        assert.equal(answer.status, 200, path);
        const found = red(pixelsOf(await bytesOf(answer)));
        assert.ok(Math.abs(found.x - 250) < 1 && Math.abs(found.y - 200) < 1, JSON.stringify(found));
        assert.ok(Math.abs(found.right - found.left - 50) <= 2);
    }
    const capabilities = await (await server.get('/wms?SERVICE=WMS&REQUEST=GetCapabilities')).text();
    assert.match(capabilities, /<Layer queryable="0" opaque="1">\s*<Name>full<\/Name>/);
    const wms = await server.get('/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=full&STYLES=&CRS=CRS:84&BBOX=39.097,52.352,39.100,52.354&WIDTH=300&HEIGHT=328&FORMAT=image/png');
    assert.equal(wms.headers.get('content-type'), 'image/png');
    red(pixelsOf(await bytesOf(wms)));
});

test('a raster has a row of the legend with a piece of it, in WMS too, and nothing to be asked', async () => {
    const ask = (more) => server.get(`/wms?SERVICE=WMS&VERSION=1.3.0&${more}`);
    const legend = await ask('REQUEST=GetLegendGraphic&FORMAT=image/png&LAYER=full');
    assert.deepEqual([legend.status, legend.headers.get('content-type')], [200, 'image/png']);
    const {width, height, at} = pixelsOf(await bytesOf(legend));
    let green = 0;
    for (let y = 0; y < height; y++)
        for (let x = 0; x < Math.min(width, 40); x++) {
            const [r, g, b] = at(x, y);
            green += g > r && g > b && r < 120;
        }
    assert.ok(green > 250, `${green} of ${width} x ${height}`);
    const map = 'STYLES=&CRS=CRS:84&BBOX=39.097,52.352,39.100,52.354&WIDTH=300&HEIGHT=328&FORMAT=image/png&INFO_FORMAT=application/json&I=9&J=9';
    const refused = await ask(`REQUEST=GetFeatureInfo&LAYERS=full,dot&QUERY_LAYERS=dot,full&${map}`);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /code="LayerNotQueryable"[^>]*>[^<]*"?full/);
    for (const layers of ['LAYERS=full,dot&QUERY_LAYERS=dot', 'LAYERS=map&QUERY_LAYERS=map'])
        assert.deepEqual((await (await ask(`REQUEST=GetFeatureInfo&${layers}&${map}`)).json()).features, [], layers);
});

test('a raster is a collection that has a map and no items, and none of those that are listed as tables', async () => {
    const full = await server.json('/collections/full'), [west, south, east, north] = full.extent.spatial.bbox[0];
    assert.ok(west < INSIDE[0] && INSIDE[0] < east && south < INSIDE[1] && INSIDE[1] < north);
    assert.deepEqual([full.layerDataType, full.itemType], ['Raster', undefined]);
    const map = full.links.find((link) => link.rel === 'http://www.opengis.net/def/rel/ogc/1.0/map' && link.type === 'image/png');
    assert.equal((await fetch(map.href)).headers.get('content-type'), 'image/png');
    assert.ok(!full.links.some(({rel}) => rel === 'items'));
    assert.match(await (await server.get('/collections/photo?f=html')).text(), /Съёмка &lt;b&gt;/);
    assert.deepEqual((await server.json('/collections')).collections.map(({id}) => id), ['dot']);
    const none = await server.get('/collections/full/items');
    assert.equal(none.status, 404);
    assert.match((await none.json()).detail, /"full" is a picture and has no features: see http.*\/collections\/full\/map$/);
    const opened = JSON.parse(run('gdalinfo', '-json', '-oo', 'API=MAP', `OGCAPI:${server.url}/collections/full`));
    assert.ok(opened.size[0] > 0, 'GDAL draws its map');
});

const DPI = 300;

/** A print and where its red square is to be: millimetres of the sheet. */
async function print(plan) {
    const answer = await server.get('/print', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({
        format: 'A4', scale: 2000, crs: 'MSK48_1', center: RED, title: 'Снимок', layers: ['full', 'dot'], date: '2026-06-15', ...plan})});
    assert.equal(answer.status, 200, answer.ok ? '' : await answer.clone().text());
    return bytesOf(answer);
}

/** The middle of the map of a GeoPDF in pixels: its viewport. */
function middleOf(pdf, heightMm) {
    const [, ...box] = /\/BBox \[ ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) \]\s*\/Measure/.exec(pdf.toString('latin1'));
    const [left, bottom, right, top] = box.map(Number), px = DPI / 72;
    return [(left + right) / 2 * px, (heightMm / 25.4 * 72 - (bottom + top) / 2) * px];
}

function rendered(pdf) {
    writeFileSync(join(dir, 'p.pdf'), pdf);
    run('pdftoppm', '-r', String(DPI), 'p.pdf', 'p');
    return ppmOf(readFileSync(join(dir, 'p-1.ppm')));
}

test('a pixel of known colour is in its place on paper, to a pixel, straight and turned', async () => {
    for (const rotation of [0, 30]) {
        const pdf = await print({output: 'pdf', rotation}), found = red(rendered(pdf)), [x, y] = middleOf(pdf, 210);
        assert.ok(Math.abs(found.x - x) < 1 && Math.abs(found.y - y) < 1, `${rotation}: ${JSON.stringify(found)}, not ${x}, ${y}`);
        const side = 20 / 2000 * 1000 / 25.4 * DPI, turned = side * (Math.cos(rotation * Math.PI / 180) + Math.sin(rotation * Math.PI / 180));
        assert.ok(Math.abs(found.right - found.left - turned) <= 4, `${found.right - found.left}, not ${turned}`);
    }
});

test('a photograph is a JPEG in the PDF, in a layer of its own, and the same plan gives the same bytes', async () => {
    const pdf = await print({output: 'pdf', scale: 1000}), text = pdf.toString('latin1');
    assert.match(text, /\/DCTDecode/);
    assert.match(text, /\/Type \/OCG[^>]*\/Name/);
    assert.ok(pdf.length < 1000000, `${pdf.length} bytes`);
    assert.deepEqual(await print({output: 'pdf', scale: 1000}), pdf);
    assert.match((await print({output: 'svg'})).toString(), /data:image\/jpeg/);
    const png = red(pixelsOf(await print({output: 'png', dpi: 150})));
    assert.ok(Math.abs(png.right - png.left - 59) <= 2);
    const without = (await print({output: 'pdf', layers: ['dot']})).toString('latin1');
    assert.doesNotMatch(without, /\/DCTDecode/);
});

test('a plan names its raster in the legend, and among the sources with owner and date', async () => {
    const wordsOf = async (plan) => {
        writeFileSync(join(dir, 'w.pdf'), await print({output: 'pdf', ...plan}));
        return run('pdftotext', 'w.pdf', '-').toString().replace(/\s+/g, ' ');
    };
    const text = await wordsOf({layers: ['photo', 'dot'], title: 'План'});
    assert.match(text, /Условные обозначения .*Снимок/);
    assert.match(text, /Источники данных: .*Съёмка <b> \(\d\d\.\d\d\.\d{4}\)/);
    const english = await wordsOf({layers: ['photo'], title: 'Plan', language: 'en'});
    assert.match(english, /Legend .*Photo/);
    assert.match(english, /Sources of data: Survey \(\d{4}-\d\d-\d\d\)/);
    assert.doesNotMatch(await wordsOf({layers: ['dot'], title: 'План'}), /Снимок|Съёмка/);
    assert.doesNotMatch(await wordsOf({layers: ['photo', 'dot'], title: 'План', center: [1299050, 389970]}), /Снимок|Съёмка/, 'outside of it');
});

test('plans at the limits: far outside, 1:1, an A0 at 1:100', async () => {
    const far = (await print({output: 'pdf', center: [1393000, 389970]})).toString('latin1');
    assert.doesNotMatch(far, /\/DCTDecode/);
    const refused = await server.get('/print', {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({format: 'A4', scale: 1, crs: 'MSK48_1', center: RED, layers: ['full']})});
    assert.equal(refused.status, 400);
    assert.match((await refused.json()).detail, /scale/);
    // 118 x 84 m of 1 m pixels on 1189 x 841 mm: no more is read than the file has to tell
    const began = Date.now(), large = await print({output: 'pdf', format: 'A0', scale: 100});
    assert.ok(large.length < 20e6 && Date.now() - began < 60000, `${large.length} bytes, ${Date.now() - began} ms`);
    const tiny = await server.get('/collections/full/map?f=png&crs=MSK48_1&bbox-crs=MSK48_1&bbox=1292049.999,389969.999,1292050.001,389970.001&width=64&height=64');
    assert.equal(tiny.status, 200);
    assert.equal(red(pixelsOf(await bytesOf(tiny))).n, 64 * 64);
    const world = await server.get('/collections/full/map?f=png&bbox=-180,-80,180,80&width=400');
    assert.equal(world.status, 200);
    await world.arrayBuffer();
});

test('a style of a plan draws our rasters only: nothing is fetched from elsewhere', async () => {
    let asked = 0;
    const elsewhere = createServer((_, answer) => {
        asked++;
        answer.end();
    });
    await new Promise((done) => elsewhere.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${elsewhere.address().port}`;
    const style = (sources, source) => ({version: 8, sources, layers: [{id: 'below', type: 'raster', source, paint: {'raster-opacity': 0.5}}]});
    const other = {type: 'raster', tiles: [`${url}/{z}/{x}/{y}.png`], tileSize: 256};
    for (const [name, given] of [['a foreign source', style({other}, 'other')], ['a source that is not there', style({}, 'none')],
        ['a file', style({other: {type: 'raster', url: 'file:///etc/passwd'}}, 'other')], ['a layer of features', style({dot: other}, 'dot')]]) {
        const answer = await server.get('/print', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({
            format: 'A4', scale: 2000, crs: 'MSK48_1', center: RED, layers: ['full', 'dot'], style: given})});
        const body = await bytesOf(answer);
        assert.ok(answer.status === 200 || answer.status === 400 && /style/.test(body), `${name}: ${answer.status} ${answer.status === 200 ? '' : body}`);
        if (answer.status === 200)
            assert.doesNotMatch(body.toString('latin1'), /\/DCTDecode/, name);
    }
    // by its id it is ours, whatever address the style has for it
    const ours = rendered(await print({output: 'pdf', style: style({full: other}, 'full')})), [r, g, b] = ours.at(...middleOf(await print({output: 'pdf'}), 210).map(Math.round));
    assert.ok(r > 240 && g > 100 && g < 160 && b > 100 && b < 160, `half of the red: ${[r, g, b]}`);
    assert.equal(asked, 0);
    elsewhere.close();
});

test('a raster that cannot be read fails the print by name, and comes back by itself', async () => {
    const sound = readFileSync(join(dir, 'full.tif'));
    writeFileSync(join(dir, 'broken.tif'), sound.subarray(0, sound.length >> 1));
    writeFileSync(join(dir, 'broken.yaml'), 'raster: broken.tif\ncrs: MSK48_1\n');
    const known = async (id) => (await server.json('/status')).layers.find((l) => l.id === id);
    const until = async (holds) => {
        for (const end = Date.now() + 15000; Date.now() < end;) {
            if (await holds())
                return;
            await new Promise((done) => setTimeout(done, 100));
        }
        assert.fail('it did not come to pass');
    };
    await until(async () => Boolean(await known('broken')));
    const answer = await server.get('/print', {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({format: 'A4', scale: 2000, crs: 'MSK48_1', center: RED, layers: ['broken']})});
    assert.notEqual(answer.status, 200);
    assert.match((await answer.json()).detail, /broken/);

    // a changed file is another raster: the tag tells
    const path = tilePath(tileOf(17, ...INSIDE), 'full'), before = (await server.get(path)).headers.get('etag');
    run('gdal_translate', '-q', ...place, '-scale', '0', '255', '255', '0', 'a.ppm', 'next.tif');
    renameSync(join(dir, 'next.tif'), join(dir, 'full.tif'));
    await until(async () => (await server.get(path)).headers.get('etag') !== before);
});
