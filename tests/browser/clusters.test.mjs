// Points that are one from afar: the map says how many they are, and a click goes nearer.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {mapIdle, openBrowser, openPage, picture} from '../lib/browser.mjs';
import {collection, feature, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';

let home, server, browser;

/** 64 close together, and one far away. */
function writeBins(far) {
    writeFileSync(join(home.dir, 'bins.geojson'), collection([...Array.from({length: 64}, (_, i) =>
        feature({name: `Урна ${i}`, full: i}, point(39.1 + i % 8 / 2000, 52.35 + Math.floor(i / 8) / 3000), {id: i + 1})),
    feature({name: far, full: 0}, point(40, 53), {id: 65})]));
}

before(async () => {
    home = tempDir();
    writeBins('new');
    writeFileSync(join(home.dir, 'bins.yaml'), 'source: bins.geojson\ntitle: {ru: Урны, en: Bins}\ncluster: {radius: 60, max: [full]}\n');
    server = await serve(home.dir);
    browser = await openBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
    home?.remove();
});

const drawn = (page) => page.evaluate(() => window.munimap.gl.queryRenderedFeatures({layers: ['bins-cluster', 'bins-count', 'bins-point']})
    .map((f) => ({layer: f.layer.id, text: f.layer.layout?.['text-field']?.toString(), count: f.properties.point_count})));

test('a cluster has its number on it; a click goes nearer, until points have cards', async () => {
    const {page, complaints} = await openPage(browser, server.url);
    await page.goto(`${server.url}/#map=11/52.351/39.102`);
    await mapIdle(page);
    await page.waitForFunction(() => window.munimap.gl.queryRenderedFeatures({layers: ['bins-count']}).length > 0);
    const far = await drawn(page);
    assert.deepEqual(far.filter((f) => f.layer === 'bins-point'), []);
    assert.deepEqual(far.filter((f) => f.layer === 'bins-count').map((f) => [f.text, f.count]), [['64', 64]]);
    await picture(page, 'cluster');
    const clickOn = async (layer) => {
        const [x, y] = await page.evaluate((id) => {
            const [f] = window.munimap.gl.queryRenderedFeatures({layers: [id]}), p = window.munimap.gl.project(f.geometry.coordinates);
            const box = window.munimap.gl.getCanvas().getBoundingClientRect();
            return [box.x + p.x, box.y + p.y];
        }, layer);
        await page.mouse.click(x, y);
    };
    await clickOn('bins-cluster');
    await page.waitForFunction(() => window.munimap.gl.getZoom() > 12.9 && !window.munimap.gl.isMoving());
    assert.ok(await page.isHidden('#info'), 'a cluster is no feature');
    await page.evaluate(() => window.munimap.gl.jumpTo({zoom: 18}));
    await page.waitForFunction(() => window.munimap.gl.loaded() && window.munimap.gl.queryRenderedFeatures({layers: ['bins-point']}).length > 3);
    assert.deepEqual((await drawn(page)).filter((f) => f.layer !== 'bins-point'), []);
    await clickOn('bins-point');
    await page.locator('#info-body details[open]').waitFor();
    assert.match(await page.locator('#info-body').innerText(), /Урна \d+/);
    await picture(page, 'cluster-near');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a filter has clusters of its own, which are loaded anew wherever the layer changes', async () => {
    const {page, complaints} = await openPage(browser, server.url);
    await page.goto(`${server.url}/#map=11/52.351/39.102`);
    await mapIdle(page);
    await page.evaluate(() => window.munimap.setFilter('bins', 'full >= 40'));
    await page.waitForFunction(() => window.munimap.gl.queryRenderedFeatures({layers: ['bins-count']}).some((f) => f.properties.point_count === 24));
    assert.deepEqual((await drawn(page)).filter((f) => f.layer !== 'bins-cluster').map((f) => [f.layer, f.text]), [['bins-count', '24']]);
    await picture(page, 'cluster-filtered');
    await mapIdle(page);
    const [anew] = await Promise.all([page.waitForRequest((r) => /\/tiles\/bins\/.*filter=/.test(r.url())), writeBins('other')]);
    assert.match(decodeURIComponent(anew.url()), /full >= 40|full\+>=\+40/);
    assert.deepEqual(complaints, []);
    await page.close();
});
