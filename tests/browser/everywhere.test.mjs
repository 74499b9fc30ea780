// What holds on all of the page: links, undo, themes, pause, embedding; and that nothing wears out.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {test} from 'node:test';
import {writeFileSync} from 'node:fs';
import {address, jumpAndDraw, mapIdle, openPage, picture, spaced} from '../lib/browser.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {browser, leave, server, show} from '../lib/town.mjs';

const MONKEY_S = Number(process.env.MM_MONKEY_S ?? 12), PANS = Number(process.env.MM_PANS ?? 6);
const state = (page) => page.evaluate(() => {
    const {store} = window.munimap;
    return {on: [...store.get('on')].sort(), opacity: store.get('opacity'), filters: store.get('filters'), at: store.get('at'),
        panel: store.get('panel'), lang: store.get('lang'), theme: store.get('theme'), chosen: store.get('chosen')};
});

test('a link brings back all of what was seen', async () => {
    const {page, complaints} = await show('#map=14.25/52.35120/39.09510');
    await page.evaluate(() => {
        const {store} = window.munimap;
        window.munimap.setLayers(['buildings'], false);
        window.munimap.setLayers(['quarters', 'sensors'], true);
        store.set({opacity: {green: 0.4}, filters: {projects: "status = 'late' AND name LIKE '%«Ёлочка» + 100 % & №1=2#%'"}});
        store.set({at: {date: '2026-06-15', mode: 'fact'}, panel: 'portfolio', lang: 'en', theme: 'contrast'});
        store.set({chosen: {layer: 'projects', id: 'P-0077'}});
    });
    await mapIdle(page);
    const before = await state(page), view = await page.evaluate(() => window.munimap.gl.getCenter());
    const again = await show(new URL(await address(page)).hash, {});
    assert.deepEqual(await state(again.page), before);
    const seen = await again.page.evaluate(() => window.munimap.gl.getCenter());
    assert.ok(Math.abs(seen.lng - view.lng) < 1e-4 && Math.abs(seen.lat - view.lat) < 1e-4);
    await again.page.locator('#info details[data-layer=projects]').waitFor();
    await picture(again.page, 'link');
    assert.deepEqual([...complaints, ...again.complaints], []);
    await again.page.close();
    leave({page, complaints});
});

test('undo takes back one action after another, and no more than there were', async () => {
    const {page, complaints} = await show('', {}); // with no action before
    const first = await state(page);
    assert.ok(await page.isDisabled('#undo'));
    await page.uncheck('input[data-layer=buildings]');
    await page.check('input[data-layer=quarters]');
    await page.evaluate(() => window.munimap.store.set({opacity: {green: 0.5}}));
    for (let i = 0; i < 3; i++)
        await page.click('#undo');
    assert.deepEqual(await state(page), first);
    assert.ok(await page.isDisabled('#undo'));
    assert.ok(await page.isChecked('input[data-layer=buildings]'));
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('the link is copied, and it is said', async () => {
    const context = await browser.newContext({locale: 'ru-RU', permissions: ['clipboard-read', 'clipboard-write']});
    const page = await context.newPage();
    await page.goto(`${server.url}/#map=14/52.353/39.098`);
    await mapIdle(page);
    await page.click('#share');
    await page.waitForFunction(() => !document.getElementById('message').hidden);
    assert.match(await page.textContent('#message'), /Ссылка скопирована/);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await address(page));
    await context.close();
});

test('themes change page and map, are remembered, and by themselves follow the system', async () => {
    const {page, complaints} = await show('#map=14/52.353/39.098', {colorScheme: 'dark'});
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const ground = () => page.evaluate(() => window.munimap.gl.getPaintProperty(window.munimap.shown.layers[0].id, 'background-color'));
    assert.equal(await page.getAttribute('html', 'data-theme'), 'night');
    const night = [await paper(), JSON.stringify(await ground())];
    await page.emulateMedia({colorScheme: 'light'});
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'day');
    await page.waitForFunction((g) => JSON.stringify(window.munimap.gl.getPaintProperty(window.munimap.shown.layers[0].id, 'background-color')) !== g, night[1]);
    assert.notEqual(await paper(), night[0]);
    await page.click('#theme'); // auto, then day, night
    await page.click('#theme');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'night');
    assert.match(await address(page), /theme=night/);
    await mapIdle(page);
    assert.ok(await page.evaluate(() => window.munimap.gl.queryRenderedFeatures().length > 100), 'the map is drawn anew');
    await picture(page, 'night');
    await page.goto('about:blank');
    await page.goto(server.url);
    await mapIdle(page);
    assert.equal(await page.getAttribute('html', 'data-theme'), 'night');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('updates wait while they are paused, and come when they go on', async () => {
    const folder = tempDir();
    const write = (n) => writeFileSync(join(folder.dir, 'trees.geojson'), JSON.stringify({type: 'FeatureCollection', features: Array.from({length: n}, (_, i) =>
        ({type: 'Feature', id: i + 1, properties: {name: `${i}`}, geometry: {type: 'Point', coordinates: [39 + i / 1000, 52]}}))}));
    write(3);
    writeFileSync(join(folder.dir, 'trees.yaml'), 'source: trees.geojson\n');
    const own = await serve(folder.dir);
    const {page, complaints} = await openPage(browser, own.url);
    await page.goto(own.url);
    await mapIdle(page);
    const shown = () => page.textContent('#tree .count');
    await page.click('#live');
    assert.equal(await page.getAttribute('#live', 'aria-pressed'), 'true');
    assert.equal(await page.textContent('#live-text'), 'Обновления приостановлены');
    assert.equal(await shown(), '3');
    write(5);
    await page.waitForFunction(() => window.munimap.hasMissed, null, {polling: 20});
    assert.equal(await shown(), '3');
    await page.click('#live');
    await page.waitForFunction(() => document.querySelector('#tree .count').textContent === '5', null, {polling: 20});
    assert.deepEqual(complaints, []);
    await page.close();
    await own.stop();
    folder.remove();
});

test('the map lives in a frame of another site, and leads to the whole of it', async () => {
    const host = createServer((request, answer) => answer.writeHead(200, {'content-type': 'text/html'})
        .end(`<!doctype html><title>host</title><iframe width=800 height=500 title=map src="${server.url}/?embed#map=14/52.353/39.098&lang=ru"></iframe>`));
    await new Promise((done) => host.listen(0, '127.0.0.1', done));
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${host.address().port}/`);
    const frame = page.frames().find((f) => f.url().startsWith(server.url)) ?? await page.waitForEvent('framenavigated');
    await frame.waitForFunction(() => window.munimap?.gl?.areTilesLoaded());
    assert.ok(await frame.locator('body > header').isHidden());
    assert.match(await frame.getAttribute('#whole', 'href'), /^http:\/\/[^?]+\/#.*map=14/);
    assert.match(await frame.textContent('#whole'), /Светлореченск/);
    await picture(page, 'embedded');
    const link = await frame.locator('#whole').boundingBox(), zoom = await frame.locator('.maplibregl-ctrl-zoom-in').boundingBox();
    assert.ok(link.x > zoom.x + zoom.width || link.y > zoom.y + zoom.height * 4, 'the link lies beside the buttons');
    await page.close();
    host.close();
    host.closeAllConnections();
});

/** A generator of numbers in [0, 1) that goes the same way each time. */
function dice(seed) {
    let s = seed >>> 0;
    return () => {
        s = Math.imul(s ^ s >>> 15, 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
        return ((s ^ s >>> 13) >>> 0) / 2 ** 32;
    };
}

test(`nothing breaks when someone clicks about for ${MONKEY_S} seconds (MM_MONKEY_S)`, {timeout: (MONKEY_S + 120) * 1000}, async (t) => {
    const {page, complaints} = await show('#map=14/52.353/39.098');
    const random = dice(Number(process.env.MM_SEED ?? 20261126)), until = Date.now() + MONKEY_S * 1000;
    page.on('dialog', (d) => d.dismiss());
    page.context().on('page', (other) => other.close().catch(() => {})); // links to pages of their own
    await page.route('**/*', (route) => route.request().isNavigationRequest() && route.request().frame() === page.mainFrame() ? route.fulfill({status: 204}) : route.continue()); // a link out of the page: it stays
    const keys = ['Tab', 'Enter', 'Escape', 'Space', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'Control+z', 'a', '1', '/', 'Backspace'];
    let steps = 0;
    while (Date.now() < until) {
        const what = random();
        if (what < 0.45) { // something that can be clicked
            const all = await page.locator('button:visible, input:visible, select:visible, summary:visible, [role=option]:visible, [role=row]:visible').all();
            await all[Math.floor(random() * all.length)]?.click({timeout: 400, force: true}).catch(() => {});
        } else if (what < 0.75) {
            await page.mouse.click(random() * 1440, random() * 900);
        } else if (what < 0.85) {
            await page.mouse.move(random() * 1440, random() * 900);
            await page.mouse.wheel(0, (random() - 0.5) * 900);
        } else {
            await page.keyboard.press(keys[Math.floor(random() * keys.length)]);
        }
        steps++;
    }
    t.diagnostic(`${steps} steps in ${MONKEY_S} s`);
    await page.unroute('**/*');
    assert.ok(steps > 0);
    assert.ok(await page.evaluate(() => Boolean(window.munimap.gl.getStyle())), 'the page is alive');
    // what is asked for at random may be too much: then the server says so, and the panel its words
    assert.deepEqual(complaints.filter((c) => !/ERR_FAILED|ERR_ABORTED|400: \S+\/(analysis|print)\/|status of 400/.test(c)), []);
    leave({page, complaints});
});

test(`memory of the page does not grow with panning (${PANS} pans, MM_PANS)`, {timeout: (PANS * 8 + 120) * 1000}, async (t) => {
    const {page, complaints} = await show('#map=15/52.353/39.098', {viewport: {width: 640, height: 480}});
    const session = await page.context().newCDPSession(page);
    const used = async () => {
        await session.send('HeapProfiler.collectGarbage');
        return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const round = async (n) => {
        for (let i = 0, at = 0; i < n; i++, at = i * 2 * Math.PI / 20)
            await jumpAndDraw(page, {center: [39.098 + 0.02 * Math.cos(at), 52.353 + 0.012 * Math.sin(at)]});
    };
    await round(4); // the round is once in the caches
    const before = await used();
    await round(PANS);
    const grown = await used() - before;
    t.diagnostic(`${(before / 1e6).toFixed(1)} MB, ${(grown / 1e6).toFixed(1)} MB more after ${PANS} pans`);
    assert.ok(grown < 8e6, `${Math.round(before / 1e6)} MB, and ${(grown / 1e6).toFixed(1)} MB more after ${PANS} pans`);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('an English page has no Russian units: in cards, tables, filters and sentences', async () => {
    const cyrillic = /[а-яё]/i, {layers} = await server.json('/map.json');
    const units = [...new Set(layers.flatMap((l) => l.fields.map((f) => f.unit.ru)).filter((u) => cyrillic.test(u)))];
    assert.ok(units.length > 10, `${units}`);
    for (const field of layers.flatMap((l) => l.fields))
        assert.doesNotMatch(field.unit.en, cyrillic, field.name);
    const {page, complaints} = await show('#map=16/52.353/39.098&lang=en&sel=stops/1&p=inside&tb=schools');
    const card = await page.locator('#info details[data-layer=stops]').innerText();
    assert.match(card, /people\/day/);
    await page.locator('#table-grid [role=gridcell]').first().waitFor();
    assert.match(await page.innerText('#table-grid'), /, places/);
    await page.click('#inside-run');
    assert.match(spaced(await page.innerText('#inside-sentence')), /Residents — [\d,]+ people/);
    const seen = await page.evaluate(() => ['#info', '#table-grid', '#inside'].map((id) => document.querySelector(id)?.innerText ?? '').join('\n'));
    for (const unit of units)
        assert.ok(!seen.split(/[\s\d(),;:]+/).includes(unit), unit);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('how strong a layer is drawn is taken back too, a drag at a time, and the slider shows it', async () => {
    const {page, complaints} = await show('#map=14/52.353/39.098&p=layers', {});
    await page.click('#more-green');
    const slider = page.locator('#opacity-green'), box = await slider.boundingBox(), y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width - 8, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, y, {steps: 3});
    await page.mouse.move(box.x + box.width * 0.5, y, {steps: 3});
    await page.mouse.up();
    const dragged = await slider.inputValue();
    assert.ok(Number(dragged) > 40 && Number(dragged) < 60, dragged);
    await slider.press('ArrowRight');
    assert.equal(await slider.inputValue(), String(Number(dragged) + 5));
    await page.click('#undo');
    assert.equal(await slider.inputValue(), dragged);
    assert.equal(spaced(await slider.getAttribute('aria-valuetext')), `${dragged} %`);
    await page.click('#undo');
    assert.equal(await slider.inputValue(), '100');
    assert.equal(spaced(await page.innerText('output[for=opacity-green]')), '100 %');
    assert.ok(await page.isDisabled('#undo'));
    assert.doesNotMatch(await address(page), /o=/);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('an English card has English words for what is one of a few', async () => {
    const {page, complaints} = await show('#map=16/52.353/39.098&lang=en&sel=cameras/C-001');
    const card = page.locator('#info details[data-layer=cameras]');
    await card.waitFor();
    assert.match(await card.innerText(), /State\s+(Works|No signal|Under maintenance)/);
    await page.evaluate(() => window.munimap.store.set({chosen: {layer: 'manholes', id: 'К-00001'}}));
    const cover = page.locator('#info details[data-layer=manholes]');
    await cover.waitFor();
    assert.match(await cover.innerText(), /Material\s+(Cast iron|Polymer)/);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('on a telephone all tabs are within the screen, and none is cut', async () => {
    for (const lang of ['ru', 'en']) {
        const {page, complaints} = await show(`#map=14/52.353/39.098&lang=${lang}&p=print`, {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true});
        const tabs = await page.evaluate(() => [...document.querySelectorAll('#rail button')].map((b) => ({text: b.innerText, right: b.getBoundingClientRect().right, left: b.getBoundingClientRect().left,
            isCut: [...b.querySelectorAll('*')].some((e) => e.scrollWidth > b.clientWidth + 1)})));
        assert.equal(tabs.length, 6);
        for (const tab of tabs)
            assert.ok(tab.left >= 0 && tab.right <= 390 && !tab.isCut, `${lang} ${JSON.stringify(tab)}`);
        assert.deepEqual(complaints, []);
        await page.close();
    }
});
