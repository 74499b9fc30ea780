// Layers that come as tiles, in the page: listed, drawn, switched, and asked what is at a place.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {pmtilesOf} from '../lib/archives.mjs';
import {jump, mapIdle, openBrowser, openPage} from '../lib/browser.mjs';
import {collection, feature, square} from '../lib/geojson.mjs';
import {binary, serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), made = join(temp.dir, 'made'), dir = join(temp.dir, 'map');
let server, browser;


before(async () => {
    for (const folder of [made, dir])
        mkdirSync(folder);
    writeFileSync(join(made, 'parks.yaml'), 'source: parks.geojson\n');
    writeFileSync(join(made, 'parks.geojson'), collection([feature({name: 'Сад', trees: 12}, square(39, 52, 0.4), {id: 7})]));
    writeFileSync(join(dir, 'own.yaml'), 'source: own.geojson\n');
    writeFileSync(join(dir, 'own.geojson'), collection([feature({name: 'a'}, square(39.5, 52, 0.2), {id: 1})]));
    const bake = spawnSync(binary, ['bake', made, join(dir, 'parks.pmtiles'), '--max-zoom', '8'], {encoding: 'utf8'});
    assert.equal(bake.status, 0, bake.stderr);
    writeFileSync(join(dir, 'ready.yaml'), 'tiles: parks.pmtiles\ntitle: {ru: Парки, en: Parks}\n');
    writeFileSync(join(dir, 'empty.pmtiles'), pmtilesOf([]));
    writeFileSync(join(dir, 'empty.yaml'), 'tiles: empty.pmtiles\n');
    server = await serve(dir);
    browser = await openBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
    temp.remove();
});

const drawn = (page, layer) => page.evaluate((id) => window.munimap.gl.queryRenderedFeatures(undefined,
    {layers: window.munimap.styleLayersOf(id).map((l) => l.id)}).length, layer);

test('ready tiles are drawn below the map\'s own layers, also nearer than they go', async () => {
    const {page, complaints} = await openPage(browser, server.url);
    await page.goto(`${server.url}/#map=7/52.2/39.3`);
    await mapIdle(page);
    for (const zoom of [7, 12]) {
        await jump(page, {zoom});
        await mapIdle(page);
        assert.ok(await drawn(page, 'ready') > 0, `zoom ${zoom}`);
    }
    const order = await page.evaluate(() => window.munimap.style.layers.map((l) => l.id));
    assert.ok(order.indexOf('ready/parks-fill') < order.indexOf('own-fill'));
    const row = page.locator('li.layer', {hasText: 'Парки'});
    assert.equal((await row.locator('.count').innerText()).trim(), '');
    assert.equal(await page.locator('li.layer').count(), 3);
    assert.doesNotMatch(await page.locator('#layers').innerText(), /∞|Infinity|NaN/);
    await row.locator('input').uncheck();
    await mapIdle(page);
    assert.equal(await drawn(page, 'ready'), 0);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a click shows the attributes that a tile has', async () => {
    const {page, complaints} = await openPage(browser, server.url);
    await page.goto(`${server.url}/#map=9/52.2/39.2`);
    await mapIdle(page);
    const at = await page.evaluate(() => {
        const {gl} = window.munimap, box = gl.getCanvas().getBoundingClientRect(), {x, y} = gl.project([39.2, 52.2]);
        return {x: x + box.left, y: y + box.top};
    });
    await page.mouse.click(at.x, at.y);
    const card = page.locator('#info details[data-layer=ready]').first();
    await card.waitFor();
    const text = await card.innerText();
    assert.match(text, /Парки/);
    assert.match(text, /Сад/);
    assert.match(text, /trees\s+12/);
    assert.equal(await card.locator('a').count(), 0, 'there is no page of such a feature');
    assert.deepEqual(complaints, []);
    await page.close();
});
