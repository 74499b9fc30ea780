// Plans on paper from the page: from the frame on the map to the file on the disk.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {mapIdle, openPage, picture, WIDE} from '../lib/browser.mjs';
import {browser, server, show} from '../lib/town.mjs';

const info = (file) => execFileSync('pdfinfo', [file], {encoding: 'utf8'});
const text = (file) => execFileSync('pdftotext', ['-raw', file, '-'], {encoding: 'utf8'}).replaceAll(/\s+/g, ' ');
const frameOf = (page) => page.evaluate(() => window.munimap.gl.getSource('print-frame').serialize().data.features[0]?.geometry.coordinates[0]);
const sizeOf = async (page) => (await page.innerText('#print-size')).replaceAll(/\s/g, ' ');
/** Nothing is asked any more, and the frame is what the panel says: a change makes the panel busy before it returns. */
const settled = (page) => page.waitForSelector('#print-state[aria-busy=false]', {state: 'attached'});
/** The frame that came of what `act` changes. */
async function settle(page, act) {
    await act();
    await settled(page);
    assert.equal(await page.locator('#print-error').count(), 0);
    return frameOf(page);
}

test('a sheet of what is on the map, with its filter: the frame is moved and turned, the file is printed', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&p=print', WIDE);
    await page.waitForSelector('#print-size');
    await page.fill('#print-title', 'Схема у набережной');
    const first = await settle(page, () => page.fill('#print-scale', '10000'));
    assert.match(await sizeOf(page), /^На листе 3950 × \d+ м, листов: 1\.$/); // an A3 in its frame is 395 mm wide
    assert.equal(first.length, 5);
    await picture(page, 'print');
    // dragged by its inside: as far as the mouse
    const pixel = (p) => page.evaluate((q) => {
        const box = window.munimap.gl.getCanvas().getBoundingClientRect(), at = window.munimap.gl.project(q);
        return [at.x + box.left, at.y + box.top];
    }, p);
    const inside = await pixel([39.098, 52.353]);
    await settle(page, () => page.fill('#print-scale', '2000'));
    const before = await pixel((await frameOf(page))[0]);
    const moved = await settle(page, async () => {
        await page.mouse.move(...inside);
        await page.mouse.down();
        await page.mouse.move(inside[0] + 60, inside[1] - 40, {steps: 4});
        await page.mouse.up();
    });
    const now = await pixel(moved[0]);
    assert.ok(Math.hypot(now[0] - before[0] - 60, now[1] - before[1] + 40) < 2, `${before} ${now}`);
    assert.ok(Math.abs(await page.evaluate(() => window.munimap.gl.getCenter().lng) - 39.098) < 1e-6, 'the map stayed');
    // turned by its handle
    const corner = await pixel(moved[0]), other = await pixel(moved[1]), third = await pixel(moved[2]);
    const middle = [(corner[0] + third[0]) / 2, (corner[1] + third[1]) / 2], handle = [(corner[0] + other[0]) / 2, (corner[1] + other[1]) / 2];
    const arm = middle[1] - handle[1];
    const turned = await settle(page, async () => {
        await page.mouse.move(...handle);
        await page.mouse.down();
        await page.mouse.move(middle[0] + arm * 0.3, middle[1] - arm * 0.95, {steps: 3});
        await page.mouse.move(middle[0] + arm * 0.5, middle[1] - arm * 0.866, {steps: 3});
        await page.mouse.up();
    });
    // thirty degrees to the right, and the map on the sheet as much to the left; the handle is where it was let go
    assert.ok(Math.abs(Number(await page.inputValue('#print-rotation')) + 30) < 1, await page.inputValue('#print-rotation'));
    const [one, two] = [await pixel(turned[0]), await pixel(turned[1])];
    assert.ok(Math.hypot((one[0] + two[0]) / 2 - middle[0] - arm * 0.5, (one[1] + two[1]) / 2 - middle[1] + arm * 0.866) < 4, `${one} ${two}`);
    await picture(page, 'print-turned');
    await settle(page, () => page.fill('#print-rotation', '0'));
    // a filter of the map holds on paper
    await settle(page, () => page.evaluate(() => window.munimap.setFilter('projects', "direction=3")));
    const [plan] = await Promise.all([page.waitForEvent('download'), page.click('#print-plan')]);
    const saved = JSON.parse(readFileSync(await plan.path(), 'utf8'));
    assert.equal(saved.filter.projects, "direction=3");
    assert.equal(saved.scale, 2000);
    assert.ok(saved.layers.includes('streets') && !saved.layers.includes('gas'));
    await page.click('#print-preview');
    await page.waitForSelector('#print-preview-box img');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#print-run')]);
    assert.equal(file.suggestedFilename(), 'Схема у набережной.pdf');
    const path = await file.path();
    assert.match(info(path), /Page size: +1190\.55 x 841\.89 pts \(A3\)/);
    assert.match(info(path), /Title: +Схема у набережной/);
    for (const word of ['Схема у набережной', 'Масштаб 1:2000', 'Условные обозначения', 'МСК-48 зона 1'])
        assert.ok(text(path).includes(word), word);
    await picture(page, 'print-preview');
    // closed, the frame is gone; opened, it is as it was
    await page.click('#layers-tab');
    assert.equal(await frameOf(page), undefined);
    await page.reload();
    await mapIdle(page);
    await page.click('#print-tab');
    await page.waitForSelector('#print-size');
    assert.equal(await page.inputValue('#print-title'), 'Схема у набережной');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('by keyboard, in English, on a phone: template, what is wrong at its field, a print that is stopped', async () => {
    const {page, complaints} = await openPage(browser, server.url, {viewport: {width: 390, height: 844}});
    await page.goto(`${server.url}/#map=14/52.353/39.098&p=print&lang=en`);
    await page.waitForSelector('#print-size');
    await settle(page, () => page.selectOption('#print-template', 'situation'));
    assert.equal(await page.inputValue('#print-format'), 'A3');
    assert.equal(await page.inputValue('#print-title'), 'Situation plan');
    assert.ok(await page.isChecked('#print-overview') && await page.isChecked('#print-form'), 'elements of the template');
    await picture(page, 'print-phone');
    const from = await frameOf(page);
    const east = await settle(page, async () => {
        await page.focus('#print-east');
        await page.keyboard.press('Enter');
    });
    assert.ok(east[0][0] > from[0][0]);
    await settle(page, () => page.press('#print-right', 'Enter'));
    assert.equal(await page.inputValue('#print-rotation'), '-5');
    // a title block that the sheet has no room for
    await settle(page, () => page.selectOption('#print-format', 'A4'));
    await settle(page, () => page.selectOption('#print-orientation', 'portrait'));
    await page.evaluate(() => {
        const select = document.getElementById('print-format');
        select.add(new Option('100x100'));
        select.value = '100x100';
        select.dispatchEvent(new Event('change'));
    });
    await settled(page);
    assert.match(await page.innerText('#print-error'), /title block|room/);
    assert.equal(await page.locator('#print-ask [aria-invalid=true]').count(), 1);
    assert.ok(await page.isDisabled('#print-run'));
    await settle(page, () => page.selectOption('#print-format', 'A3'));
    assert.ok(await page.isEnabled('#print-run'));
    // stopped on the way: nothing is saved, and the server is told
    await page.route('**/print/jobs/*/events', () => {}); // it never ends
    const gone = page.waitForRequest((r) => r.method() === 'DELETE' && /\/print\/jobs\//.test(r.url()));
    await page.click('#print-run');
    await page.waitForSelector('#print-stop');
    await page.press('#print-stop', 'Enter');
    await gone;
    await page.waitForSelector('#print-run:enabled');
    assert.equal(await page.locator('#print-error').count(), 0);
    assert.deepEqual(complaints.filter((c) => !/400/.test(c)), []);
    await page.close();
});

test('the object that is chosen on the map is what the plan is about', async () => {
    const {page, complaints} = await show('#map=14/52.353/39.098&p=print');
    await page.waitForSelector('#print-size');
    assert.equal(await page.locator('#print-object').count(), 0);
    await settle(page, () => page.selectOption('#print-template', 'passport'));
    assert.match(await page.innerText('#print-no-object'), /выберите его на карте/);
    // chosen while the panel is open: the frame comes to it, at the template's scale
    await page.evaluate(() => window.munimap.store.set({chosen: {layer: 'projects', id: 'P-0006'}}));
    await page.waitForSelector('#print-object:checked');
    assert.equal(await page.locator('#print-no-object').count(), 0);
    await page.waitForFunction(() => /Капитальный ремонт школы № 8/.test(document.querySelector('#print .about').innerText));
    const {geometry} = await server.json('/collections/projects/items/P-0006'), points = geometry.coordinates.flat(2), xs = points.filter((_, i) => i % 2 === 0), ys = points.filter((_, i) => i % 2);
    await page.waitForFunction(([x, y]) => {
        const ring = window.munimap.gl.getSource('print-frame').serialize().data.features[0]?.geometry.coordinates[0];
        return ring && Math.abs((ring[0][0] + ring[2][0]) / 2 - x) < 1e-4 && Math.abs((ring[0][1] + ring[2][1]) / 2 - y) < 1e-4;
    }, [xs, ys].map((list) => (Math.min(...list) + Math.max(...list)) / 2));
    assert.equal(await page.inputValue('#print-scale'), '5000');
    await picture(page, 'print-object');
    const planOf = async () => {
        const [plan] = await Promise.all([page.waitForEvent('download'), page.click('#print-plan')]);
        return JSON.parse(readFileSync(await plan.path(), 'utf8'));
    };
    assert.deepEqual((await planOf()).object, {layer: 'projects', id: 'P-0006'});
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#print-run')]);
    assert.match(text(await file.path()), /Сведения.*P-0006.*Социальная сфера/);
    // left out again; of a template that needs none it is not asked for
    await settle(page, () => page.uncheck('#print-object'));
    assert.equal((await planOf()).object, undefined);
    await settle(page, () => page.selectOption('#print-template', 'gpzu'));
    assert.ok(await page.isChecked('#print-object'));
    await settle(page, () => page.selectOption('#print-template', 'wall'));
    assert.ok(!await page.isChecked('#print-object'));
    assert.deepEqual(complaints, []);
    await page.close();
});

test('the frame by keys when it has the focus: moved, farther with Shift, turned; the map stays', async () => {
    for (const lang of ['ru', 'en']) {
        const {page, complaints} = await show(`#map=15/52.353/39.098&p=print&lang=${lang}`);
        await page.waitForSelector('#print-grip');
        await settle(page, () => page.fill('#print-scale', '5000'));
        assert.match(await page.getAttribute('#print-grip', 'aria-label'), lang === 'ru' ? /Рамка листа: стрелки двигают/ : /Frame of the sheet: arrows move/);
        assert.equal(await page.getByRole('button', {name: lang === 'ru' ? /^Рамка листа/ : /^Frame of the sheet/}).count(), 1);
        await page.focus('#print-grip');
        const middle = (ring) => [(ring[0][0] + ring[2][0]) / 2, (ring[0][1] + ring[2][1]) / 2], width = (ring) => ring[1][0] - ring[0][0];
        const first = await frameOf(page), right = await settle(page, () => page.keyboard.press('ArrowRight'));
        const step = middle(right)[0] - middle(first)[0];
        assert.ok(step > 0 && step < width(first) * 0.05 && Math.abs(middle(right)[1] - middle(first)[1]) < step / 10, `${step}`);
        const far = await settle(page, () => page.keyboard.press('Shift+ArrowRight'));
        assert.ok(Math.abs((middle(far)[0] - middle(right)[0]) / step - 10) < 0.2, 'ten times as far');
        const up = await settle(page, () => page.keyboard.press('ArrowUp'));
        assert.ok(middle(up)[1] > middle(far)[1]);
        await settle(page, () => page.keyboard.press('BracketRight'));
        assert.equal(await page.inputValue('#print-rotation'), '-1'); // the frame to the right, the map on the sheet to the left
        await settle(page, () => page.keyboard.press('Shift+BracketLeft'));
        assert.equal(await page.inputValue('#print-rotation'), '14');
        await settle(page, () => page.keyboard.press('+'));
        assert.equal(await page.inputValue('#print-rotation'), '13');
        assert.deepEqual(await page.evaluate(() => window.munimap.gl.getCenter().toArray().map((v) => v.toFixed(6))), ['39.098000', '52.353000'], 'the map stayed');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'print-grip');
        // a press of the mouse in the frame gives it the focus
        await page.focus('#print-title');
        const box = await page.evaluate(() => {
            const at = window.munimap.gl.getCanvas().getBoundingClientRect(), c = window.munimap.gl.project(window.munimap.gl.getSource('print-frame').serialize().data.features[0].geometry.coordinates[0][0]);
            const d = window.munimap.gl.project(window.munimap.gl.getSource('print-frame').serialize().data.features[0].geometry.coordinates[0][2]);
            return [at.left + (c.x + d.x) / 2, at.top + (c.y + d.y) / 2];
        });
        await page.mouse.click(...box);
        assert.equal(await page.evaluate(() => document.activeElement.id), 'print-grip');
        await picture(page, `print-keys-${lang}`);
        await page.click('#layers-tab');
        assert.equal(await page.locator('#print-grip').count(), 0);
        assert.deepEqual(complaints, []);
        await page.close();
    }
});

test('keys pressed faster than the server answers are all counted', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&p=print');
    await page.waitForSelector('#print-grip');
    const first = await settle(page, () => page.fill('#print-scale', '5000'));
    const one = await settle(page, () => page.press('#print-grip', 'ArrowRight'));
    const step = one[0][0] - first[0][0];
    // the answer to the first of these comes after the second, and must not put the frame back
    let release;
    const held = new Promise((done) => { release = done; });
    await page.route('**/print/frame', async (route) => {
        await held;
        await route.continue().catch(() => {}); // it may have been given up
    }, {times: 1});
    const asked = page.waitForRequest('**/print/frame');
    await page.press('#print-grip', 'ArrowRight');
    await asked;
    await page.press('#print-grip', 'ArrowRight');
    release();
    const three = await settle(page, () => page.press('#print-grip', 'ArrowRight'));
    assert.ok(Math.abs((three[0][0] - first[0][0]) / step - 4) < 0.05, `${(three[0][0] - first[0][0]) / step} steps`);
    assert.deepEqual(complaints, []);
    await page.close();
});
