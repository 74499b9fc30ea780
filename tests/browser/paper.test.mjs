// Screen and paper agree: what MapLibre draws of a place and what the renderer of plans does (/map, the same window, size and
// style) are the same picture but for edges of letters and lines, and texts that found another place. MM_PLACES: how many.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {jumpAndDraw} from '../lib/browser.mjs';
import {server, show} from '../lib/town.mjs';

const PLACES = Number(process.env.MM_PLACES ?? 6), WIDTH = 640, HEIGHT = 480;
// of all pixels: how many differ by more than 64 of 255 in a channel, on average over the places, and at one of them; and by
// how much all differ. Measured over 20 places: 1.6 %, 3.5 %, 2.9.
const FAR = 64, MEAN_SHARE = 0.025, MOST_SHARE = 0.055, MEAN_DIFFERENCE = 4.5;

/** Places of the town, near and far, the same each time: [zoom, lon, lat]. */
const places = Array.from({length: PLACES}, (_, i) => [13 + i % 6 * 0.9, 39.098 + 0.016 * Math.sin(i * 2.4), 52.353 + 0.009 * Math.cos(i * 1.7)]);

/** In the page: {share, mean} of the pixels of two pictures that differ, and how much. */
const compare = ([a, b, far]) => Promise.all([a, b].map((url) => new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        done({data: context.getImageData(0, 0, image.width, image.height).data, size: `${image.width}x${image.height}`});
    };
    image.onerror = () => fail(new Error('no picture'));
    image.src = url;
}))).then(([x, y]) => {
    let count = 0, sum = 0;
    for (let i = 0; i < x.data.length; i += 4) {
        const d = [0, 1, 2].map((k) => Math.abs(x.data[i + k] - y.data[i + k]));
        count += Math.max(...d) > far;
        sum += (d[0] + d[1] + d[2]) / 3;
    }
    return {sizes: [x.size, y.size], share: count * 4 / x.data.length, mean: sum * 4 / x.data.length};
});

const dataUrl = (bytes) => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;

test(`the same picture on screen and on paper, at ${PLACES} places`, async () => {
    const {page, complaints} = await show(`?embed#map=${places[0][0]}/${places[0][2]}/${places[0][1]}&p=-&theme=day`, {viewport: {width: WIDTH, height: HEIGHT}, deviceScaleFactor: 1});
    await page.evaluate(() => { // the map alone
        Object.assign(document.getElementById('map').style, {position: 'fixed', inset: '0', zIndex: 99});
        document.querySelectorAll('.maplibregl-control-container, #map > :not(.maplibregl-canvas-container)').forEach((node) => node.style.display = 'none');
        window.munimap.gl.resize();
    });
    const found = [];
    for (const [zoom, lon, lat] of places) {
        await page.evaluate(() => {
            window.munimap.gl.resize();
        });
        await jumpAndDraw(page, {center: [lon, lat], zoom});
        const bounds = await page.evaluate(() => window.munimap.gl.getBounds().toArray().flat());
        const screen = await page.locator('#map canvas').screenshot();
        const query = new URLSearchParams({bbox: bounds.join(), width: WIDTH, height: HEIGHT, style: 'day', f: 'png'});
        const answer = await fetch(`${server.url}/map?${query}`);
        assert.equal(answer.status, 200);
        const paper = Buffer.from(await answer.arrayBuffer());
        const {sizes, ...one} = await page.evaluate(compare, [dataUrl(screen), dataUrl(paper), FAR]);
        assert.deepEqual(sizes, [`${WIDTH}x${HEIGHT}`, `${WIDTH}x${HEIGHT}`]);
        found.push({zoom, lon, lat, ...one});
        if (process.env.SCREENSHOT_DIR) {
            mkdirSync(process.env.SCREENSHOT_DIR, {recursive: true});
            writeFileSync(join(process.env.SCREENSHOT_DIR, `paper-${found.length}-screen.png`), screen);
            writeFileSync(join(process.env.SCREENSHOT_DIR, `paper-${found.length}-paper.png`), paper);
        }
    }
    const share = found.reduce((sum, f) => sum + f.share, 0) / found.length, mean = found.reduce((sum, f) => sum + f.mean, 0) / found.length;
    const worst = found.reduce((a, b) => a.share > b.share ? a : b);
    console.log(`# ${(share * 100).toFixed(1)} % of the pixels are far apart, ${(worst.share * 100).toFixed(1)} % at zoom ${worst.zoom.toFixed(1)}; on average ${mean.toFixed(1)}`);
    assert.ok(share < MEAN_SHARE && worst.share < MOST_SHARE && mean < MEAN_DIFFERENCE, JSON.stringify({share, mean, worst}));
    assert.deepEqual(complaints, []);
    await page.close();
});
