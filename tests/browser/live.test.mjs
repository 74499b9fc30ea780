// A source is edited while the page is open: the change is on screen without a reload, and tiles that it does not touch
// are not asked for again.
import assert from 'node:assert/strict';
import {mkdirSync, renameSync, unlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {isRed, jump, mapIdle, openBrowser, openPage, spaced, untilYes} from '../lib/browser.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map');
let server, browser;

/** Nine squares about a place, each in a tile of its own at zoom 15. */
const town = (names = {}, moved = {}) => JSON.stringify({type: 'FeatureCollection', features: [...Array(9).keys()].map((i) => {
    const x = 39.083 + (i % 3) * 0.011 + (moved[i] ?? 0), y = 52.343 + Math.floor(i / 3) * 0.0067, s = 0.002;
    return {type: 'Feature', id: i + 1, properties: {name: names[i] ?? `place ${i}`},
        geometry: {type: 'Polygon', coordinates: [[[x, y], [x + s, y], [x + s, y + s], [x, y + s], [x, y]]]}};
})});

function write(text, layer = 'places') {
    writeFileSync(join(temp.dir, 'next'), text);
    renameSync(join(temp.dir, 'next'), join(dir, `${layer}.geojson`));
}

before(async () => {
    mkdirSync(dir);
    write(town());
    writeFileSync(join(dir, 'places.yaml'), 'source: places.geojson\ntitle: {ru: Места, en: Places}\nstyle: {color: "#ff0000"}\n');
    server = await serve(dir, {allow: [/layer not loaded.*layer=(broken|worse)/]});
    browser = await openBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
    temp.remove();
});

async function show(hash = '#map=14.6/52.3507/39.095', line = {effectiveType: '4g'}) {
    const opened = await openPage(browser, server.url);
    opened.asked = [];
    await opened.page.addInitScript((l) => Object.defineProperty(navigator, 'connection', {value: l}), line);
    opened.page.on('request', (r) => {
        if (/\/tiles\/.*\.m[vl]t/.test(r.url()))
            opened.asked.push(r.url());
    });
    await opened.page.goto(`${server.url}/${hash}`);
    await mapIdle(opened.page);
    await opened.page.waitForFunction(() => document.getElementById('live').dataset.state === 'on');
    return opened;
}

/** Edits, and waits in the page until `isThere` says so; milliseconds between. */
async function edit(page, text, isThere, argument) {
    assert.equal(await page.evaluate(isThere, argument), false);
    const began = performance.now();
    write(text);
    await untilYes(page, isThere, argument);
    return performance.now() - began;
}

const namesDrawn = () => [...new Set(window.munimap.gl.querySourceFeatures('places', {sourceLayer: 'places'})
    .map((f) => f.properties.name))].sort();
const hasName = (name) => window.munimap.gl.querySourceFeatures('places', {sourceLayer: 'places'})
    .some((f) => f.properties.name === name);
/** Whether a tile, with a little of its neighbours, shows a square of some degrees. */
function isNear(url, lon, lat, size) {
    const [, z, x, y] = /\/(\d+)\/(\d+)\/(\d+)\.m[vl]t/.exec(url).map(Number), n = 2 ** z;
    const row = (deg) => (0.5 - Math.atanh(Math.sin(deg * Math.PI / 180)) / (2 * Math.PI)) * n;
    const column = (deg) => (deg + 180) / 360 * n, edge = 1 / 32;
    return column(lon + size) > x - edge && column(lon) < x + 1 + edge && row(lat) > y - edge && row(lat + size) < y + 1 + edge;
}

for (const [form, line] of [['mvt', {effectiveType: '4g'}], ['mlt', {effectiveType: '3g'}]])
test(`a new name and a new place are on screen, and only their tiles are asked for: ${form}`, async () => {
    write(town());
    const {page, complaints, asked} = await show(undefined, line);
    await page.waitForFunction(hasName, 'place 4', {polling: 10});
    await mapIdle(page);
    const first = asked.length;
    assert.ok(asked.every((url) => url.includes(`.${form}`)), asked[0]);
    assert.ok(first >= 4, `${first} tiles at first`);
    assert.equal((await page.evaluate(namesDrawn)).length, 9);
    const times = [];
    for (let i = 0; i < 5; i++) {
        const before = asked.length;
        times.push(await edit(page, town({4: `name ${i}`}), hasName, `name ${i}`));
        await mapIdle(page);
        const again = asked.slice(before);
        assert.ok(again.length > 0 && again.length < first, `${again.length} of ${first} tiles asked for again`);
        for (const url of again)
            assert.ok(isNear(url, 39.094, 52.3497, 0.002), `${url} does not show the place`);
    }
    const at = [39.095 + 0.0065, 52.3507];
    times.push(await edit(page, town({4: 'moved'}, {4: 0.0065}), isRed, at));
    assert.deepEqual((await page.evaluate(namesDrawn)).length, 9);
    console.log(`# edit of a GeoJSON file to screen: ${times.map((t) => Math.round(t)).join(', ')} ms`);
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a tile that is kept out of view is not shown as it was', async () => {
    write(town());
    const {page, complaints} = await show();
    await page.waitForFunction(hasName, 'place 4', {polling: 10});
    await jump(page, {center: [39.4, 52.35]});
    await mapIdle(page);
    const version = await page.evaluate(() => window.munimap.map.version);
    write(town({4: 'while away'}));
    await page.waitForFunction((was) => window.munimap.map.version !== was, version, {polling: 10});
    await jump(page, {center: [39.095, 52.3507]});
    await page.waitForFunction(hasName, 'while away', {polling: 10});
    await mapIdle(page);
    assert.ok(!(await page.evaluate(namesDrawn)).includes('place 4'));
    assert.deepEqual(complaints, []);
    await page.close();
});

test('counts follow, and a layer that comes is spoken of', async () => {
    const {page} = await show('#map=14.6/52.3507/39.095&lang=en');
    const more = JSON.parse(town());
    more.features.push({...more.features[0], id: 10});
    write(JSON.stringify(more));
    await page.waitForFunction(() => /\b10$/.test(document.querySelector('#tree .count')?.textContent), null, {polling: 20});
    writeFileSync(join(dir, 'second.yaml'), 'source: places.geojson\n');
    await page.waitForFunction(() => /reload the page/.test(document.getElementById('message').textContent), null, {polling: 20});
    unlinkSync(join(dir, 'second.yaml'));
    await page.close();
});

test('a layer that did not load is named, with the way to why, until it is mended', async () => {
    writeFileSync(join(dir, 'broken.yaml'), 'source: none.geojson\n');
    await until('the failure', async () => (await server.json('/map.json')).failed.join() === 'broken');
    const {page, complaints} = await show('#map=14.6/52.3507/39.095&lang=ru');
    assert.equal(spaced(await page.innerText('#failed')), 'Не загрузились слои: broken. Почему');
    const why = await server.json(new URL(await page.getAttribute('#failed a', 'href'), `${server.url}/`).pathname);
    assert.match(why.layers.find(({id}) => id === 'broken').error, /broken\.yaml.*none\.geojson/);
    writeFileSync(join(dir, 'worse.yaml'), 'source: none.geojson\ntable: 5\nsql: 5\n');
    await page.waitForFunction(() => /broken, worse\./.test(document.querySelector('#failed').innerText), null, {polling: 20});
    unlinkSync(join(dir, 'worse.yaml'));
    await page.waitForFunction(() => /broken\./.test(document.querySelector('#failed').innerText), null, {polling: 20});
    write(town(), 'none');
    await page.locator('#failed').waitFor({state: 'hidden'});
    unlinkSync(join(dir, 'broken.yaml'));
    assert.deepEqual(complaints, []);
    await page.close();
});

test('a lost connection is shown in both languages, and what was missed comes after it', async () => {
    write(town());
    const {page} = await show('#map=14.6/52.3507/39.095&lang=ru');
    assert.equal(await page.getAttribute('#live', 'title'), 'Приостановить обновления');
    await page.context().setOffline(true);
    await untilYes(page, () => new Promise((done) => {
        document.dispatchEvent(new Event('visibilitychange')); // opens its stream anew, in vain once the line is down
        setTimeout(() => done(document.getElementById('live').dataset.state === 'off'), 200);
    }));
    assert.equal(await page.textContent('#live'), 'Нет связи: изменения не приходят');
    await page.click('[data-lang=en]');
    assert.equal(await page.textContent('#live'), 'No connection: changes do not come');
    write(town({4: 'while offline'}));
    await page.context().setOffline(false);
    await page.waitForFunction(() => document.getElementById('live').dataset.state === 'on', null, {polling: 20});
    await page.waitForFunction(hasName, 'while offline', {polling: 20});
    await page.close();
});
