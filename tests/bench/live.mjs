// From the moment when a file is written to the moment when an open page has drawn the change: one square of a GeoJSON file
// is moved, and seen where it came to.
import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {isRed, mapIdle, openBrowser, untilYes} from '../lib/browser.mjs';
import {digits, freePort, main, median, note, ready, row, start, work} from './lib.mjs';

const counts = [9, 2000, 20000], edits = 7, targetMs = 1000;
const origin = [39.08, 52.34], step = [0.001, 0.0006], size = 0.0002;

/** Squares in rows of a hundred; the first one lies a half of a step aside when it has moved. */
const town = (count, isMoved) => JSON.stringify({type: 'FeatureCollection', features: Array.from({length: count}, (_, i) => {
    const x = origin[0] + (i % 100) * step[0] + (i === 0 && isMoved ? step[0] / 2 : 0), y = origin[1] + Math.floor(i / 100) * step[1];
    return {type: 'Feature', id: i + 1, properties: {name: `place ${i}`, floors: i % 9},
        geometry: {type: 'Polygon', coordinates: [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]}};
})});

const middle = (isMoved) => [origin[0] + size / 2 + (isMoved ? step[0] / 2 : 0), origin[1] + size / 2];

/** Milliseconds of each of some edits. */
async function measure(browser, dir, count) {
    const write = (isMoved) => {
        writeFileSync(join(dir, 'next'), town(count, isMoved));
        const began = performance.now();
        renameSync(join(dir, 'next'), join(dir, 'places.geojson'));
        return began;
    };
    write(false);
    const port = await freePort(), url = `http://127.0.0.1:${port}`;
    const server = start(process.env.MUNIMAP, ['serve', dir, '--port', String(port)]);
    await ready(async () => (await fetch(`${url}/readyz`)).ok, 'munimap');
    const page = await browser.newPage({viewport: {width: 1120, height: 700}}), times = [];
    await page.goto(`${url}/#map=16/${origin[1]}/${origin[0]}`);
    await mapIdle(page);
    await page.waitForFunction(() => document.getElementById('live').dataset.state === 'on');
    for (let i = 1; i <= edits; i++) {
        const isMoved = i % 2 === 1, place = middle(isMoved);
        if (await page.evaluate(isRed, place))
            throw new Error(`edit ${i}: ${place} is red before`);
        const began = write(isMoved);
        await untilYes(page, isRed, place);
        times.push(performance.now() - began);
    }
    await page.close();
    await server.stop();
    return times;
}

await main(async () => {
    const dir = join(work, 'live'), browser = await openBrowser(), all = [];
    rmSync(dir, {recursive: true, force: true});
    mkdirSync(dir, {recursive: true});
    writeFileSync(join(dir, 'places.yaml'), 'source: places.geojson\nstyle: {color: "#ff0000"}\n');
    for (const count of counts) {
        const times = await measure(browser, dir, count), worst = Math.max(...times);
        row(`an edit of a GeoJSON file of ${count} features, on the screen of an open page, slowest`, `${digits(worst)} ms`, '', null,
            {text: `< ${targetMs} ms`, met: worst < targetMs}, edits);
        all.push(`${count} features: ${digits(median(times))} ms`);
    }
    note(`an edit to the screen, median of ${edits}: ${all.join(', ')}; a headless browser that draws in software on the same two cores`);
    await browser.close();
});
