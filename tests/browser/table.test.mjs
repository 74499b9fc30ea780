// Table and filter: of a layer of 100 000 rows from the first to the last, and of the town as a planner uses them. The same
// filter drives map, table, counts, downloads and link.
import assert from 'node:assert/strict';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {address, jump, mapIdle, openPage, picture, spaced} from '../lib/browser.mjs';
import {root, serve, tempDir} from '../lib/munimap.mjs';
import {browser, leave, server, show} from '../lib/town.mjs';

const town = JSON.parse(readFileSync(join(root, 'data-samples/town/expected.json'), 'utf8')).projects;
const ROWS = 100000, DRAWN_MAX = 80;
async function showTable(hash) {
    const opened = await show(hash);
    await opened.page.locator('#table-grid [role=gridcell]').first().waitFor();
    return opened;
}

const grid = (page) => page.locator('#table-grid');
const cell = (page, row, column) => grid(page).locator(`[data-row="${row}"] [role=gridcell]`).nth(column);
const reads = (page, row, column, text) => page.waitForFunction(([r, c, t]) =>
    document.querySelector(`#table-grid [data-row="${r}"]`)?.children[c]?.textContent.replace(/[\u00a0\u202f]/g, ' ') === t, [row, column, text]);
const counts = (page, pattern) => page.waitForFunction((p) => new RegExp(p).test(document.querySelector('#table-count').textContent.replace(/[\u00a0\u202f]/g, ' ')), pattern);

/** A hundred thousand points, and what row i says. */
const name = (i) => `Опора № ${i}`;
const height = (i) => (i * 7919 % 100003) / 4;

function longTown(dir) {
    const lines = ['id,lon,lat,name,height,day'];
    for (let i = 1; i <= ROWS; i++)
        lines.push(`${i},${39 + (i % 400) / 2000},${52.2 + Math.floor(i / 400) / 2000},${name(i)},${height(i)},2026-${String(1 + i % 12).padStart(2, '0')}-15`);
    writeFileSync(join(dir, 'poles.csv'), lines.join('\n'));
    writeFileSync(join(dir, 'poles.yaml'), `source: poles.csv\npoint: {x: lon, y: lat}\ncrs: EPSG:4326\nid_field: id\ntitle: {ru: Опоры, en: Poles}\nstyle: {kind: circle, color: "#884400"}\n` +
        `fields:\n  - {name: id, type: integer, title: {ru: Номер, en: Number}}\n  - {name: height, type: real, unit: м, title: {ru: Высота, en: Height}}\n  - {name: day, type: date, title: {ru: Осмотр, en: Checked}}\n`);
    writeFileSync(join(dir, 'map.yaml'), 'title: {ru: Город, en: Town}\nview: {center: [39.1, 52.26], zoom: 13}\n');
}

test('a hundred thousand rows: the first, the middle, the last, in any order, few of them in the page', async () => {
    const folder = tempDir();
    longTown(folder.dir);
    const own = await serve(folder.dir);
    const {page, complaints} = await openPage(browser, own.url);
    const asked = [];
    page.on('request', (r) => r.url().includes('/items?') && asked.push(new URL(r.url()).searchParams));
    await page.goto(`${own.url}/`);
    await mapIdle(page);
    await page.click('#tool-table');
    await counts(page, '^Объектов: 100 000$');
    assert.equal(await grid(page).getAttribute('aria-rowcount'), String(ROWS + 1));
    const at = (name_) => page.locator('#table-grid [role=columnheader]').evaluateAll((all, n) => all.findIndex((h) => h.dataset.column === n), name_);
    const [ids, names, heights, days] = await Promise.all(['id', 'name', 'height', 'day'].map(at));
    await reads(page, 0, names, name(1));
    await reads(page, 2, heights, '5 939,25');
    assert.equal(spaced(await grid(page).locator('[data-column=height]').innerText()), 'Высота, м');
    assert.match(await cell(page, 0, days).innerText(), /15 февр\. 2026/);
    assert.equal(await cell(page, 0, heights).evaluate((c) => getComputedStyle(c).textAlign), 'right');
    assert.equal(await cell(page, 0, names).evaluate((c) => getComputedStyle(c).textAlign === 'right'), false);

    // by the scrollbar to the middle: the row that is there is the row that belongs there
    const height0 = await grid(page).evaluate((g) => g.scrollHeight);
    assert.ok(height0 > ROWS * 20, `the scrollbar covers all rows: ${height0}`);
    await grid(page).evaluate((g) => g.scrollTop = g.querySelector('.grid-row[data-row]').offsetHeight * 50000);
    await reads(page, 50003, names, name(50004));
    assert.ok(await grid(page).locator('[role=row]').count() < DRAWN_MAX);
    await picture(page, 'table-middle');
    // to the end
    await grid(page).evaluate((g) => g.scrollTop = g.scrollHeight);
    await reads(page, ROWS - 1, names, name(ROWS));
    assert.equal(await grid(page).locator(`[data-row="${ROWS - 1}"]`).getAttribute('aria-rowindex'), String(ROWS + 1));
    assert.ok(await cell(page, ROWS - 1, names).evaluate((c) => c.getBoundingClientRect().bottom <= c.closest('.grid').getBoundingClientRect().bottom + 1), 'the last row is not cut off');
    assert.ok(asked.length < 20, `pages around the view only: ${asked.length}`);
    assert.ok(asked.filter((p) => p.get('limit') === '100').every((p) => /^[0-9a-f]{16}-\d+$/.test(p.get('page'))), 'all of one version');

    // by keyboard: cell by cell, to the ends, and pages
    await cell(page, ROWS - 1, names).focus();
    await page.keyboard.press('Control+Home');
    await reads(page, 0, names, name(1));
    const focus = () => page.evaluate(() => [document.activeElement.parentNode.dataset.row, document.activeElement.getAttribute('aria-colindex')]);
    assert.deepEqual(await focus(), ['0', '1']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    assert.deepEqual(await focus(), ['1', '2']);
    await page.keyboard.press('PageDown');
    assert.ok(Number((await focus())[0]) > 4);
    await page.keyboard.press('Control+End');
    await reads(page, ROWS - 1, ids, '100000');
    assert.equal((await focus())[0], String(ROWS - 1));
    assert.equal(await page.evaluate(() => document.querySelectorAll('#table-grid [tabindex="0"]').length), 1, 'one stop for Tab');

    // sorted by the server: up, down, as the source has it
    const sorted = Array.from({length: ROWS}, (_, i) => height(i + 1)).sort((a, b) => a - b);
    const format = (v) => spaced(new Intl.NumberFormat('ru-RU', {maximumFractionDigits: 6}).format(v));
    await grid(page).locator('[data-column=height]').click();
    await reads(page, 0, heights, format(sorted[0]));
    assert.equal(await grid(page).locator('[data-column=height]').getAttribute('aria-sort'), 'ascending');
    await grid(page).locator('[data-column=height]').click();
    await reads(page, 0, heights, format(sorted.at(-1)));
    await grid(page).evaluate((g) => g.scrollTop = g.querySelector('.grid-row[data-row]').offsetHeight * 70000);
    await reads(page, 70002, heights, format(sorted[ROWS - 1 - 70002]));
    assert.match(await address(page), /s\.poles=-height/);

    // only what is in view, and what is in view now
    await page.check('#table-view');
    await counts(page, '^Объектов: \\d[\\d ]* из 100 000$');
    const box = await page.evaluate(() => window.munimap.gl.getBounds().toArray().flat().join());
    const seen = (await own.json(`/collections/poles/items?limit=1&bbox=${box}`)).numberMatched;
    await counts(page, `^Объектов: ${spaced(new Intl.NumberFormat('ru-RU').format(seen))} из`);
    await jump(page, {center: [10, 10], zoom: 14});
    await page.locator('#table-state').getByText('На экране нет объектов этого слоя.').waitFor();
    await page.locator('#table-state button').click();
    await counts(page, '^Объектов: 100 000$');
    assert.deepEqual(complaints, []);
    await page.close();
    await own.stop();
    folder.remove();
});

const matches = (page, pattern) => page.waitForFunction((p) => new RegExp(p).test(document.querySelector('#filter-count')?.textContent), pattern);

test('a filter put together by hand drives map, table, counts, files and link; text and rows say the same', async () => {
    const {page, complaints} = await showTable('#map=11/52.353/39.098&tb=projects');
    await page.click('#table-filter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'filter-layer');
    await page.click('#filter-add');
    await page.selectOption('#condition-0-field', 'direction');
    await page.check('#condition-0-3');
    await matches(page, `Подходит: ${town['direction.3']} из 400`);
    await page.click('#filter-add');
    await page.selectOption('#condition-1-field', 'status');
    await page.check('#condition-1-late');
    await matches(page, `Подходит: ${town.late_transport} из 400`);
    await counts(page, `^Объектов: ${town.late_transport} из 400$`);
    assert.equal(await page.inputValue('#filter-text'), "direction = 3 AND status = 'late'");
    await picture(page, 'filter');
    // files: of the filter, in the order and with the columns of the table
    await page.click('#table-columns-button');
    for (const field of ['programme', 'oktmo', 'budget_kop'])
        await page.uncheck(`#table-columns input[data-field=${field}]`);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'table-columns-button');
    await grid(page).locator('[data-column=budget_plan]').click();
    await reads(page, 0, 1, await page.evaluate(async () => (await (await fetch(`collections/projects/items?${new URLSearchParams({filter: "direction = 3 AND status = 'late'", sortby: 'budget_plan', limit: 1})}`)).json()).features[0].properties.name));
    const links = Object.fromEntries(await page.locator('#table-files a').evaluateAll((all) => all.map((a) => [a.dataset.format, a.href])));
    assert.deepEqual(Object.keys(links), ['csv', 'xlsx', 'json', 'gpkg', 'shp', 'fgb', 'tab', 'dxf', 'kml']);
    const csv = (await (await fetch(links.csv)).text()).trim().split('\r\n');
    assert.equal(csv.length, town.late_transport + 1);
    assert.match(csv[0], /^\ufeff?id;name;direction;stage/);
    assert.equal((await (await fetch(links.json)).json()).numberMatched, town.late_transport);
    const xlsx = await fetch(links.xlsx);
    assert.equal(xlsx.headers.get('ogc-numbermatched') ?? String(town.late_transport), String(town.late_transport));
    assert.equal(xlsx.status, 200);
    await xlsx.arrayBuffer();
    // the map
    await page.waitForFunction(() => {
        const source = Object.keys(window.munimap.shown.sources).find((n) => n.endsWith('~projects'));
        const drawn = source && window.munimap.gl.getSource(source) ? window.munimap.gl.querySourceFeatures(source, {sourceLayer: 'projects'}) : [];
        return drawn.length > 0 && drawn.every((f) => f.properties.status === 'late');
    });

    // a row: the place and what is known of it
    await cell(page, 2, 1).click();
    await page.locator('#info details[data-layer=projects]').waitFor();
    await page.waitForFunction(() => window.munimap.gl.getZoom() > 13);
    const chosen = await page.evaluate(() => window.munimap.store.get('chosen').id);
    assert.equal(await cell(page, 2, 0).innerText(), chosen);
    await page.locator('#table-grid [data-row="2"][aria-selected=true]').waitFor();
    await picture(page, 'table-row');
    await page.click('#info-close');

    // the text: a mistake is shown where it is and changes nothing; one that rows cannot show stays a text
    await page.fill('#filter-text', "direction = 3 AND budgt > 5");
    await page.keyboard.press('Control+Enter');
    await page.locator('#filter-wrong').waitFor();
    assert.equal(await page.locator('#filter-wrong mark').innerText(), 'b');
    assert.match(await page.locator('#filter-wrong').innerText(), /знак 19: нет поля "budgt"/);
    assert.equal(await page.evaluate(() => window.munimap.filterOf('projects')), "direction = 3 AND status = 'late'");
    await page.click('#filter-goto');
    assert.equal(await page.evaluate(() => [document.activeElement.id, document.activeElement.selectionStart].join()), 'filter-text,18');
    await picture(page, 'filter-wrong');
    await page.fill('#filter-text', "CASEI(name) LIKE CASEI('%ШКОЛ%') AND NOT (stage = 'idea') AND budget_plan BETWEEN 1000000 AND 900000000");
    await page.keyboard.press('Control+Enter');
    await page.locator('.condition').nth(2).waitFor();
    assert.equal(await page.inputValue('#condition-0-value-0'), 'ШКОЛ');
    assert.equal(await page.locator('.condition').nth(1).locator('code').innerText(), "NOT (stage = 'idea')");
    assert.equal(await page.inputValue('#condition-2-value-1'), '900000000');
    await page.fill('#condition-0-value-0', "о'к_%");
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => window.munimap.filterOf('projects').startsWith("CASEI(name) LIKE CASEI('%о''к\\_\\%%') AND NOT (stage = 'idea') AND budget_plan BETWEEN"));
    await page.locator('#table-state').getByText('Фильтру не отвечает ни один объект.').waitFor();
    await page.fill('#filter-text', "status = 'late' OR status = 'risk'");
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.querySelector('#filter-or')?.checked);
    await matches(page, `Подходит: ${town['status.late'] + town['status.risk']} из 400`);

    // the link has filter, order and columns
    const again = await showTable(new URL(await address(page)).hash);
    await counts(again.page, `^Объектов: ${town['status.late'] + town['status.risk']} из 400$`);
    assert.equal(await grid(again.page).locator('[data-column=programme]').count(), 0);
    assert.equal(await grid(again.page).locator('[data-column=budget_plan]').getAttribute('aria-sort'), 'ascending');
    await again.page.close();
    await page.click('#filter-clear');
    await counts(page, '^Объектов: 400$');
    const [wrong, ...others] = complaints.filter((c) => !/budgt/.test(c)), left = [...others, ...again.complaints];
    assert.deepEqual([/400 \(Bad Request\)/.test(wrong), left], [true, []]); // the mistake that was made above
    await page.close();
});

test('in English on a telephone, by keyboard; a filter of a link that does not hold any more is said and mended', async () => {
    const {page} = await openPage(browser, server.url, {viewport: {width: 390, height: 780}, hasTouch: true});
    await page.goto(`${server.url}/#map=11/52.353/39.098&p=-&lang=en&theme=night&tb=projects&f.projects=budget%20%3E%3D%205`);
    await page.locator('#table-state [role=alert]').waitFor();
    assert.match(await page.locator('#table-state').innerText(), /No table came: filter: at character 1/);
    await page.getByRole('button', {name: 'Mend the filter'}).press('Enter');
    await page.locator('#filter-wrong').waitFor();
    assert.equal(await page.locator('#filter-wrong mark').innerText(), 'b');
    await picture(page, 'filter-telephone');
    await page.focus('#filter-clear');
    await page.keyboard.press('Enter');
    await counts(page, '^Features: 400$');
    await page.evaluate(() => window.munimap.openPanel(''));
    await page.focus('#table-grid [data-column=id]');
    await page.keyboard.press('End');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.column), 'geom_quality');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('[data-column=name][aria-sort=ascending]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.column), 'name');
    await reads(page, 0, 1, await page.evaluate(async () => (await (await fetch('collections/projects/items?sortby=name&limit=1')).json()).features[0].properties.name));
    await picture(page, 'table-telephone');
    // one without a place
    const placeless = await page.evaluate(async () => (await (await fetch(`collections/projects/items?${new URLSearchParams({filter: 'geometry IS NULL', limit: 1})}`)).json()).features[0].id);
    await page.evaluate((id) => window.munimap.setFilter('projects', `id = '${id}'`), placeless);
    await reads(page, 0, 0, placeless);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('This feature has no place on the map.').waitFor();
    await page.click('#info-close');
    await page.keyboard.press('Tab');
    // higher by keyboard, then closed: the map has its room back
    const before_ = await page.locator('#stage').evaluate((s) => s.clientHeight);
    await page.focus('.resizer');
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.getAttribute('.resizer', 'aria-valuenow'), '45');
    assert.ok(await page.locator('#stage').evaluate((s) => s.clientHeight) < before_);
    await page.focus('#table-close');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('#table').count(), 0);
    assert.ok(await page.evaluate(() => document.activeElement.matches('canvas')));
    await page.close();
});

test('the last column stays, and the close button is in its corner however narrow the bar is', async () => {
    for (const width of [1440, 1000, 390]) {
        const opened = await showTable(`#p=${width === 390 ? '-' : 'portfolio'}&tb=schools&c.schools=name&f.schools=${encodeURIComponent("kind = 'school'")}`), {page, complaints} = opened;
        await page.setViewportSize({width, height: 900});
        await page.click('#table-columns-button');
        await page.click('#table-columns-body [data-field=name]');
        assert.ok(await page.isChecked('#table-columns-body [data-field=name]'), 'a table has a column');
        assert.equal(await grid(page).locator('[role=columnheader]').count(), 1);
        await page.keyboard.press('Escape');
        const bar = await page.locator('.table-bar').boundingBox(), close = await page.locator('#table-close').boundingBox();
        assert.ok(close.x + close.width > bar.x + bar.width - 20 && close.y < bar.y + 20, JSON.stringify([bar, close]));
        const others = await page.locator('.table-bar > :not(#table-close)').evaluateAll((all) => all.map((e) => e.getBoundingClientRect().right));
        assert.ok(Math.max(...others) <= close.x + 1, `${others} ${close.x}`);
        assert.deepEqual(complaints, []);
        leave(opened);
    }
});

test('the table of a layer that goes away is closed', async () => {
    const folder = tempDir();
    longTown(folder.dir);
    writeFileSync(join(folder.dir, 'more.csv'), 'id,lon,lat\n1,39.1,52.26\n');
    writeFileSync(join(folder.dir, 'more.yaml'), 'source: more.csv\npoint: {x: lon, y: lat}\ncrs: EPSG:4326\nid_field: id\n');
    const own = await serve(folder.dir);
    const {page, complaints} = await openPage(browser, own.url);
    await page.goto(`${own.url}/#tb=more&p=-`);
    await page.locator('#table-grid [role=gridcell]').first().waitFor();
    rmSync(join(folder.dir, 'more.yaml'));
    await page.waitForSelector('#table', {state: 'detached'});
    assert.deepEqual(complaints.filter((c) => /^error:/.test(c)), []);
    await page.close();
    await own.stop();
    folder.remove();
});
