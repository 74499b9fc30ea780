// Projects by direction, stage and status: the numbers of bars, table, map and server are the same (G1, G2 of the town).
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {address, picture, spaced} from '../lib/browser.mjs';
import {root} from '../lib/munimap.mjs';
import {server, show} from '../lib/town.mjs';

const town = JSON.parse(readFileSync(join(root, 'data-samples/town/expected.json'), 'utf8')).projects;

async function showBars(hash, options = {}) {
    const opened = await show(hash, options);
    await opened.page.locator('#portfolio .bar').first().waitFor();
    return opened;
}

const bars = (page, facet) => page.locator(`#portfolio .bar[data-facet=${facet}]`).evaluateAll((all) =>
    Object.fromEntries(all.map((b) => [b.dataset.value, Number(b.querySelector('.bar-count').textContent.replace(/\D/g, ''))])));
const total = (object) => Object.values(object).reduce((a, b) => a + b, 0);
const summary = async (page) => spaced(await page.locator('#portfolio .big').innerText());

test('bars add up to all projects, those without a place too, to the kopeck', async () => {
    const {page, complaints} = await showBars('#map=12.5/52.353/39.098&p=portfolio');
    const directions = await bars(page, 'direction'), stages = await bars(page, 'stage'), statuses = await bars(page, 'status');
    for (const [value, n] of Object.entries(directions))
        assert.equal(n, town[`direction.${value}`], `direction ${value}`);
    for (const [value, n] of Object.entries(stages))
        assert.equal(n, town[`stage.${value}`], `stage ${value}`);
    for (const [value, n] of Object.entries(statuses))
        assert.equal(n, town[`status.${value}`], `status ${value}`);
    for (const facet of [directions, stages, statuses])
        assert.equal(total(facet), town.features);
    assert.match(await summary(page), /^Проектов: 400\n18 156 396 644,01 ₽$/);
    assert.match(spaced(await page.locator('#pf-place').innerText()), new RegExp(`: ${town.without_geometry}$`));
    const cells = await page.locator('#portfolio table.numbers tr.total td:last-child').innerText();
    assert.equal(Number(cells), town.features);
    await picture(page, 'portfolio');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('late transport projects are the same eleven in bars, map, link and server', async () => {
    const {page, complaints} = await showBars('#map=11/52.353/39.098&p=portfolio');
    await page.click('.bar[data-facet=direction][data-value="3"]');
    await page.click('.bar[data-facet=status][data-value=late]');
    await page.waitForFunction((n) => document.querySelector('#portfolio .big').textContent.startsWith(`Проектов: ${n} `), town.late_transport);
    const filter = await page.evaluate(() => window.munimap.store.get('filters').projects);
    const answer = await (await server.get(`/collections/projects/items?${new URLSearchParams({filter, limit: 1000, 'skip-geometry': 'true'})}`)).json();
    assert.equal(answer.numberMatched, town.late_transport);
    assert.ok(answer.features.every((f) => f.properties.direction === 3 && f.properties.status === 'late'));
    // the map has none but these, as soon as it has drawn what the bars say
    await page.waitForFunction((ids) => {
        const source = Object.keys(window.munimap.shown.sources).find((n) => n.endsWith('~projects'));
        const drawn = source && window.munimap.gl.getSource(source) ? window.munimap.gl.querySourceFeatures(source, {sourceLayer: 'projects'})
            .map((f) => String(f.properties['@id'] ?? f.id)) : [];
        return drawn.length > 0 && drawn.every((id) => ids.includes(id));
    }, answer.features.map((f) => String(f.id)));
    // the link brings all of it back
    const again = await showBars(new URL(await address(page)).hash);
    assert.match(await summary(again.page), new RegExp(`^Проектов: ${town.late_transport} из 400`));
    assert.equal(await again.page.getAttribute('.bar[data-facet=status][data-value=late]', 'aria-pressed'), 'true');
    await picture(again.page, 'portfolio-late');
    // undo takes the last choice back
    await page.keyboard.press('Control+z');
    await page.waitForFunction((n) => document.querySelector('#portfolio .big').textContent.startsWith(`Проектов: ${n} `), town['direction.3']);
    assert.deepEqual([...complaints, ...again.complaints], []);
    await again.page.close();
    await page.close();
});

test('those without a place, by keyboard, in English, on a telephone', async () => {
    const {page, complaints} = await showBars('#map=11/52.353/39.098&p=portfolio&lang=en', {viewport: {width: 390, height: 780}});
    await page.focus('#pf-place');
    await page.keyboard.press('Enter');
    await page.waitForFunction((n) => document.querySelector('#portfolio .big').textContent.startsWith(`Projects: ${n} of 400`), town.without_geometry);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'pf-place');
    assert.equal(await page.evaluate(() => window.munimap.store.get('filters').projects), 'geometry IS NULL');
    await page.check('#pf-money');
    assert.match(spaced(await page.locator('#portfolio table.numbers').innerText()), /₽/);
    await picture(page, 'portfolio-telephone');
    await page.click('#pf-all');
    await page.waitForFunction(() => /^Projects: 400/.test(document.querySelector('#portfolio .big').textContent));
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a condition made elsewhere holds here as well, and is said', async () => {
    const {page, complaints} = await showBars(`#p=portfolio&f.projects=${encodeURIComponent("budget_plan > 50000000 AND direction = 2")}`);
    assert.match(await page.locator('#portfolio .hint').innerText(), /budget_plan > 50000000/);
    const all = await (await server.get(`/collections/projects/aggregate?${new URLSearchParams({functions: 'count', filter: 'budget_plan > 50000000'})}`)).json();
    assert.equal(total(await bars(page, 'direction')), all.groups[0].count);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a filter that matches nothing, or that the server refuses, is no dead end', async () => {
    const {page, complaints} = await show(`#p=portfolio&f.projects=${encodeURIComponent("name = 'нет такого'")}`);
    await page.waitForSelector('#pf-rest');
    assert.match(await summary(page), /^Проектов: 0\n/);
    await page.click('#pf-rest');
    await page.waitForFunction(() => /400/.test(document.querySelector('#portfolio .big')?.textContent));
    assert.doesNotMatch(await address(page), /f\.projects/);
    assert.deepEqual(complaints, []);
    await page.evaluate(() => window.munimap.setFilter('projects', 'nonsense =='));
    await page.waitForSelector('#pf-clear');
    await page.click('#pf-mend');
    await page.waitForSelector('#filter-wrong');
    await page.click('#portfolio-tab');
    await page.click('#pf-clear');
    await page.waitForFunction(() => /400/.test(document.querySelector('#portfolio .big')?.textContent));
    assert.deepEqual(complaints.filter((c) => !/400/.test(c)), []);
    await page.close();
});
