// Measuring and drawing as people do it: with the mouse, by typing coordinates, from a file; the planted line and square.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {address, openPage, picture, spaced, untilYes} from '../lib/browser.mjs';
import {browser, leave, server, show} from '../lib/town.mjs';

const measures = async (page) => (await page.locator('#draw .measure').allInnerTexts()).map(spaced);
const measured = (page, n) => page.waitForFunction((k) => {
    const all = [...document.querySelectorAll('#draw .measure')];
    return all.length === k && all.every((m) => m.textContent !== '…');
}, n);

/** Waits until the last position of a source of the pen is near a place: it has taken the move of the pointer. */
const penAt = (page, source, at, reach = 1e-6) => untilYes(page, async ([id, [x, y], most]) => {
    const {features} = await window.munimap.gl.getSource(id)?.getData() ?? {features: []};
    return features.some(({geometry}) => {
        const [lon, lat] = geometry.coordinates.flat(9).slice(-2);
        return Math.abs(lon - x) < most && Math.abs(lat - y) < most;
    });
}, [source, at, reach]);

/** The vertices of a planted feature as surveyors write them. */
async function planted(type) {
    const {features} = await server.json(`/collections/baseline/items?crs=${encodeURIComponent(`${server.url}/crs/MSK48_1`)}`);
    const g = features.find((f) => f.geometry.type === type)?.geometry;
    return g && (type === 'Polygon' ? g.coordinates[0].slice(0, -1) : g.coordinates).map(([x, y]) => `X=${y.toFixed(4)} Y=${x.toFixed(4)}`).join('\n');
}

async function type(page, kind, text) {
    if (!await page.locator('#draw-typing').evaluate((d) => d.open))
        await page.click('#draw-typing summary');
    await page.selectOption('#draw-kind', kind);
    await page.fill('#draw-text', text);
    await page.click('#draw-add');
}

test('the planted line and square read as they were planted, typed in as coordinates', async () => {
    const {page, complaints} = await show('#map=15/52.353/39.098&p=draw');
    await type(page, 'LineString', await planted('LineString'));
    await measured(page, 1);
    assert.match((await measures(page))[0], /^1 000,00 м(, азимут \d+,\d°)?$/);
    const square = await planted('Polygon') ?? 'X=390000 Y=1292000\nX=390100 Y=1292000\nX=390100 Y=1292100\nX=390000 Y=1292100';
    await type(page, 'Polygon', square);
    await measured(page, 2);
    assert.equal((await measures(page))[1], '10 000,0 м², периметр 400,00 м');
    // the table of vertices, X to the north before Y to the east
    await page.locator('#draw .sides summary').last().click();
    assert.match(await page.locator('#draw .sides').last().innerText(), /X 3\d{5}\.\d\d\s+Y 12\d{5}\.\d\d/);
    await type(page, 'Point', 'не координаты');
    await page.waitForFunction(() => /строка 1: «не координаты»/.test(document.querySelector('#draw-wrong').textContent));
    await picture(page, 'draw');
    // around the chosen one; undone by a key; the link has what is there
    await page.fill('#draw-distance', '50');
    await page.click('#shape-0');
    await page.click('#draw-buffer');
    await measured(page, 3);
    assert.match((await measures(page))[2], /^107 8\d\d,\d м²/); // 1 000 by 100, and a circle of 50
    await page.focus('#shape-0');
    await page.keyboard.press('Control+z');
    await measured(page, 2);
    const again = await openPage(browser, server.url);
    await again.page.goto((await address(page)).replace('lang=ru', 'lang=en'));
    await measured(again.page, 2);
    assert.match((await measures(again.page))[0], /^1,000\.00 m/);
    await again.page.waitForFunction(() => window.munimap.gl.getStyle().layers.some((l) => l.id.startsWith('td-')));
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#draw-save')]);
    const saved = JSON.parse(readFileSync(await file.path(), 'utf8'));
    assert.deepEqual(saved.features.map((f) => f.geometry.type), ['LineString', 'Polygon']);
    await page.click('#draw-clear');
    await page.waitForSelector('#draw .hint');
    await page.setInputFiles('#draw-file', {name: 'a.geojson', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(saved))});
    await measured(page, 2);
    await page.setInputFiles('#draw-file', {name: 'b.geojson', mimeType: 'application/json', buffer: Buffer.from('{"type":')});
    await page.waitForFunction(() => /Файл не прочитан/.test(document.querySelector('#message').textContent));
    assert.deepEqual([...complaints, ...again.complaints], []);
    await again.page.close();
    leave({page, complaints});
});

test('a line drawn with the mouse, snapping to a house; what is inside what was drawn', async () => {
    const {page, complaints} = await show('#map=17/52.3511/39.1008&p=draw');
    const corner = await page.evaluate(() => {
        const gl = window.munimap.gl, canvas = gl.getCanvas().getBoundingClientRect();
        const house = gl.queryRenderedFeatures(undefined, {layers: ['buildings']}).find((f) => f.geometry.type === 'Polygon' && (() => {
            const p = gl.project(f.geometry.coordinates[0][0]);
            return p.x > 150 && p.y > 150 && p.x < canvas.width - 200 && p.y < canvas.height - 200;
        })());
        const at = house.geometry.coordinates[0][0], p = gl.project(at);
        return {at, x: p.x + canvas.left, y: p.y + canvas.top};
    });
    await page.click('#draw-linestring');
    await page.waitForFunction(() => window.munimap.taking === 'linestring' && window.munimap.gl.getStyle().layers.some((l) => l.id.startsWith('td-')));
    await page.mouse.move(corner.x + 4, corner.y + 3);
    await penAt(page, 'td-point', corner.at); // the mark of what it snaps to
    await page.mouse.click(corner.x + 4, corner.y + 3);
    await page.mouse.move(corner.x + 100, corner.y + 60, {steps: 4});
    const end = await page.evaluate(([x, y]) => {
        const gl = window.munimap.gl, canvas = gl.getCanvas().getBoundingClientRect();
        return gl.unproject([x - canvas.left, y - canvas.top]).toArray();
    }, [corner.x + 100, corner.y + 60]);
    await penAt(page, 'td-linestring', end, 6e-5);
    assert.match(await page.innerText('#draw-live'), /≈ /);
    await page.mouse.click(corner.x + 100, corner.y + 60);
    await page.keyboard.press('Enter');
    await measured(page, 1);
    const [start] = (await page.evaluate(() => window.munimap.store.get('drawn')))[0].coordinates;
    assert.ok(Math.abs(start[0] - corner.at[0]) < 1e-6 && Math.abs(start[1] - corner.at[1]) < 1e-6, `${start} and ${corner.at}`);
    assert.ok(await page.locator('#info').isHidden(), 'clicks are the tool’s own');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !window.munimap.taking);
    // what is drawn is an area of the questions
    await page.click('#inside-tab');
    assert.ok(await page.isChecked('#inside-shape'));
    await page.fill('#inside-distance', '30');
    await page.click('#inside-run');
    await page.waitForSelector('#inside-sentence');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('where the pointer is, in metres of the town and in degrees', async () => {
    const {page, complaints} = await openPage(browser, server.url, {viewport: {width: 390, height: 844}, permissions: ['clipboard-read', 'clipboard-write']});
    await page.goto(`${server.url}/#map=15/52.352992/39.098052&lang=en&p=-`);
    await page.waitForSelector('#pointer:not([hidden])');
    const shown = await page.innerText('#pointer');
    const [, x, y] = /^X ([\d.]+)\s+Y ([\d.]+) · 52\.35299\d, 39\.0980\d\d$/.exec(shown).map(Number);
    assert.ok(Math.abs(x - 390000) < 0.6 && Math.abs(y - 1292000) < 0.6, shown);
    // between the points of the lattice it is as exact as the server to a centimetre
    const differences = await page.evaluate(async () => {
        const gl = window.munimap.gl, box = gl.getCanvas().getBoundingClientRect(), out = [];
        for (const [dx, dy] of [[71, 83], [203, 311], [340, 500]]) {
            const {lng, lat} = gl.unproject([dx, dy]);
            gl.fire('mousemove', {lngLat: {lng, lat}, point: {x: dx, y: dy}});
            const [, north, east] = /X ([\d.]+)\s+Y ([\d.]+)/.exec(document.querySelector('#pointer').textContent).map(Number);
            const exact = await (await fetch('analysis/measure', {method: 'POST', body: JSON.stringify({geometry: {type: 'Point', coordinates: [lng, lat]}})})).json();
            out.push(Math.hypot(exact.coordinates[0][1] - north, exact.coordinates[0][0] - east));
        }
        return box && out;
    });
    assert.ok(differences.every((d) => d < 0.1), differences.join()); // shown to the decimetre
    await page.click('#pointer');
    await page.waitForFunction(() => /^Coordinates copied: X 3\d{5}\.\d\d Y 12\d{5}\.\d\d; /.test(document.querySelector('#message').textContent));
    assert.deepEqual(complaints, []);
    await page.close();
});
