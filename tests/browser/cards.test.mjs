// The cards of what layers say their features are: projects, cameras, sensors.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {picture, spaced} from '../lib/browser.mjs';
import {server, show} from '../lib/town.mjs';
import {viewOf} from '../../src/viewer/map/sight.js';

async function card(layer, id, hash = '') {
    const opened = await show(`#map=16/52.353/39.098&sel=${layer}/${id}${hash}`);
    const shown = opened.page.locator(`#info details[data-layer=${layer}]`).first();
    await shown.waitFor();
    return {...opened, shown, text: spaced(await shown.innerText())};
}

const first = async (layer, filter) => (await (await server.get(`/collections/${layer}/items?${new URLSearchParams({filter, limit: 1})}`)).json()).features[0];

test('a project: its stage, its time, its money by source', async () => {
    const project = await first('projects', "stage = 'works' AND budget_federal > 0 AND budget_local > 0 AND status = 'late'");
    const {page, shown, text, complaints} = await card('projects', project.id);
    assert.match(text, /Стадия 7 из 10: Выполнение/);
    assert.equal(await shown.locator('.steps li').count(), 10);
    assert.match(await shown.locator('.timeline').getAttribute('aria-label'), /План: .*20\d\d.*Факт: /);
    assert.match(text, /Федеральный бюджет: [\d ]+,\d\d ₽/);
    assert.match(text, /Оплачено [\d,]+ % бюджета/);
    await picture(page, 'card-project');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a project that ends before it begins is told apart and not hidden', async () => {
    const {page, text, complaints} = await card('projects', (await first('projects', 'end_plan < start_plan')).id, '&lang=en');
    assert.match(text, /It ends before it begins/);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a camera: what it sees is on the map; where that is not known, it is said', async () => {
    const known = await first('cameras', "kind = 'fixed' AND azimuth = 90 OR kind = 'fixed' AND azimuth IS NOT NULL");
    const {page, complaints} = await card('cameras', known.id, '&l=+cameras');
    const ring = await page.evaluate(async () => (await window.munimap.gl.getSource('chosen-view').getData()).geometry.coordinates[0]);
    assert.ok(ring.length > 20);
    await picture(page, 'card-camera');
    await page.close();
    const blind = await card('cameras', (await first('cameras', "kind = 'fixed' AND azimuth IS NULL")).id);
    assert.match(blind.text, /Направление неизвестно/);
    assert.deepEqual([...complaints, ...blind.complaints], []);
    await blind.page.close();
});

test('what a camera sees has its metres on the ground', async () => {
    const at = [39.098, 52.353], range = 250;
    const {geometry} = viewOf({kind: 'fixed', azimuth: 30, hfov: 90, range_m: range}, at);
    const far = geometry.coordinates[0].slice(1, -1);
    for (const point of [far[0], far[24], far[48]]) { // by the town's own metres, which are right to 0.1 m in a kilometre
        const metres = `distance(POINT(${at.join(' ')}), POINT(${point.join(' ')}))`;
        const filter = `${metres} > ${range - 0.05} AND ${metres} < ${range + 0.05}`;
        const answer = await (await server.get(`/collections/baseline/items?${new URLSearchParams({filter, limit: 1})}`)).json();
        assert.equal(answer.numberMatched, 2, `${filter}: ${answer.detail}`); // of all features of the layer
    }
    assert.ok(Math.abs(Math.atan2((far[24][0] - at[0]) * Math.cos(at[1] * Math.PI / 180), far[24][1] - at[1]) * 180 / Math.PI - 30) < 0.3, 'it looks where it should');
});

test('a sensor: its state and how old that is', async () => {
    const flooded = await first('sensors', "state = 'flooded'");
    const {page, text, complaints} = await card('sensors', flooded.id);
    assert.match(text, /Затоплен\n\s*Последняя связь: .*назад/);
    await picture(page, 'card-sensor');
    await page.close();
    const never = await card('sensors', (await first('sensors', "state = 'never'")).id, '&lang=en');
    assert.match(never.text, /Not heard from yet/);
    assert.deepEqual([...complaints, ...never.complaints], []);
    await never.page.close();
});
