// The search box as people use it: by mouse, by keyboard alone, on a phone.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {address, mapIdle, openPage, picture} from '../lib/browser.mjs';
import {browser, server, show} from '../lib/town.mjs';
import {until} from '../lib/wait.mjs';

/** The map, when all that it has can be found. */
async function showIndexed(...where) {
    await until('the whole index', async () => (await server.json('/search?q=x')).complete);
    return show(...where);
}

const options = (page) => page.locator('#search-list [role=option]');
const settled = (page) => page.waitForFunction(() => window.munimap?.gl && !window.munimap.gl.isMoving());

test('a street by typing, arrows and Enter; the link keeps it', async () => {
    const {page, complaints} = await showIndexed('#map=12/52.36/39.1', {deviceScaleFactor: 1});
    await mapIdle(page);
    const below = () => page.screenshot({clip: {x: 450, y: 620, width: 320, height: 200}}), map = await below();
    await page.keyboard.press('Control+k');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'search-box');
    await page.keyboard.type('липовая');
    await options(page).first().waitFor();
    assert.ok(map.equals(await below()), 'the list covers what is below it, and no more of the map');
    assert.equal(await options(page).count(), 10);
    assert.match(await page.innerText('#search-status'), /Найдено: 10/);
    assert.equal(await options(page).first().locator('mark').innerText(), 'Липовая');
    await picture(page, 'search');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.getAttribute('#search-box', 'aria-activedescendant'), 'found-0');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#info details[data-layer=streets]');
    assert.match(await page.innerText('#info'), /ул\. Липовая/);
    assert.ok(await page.locator('#search-list').isHidden());
    await settled(page);
    assert.match(await address(page), /q=/);
    const [lng, lat] = await page.evaluate(() => window.munimap.gl.getCenter().toArray());
    assert.ok(Math.abs(lng - 39.08) < 0.01 && Math.abs(lat - 52.339) < 0.01, `${lng}, ${lat}`);
    // what is not there is said, with advice; Escape closes, and then empties
    await page.fill('#search-box', 'ххххххх');
    await page.waitForSelector('#search-list .note');
    assert.match(await page.innerText('#search-list'), /Ничего не нашлось: «ххххххх»/);
    await page.press('#search-box', 'Escape');
    assert.ok(await page.locator('#search-list').isHidden());
    await page.press('#search-box', 'Escape');
    assert.equal(await page.inputValue('#search-box'), '');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('coordinates drop a mark, an address turns its layer on, in English on a phone', async () => {
    const {page, complaints} = await showIndexed('#map=12/52.36/39.1&lang=en&l=-buildings', {viewport: {width: 390, height: 844}});
    await page.fill('#search-box', '52.353, 39.098');
    await options(page).first().waitFor();
    assert.match(await options(page).first().innerText(), /Coordinates/);
    await options(page).first().click();
    await settled(page);
    const marks = () => page.waitForFunction(() => window.munimap?.gl?.getSource('found') && window.munimap.gl.queryRenderedFeatures(undefined, {layers: ['found']}).length === 1);
    await marks();
    assert.match(await address(page), /pt=39\.098(,|%2C)52\.353/);
    await page.reload(); // the link has the mark
    await marks();
    await page.fill('#search-box', 'ленина 12');
    await page.waitForFunction(() => /Ленина, 12/.test(document.querySelector('#search-list')?.textContent));
    await picture(page, 'search-phone');
    await options(page).first().click();
    await page.waitForSelector('#info details[data-layer=buildings]');
    assert.ok(await page.evaluate(() => window.munimap.store.get('on').has('buildings')));
    await page.click('#search-clear');
    assert.equal(await page.inputValue('#search-box'), '');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('the list is text: names are never markup', async () => {
    const {page} = await openPage(browser, server.url);
    await page.route('**/search?*', (route) => route.fulfill({json: {query: 'x', complete: true, results: [{kind: 'feature', collection: 'streets', id: '1',
        title: '<b>t</b>', name: '<img src=x onerror=alert(1)>', detail: '<i>d</i>', point: [39, 52], bbox: [39, 52, 39, 52], matches: [[0, 4], [2, 6]]}]}}));
    await page.goto(server.url);
    await page.waitForSelector('#search-box');
    await page.fill('#search-box', 'x');
    await options(page).first().waitFor();
    assert.equal(await page.locator('#search-list img, #search-list b, #search-list i').count(), 0);
    assert.equal(await options(page).first().locator('.name').innerText(), '<img src=x onerror=alert(1)>');
    await page.close();
});
