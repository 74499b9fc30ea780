// The styles by the rules of the style specification, and the page's two languages by each other.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {validateStyleMin} from '@maplibre/maplibre-gl-style-spec';
import {collection, feature, point} from '../lib/geojson.mjs';
import {root, serve, tempDir} from '../lib/munimap.mjs';

const {styles, tokens} = JSON.parse(readFileSync(join(root, 'styles/tokens.json'), 'utf8'));
const STYLES = styles.map((s) => s.id);
const tokenOf = (name, style) => tokens[name][style] ?? tokens[name].all;
const textsOf = (dir, ending) => readdirSync(join(root, dir)).filter((f) => f.endsWith(ending)).map((f) => readFileSync(join(root, dir, f), 'utf8')).join('');

test('the template and the icons use all the tokens and no others, and each has a value in every style', () => {
    const icons = textsOf('styles/icons', '.svg') + textsOf('styles/icons/parts', '.svg');
    const classes = [...icons.matchAll(/class="([^"]*)"/g)].flatMap((m) => m[1].split(' ')).map((c) => c.replace(/^(fill|stroke)-/, ''));
    const used = new Set([...[...readFileSync(join(root, 'styles/template.json'), 'utf8').matchAll(/"@([\w-]+)"/g)].map((m) => m[1]), ...classes]);
    const code = textsOf('src/api/styles', '.c') + textsOf('src/style', '.c');
    assert.deepEqual([...used].filter((n) => !tokens[n]), [], 'tokens that nobody has defined');
    assert.deepEqual(Object.keys(tokens).filter((n) => !used.has(n) && !code.includes(`"${n}"`) && !code.includes(`@${n}"`)), [], 'tokens that nobody uses');
    for (const name of Object.keys(tokens))
        for (const style of STYLES)
            assert.notEqual(tokenOf(name, style), undefined, `${name} in ${style}`);
});

/** Contrast of two colours, WCAG 2.2 "contrast ratio". */
function contrast(a, b) {
    const luminance = (color) => [[1, 0.2126], [3, 0.7152], [5, 0.0722]].reduce((sum, [at, weight]) => {
        const v = parseInt(color.slice(at, at + 2), 16) / 255;
        return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    }, 0);
    const [less, more] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (more + 0.05) / (less + 0.05);
}

for (const style of STYLES)
    test(`texts stand out from what they lie on: ${style}`, () => {
        const texts = Object.entries(tokens).filter(([, t]) => t.on);
        assert.ok(texts.length >= 10);
        for (const [name, {on}] of texts)
            for (const ground of on)
                assert.ok(contrast(tokenOf(name, style), tokenOf(ground, style)) >= (style === 'contrast' ? 7 : 4.5), `${name} on ${ground}`);
    });

test('both languages have the same texts', async () => {
    const ru = (await import(join(root, 'src/viewer/base/ru.js'))).default, en = (await import(join(root, 'src/viewer/base/en.js'))).default;
    assert.deepEqual(Object.keys(ru), Object.keys(en));
    for (const key of Object.keys(ru))
        assert.deepEqual([...ru[key].matchAll(/\{\w+\}/g)].map(String).sort(), [...en[key].matchAll(/\{\w+\}/g)].map(String).sort(), key);
});

/** Style layers whose source does not have their layer, by its TileJSON. */
async function orphans(server, style) {
    const has = Object.fromEntries(await Promise.all(Object.entries(style.sources).filter(([, s]) => s.url).map(async ([name, {url}]) =>
        [name, (await server.json(new URL(url).pathname)).vector_layers.map((l) => l.id)])));
    return style.layers.filter((l) => has[l.source] && !has[l.source].includes(l['source-layer'])).map((l) => l.id);
}

test('every style that is served is valid, has the same layers, and draws only icons that are there', async () => {
    const server = await serve(join(root, 'layers'));
    const list = (await server.json('/styles')).styles.map((s) => s.id);
    assert.deepEqual(STYLES.filter((id) => !list.includes(id)), []);
    const shape = (style) => style.layers.map((l) => [l.id, l.type, l.minzoom]);
    const served = await Promise.all(STYLES.map((id) => server.json(`/styles/${id}`)));
    for (const [i, style] of served.entries()) {
        assert.deepEqual(validateStyleMin(style).map((e) => e.message), [], STYLES[i]);
        assert.deepEqual(shape(style), shape(served[0]), STYLES[i]);
        const icons = Object.keys(await server.json(`${new URL(style.sprite).pathname}.json`));
        const images = JSON.stringify(style.layers.flatMap((l) => [l.layout?.['icon-image'], l.paint?.['fill-pattern']]));
        for (const [, icon] of images.matchAll(/"((?:sensor|camera|pattern|hatch)-?[\w-]*|stop|crossing|signal|school|kindergarten|clinic|fire|police|sport|culture|playground|waste|works(?:-emergency)?)"/g))
            assert.ok(icon.endsWith('-') || icons.includes(icon), `${icon} in ${STYLES[i]}`);
        for (const direction of [0, 1, 2, 3, 4, 5, 6])
            for (const stage of ['idea', 'design', 'works', 'done'])
                for (const status of ['', '-late', '-risk', '-stopped'])
                    assert.ok(icons.includes(`direction-${direction}-${stage}${status}`), `${direction} ${stage} ${status} in ${STYLES[i]}`);
    }
    assert.notDeepEqual(served[0].layers[0].paint, served[1].layers[0].paint);
    await server.stop();
});

for (const query of ['', '?lang=en', '?tiles=mlt'])
    test(`the style that is served is valid: ${query || 'plain'}`, async () => {
        const server = await serve(join(root, 'layers'));
        const style = await server.json(`/styles/munimap${query}`);
        assert.deepEqual(validateStyleMin(style).map((e) => e.message), []);
        const drawn = new Set(style.layers.map((l) => l.source).filter(Boolean));
        assert.deepEqual(Object.keys(style.sources).filter((name) => !drawn.has(name)), [], 'sources that nothing draws');
        assert.deepEqual(Object.entries(style.sources).filter(([, s]) => s.type !== 'vector').map(([name, s]) => [name, s.type]), [['ortho', 'raster']]);
        assert.deepEqual(await orphans(server, style), []);
        const labels = style.layers.filter((l) => l['source-layer']?.endsWith('_label'));
        assert.ok(labels.length >= 7);
        for (const layer of labels)
            assert.equal(`${layer.metadata['munimap:layer']}_label`, layer['source-layer']);
        const {pathname, search} = new URL(style.sources.base.url), tiles = await server.json(pathname + search);
        assert.ok(tiles.vector_layers.length > 5);
        assert.equal(tiles.encoding, query.includes('mlt') ? 'mlt' : undefined);
        await server.stop();
    });

test('layers that no style knows are drawn from their hints', async () => {
    const folder = tempDir();
    const parts = [['Point', [39, 52]], ['LineString', [[39, 52], [39.1, 52.1]]],
        ['Polygon', [[[39, 52], [39.1, 52], [39.1, 52.1], [39, 52]]]]];
    for (const [id, kinds] of [['mixed', [0, 1, 2]], ['ways', [1]], ['spots', [0]], ['spots_label', [0]]]) {
        writeFileSync(join(folder.dir, `${id}.geojson`), JSON.stringify({type: 'FeatureCollection', features:
            kinds.map((k) => parts[k]).map(([type, coordinates], i) => ({type: 'Feature', id: i, properties: {name: type},
                geometry: {type, coordinates}}))}));
        writeFileSync(join(folder.dir, `${id}.yaml`),
            `source: ${id}.geojson\nstyle: {color: "#123456", icon: school, label: name, width: 2.5}\n`);
    }
    const server = await serve(folder.dir);
    const style = await server.json('/styles/munimap');
    assert.deepEqual(validateStyleMin(style).map((e) => e.message), []);
    assert.deepEqual(style.layers.map((l) => l.id), ['land',
        'mixed-fill', 'mixed-outline', 'mixed-line', 'mixed-point', 'mixed-label', 'mixed-shape-label',
        'spots-point', 'spots-label', 'spots_label-point', 'spots_label-label', 'ways-line', 'ways-line-label']);
    assert.equal(style.layers[2].paint['line-width'], 2.5);
    assert.equal(style.layers[4].layout['icon-image'], 'school');
    assert.deepEqual([style.layers[6]['source-layer'], style.layers[6].metadata], ['mixed_label', {'munimap:layer': 'mixed'}]);
    assert.ok(style.sources.mixed.url.endsWith('/tiles/mixed,mixed_label.json'));
    assert.ok(style.layers.filter((l) => !l.id.startsWith('mixed')).every((l) => !l.metadata?.['munimap:layer']));
    assert.deepEqual(await orphans(server, style), []);
    await server.stop();
    folder.remove();
});

test('a cluster has the colour of the worst in it, and a number that can be read', async () => {
    const folder = tempDir(), order = 'open_no_permit, flooded, silent, normal';
    for (const [id, text] of [['sensors', `cluster: {worst: {field: state, order: [${order}]}}`], ['manholes', 'cluster: {}'],
        ['lights', 'cluster: {worst: {field: state, order: [normal]}}'], ['pits', 'cluster: {max: [depth]}\nstyle: {color: "#e8b000"}']]) {
        writeFileSync(join(folder.dir, `${id}.geojson`), collection([feature({state: 'normal', network: 'К', depth: 2}, point(39, 52), {id: 1})]));
        writeFileSync(join(folder.dir, `${id}.yaml`), `source: ${id}.geojson\n${text}\n`);
    }
    const server = await serve(folder.dir);
    for (const style of STYLES) {
        const {layers} = await server.json(`/styles/${style}`), token = (name) => tokenOf(name, style);
        const of = (id) => layers.find((l) => l.id === id), color = (id) => of(`${id}-cluster`).paint['circle-color'];
        const [match, get, ...cases] = color('sensors');
        assert.deepEqual([match, get], ['match', ['get', 'state_worst']]);
        for (const state of order.split(', '))
            assert.equal(cases.includes(state) ? cases[cases.indexOf(state) + 1] : cases.at(-1), token(`sensor-${state}`));
        assert.deepEqual([color('manholes'), color('lights')], [token('net-other'), token('lamp-led')], 'what clusters have says nothing of the colour');
        assert.match(color('pits'), /^#/);
        for (const id of ['sensors', 'manholes', 'lights', 'pits']) {
            const dot = [color(id)].flat(), text = [of(`${id}-count`).paint['text-color']].flat();
            assert.equal(text.length, dot.length);
            for (const [i, c] of dot.entries())
                if (/^#/.test(c))
                    assert.ok(contrast(c, text[i]) >= 4.5, `${text[i]} on ${c}: ${id} in ${style}`);
            assert.deepEqual(layers.filter((l) => l['source-layer'] === id).map((l) => JSON.stringify(l.filter).includes('["!",["has","point_count"]]')),
                layers.filter((l) => l['source-layer'] === id).map((l) => l !== of(`${id}-cluster`) && l !== of(`${id}-count`)));
            assert.equal(of(`${id}-cluster`).layout.visibility, of(id)?.layout.visibility);
        }
    }
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

const WEIGHT_MAX = 420000; // bytes of the page before the first tile, as they are sent

test('the page weighs what the README says, and drawing is not loaded before somebody draws', async () => {
    const server = await serve(join(root, 'layers')), weights = new Map();
    async function weigh(url) {
        if (weights.has(url))
            return;
        weights.set(url, 0);
        const answer = await fetch(url, {headers: {'accept-encoding': 'br', accept: 'text/html,*/*;q=0.8'}});
        assert.equal(answer.status, 200, url);
        const type = answer.headers.get('content-type'), text = await answer.text();
        weights.set(url, Number(answer.headers.get('content-length')) || Buffer.byteLength(text));
        const next = /html/.test(type) ? text.matchAll(/(?:src|href)="(viewer\/[^"]+)"/g) : /javascript/.test(type) ? text.matchAll(/\b(?:from|import)\s*["'](\.{1,2}\/[^"']+)["']/g) : [];
        for (const [, path] of next)
            await weigh(new URL(path, url).href);
    }
    await weigh(`${server.url}/`);
    const total = [...weights.values()].reduce((a, b) => a + b, 0), said = /page is (\d+) kB/.exec(readFileSync(join(root, 'README.md'), 'utf8'));
    assert.ok(weights.size > 30 && ![...weights.keys()].some((url) => url.includes('terra-draw')), [...weights.keys()].join('\n'));
    assert.ok(total < WEIGHT_MAX, `${total} bytes: ${JSON.stringify([...weights], null, 1)}`);
    assert.ok(Math.abs(total / 1000 - Number(said?.[1])) < 15, `${weights.size} files, ${total} bytes`);
    await server.stop();
});
