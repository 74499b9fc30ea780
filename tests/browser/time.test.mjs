// What is under way on a day: the slider over the periods of projects and permits.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {address, mapIdle, picture, spaced} from '../lib/browser.mjs';
import {leave, server, show} from '../lib/town.mjs';

/** Exactly how many features of a layer the server counts under a condition. */
async function matched(layer, params) {
    const answer = await server.get(`/collections/${layer}/items?${new URLSearchParams({...params, limit: 1})}`);
    return (await answer.json()).numberMatched;
}

const counts = (page) => page.textContent('#time-counts').then(spaced);

/** How many features of a layer are drawn, when they are some and fewer than `most`. */
const countDrawn = (page, layer, most = Infinity) => page.waitForFunction(([id, n]) => {
    const count = new Set(window.munimap.gl.queryRenderedFeatures(undefined, {layers: window.munimap.styleLayersOf(id).map((l) => l.id)})
        .map((f) => f.properties['@id'] ?? f.id)).size;
    return count > 0 && count < (n ?? Infinity) && count;
}, [layer, most]).then((handle) => handle.jsonValue());

test('the slider shows what is planned for a day, and the words beside it agree with the server', async () => {
    const {page, complaints} = await show('#map=12.5/52.353/39.098');
    const all = await countDrawn(page, 'projects');
    await page.click('#time-button');
    await page.fill('#time-date', '2026-06-15');
    await page.waitForFunction(() => /\d/.test(document.getElementById('time-counts').textContent));
    await mapIdle(page);
    assert.match(await address(page), /t=2026-06-15/);
    const under = await matched('projects', {datetime: '2026-06-15'});
    await page.waitForFunction((n) => document.getElementById('time-counts').textContent.includes(`: ${n}`), under);
    assert.match(await counts(page), new RegExp(`Проекты развития: ${under}`));
    assert.match(await counts(page), new RegExp(`Ордера на земляные работы: ${await matched('permits', {datetime: '2026-06-15'})}`));
    await countDrawn(page, 'projects', all);
    await picture(page, 'time');

    await page.check('#time-fact');
    await mapIdle(page);
    assert.match(await address(page), /t=2026-06-15,fact/);
    const fact = await matched('projects', {filter: "start_fact <= DATE('2026-06-15') AND (end_fact IS NULL OR end_fact >= DATE('2026-06-15'))"});
    assert.notEqual(fact, under);
    await page.waitForFunction((n) => document.getElementById('time-counts').textContent.includes(`: ${n}`), fact);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('the day is in the link, arrows move it, undo takes it back, closing shows all again', async () => {
    const {page, complaints} = await show('#map=12.5/52.353/39.098&t=2026-06-15&lang=en');
    await page.focus('#time-slider');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.inputValue('#time-date'), '2026-06-16');
    await page.keyboard.press('Control+z');
    assert.equal(await page.inputValue('#time-date'), '2026-06-15');
    assert.equal(await page.inputValue('#time-slider'), await page.evaluate(() => String((Date.parse('2026-06-15') - Date.parse('2024-05-20')) / 86400000)));
    assert.match(await page.getAttribute('#time-slider', 'aria-valuetext'), /15 Jun 2026/);
    await page.click('#time-close');
    await page.locator('#time').waitFor({state: 'detached'});
    await mapIdle(page);
    assert.doesNotMatch(await address(page), /[#&]t=/);
    assert.equal(await page.evaluate(() => Object.values(window.munimap.shown.sources).some((s) => /datetime/.test(s.url))), false);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('play goes on week by week and stops when it is told to', async () => {
    const {page, complaints} = await show('#map=12.5/52.353/39.098&t=2026-06-01');
    await page.click('#time-play');
    await page.waitForFunction(() => document.getElementById('time-date').value >= '2026-06-15');
    await page.click('#time-play');
    await mapIdle(page);
    const stopped = await page.inputValue('#time-date');
    assert.equal((Date.parse(stopped) - Date.parse('2026-06-01')) % (7 * 86400000), 0);
    assert.equal(await page.getAttribute('#time-play', 'aria-label'), 'Проиграть по неделям');
    await page.evaluate(() => new Promise((done) => window.munimap.gl.once('idle', () => done()).triggerRepaint()));
    assert.equal(await page.inputValue('#time-date'), stopped);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('on a telephone the bar of time fits', async () => {
    const {page, complaints} = await show('#map=12/52.353/39.098&t=2026-06-15', {viewport: {width: 390, height: 780}});
    const box = await page.locator('#time').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
    await picture(page, 'time-telephone');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('what was played is taken back as one action', async () => {
    const {page, complaints} = await show('#map=12.5/52.353/39.098&t=2026-06-01', {});
    await page.click('#time-play');
    await page.waitForFunction(() => document.getElementById('time-date').value >= '2026-06-15');
    await page.click('#time-play');
    await page.click('#undo');
    assert.equal(await page.inputValue('#time-date'), '2026-06-01');
    assert.ok(await page.isDisabled('#undo'));
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('the portfolio has as many projects on a day as the bar of time says, by plan and in fact', async () => {
    for (const mode of ['', ',fact']) {
        const {page, complaints} = await show(`#map=13/52.353/39.098&p=portfolio&t=2026-06-14${mode}`);
        await page.waitForSelector('#portfolio .big');
        await page.waitForFunction(() => /Проекты развития: \d/.test(document.getElementById('time-counts').textContent));
        const n = /Проекты развития: (\d+)/.exec(await page.innerText('#time-counts'))[1];
        assert.ok(Number(n) > 20 && Number(n) < 400, n);
        assert.match(await page.innerText('#portfolio .big'), new RegExp(`^Проектов: ${n}\n`), mode);
        assert.deepEqual(complaints, []);
        leave({page, complaints});
    }
});

test('a table that the chosen day leaves empty says so, and leads out of it', async () => {
    const {page, complaints} = await show('#map=13/52.353/39.098&p=-&tb=projects&t=2024-05-21,fact');
    await page.waitForFunction(() => /В выбранный день/.test(document.getElementById('table-state')?.innerText));
    await page.locator('#table-state button').click();
    await page.locator('#table-grid [role=gridcell]').first().waitFor();
    assert.equal(await page.locator('#time').count(), 0);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});
