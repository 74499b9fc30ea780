// The page in a real browser, on the sample town. SCREENSHOT_DIR keeps pictures to look at.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {createServer, request as forward} from 'node:http';
import {join} from 'node:path';
import {test} from 'node:test';
import {address, jump, jumpAndDraw, mapIdle, openPage, picture, WIDE} from '../lib/browser.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {browser, leave, server, show} from '../lib/town.mjs';

const drawn = (page, layer) => page.evaluate((id) => window.munimap.gl.queryRenderedFeatures(undefined,
    {layers: window.munimap.styleLayersOf(id).map((l) => l.id)}).length, layer);

test('the town appears without a complaint and without a word to anyone outside', async () => {
    const {page, complaints} = await show();
    assert.equal(await page.title(), 'Светлореченск');
    for (const layer of ['buildings', 'streets', 'water', 'green', 'landuse', 'districts'])
        assert.ok(await drawn(page, layer) > 0, layer);
    await picture(page, 'town');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('every theme has something on screen when it is switched on', async () => {
    const {page, complaints} = await show('#map=15.2/52.353/39.098');
    const map = await page.evaluate(() => window.munimap.map);
    await page.evaluate(() => window.munimap.setLayers(window.munimap.map.layers.map((l) => l.id), true));
    await mapIdle(page);
    const seen = {};
    for (const zoom of [15.2, 12.5]) {
        await jump(page, {zoom});
        await mapIdle(page);
        for (const layer of map.layers)
            seen[layer.theme] = (seen[layer.theme] ?? 0) + await drawn(page, layer.id);
    }
    for (const theme of map.themes.filter((t) => map.layers.some((l) => l.theme === t.id)))
        assert.ok(seen[theme.id] > 0, `${theme.id}: ${JSON.stringify(seen)}`);
    await picture(page, 'all-layers');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('a click shows titles, units and decoded codes; escape closes', async () => {
    const {page, complaints} = await show('#map=16.5/52.353/39.098', WIDE);
    const place = await page.evaluate(() => {
        const gl = window.munimap.gl, canvas = gl.getCanvas().getBoundingClientRect();
        const f = gl.queryRenderedFeatures(undefined, {layers: ['buildings']}).find((b) => {
            const ring = b.geometry.type === 'Polygon' ? b.geometry.coordinates[0] : null;
            if (!ring || b.properties.purpose !== 'mkd')
                return false;
            const [x, y] = ring.slice(0, -1).reduce(([sx, sy], [px, py]) => [sx + px / (ring.length - 1), sy + py / (ring.length - 1)], [0, 0]);
            const at = gl.project([x, y]);
            b.at = at;
            return at.x > 100 && at.y > 100 && at.x < canvas.width - 450 && at.y < canvas.height - 100 &&
                gl.queryRenderedFeatures(at, {layers: ['buildings']}).some((g) => g.id === b.id);
        });
        return f && {x: f.at.x + canvas.left, y: f.at.y + canvas.top};
    });
    assert.ok(place, 'an apartment block in view');
    await page.mouse.click(place.x, place.y);
    const card = page.locator('#info details[data-layer=buildings]').first();
    await card.waitFor();
    if (await card.getAttribute('open') === null)
        await card.locator('summary').click();
    const text = await card.innerText();
    assert.match(text, /Здани/);
    assert.match(text, /Многоквартирный/);
    assert.doesNotMatch(text, /\bmkd\b/);
    await picture(page, 'click');
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#info').isHidden());
    assert.deepEqual(complaints, []);
    await page.close();
});

test('the language changes in place and is kept in the address', async () => {
    const {page, complaints} = await show();
    await page.click('[data-lang=en]');
    assert.equal(await page.title(), 'Svetlorechensk');
    assert.match(await page.locator('#layers').innerText(), /Buildings/);
    assert.match(await address(page), /lang=en/);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await picture(page, 'english');
    await page.reload();
    await mapIdle(page);
    assert.equal(await page.title(), 'Svetlorechensk');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('switches hide and show layers, and the address brings them back', async () => {
    const {page, complaints} = await show('#map=14/52.353/39.098', {});
    assert.ok(await drawn(page, 'buildings') > 0);
    await page.uncheck('input[data-layer=buildings]');
    await page.check('input[data-layer=quarters]');
    await mapIdle(page);
    assert.equal(await drawn(page, 'buildings'), 0);
    assert.ok(await drawn(page, 'quarters') > 0);
    assert.match(await address(page), /l=[^&]*-buildings/);
    assert.match(await address(page), /map=14\//);
    const again = await show(new URL(await address(page)).hash, {});
    assert.equal(await drawn(again.page, 'buildings'), 0);
    assert.ok(await drawn(again.page, 'quarters') > 0);
    assert.equal(await again.page.isChecked('input[data-layer=buildings]'), false);
    assert.deepEqual([...complaints, ...again.complaints], []);
    await again.page.close();
    leave({page, complaints});
});

test('a shape has one label, and the label knows its feature', async () => {
    const {page, complaints} = await show('#map=12.6/52.353/39.098');
    const names = await page.evaluate(() => window.munimap.gl.queryRenderedFeatures(undefined, {layers: ['districts-name']})
        .map((f) => f.properties.name));
    assert.ok(names.length > 2);
    assert.deepEqual(names.length, new Set(names).size, names.join());
    const place = await page.evaluate(() => {
        const gl = window.munimap.gl, canvas = gl.getCanvas().getBoundingClientRect();
        const label = gl.queryRenderedFeatures(undefined, {layers: ['projects-shape']}).map((f) => gl.project(f.geometry.coordinates))
            .find((p) => p.x > 100 && p.y > 100 && p.x < canvas.width - 450 && p.y < canvas.height - 100);
        return {x: label.x + canvas.left, y: label.y + canvas.top};
    });
    await page.mouse.click(place.x, place.y);
    const card = page.locator('#info details[data-layer=projects]').first();
    assert.match(await card.innerText(), /Направление[^]*Бюджет[^]*₽/);
    await picture(page, 'project');
    assert.equal(await page.evaluate(() => window.munimap.features[0].layer), 'projects');
    // house numbers, one a house also where tiles meet, at a zoom that has tiles and at one that enlarges them
    for (const zoom of [16, 17.5]) {
        await jumpAndDraw(page, {zoom, center: [39.1008, 52.3511]});
        const houses = await page.evaluate(() => window.munimap.gl.queryRenderedFeatures(undefined, {layers: ['buildings-number']}).map((f) => f.id));
        assert.ok(houses.length > 5);
        assert.equal(houses.length, new Set(houses).size);
    }
    await page.uncheck('input[data-layer=districts]');
    assert.equal(await page.evaluate(() => window.munimap.gl.getLayoutProperty('districts-name', 'visibility')), 'none');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('the legend shows what the colours and shapes mean', async () => {
    const {page, complaints} = await show();
    const row = page.locator('li.layer', {has: page.locator('input[data-layer=sensors]')});
    await row.locator('.unfold').click();
    assert.equal(await row.locator('.legend li[data-value]').count(), 8);
    assert.match(await row.locator('.legend').innerText(), /Затоплен/);
    assert.equal(await row.locator('.legend .swatch.icon').count(), 8);
    await page.click('[data-lang=en]');
    assert.match(await row.locator('.legend').innerText(), /Flooded/);
    await picture(page, 'legend');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('a layer that is only drawn from near says so, and takes one there', async () => {
    const {page, complaints} = await show('#map=12/52.353/39.098', {});
    const row = page.locator('li.layer', {has: page.locator('input[data-layer=stops]')});
    await row.locator('.nearer').click();
    await page.waitForFunction(() => window.munimap.gl.getZoom() >= 14 && !window.munimap.gl.isMoving());
    await mapIdle(page);
    await row.locator('.nearer').waitFor({state: 'hidden'});
    await page.waitForFunction(() => window.munimap.gl.queryRenderedFeatures(undefined, /* symbols are placed a frame later */
        {layers: window.munimap.styleLayersOf('stops').map((l) => l.id)}).length > 0);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('the keyboard alone is enough', async () => {
    const {page, complaints} = await show('#map=16/52.353/39.098');
    await page.focus('#map canvas');
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#info details').count() > 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'info');
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#info').isHidden());
    assert.ok(await page.evaluate(() => document.activeElement.matches('canvas')));
    await page.focus('input[data-layer=water]');
    await page.keyboard.press('Space');
    await mapIdle(page);
    assert.equal(await drawn(page, 'water'), 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'layer-water');
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('an address changed by hand is followed', async () => {
    const {page, complaints} = await show('#map=14/52.353/39.098');
    await page.evaluate(() => location.hash = '#map=15/52.35/39.1&l=-buildings&lang=en');
    await page.waitForFunction(() => document.documentElement.lang === 'en');
    await mapIdle(page);
    assert.equal(await drawn(page, 'buildings'), 0);
    assert.equal(await page.isChecked('input[data-layer=buildings]'), false);
    assert.deepEqual(complaints, []);
    leave({page, complaints});
});

test('without WebGL there is a word about it, and the list of layers', async () => {
    const {page} = await openPage(browser, server.url);
    await page.addInitScript(() => HTMLCanvasElement.prototype.getContext = () => null);
    await page.goto(server.url);
    await page.locator('#map .empty').waitFor();
    assert.match(await page.locator('#map').innerText(), /WebGL/);
    assert.ok(await page.locator('input[data-layer=buildings]').isVisible());
    await page.uncheck('input[data-layer=buildings]');
    await page.close();
});

test('on a slow line, or where bytes are to be saved, the map is drawn from MapLibre Tiles', async () => {
    for (const [line, ending] of [[{effectiveType: '3g'}, 'mlt'], [{effectiveType: '4g', saveData: true}, 'mlt'], [{effectiveType: '4g'}, 'mvt']]) {
        const {page, complaints} = await openPage(browser, server.url);
        const tiles = [];
        page.on('response', (r) => /\/tiles\/.*\.m[lv]t/.test(r.url()) && tiles.push(r.url()));
        await page.addInitScript((l) => Object.defineProperty(navigator, 'connection', {value: l}), line);
        await page.goto(`${server.url}/#map=15.2/52.353/39.098`);
        await mapIdle(page);
        assert.ok(tiles.length > 5 && tiles.every((url) => new URL(url).pathname.endsWith(`.${ending}`)), `${JSON.stringify(line)}: ${tiles[0]}`);
        assert.ok(await drawn(page, 'buildings') > 20);
        assert.deepEqual(complaints, []);
        await page.close();
    }
});

test('markup in names stays text', async () => {
    const folder = tempDir();
    const evil = '<img src=x onerror="document.title=1">';
    writeFileSync(join(folder.dir, 'evil.geojson'), JSON.stringify({type: 'FeatureCollection', features: [{type: 'Feature', id: 1,
        properties: {name: evil, link: 'javascript:alert(1)', site: 'https://example.org/a?b=<c>'},
        geometry: {type: 'Polygon', coordinates: [[[39, 52], [39.1, 52], [39.1, 52.1], [39, 52.1], [39, 52]]]}}]}));
    writeFileSync(join(folder.dir, 'evil.yaml'), `title: {ru: '${evil}', en: '${evil}'}\nsource: evil.geojson\n` +
        `theme: ''\nstyle: {kind: fill, color: "#884400", label: name, width: 3}\n`);
    const own = await serve(folder.dir);
    const {page, complaints} = await openPage(browser, own.url);
    await page.goto(own.url);
    await mapIdle(page);
    assert.ok(await drawn(page, 'evil') > 0, 'a layer that no style knows is drawn');
    await page.mouse.click(860, 480);
    const card = page.locator('#info details[data-layer=evil]');
    await card.waitFor();
    assert.ok((await card.innerText()).includes(evil));
    assert.deepEqual(await card.locator('td a').evaluateAll((links) => links.map((a) => a.href)), ['https://example.org/a?b=%3Cc%3E']);
    assert.equal(await page.locator('img').count(), 0);
    await picture(page, 'own-folder');
    assert.deepEqual(complaints, []);
    await page.close();
    await own.stop();
    folder.remove();
});

test('the map works below a path of another server', async () => {
    let inner = '';
    const front = createServer((request, answer) => {
        if (!request.url.startsWith('/karta/'))
            return answer.writeHead(404).end();
        const options = {headers: request.headers, method: request.method};
        request.pipe(forward(inner + request.url.slice('/karta'.length), options, (got) => {
            answer.writeHead(got.statusCode, got.headers);
            got.pipe(answer);
        }));
    });
    await new Promise((done) => front.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${front.address().port}`;
    const folder = tempDir();
    writeFileSync(join(folder.dir, 'map.yaml'), `title: {ru: Город, en: Town}\nserver: {public_url: '${origin}/karta'}\n`);
    writeFileSync(join(folder.dir, 'streets.geojson'), JSON.stringify({type: 'FeatureCollection', features: [{type: 'Feature', id: 1,
        properties: {name: 'ул. Мира', class: 'trunk'}, geometry: {type: 'LineString', coordinates: [[39, 52], [39.1, 52.1]]}}]}));
    writeFileSync(join(folder.dir, 'streets.yaml'), 'source: streets.geojson\n');
    const own = await serve(folder.dir);
    inner = own.url;
    const {page, complaints} = await openPage(browser, `${origin}/karta/`);
    await page.goto(`${origin}/karta/`);
    await mapIdle(page);
    assert.equal(await page.title(), 'Город');
    assert.ok(await drawn(page, 'streets') > 0);
    assert.deepEqual(complaints, []);
    await page.close();
    front.close();
    front.closeAllConnections();
    await own.stop();
    folder.remove();
});

test('on a telephone the map comes first and the list opens over it', async () => {
    const {page, complaints} = await show('', {viewport: {width: 390, height: 780}});
    assert.ok(await page.locator('#layers').isHidden());
    await page.click('#menu');
    assert.ok(await page.locator('#layers').isVisible());
    await picture(page, 'telephone');
    assert.deepEqual(complaints, []);
    await page.close();
});

test('the plain pages have their small map', async () => {
    const {page, complaints} = await openPage(browser, server.url);
    for (const path of ['/collections/streets?f=html', '/collections/projects/items?f=html', '/?f=html', '/status?f=html']) {
        await page.goto(server.url + path);
        if (path.includes('/collections/'))
            await page.locator('.mini-map[data-drawn]').waitFor();
        await page.waitForLoadState('networkidle');
        await picture(page, path.replace(/\W+/g, '-').slice(1));
    }
    assert.deepEqual(complaints, []);
    await page.close();
});
