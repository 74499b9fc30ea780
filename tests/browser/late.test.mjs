// Answers that come late, and addresses changed by hand: what the user did last is what is shown.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {mapIdle, openPage} from '../lib/browser.mjs';
import {browser, leave, server, show} from '../lib/town.mjs';

/** Requests that match wait until `open()` is called. */
async function gate(page, pattern) {
    let open, asked;
    const opened = new Promise((resolve) => open = resolve), first = new Promise((resolve) => asked = resolve);
    await page.route(pattern, async (route) => {
        asked();
        await opened;
        await route.continue();
    });
    return {open, first};
}

const get = (page, name) => page.evaluate((n) => window.munimap.store.get(n), name);
const card = (page) => page.waitForFunction(() => document.querySelector('#info:not([hidden]) details[open]')?.dataset.layer).then((h) => h.jsonValue());

test('a page that is opened while the server still loads comes when the map does', async () => {
    const {page, complaints} = await openPage(browser, server.url);
    await page.route('**/map.json', (route) => route.fulfill({status: 503, contentType: 'application/problem+json',
        body: JSON.stringify({title: 'Service Unavailable', status: 503, detail: 'карта загружается'})}), {times: 2});
    await page.goto(`${server.url}/#map=16/52.353/39.098`);
    await page.waitForFunction(() => /загружается.*спросит снова сама/.test(document.querySelector('#message:not([hidden])')?.textContent));
    await mapIdle(page);
    assert.equal(await page.locator('#message').isVisible(), false);
    leave({page, complaints});
});

test('a list of a box that comes late does not take the place of a card', async () => {
    const {page, complaints} = await show('#map=16/52.353/39.098');
    const late = await gate(page, /S_INTERSECTS/);
    await page.focus('.maplibregl-canvas');
    await page.keyboard.press('Shift+Enter');
    await late.first;
    await page.evaluate(() => window.munimap.showFeature('schools', '1'));
    assert.equal(await card(page), 'schools');
    const answered = page.waitForResponse(/S_INTERSECTS/);
    late.open();
    await answered;
    await mapIdle(page);
    assert.equal(await card(page), 'schools');
    assert.deepEqual(await get(page, 'chosen'), {layer: 'schools', id: '1'});
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('an address changed by hand changes the card and the search box too', async () => {
    const {page, complaints} = await show('#map=16/52.353/39.098&sel=schools/1');
    assert.equal(await card(page), 'schools');
    await page.evaluate(() => location.hash = '#map=16/52.353/39.098&sel=stops/1&q=Липовая');
    await page.waitForFunction(() => document.querySelector('#info details[open]')?.dataset.layer === 'stops');
    assert.equal(await page.inputValue('#search-box'), 'Липовая');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('time that is stopped stands still, however often it was started', async () => {
    const {page, complaints} = await show('#map=13/52.353/39.098&t=2025-06-15');
    for (let i = 0; i < 5; i++)
        await page.click('#time-play'); // play, pause, play, pause, play
    await page.waitForFunction(() => window.munimap.store.get('at').date > '2025-06-25');
    await page.click('#time-play');
    const {date} = await get(page, 'at');
    await mapIdle(page);
    await page.waitForTimeout(2500); // more than two steps
    assert.equal((await get(page, 'at')).date, date);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('a drag of the slider is one action', async () => {
    const {page} = await show('#map=13/52.353/39.098&t=2025-06-15');
    const before = await get(page, 'actions');
    await page.locator('#time-slider').evaluate((slider) => {
        for (let i = 1; i <= 20; i++) {
            slider.value = Number(slider.value) + 1;
            slider.dispatchEvent(new Event('input'));
        }
        slider.dispatchEvent(new Event('change'));
    });
    assert.equal((await get(page, 'at')).date, '2025-07-05');
    assert.equal(await get(page, 'actions'), before + 1);
    await page.click('#undo');
    assert.equal((await get(page, 'at')).date, '2025-06-15');
    await page.close();
});

test('a filter that was cleared stays so when the check of its text comes late', async () => {
    const {page, complaints} = await show('#p=filter&fl=projects');
    await page.fill('#filter-text', 'budget_plan > 1');
    const late = await gate(page, /budget_plan/);
    await page.focus('#filter-text');
    await page.keyboard.press('Control+Enter');
    await late.first;
    await page.fill('#filter-text', '');
    await page.keyboard.press('Control+Enter');
    const answered = page.waitForResponse(/budget_plan/);
    late.open();
    await answered;
    await mapIdle(page);
    assert.deepEqual(await get(page, 'filters'), {});
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('the theme chosen last is the one that is worn', async () => {
    const {page, complaints} = await show('#map=14/52.353/39.098&theme=day');
    const late = await gate(page, /styles\/night/);
    await page.evaluate(() => window.munimap.store.set({theme: 'night'}));
    await late.first;
    await page.evaluate(() => {
        window.before = window.munimap.style;
        window.munimap.store.set({theme: 'contrast'});
    });
    await page.waitForFunction(() => window.munimap.style !== window.before);
    const worn = await page.evaluate(() => JSON.stringify(window.munimap.style));
    const answered = page.waitForResponse(/styles\/night/);
    late.open();
    await answered;
    await mapIdle(page);
    assert.equal(await page.evaluate(() => JSON.stringify(window.munimap.style)), worn);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

const squareOf = (n, [lon, lat], r) => ({type: 'Polygon', coordinates: [Array.from({length: n + 1}, (_, i) =>
    [lon + r * Math.cos(2 * Math.PI * (i % n) / n), lat + r * Math.sin(2 * Math.PI * (i % n) / n) * 0.6])]});

test('what is inside is counted in large shapes, on the day and under the filter of the map', async () => {
    const {page, complaints} = await show('#map=13/52.353/39.098&p=inside&t=2026-06-15');
    const shape = squareOf(300, [39.098, 52.353], 0.02); // too large for the address
    await page.evaluate((g) => window.munimap.store.set({drawn: [g]}), shape);
    await page.click('#inside-run');
    await page.waitForSelector('#inside tr[data-collection=projects]');
    const shown = () => page.locator('#inside tr[data-collection=projects] td').evaluate((td) => Number(td.firstChild.textContent.replace(/\D/g, '')));
    const within = `S_INTERSECTS(geometry, POLYGON((${shape.coordinates[0].map((p) => p.join(' ')).join(', ')})))`;
    const counted = async (filter) => (await (await fetch(`${server.url}/collections/projects/search`, {method: 'POST', headers: {'content-type': 'application/json'},
        body: JSON.stringify({limit: 1, datetime: '2026-06-15', filter: [within, ...filter].join(' AND ')})})).json()).numberMatched;
    const all = await counted([]);
    assert.equal(await shown(), all);
    // another filter while the panel is closed
    await page.evaluate(() => window.munimap.openPanel('portfolio'));
    await page.evaluate(() => window.munimap.setFilter('projects', "status = 'late'"));
    await page.evaluate(() => window.munimap.openPanel('inside'));
    const late = await counted(["status = 'late'"]);
    assert.ok(late > 0 && late < all, `${late} of ${all}`);
    await page.waitForFunction((n) => Number(document.querySelector('#inside tr[data-collection=projects] td')?.firstChild.textContent.replace(/\D/g, '')) === n, late);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('templates of plans speak the language of the page, and the one chosen last is the one that is set', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&p=print');
    await page.waitForFunction(() => document.querySelectorAll('#print-template option').length > 5);
    const russian = await page.locator('#print-template option').nth(1).innerText();
    const late = await gate(page, /print\/templates\/situation/);
    await page.selectOption('#print-template', 'situation');
    await late.first;
    await page.selectOption('#print-template', 'works');
    await page.waitForFunction(() => document.getElementById('print-template').value === 'works' && document.querySelector('#print-title').value);
    const title = await page.inputValue('#print-title');
    const answered = page.waitForResponse(/print\/templates\/situation/);
    late.open();
    await answered;
    await mapIdle(page);
    assert.equal(await page.inputValue('#print-template'), 'works');
    assert.equal(await page.inputValue('#print-title'), title);
    await page.click('[data-lang=en]');
    await page.waitForFunction((before) => document.querySelectorAll('#print-template option').length > 5 && document.querySelectorAll('#print-template option')[1].innerText !== before, russian);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('without a connection every panel says so in the language of the page', async () => {
    for (const [lang, words] of [['ru', /нет связи с сервером/], ['en', /no connection to the server/]]) {
        const {page} = await show(`#map=14/52.353/39.098&p=inside&lang=${lang}`);
        await page.route((url) => /\/(analysis|search|collections|print)\b/.test(url.pathname), (route) => route.abort());
        const says = (selector) => page.waitForFunction(([s, w]) => new RegExp(w).test(document.querySelector(s)?.innerText), [selector, words.source]);
        await page.click('#inside-run');
        await says('#inside .error');
        await page.fill('#search-box', 'липовая');
        await says('#search-list');
        await page.keyboard.press('Escape');
        await page.click('#portfolio-tab');
        await says('#portfolio .error');
        await page.click('#print-tab');
        await says('#print-error');
        await page.click('#tool-table');
        await says('#table-state');
        await page.close();
    }
});
