// What lies in view, or near an object: the numbers on the page are the server's, which tests/http/inside.test.mjs checks.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {address, openPage, picture, WIDE} from '../lib/browser.mjs';
import {browser, leave, server, show} from '../lib/town.mjs';

const sentence = async (page) => (await page.innerText('#inside-sentence')).replaceAll(/\s/g, ' ');
const digits = (text) => Number(text.replace(/[^\d]/g, ''));

test('the view, a filter, a table, a file, a link', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&p=inside', WIDE);
    await page.click('#inside-run');
    await page.waitForSelector('#inside-sentence');
    const row = (id) => page.locator(`#inside tr[data-collection=${id}]`);
    const [west, south, east, north] = await page.evaluate(() => window.munimap.gl.getBounds().toArray().flat());
    const inView = await (await fetch(`${server.url}/analysis/inside`, {method: 'POST', body: JSON.stringify({geometry: {type: 'Polygon',
        coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}})})).json();
    const km2 = (inView.area.area / 1e6).toFixed(2); // as much as the window shows
    const houses = inView.collections.find((c) => c.collection === 'buildings');
    assert.equal(digits(await row('buildings').locator('td').evaluate((td) => td.firstChild.textContent)), houses.count);
    assert.match(await sentence(page), new RegExp(`^На площади ${km2.replace('.', ',')} км²: Здания — ${houses.count} \\(.*Жителей — `));
    assert.match((await row('projects').innerText()).replaceAll(/\s/g, ' '), /Бюджет: [\d ]+,\d\d ₽/);
    await picture(page, 'inside');
    assert.ok(await page.evaluate(() => window.munimap.gl.queryRenderedFeatures(undefined, {layers: ['inside-area']}).length) > 0);
    // the filter of the map holds here too
    await page.evaluate(() => window.munimap.setFilter('buildings', 'floors >= 5'));
    await page.waitForFunction((n) => {
        const cell = document.querySelector('#inside tr[data-collection=buildings] td');
        return cell && Number(cell.firstChild.textContent.replace(/\D/g, '')) < n;
    }, houses.count);
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#inside-csv')]);
    assert.equal(file.suggestedFilename(), 'inside.csv');
    // the link shows the same, in another language as well
    const link = await address(page), said = await row('buildings').locator('td').innerText();
    const again = await openPage(browser, server.url);
    await again.page.goto(link.replace('lang=ru', 'lang=en'));
    await again.page.waitForSelector('#inside-sentence');
    assert.match(await sentence(again.page), new RegExp(`^On an area of ${km2} km²: Buildings — `));
    assert.equal(digits(await again.page.locator('#inside tr[data-collection=buildings] td').evaluate((td) => td.firstChild.textContent)), digits(said.split('\n')[0]));
    await row('buildings').locator('button').click();
    await page.waitForSelector('#table-layer');
    assert.equal(await page.inputValue('#table-layer'), 'buildings');
    assert.deepEqual([...complaints, ...again.complaints], []);
    await again.page.close();
    await page.close();
});

test('what is near an object, from its card, by keyboard, on a phone', async () => {
    const {page, complaints} = await openPage(browser, server.url, {viewport: {width: 390, height: 844}});
    await page.goto(`${server.url}/#map=16/52.353/39.11&sel=schools/1`);
    await page.waitForSelector('#info details');
    await page.focus('#info .buttons button');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#inside-sentence');
    assert.equal(await page.inputValue('#inside-distance'), '100');
    assert.match(await sentence(page), /^На площади 3,14 га: /);
    assert.ok(await page.isChecked('#inside-chosen'));
    await page.evaluate(() => window.munimap.store.set({chosen: null})); // its card is closed: the question stays
    assert.ok(await page.isChecked('#inside-chosen'));
    // the data change while a distance is typed: it is asked again, and what is typed stays
    await page.focus('#inside-distance');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('3');
    await Promise.all([page.waitForResponse((r) => r.url().includes('analysis/inside')),
        page.evaluate(() => window.munimap.store.set({version: 'another'}))]);
    await page.waitForSelector('#inside-run');
    await page.keyboard.type('00');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /28,2\d\sга/.test(document.querySelector('#inside-sentence')?.textContent));
    await picture(page, 'inside-phone');
    await page.click('#inside-show');
    await page.waitForFunction(() => !window.munimap.gl.isMoving());
    await page.click('#inside-clear');
    await page.waitForSelector('#inside-sentence', {state: 'detached'});
    assert.doesNotMatch(await address(page), /in=/);
    // a distance that cannot be is not asked for
    await page.fill('#inside-distance', '60000');
    await page.press('#inside-distance', 'Enter');
    assert.ok(await page.evaluate(() => !document.querySelector('#inside-distance').validity.valid));
    assert.equal(await page.locator('#inside-sentence').count(), 0);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('of a point or a line it is asked how far around, before the server is', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&p=inside&d=P39.0963,52.3537');
    const complaint = () => page.evaluate(() => document.querySelector('#inside-distance').validationMessage);
    await page.check('#inside-shape');
    await page.click('#inside-run');
    assert.match(await complaint(), /^Внутри точки или линии ничего нет/);
    await page.fill('#inside-distance', '50');
    assert.equal(await complaint(), '');
    await page.click('#inside-run');
    await page.waitForSelector('#inside-sentence');
    assert.match(await sentence(page), /^На площади 7 8\d\d,\d м²/); // a circle of 50 m
    // a stop is a point; whether a project is one only the server knows, and its answer is said in the page's language
    await page.evaluate(() => window.munimap.store.set({chosen: {layer: 'stops', id: '1'}}));
    await page.check('#inside-chosen');
    await page.fill('#inside-distance', '0');
    await page.click('#inside-run');
    assert.match(await complaint(), /^Внутри точки или линии ничего нет/);
    assert.deepEqual(complaints, []);
    const line = (await server.json(`/collections/projects/items?limit=400`)).features.find((f) => f.geometry?.type === 'LineString' || f.geometry?.type === 'MultiLineString');
    await page.evaluate((id) => window.munimap.store.set({inside: {collection: 'projects', id, distance: 0}}), line.id);
    await page.waitForSelector('#inside .error');
    assert.match(await page.innerText('#inside .error'), /Внутри точки или линии ничего нет/);
    leave({page, complaints});
});
