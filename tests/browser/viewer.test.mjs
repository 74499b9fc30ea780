// The page in a real browser, on the sample town. SCREENSHOT_DIR keeps pictures to look at.
import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {mapIdle, openBrowser, openPage} from '../lib/browser.mjs';
import {root, serve} from '../lib/munimap.mjs';

let server, browser;

before(async () => {
    server = await serve(join(root, 'layers'));
    browser = await openBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

async function show(hash = '', options = {}) {
    const opened = await openPage(browser, server.url, options);
    await opened.page.goto(`${server.url}/${hash}`);
    await mapIdle(opened.page);
    return opened;
}

async function picture(page, name) {
    const dir = process.env.SCREENSHOT_DIR;
    if (!dir)
        return;
    mkdirSync(dir, {recursive: true});
    await page.screenshot({path: join(dir, `${name}.png`)});
}

const drawn = (page, layer) => page.evaluate((id) => window.munimap.gl.queryRenderedFeatures(undefined,
    {layers: window.munimap.styleLayersOf(id).map((l) => l.id)}).length, layer);

test('the town appears without a complaint and without a word to anyone outside', async () => {
    const {page, complaints} = await show();
    assert.equal(await page.title(), 'Светлореченск');
    for (const layer of ['buildings', 'streets', 'water', 'green', 'landuse', 'districts'])
        assert.ok(await drawn(page, layer) > 0, layer);
    await picture(page, 'town');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('every theme has something on screen when it is switched on', async () => {
    const {page, complaints} = await show('#map=15.2/52.353/39.098');
    const map = await page.evaluate(() => window.munimap.map);
    await page.evaluate(() => window.munimap.setLayers(window.munimap.map.layers.map((l) => l.id), true));
    await mapIdle(page);
    const seen = {};
    for (const zoom of [15.2, 12.5]) {
        await page.evaluate((z) => window.munimap.gl.jumpTo({zoom: z}), zoom);
        await mapIdle(page);
        for (const layer of map.layers)
            seen[layer.theme] = (seen[layer.theme] ?? 0) + await drawn(page, layer.id);
    }
    for (const theme of map.themes.filter((t) => map.layers.some((l) => l.theme === t.id)))
        assert.ok(seen[theme.id] > 0, `${theme.id}: ${JSON.stringify(seen)}`);
    await picture(page, 'all-layers');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a click shows titles, units and decoded codes; escape closes', async () => {
    const {page, complaints} = await show('#map=16.5/52.353/39.098');
    const place = await page.evaluate(() => {
        const gl = window.munimap.gl, canvas = gl.getCanvas().getBoundingClientRect();
        const f = gl.queryRenderedFeatures(undefined, {layers: ['buildings']}).find((b) => {
            const ring = b.geometry.type === 'Polygon' ? b.geometry.coordinates[0] : null;
            if (!ring || b.properties.purpose !== 'mkd')
                return false;
            const [x, y] = ring.slice(0, -1).reduce(([sx, sy], [px, py]) => [sx + px / (ring.length - 1), sy + py / (ring.length - 1)], [0, 0]);
            const at = gl.project([x, y]);
            b.at = at;
            return at.x > 100 && at.y > 100 && at.x < canvas.width - 450 && at.y < canvas.height - 100 &&
                gl.queryRenderedFeatures(at, {layers: ['buildings']}).some((g) => g.id === b.id);
        });
        return f && {x: f.at.x + canvas.left, y: f.at.y + canvas.top};
    });
    assert.ok(place, 'an apartment block in view');
    await page.mouse.click(place.x, place.y);
    const card = page.locator('#info article[data-layer=buildings]').first();
    await card.waitFor();
    const text = await card.innerText();
    assert.match(text, /Здани/);
    assert.match(text, /Многоквартирный/);
    assert.doesNotMatch(text, /\bmkd\b/);
    await picture(page, 'click');
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#info').isHidden());
    assert.deepEqual(complaints, []);
    await page.close();
});

test('the language changes in place and is kept in the address', async () => {
    const {page, complaints} = await show();
    await page.click('[data-lang=en]');
    assert.equal(await page.title(), 'Svetlorechensk');
    assert.match(await page.locator('#layers').innerText(), /Buildings/);
    assert.match(page.url(), /lang=en/);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await picture(page, 'english');
    await page.reload();
    await mapIdle(page);
    assert.equal(await page.title(), 'Svetlorechensk');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('switches hide and show layers, and the address brings them back', async () => {
    const {page, complaints} = await show('#map=14/52.353/39.098');
    assert.ok(await drawn(page, 'buildings') > 0);
    await page.uncheck('input[data-layer=buildings]');
    await page.check('input[data-layer=quarters]');
    await mapIdle(page);
    assert.equal(await drawn(page, 'buildings'), 0);
    assert.ok(await drawn(page, 'quarters') > 0);
    assert.match(page.url(), /l=[^&]*-buildings/);
    assert.match(page.url(), /map=14\//);
    const again = await show(new URL(page.url()).hash);
    assert.equal(await drawn(again.page, 'buildings'), 0);
    assert.ok(await drawn(again.page, 'quarters') > 0);
    assert.equal(await again.page.isChecked('input[data-layer=buildings]'), false);
    assert.deepEqual([...complaints, ...again.complaints], []);
    await again.page.close();
    await page.close();
});

test('on a telephone the map comes first and the list opens over it', async () => {
    const {page, complaints} = await show('', {viewport: {width: 390, height: 780}});
    assert.ok(await page.locator('#layers').isHidden());
    await page.click('#menu');
    assert.ok(await page.locator('#layers').isVisible());
    await picture(page, 'telephone');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('the plain pages have their small map', async () => {
    const {page, complaints} = await openPage(browser, server.url);
    for (const path of ['/collections/streets?f=html', '/collections/projects/items?f=html', '/?f=html', '/status?f=html']) {
        await page.goto(server.url + path);
        if (path.includes('/collections/'))
            await page.locator('.mini-map[data-drawn]').waitFor();
        await page.waitForLoadState('networkidle');
        await picture(page, path.replace(/\W+/g, '-').slice(1));
    }
    assert.deepEqual(complaints, []);
    await page.close();
});
