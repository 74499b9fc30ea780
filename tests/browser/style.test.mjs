// The styles by the rules of the style specification, and the page's two languages by each other.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {validateStyleMin} from '@maplibre/maplibre-gl-style-spec';
import {root, serve, tempDir} from '../lib/munimap.mjs';

for (const name of readdirSync(join(root, 'styles')).filter((f) => f.endsWith('.json'))) {
    const style = JSON.parse(readFileSync(join(root, 'styles', name), 'utf8'));
    // addresses are filled in by the server; the specification wants them absolute
    style.glyphs = 'http://localhost/fonts/{fontstack}/{range}.pbf';
    style.sprite = 'http://localhost/sprites/munimap';

    test(`${name} is a valid style`, () => {
        assert.deepEqual(validateStyleMin(style).map((e) => e.message), []);
    });

    test(`${name} draws only icons that are there`, () => {
        const text = JSON.stringify(style.layers.filter((l) => l.layout?.['icon-image']).map((l) => l.layout['icon-image']));
        for (const [, icon] of text.matchAll(/"((?:sensor|camera|direction)-[a-z0-9-]+|stop|crossing|school|kindergarten|clinic|fire|police|sport|culture|playground|waste|works)"/g))
            assert.ok(icon.endsWith('-') || existsSync(join(root, 'styles/icons', `${icon}.svg`)), icon);
    });
}

test('both languages have the same texts', async () => {
    const ru = (await import(join(root, 'src/viewer/ru.js'))).default, en = (await import(join(root, 'src/viewer/en.js'))).default;
    assert.deepEqual(Object.keys(ru), Object.keys(en));
    for (const key of Object.keys(ru))
        assert.deepEqual([...ru[key].matchAll(/\{\w+\}/g)].map(String).sort(), [...en[key].matchAll(/\{\w+\}/g)].map(String).sort(), key);
});

for (const query of ['', '?anchors=true&lang=en', '?anchors=true&tiles=mlt'])
    test(`the style that is served is valid: ${query || 'plain'}`, async () => {
        const server = await serve(join(root, 'layers'));
        const style = await server.json(`/styles/munimap${query}`);
        assert.deepEqual(validateStyleMin(style).map((e) => e.message), []);
        const sources = Object.values(style.sources), drawn = new Set(style.layers.map((l) => l.source).filter(Boolean));
        assert.deepEqual(Object.keys(style.sources).filter((name) => !drawn.has(name)), [], 'sources that nothing draws');
        assert.equal(sources.some((s) => s.type === 'geojson'), query !== '');
        for (const source of sources)
            if (source.type === 'geojson')
                assert.ok(source.data.features.every((f) => f.geometry.type === 'Point' && f.properties['@id']));
        const {pathname, search} = new URL(style.sources.base.url), tiles = await server.json(pathname + search);
        assert.ok(tiles.vector_layers.length > 5);
        assert.equal(tiles.encoding, query.includes('mlt') ? 'mlt' : undefined);
        await server.stop();
    });

test('a layer that no style knows is drawn from its hint', async () => {
    const folder = tempDir();
    const parts = [['Point', [39, 52]], ['LineString', [[39, 52], [39.1, 52.1]]],
        ['Polygon', [[[39, 52], [39.1, 52], [39.1, 52.1], [39, 52]]]]];
    writeFileSync(join(folder.dir, 'mixed.geojson'), JSON.stringify({type: 'FeatureCollection', features:
        parts.map(([type, coordinates], id) => ({type: 'Feature', id, properties: {name: type}, geometry: {type, coordinates}}))}));
    writeFileSync(join(folder.dir, 'mixed.yaml'),
        'source: mixed.geojson\nstyle: {color: "#123456", icon: school, label: name, width: 2.5}\n');
    const server = await serve(folder.dir);
    const style = await server.json('/styles/munimap?anchors=true');
    assert.deepEqual(validateStyleMin(style).map((e) => e.message), []);
    assert.deepEqual(style.layers.map((l) => l.id),
        ['land', 'mixed-fill', 'mixed-outline', 'mixed-line', 'mixed-point', 'mixed-label', 'mixed-label-anchor']);
    assert.equal(style.layers[2].paint['line-width'], 2.5);
    assert.equal(style.layers[4].layout['icon-image'], 'school');
    const anchors = style.sources['mixed-label-anchor'].data.features;
    assert.deepEqual(anchors.map((f) => f.properties.name), ['LineString', 'Polygon']);
    const [x, y] = anchors[0].geometry.coordinates;
    assert.ok(Math.abs(x - 39.05) < 1e-4 && Math.abs(y - 52.05) < 1e-3, `${x} ${y}`);
    const [px, py] = anchors[1].geometry.coordinates;
    assert.ok(py - 52 < px - 39 && px < 39.1 && py > 52, `${px} ${py}`); // inside the triangle
    await server.stop();
    folder.remove();
});

test('letters and icons have tags and are not asked for twice', async () => {
    const server = await serve(join(root, 'layers'));
    for (const path of ['/fonts/Noto%20Sans%20Regular/1024-1279.pbf', '/sprites/munimap@2x.png', '/sprites/munimap.json']) {
        const first = await server.get(path);
        assert.equal(first.status, 200, path);
        const again = await server.get(path, {headers: {'if-none-match': first.headers.get('etag')}});
        assert.equal(again.status, 304, path);
    }
    assert.equal((await server.get('/fonts/Comic%20Sans/0-255.pbf')).status, 404);
    assert.equal((await server.get('/fonts/Noto%20Sans%20Bold/1-256.pbf')).status, 400);
    assert.equal((await server.get('/sprites/other.png')).status, 404);
    await server.stop();
});

test('the page and its worker have a strict policy', async () => {
    const server = await serve(join(root, 'layers'));
    const page = await server.get('/', {headers: {accept: 'text/html'}});
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|blob:|\*/);
    assert.doesNotMatch(await page.text(), /<style|style=|<script>|onclick|https?:/);
    const worker = await server.get('/viewer/maplibre-gl-worker.mjs', {headers: {'accept-encoding': 'br'}});
    assert.match(worker.headers.get('content-type'), /^text\/javascript/);
    assert.equal(worker.headers.get('content-encoding'), 'br');
    await server.stop();
});
