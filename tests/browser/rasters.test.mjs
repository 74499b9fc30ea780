// A picture of the ground in the page: listed by its title, switched on below the town, drawn, faded, and printed.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {address, mapIdle, picture, WIDE} from '../lib/browser.mjs';
import {leave, server, show} from '../lib/town.mjs';

const row = (page) => page.locator('#tree li[data-id="ortho"]');
const asked = (page) => {
    const urls = [];
    page.on('response', (r) => r.url().includes('/collections/ortho/map/tiles/') && urls.push(r.status()));
    return urls;
};

test('a raster is off at first, and drawn below the town when it is switched on', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098', WIDE);
    const tiles = asked(page);
    assert.equal(await row(page).locator('input').isChecked(), false);
    assert.match(await row(page).locator('.name').innerText(), /Снимок города сверху/);
    assert.equal((await row(page).locator('.count').innerText()).trim(), '');
    const before = await page.screenshot();
    assert.equal(tiles.length, 0);
    await row(page).locator('label').click();
    await mapIdle(page);
    assert.ok(tiles.length >= 9, `${tiles.length} tiles`);
    assert.ok(tiles.every((s) => s === 200));
    assert.notDeepEqual(await page.screenshot(), before);
    const order = await page.evaluate(() => window.munimap.gl.getStyle().layers.map((l) => l.id));
    assert.ok(order.indexOf('ortho') > order.indexOf('green-pattern') && order.indexOf('ortho') < order.indexOf('green-edge'), 'above what colours the ground, below all else');
    assert.match(await page.locator('#attribution').innerText(), /Учебная съёмка/);
    assert.match(await address(page), /[+]ortho/);
    await picture(page, 'raster-on');

    // its sheet knows no features, and fades it
    await page.click('#more-ortho');
    assert.doesNotMatch(await row(page).innerText(), /NaN|undefined|null/);
    assert.equal(await row(page).locator('[data-action=table]').count(), 0);
    for (let i = 0; i < 8; i++)
        await page.press('#opacity-ortho', 'ArrowLeft');
    await mapIdle(page);
    assert.ok(Math.abs(await page.evaluate(() => window.munimap.gl.getPaintProperty('ortho', 'raster-opacity')) - 0.6) < 1e-9);
    assert.match(await row(page).innerText(), /Владелец\s+Учебная съёмка\s+Лицензия\s+CC0-1\.0\s+Источник изменён\s+\d[^\n]+\s+Что это\s+Растровая подложка\s+Сторона пикселя\s+4\sм/);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a link with the raster shows it, and the plan has it as the map has', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&l=+ortho');
    assert.equal(await row(page).locator('input').isChecked(), true);
    const sent = page.waitForRequest((r) => r.method() === 'POST' && new URL(r.url()).pathname === '/print/frame');
    await page.click('#print-tab');
    const plan = JSON.parse((await sent).postData());
    assert.ok(plan.layers.includes('ortho'));
    assert.equal(server.log?.().includes('level=error') ?? false, false);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('a link that asks for the table and the filter of the raster gives those of a layer that has them', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&tb=ortho&p=filter&fl=ortho');
    await page.waitForSelector('#filter-layer');
    assert.equal(await page.inputValue('#filter-layer'), 'projects');
    assert.ok(await page.isDisabled('#filter-clear'), 'there is nothing to clear');
    assert.equal(await page.locator('#table').count(), 0);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});
