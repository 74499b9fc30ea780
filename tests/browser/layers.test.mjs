// The list of layers and the box as people use them: what is switched, how strong, what its colours mean, how many are in
// view, where it comes from, and its files; then all that lies in a box. By mouse and by finger, in both languages.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {jump, mapIdle, picture, spaced} from '../lib/browser.mjs';
import {server, show} from '../lib/town.mjs';

const grouped = (n) => spaced(new Intl.NumberFormat('ru-RU').format(n));
const row = (page, layer) => page.locator(`#tree li[data-id="${layer}"]`);
const reads = (page, selector, text) => page.waitForFunction(([s, t]) =>
    document.querySelector(s)?.textContent.replace(/[\u00a0\u202f]/g, ' ') === t, [selector, text]);
const drawn = (page, layer) => page.evaluate((id) => window.munimap.gl.queryRenderedFeatures(undefined,
    {layers: window.munimap.styleLayersOf(id).map((l) => l.id)}).length, layer);
const boxInView = (page) => page.evaluate(() => window.munimap.gl.getBounds().toArray().flat().join());

/** How many there are, by the server's own word. */
async function matched(layer, params) {
    return (await server.json(`/collections/${layer}/items?${new URLSearchParams({...params, limit: 1})}`)).numberMatched;
}

/** What stands in an open legend, and what the server says is in view: sorted codes. */
const legendShown = (page, layer) => page.locator(`#legend-${layer} li[data-value]:visible`).evaluateAll((all) => all.map((li) => li.dataset.value).sort());

async function classesInView(page, layer, field) {
    const {groups} = await server.json(`/collections/${layer}/aggregate?${new URLSearchParams({functions: 'count', 'group-by': field, bbox: await boxInView(page)})}`);
    return groups.map((g) => String(g.key[field])).sort();
}

test('switches of layers and of themes, and how strong a layer is drawn', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098');
    const theme = page.locator('.theme', {has: page.locator('[data-layer=buildings]')}), all = theme.locator('h3 input');
    const isMixed = () => all.evaluate((i) => i.indeterminate);
    await all.setChecked(true);
    assert.deepEqual([await isMixed(), await theme.locator('[data-layer]:not(:checked)').count()], [false, 0]);
    await all.uncheck();
    await mapIdle(page);
    assert.equal(await theme.locator('[data-layer]:checked').count(), 0);
    assert.equal(await drawn(page, 'buildings'), 0);
    await row(page, 'buildings').locator('label').click(); // the name is part of the switch
    await mapIdle(page);
    assert.ok(await row(page, 'buildings').locator('input').isChecked());
    assert.ok(await drawn(page, 'buildings') > 0);
    assert.ok(await isMixed(), 'one of several is on');

    // a theme folds away, and is there again
    await theme.locator('.fold').click();
    assert.ok(await row(page, 'buildings').isHidden());
    assert.equal(await theme.locator('.fold').getAttribute('aria-expanded'), 'false');
    await theme.locator('.fold').press('Enter');
    assert.ok(await row(page, 'buildings').isVisible());

    // how strong it is drawn: by keyboard, 5 % at a step
    const strength = () => page.evaluate(() => JSON.stringify(window.munimap.gl.getPaintProperty('buildings', 'fill-opacity') ?? 1));
    const full = await strength();
    await page.click('#more-buildings');
    for (let i = 0; i < 12; i++)
        await page.press('#opacity-buildings', 'ArrowLeft');
    assert.equal(spaced(await page.textContent('output[for=opacity-buildings]')), '40 %');
    assert.equal(spaced(await page.getAttribute('#opacity-buildings', 'aria-valuetext')), '40 %');
    assert.notEqual(await strength(), full);
    await page.waitForFunction(() => /o=buildings(:|%3A)40/.test(location.href));
    await picture(page, 'layers-opacity');
    await page.press('#opacity-buildings', 'End');
    assert.equal(await strength(), full);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('counts and legends tell what is in view; the sheet tells whose it is, from which scale on, and gives files of what is asked for', async () => {
    const {page, complaints} = await show('#map=16/52.353/39.098');
    const total = await matched('buildings', {});
    await reads(page, '#tree li[data-id=buildings] .count', `${grouped(await matched('buildings', {bbox: await boxInView(page)}))} / ${grouped(total)}`);
    await row(page, 'buildings').locator('.unfold').click();
    const fewer = async () => page.waitForFunction((wanted) => [...document.querySelectorAll('#legend-buildings li[data-value]')]
        .filter((li) => li.checkVisibility()).map((li) => li.dataset.value).sort().join() === wanted, (await classesInView(page, 'buildings', 'purpose')).join());
    await fewer();
    const near = await legendShown(page, 'buildings');
    // a place with other buildings, then one with none at all
    await jump(page, {zoom: 12.5});
    await mapIdle(page);
    await fewer();
    const far = await legendShown(page, 'buildings');
    assert.ok(far.length > 1 && far.length >= near.length, `${near} and ${far}`);
    assert.ok(await page.locator('#legend-buildings .away').isHidden());
    await jump(page, {center: [38.5, 52], zoom: 14});
    await reads(page, '#tree li[data-id=buildings] .count', `0 / ${grouped(total)}`);
    assert.deepEqual(await legendShown(page, 'buildings'), []);
    assert.equal(await page.textContent('#legend-buildings .away'), `Не на экране, видов: ${far.length}`);
    // off: nothing of it is in view, and nobody is told so
    await row(page, 'buildings').locator('input').uncheck();
    assert.equal(spaced(await row(page, 'buildings').locator('.count').textContent()), grouped(total));
    await row(page, 'buildings').locator('input').check();
    await row(page, 'buildings').locator('.unfold').click();

    // scale: the row says from where on it is seen, the sheet too; "to the layer" leads there
    await jump(page, {zoom: 11});
    const from = await page.evaluate(() => Math.ceil(window.munimap.firstZoom('stops')));
    await page.waitForFunction(() => !document.querySelector('#tree li[data-id=stops] .nearer').hidden);
    assert.equal(await row(page, 'stops').locator('.nearer').textContent(), `видно с масштаба ${from}`);
    await page.click('#more-buildings');
    const facts = spaced(await page.innerText('#about-buildings dl'));
    assert.match(facts, /Владелец\s+Администрация города Светлореченска[^]*Лицензия\s+CC0-1\.0[^]*Источник изменён\s+\d+ \S+ \d{4}[^]*Объектов\s+6 900[^]*МСК-48[^]*Виден с масштаба\s+12/);
    await page.click('#about-buildings [data-action=zoom]');
    await page.waitForFunction(() => window.munimap.gl.getCenter().lng > 39 && !window.munimap.gl.isMoving());

    // a filter: its button leads to it, the row shows it, files and counts obey it
    const filter = "purpose = 'mkd'";
    await page.click('#about-buildings [data-action=filter]');
    await page.locator('#filter-text').fill(filter);
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => window.munimap.filterOf('buildings'));
    await page.click('#layers-tab');
    await page.locator('#tree li.narrowed[data-id=buildings] .funnel').waitFor();
    assert.equal(await page.innerText('#about-buildings code'), filter);
    const wanted = await matched('buildings', {filter});
    assert.ok(wanted > 0 && wanted < total);
    await reads(page, '#tree li[data-id=buildings] .count', `${grouped(await matched('buildings', {filter, bbox: await boxInView(page)}))} / ${grouped(total)}`);
    await picture(page, 'layers-sheet');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#about-buildings [data-format=csv]')]);
    assert.equal(file.suggestedFilename(), 'Здания.csv');
    const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
    assert.equal(lines.length, wanted + 2); // a heading, and the end of the last line
    assert.match(lines[0], /^\ufeffcad_no;purpose;/);
    for (const format of await page.locator('#about-buildings [data-format]').evaluateAll((all) => all.map((a) => new URL(a.href).searchParams.get('filter'))))
        assert.equal(format, filter);
    await page.locator('#about-buildings .filtered button').click();
    await page.locator('#tree li.narrowed').waitFor({state: 'detached'});
    assert.deepEqual(complaints, []);
    await page.close();
});

/** Corners on the screen of a box in the middle of the map, and the same box as the server is asked for it. */
const middle = (page, part) => page.evaluate((p) => {
    const {gl} = window.munimap, box = gl.getCanvas().getBoundingClientRect(), w = box.width * p, h = box.height * p;
    const a = {x: (box.width - w) / 2, y: (box.height - h) / 2}, b = {x: (box.width + w) / 2, y: (box.height + h) / 2};
    const ring = [[a.x, a.y], [b.x, a.y], [b.x, b.y], [a.x, b.y], [a.x, a.y]].map((at) => gl.unproject(at).toArray().map((v) => v.toFixed(8)).join(' '));
    return {a: {x: a.x + box.left, y: a.y + box.top}, b: {x: b.x + box.left, y: b.y + box.top}, filter: `S_INTERSECTS(geometry, POLYGON((${ring.join(', ')})))`};
}, part);

const groups = (page) => page.locator('#info h3.group').evaluateAll((all) => Object.fromEntries(all.map((h) => [h.dataset.layer, Number(h.querySelector('.count').textContent.replace(/\D/g, ''))])));

/** What the server finds in a box, of the layers that are on. */
async function within(page, filter) {
    const on = await page.evaluate(() => window.munimap.map.layers.filter((l) => !l.tiles && window.munimap.store.get('on').has(l.id)).map((l) => l.id));
    const counted = await Promise.all(on.map(async (id) => [id, await matched(id, {filter})]));
    return Object.fromEntries(counted.filter(([, n]) => n));
}

const drag = async (page, {a, b}) => {
    await page.mouse.move(a.x, a.y);
    await page.mouse.down();
    await page.mouse.move((a.x + b.x) / 2, (a.y + b.y) / 2);
    await page.mouse.move(b.x, b.y);
    await page.mouse.up();
};

test('a box by mouse shows all there is in it, layer by layer, more on demand', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&p=-');
    const box = await middle(page, 0.5), wanted = await within(page, box.filter);
    assert.ok(Object.keys(wanted).length > 3 && wanted.buildings > 10, JSON.stringify(wanted));
    await page.keyboard.down('Shift');
    await drag(page, box);
    await page.keyboard.up('Shift');
    await page.locator('#info h3.group').first().waitFor();
    assert.equal(await page.textContent('#info-title'), 'Объекты в рамке');
    assert.deepEqual(await groups(page), wanted);
    const sum = Object.values(wanted).reduce((n, m) => n + m, 0);
    assert.equal(spaced(await page.innerText('#info .total')), `Объектов: ${grouped(sum)}. Слоёв: ${Object.keys(wanted).length}.`);
    const cards = page.locator('#info details[data-layer=buildings]');
    assert.equal(await cards.count(), 10);
    await page.click('#info [data-more=buildings]');
    await page.waitForFunction((n) => document.querySelectorAll('#info details[data-layer=buildings]').length === n, Math.min(30, wanted.buildings));
    assert.ok(await cards.nth(10).locator('summary').evaluate((s) => s === document.activeElement), 'on to the first of those that came');
    await page.keyboard.press('Enter');
    assert.match(await cards.nth(10).innerText(), /Назначение/);
    await page.waitForFunction(() => window.munimap.store.get('chosen')?.layer === 'buildings'); // said by an event of the card
    await picture(page, 'box');

    // the tool: the map is not moved; a click in it is a click; Escape puts the tool away
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#info').isHidden());
    const view = () => page.evaluate(() => window.munimap.gl.getCenter().toArray().join());
    const before_ = await view();
    await page.click('#tool-box');
    assert.equal(await page.getAttribute('#tool-box', 'aria-pressed'), 'true');
    assert.match(await page.textContent('#message'), /Обведите рамкой/);
    await drag(page, box);
    await page.locator('#info h3.group').first().waitFor();
    assert.deepEqual(await groups(page), wanted);
    assert.equal(await view(), before_);
    // of a layer with a filter only what it lets through
    await page.evaluate(() => window.munimap.setFilter('buildings', "purpose = 'mkd'"));
    await drag(page, box);
    const houses = await matched('buildings', {filter: `purpose = 'mkd' AND ${box.filter}`});
    await page.waitForFunction((n) => Number(document.querySelector('#info h3[data-layer=buildings] .count')?.textContent) === n, houses);
    assert.ok(houses < wanted.buildings);
    await page.keyboard.press('Escape');
    assert.equal(await page.getAttribute('#tool-box', 'aria-pressed'), 'false');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('in English, by finger on a telephone: the list, and a box', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&lang=en&theme=night&l=%2Bsensors', {viewport: {width: 390, height: 780}, hasTouch: true, isMobile: true});
    await page.tap('#menu');
    await row(page, 'sensors').locator('.unfold').tap();
    const codes = (await classesInView(page, 'sensors', 'state')).join();
    assert.ok(codes, 'sensors in view');
    await page.waitForFunction((wanted) => [...document.querySelectorAll('#legend-sensors li[data-value]')].filter((li) => li.checkVisibility())
        .map((li) => li.dataset.value).sort().join() === wanted, codes);
    await page.tap('#more-sensors');
    const sheet = spaced(await page.innerText('#about-sensors'));
    assert.match(sheet, /Opacity[^]*Zoom to it[^]*Table[^]*Filter[^]*Source changed[^]*Seen from zoom[^]*GeoPackage/);
    await picture(page, 'layers-telephone');
    for (const part of await page.locator('#about-sensors a, #about-sensors button').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().toJSON())))
        assert.ok(part.left >= 0 && part.right <= 390, JSON.stringify(part));
    const edges = await page.evaluate(() => Object.fromEntries(['map', 'side', 'rail'].map((id) => [id, document.getElementById(id).getBoundingClientRect().toJSON()])));
    assert.ok(edges.map.bottom <= edges.side.top + 1 && edges.side.bottom <= edges.rail.top + 1 && edges.map.height > 150, JSON.stringify(edges));
    await page.tap('#menu');
    await mapIdle(page);

    const box = await middle(page, 0.4), wanted = await within(page, box.filter);
    assert.ok(Object.keys(wanted).length > 1, JSON.stringify(wanted));
    await page.tap('#tool-box');
    const touch = await page.context().newCDPSession(page);
    const finger = (type, ...touchPoints) => touch.send('Input.dispatchTouchEvent', {type, touchPoints});
    await finger('touchStart', box.a);
    await finger('touchMove', {x: (box.a.x + box.b.x) / 2, y: (box.a.y + box.b.y) / 2});
    await finger('touchMove', box.b);
    await finger('touchEnd');
    await page.locator('#info h3.group').first().waitFor();
    assert.equal(await page.textContent('#info-title'), 'Features in the box');
    assert.deepEqual(await groups(page), wanted);
    assert.ok(await page.locator('#message').isHidden(), 'the words on how to draw are not in the way');
    await page.waitForFunction(() => window.munimap.gl.queryRenderedFeatures(undefined, {layers: ['box']}).length > 0);
    await picture(page, 'box-telephone');
    await page.click('#info-close'); // a tap this soon after a drag ends a fling, as the browser sees it, and is no click
    await page.waitForFunction(() => window.munimap.gl.queryRenderedFeatures(undefined, {layers: ['box']}).length === 0);
    assert.deepEqual(complaints, []);
    await page.close();
});
