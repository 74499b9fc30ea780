// WCAG 2.2 AA as far as a program can judge (axe-core), in each theme and language, with every panel; the rest by
// keyboard: everything can be reached, and text of twice the size loses nothing.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {test} from 'node:test';
import {mapIdle, openPage, picture, WIDE} from '../lib/browser.mjs';
import {browser, leave, server, show} from '../lib/town.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What axe finds serious in the page, or in the element of an id, in lines to read. */
async function findings(page, id = '') {
    await page.evaluate(`window.axe ?? (() => {${axe}})()`);
    const {violations} = await page.evaluate(([part, tags]) => window.axe.run(part ? {include: [[`#${part}`]]} : document,
        {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}), [id, TAGS]);
    return violations.filter((v) => ['serious', 'critical'].includes(v.impact))
        .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.replaceAll('\n', ' ')}`));
}

const panels = async (page) => page.evaluate(() => [...document.querySelectorAll('#rail [role=tab]')].map((t) => t.getAttribute('aria-controls')));

// words are the same in all themes, and colours in both languages
for (const [theme, ...languages] of [['day', 'ru', 'en'], ['night', 'ru'], ['contrast', 'en']])
    test(`nothing serious in the ${theme} theme, with each panel, in ${languages.join(' and ')}`, async () => {
        const {page, complaints} = await show(`#map=15.5/52.353/39.098&theme=${theme}&t=2026-06-15`);
        await page.focus('#map canvas');
        await page.keyboard.press('Enter');
        for (const lang of languages)
            for (const [i, panel] of (await panels(page)).entries()) {
                await page.evaluate(([l, p]) => window.munimap.store.set({lang: l, panel: p}), [lang, panel]);
                await page.locator(`#${panel}`).waitFor();
                await mapIdle(page);
                // with the first panel the page around it too, which is the same with the others
                assert.deepEqual(await findings(page, i ? panel : ''), [], `${theme} ${lang} ${panel}`);
            }
        await picture(page, `theme-${theme}`);
        assert.deepEqual(complaints, []);
        leave({page, complaints});
    });

/** Everything that opens by a deed of its own, one after another; `check(what)` when it is there. */
async function openAll(page, check) {
    // the table and its menus
    await page.evaluate(() => window.munimap.openPanel(''));
    await page.locator('#table-grid [role=gridcell]').first().waitFor();
    await check('table');
    for (const menu of ['columns', 'files']) {
        await page.focus(`#table-${menu}-button`);
        await page.keyboard.press('Enter');
        await page.locator(`#table-${menu}-body`).waitFor();
        await check(menu);
        await page.keyboard.press('Escape');
        assert.ok(await page.locator(`#table-${menu}-body`).isHidden());
    }
    // rows of conditions of each kind, and a filter that is wrong
    await page.evaluate(() => window.munimap.openPanel('filter'));
    await page.locator('.condition').nth(3).waitFor();
    await check('filter');
    await page.fill('#filter-text', 'budgt > 5');
    await page.keyboard.press('Control+Enter');
    await page.locator('#filter-wrong').waitFor();
    await check('a wrong filter');
    await page.click('#filter-clear');
    await page.evaluate(() => window.munimap.openPanel(''));
    await page.click('#table-close');
    // the list of the search, with and without a find
    for (const text of ['ленина', 'ъъъъъъъ']) {
        await page.fill('#search-box', text);
        await page.waitForFunction((t) => document.querySelector('#search-list:not([hidden])') && (t === 'ленина') === Boolean(document.querySelector('#found-0')), text);
        if (text === 'ленина')
            await page.keyboard.press('ArrowDown');
        await check(`search ${text}`);
    }
    await page.keyboard.press('Escape');
    // all in view by keyboard, a card of it opened by keyboard
    await page.focus('#map canvas');
    await page.keyboard.press('Shift+Enter');
    await page.locator('#info h3.group').first().waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'info');
    await page.keyboard.press('Tab'); // the button that closes
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#info details[open]').waitFor();
    await check('list of a box');
    // what is near that one
    await page.locator('#info details[open] .chip').focus();
    await page.keyboard.press('Enter');
    await page.locator('#inside-sentence').waitFor();
    if (await page.isVisible('#info-close')) // on a telephone the panel is in its place
        await page.click('#info-close');
    await check('what is near');
    // shapes by typing
    await page.evaluate(() => window.munimap.openPanel('draw'));
    await page.locator('#draw-typing summary').press('Enter');
    await page.selectOption('#draw-kind', 'LineString');
    await page.fill('#draw-text', '52.353 39.098\n52.354 39.1');
    await page.focus('#draw-add');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.munimap.store.get('drawn').length === 1);
    await page.fill('#draw-text', 'мимо');
    await page.click('#draw-add');
    await page.locator('#draw-wrong:not(:empty)').waitFor();
    await check('shapes');
    // a sheet and a legend of a layer
    await page.evaluate(() => window.munimap.openPanel('layers'));
    for (const button of ['#more-projects', '#tree li[data-id=projects] .unfold']) {
        await page.focus(button);
        await page.keyboard.press('Enter');
    }
    await page.locator('#legend-projects').waitFor();
    await check('sheet and legend');
}

const CONDITIONS = encodeURIComponent("direction IN (1, 3) AND CASEI(name) LIKE CASEI('%а%') AND budget_plan BETWEEN 1 AND 900000000000 AND end_plan >= DATE('2020-01-01')");

for (const [theme, lang, options] of [['day', 'ru', {}], ['contrast', 'en', {}], ['night', 'en', {viewport: {width: 390, height: 780}, hasTouch: true}]])
    test(`nothing serious in what opens by itself: ${theme}, ${lang}${options.hasTouch ? ', telephone' : ''}`, async () => {
        const {page, complaints} = await show(`#map=15.5/52.353/39.098&theme=${theme}&lang=${lang}&tb=projects&f.projects=${CONDITIONS}`, options);
        await openAll(page, async (what) => assert.deepEqual(await findings(page), [], what));
        assert.deepEqual(complaints.filter((c) => !/budgt|status of 400/.test(c)), []); // the mistake made on purpose
        await page.close();
    });

test('nothing serious on a telephone', async () => {
    const {page, complaints} = await show('#map=15.5/52.353/39.098', {viewport: {width: 390, height: 780}, hasTouch: true});
    for (const panel of await panels(page)) {
        await page.evaluate((p) => window.munimap.store.set({panel: p}), panel);
        assert.deepEqual(await findings(page), [], panel);
    }
    assert.deepEqual(complaints, []);
    await page.close();
});

test('nothing serious on the plain pages', async () => {
    const {page} = await openPage(browser, server.url);
    for (const path of ['/?f=html', '/collections?f=html', '/collections/projects?f=html', '/collections/projects/items?f=html',
        '/collections/projects/items/P-0077?f=html', '/collections/projects/aggregate?f=html', '/status?f=html']) {
        await page.goto(server.url + path);
        await page.waitForLoadState('networkidle');
        assert.deepEqual(await findings(page), [], path);
    }
    await page.close();
});

test('the link past the search leads to the panel, and what the page shows stays as it is', async () => {
    const {page} = await show('#map=15.5/52.353/39.098');
    await page.evaluate(() => window.munimap.setFilter('projects', "status = 'late'"));
    await page.focus('#skip');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'side');
    assert.deepEqual(await page.evaluate(() => window.munimap.store.get('filters')), {projects: "status = 'late'"});
    await page.close();
});

test('every button is reached by Tab, in the order in which it is seen, and shows that it is', async () => {
    const {page, complaints} = await show('#map=15.5/52.353/39.098&t=2026-06-15');
    const wanted = new Set(await page.evaluate(() => [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
        .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0 && !e.closest('[inert]') && !(e.type === 'radio' && !e.checked)).map((e, i) => {
            e.dataset.reach = i;
            return String(i);
        })));
    const blind = [];
    await page.focus('#skip');
    for (let i = 0; i < 400 && wanted.size; i++) {
        const at = await page.evaluate(() => {
            const e = document.activeElement, s = getComputedStyle(e);
            return {reach: e.dataset.reach, isDate: e.type === 'date', name: e.id || e.textContent, isSeen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none'};
        });
        if (at.reach !== undefined && !at.isSeen && !at.isDate) // a date shows which of its parts has the focus
            blind.push(at.name);
        wanted.delete(at.reach);
        await page.keyboard.press('Tab');
    }
    assert.deepEqual([...wanted], [], await page.evaluate((ids) => ids.map((i) => document.querySelector(`[data-reach="${i}"]`)?.outerHTML).join('\n'), [...wanted]));
    assert.deepEqual(blind, []);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('text of twice the size stays readable: nothing is cut off, nothing scrolls sideways', async () => {
    const {page, complaints} = await show('#map=15.5/52.353/39.098', WIDE);
    await page.evaluate(() => document.documentElement.style.fontSize = '200%');
    for (const panel of await panels(page)) {
        await page.evaluate((p) => window.munimap.store.set({panel: p}), panel);
        const cut = await page.evaluate(() => [...document.querySelectorAll('header *, #rail *, #side *')].filter((e) => e.checkVisibility() && e.children.length === 0 && e.textContent.trim())
            .filter((e) => e.closest('h1') === null && e.scrollWidth > e.clientWidth + 2 && getComputedStyle(e).display !== 'inline' && getComputedStyle(e).overflowX !== 'auto')
            .map((e) => `${e.tagName} ${e.textContent.slice(0, 40)}`));
        assert.deepEqual(cut, [], panel);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), panel);
    }
    await picture(page, 'text-twice');
    assert.deepEqual(complaints, []);
    await page.close();
});
