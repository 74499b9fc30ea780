// Frames a second while the page pans over a million buildings, in a headless browser that draws without a graphics card:
// a floor, not what people see. Beside it the same pan over an empty background, which is what the browser can do at all.
import {mapIdle, openBrowser} from '../lib/browser.mjs';
import {city, digits, main, median, note, row, runs, serveCity} from './lib.mjs';

const zooms = [12, 13, 14, 15, 16], seconds = 3, size = {width: 1280, height: 800};

/** Frames drawn in a second while the map moves by a third of the view each second. */
const pan = (page, zoom, isEmpty) => page.evaluate(async ([z, s, empty]) => {
    const {gl} = window.munimap, {center} = window.at;
    gl.jumpTo({center, zoom: z});
    for (const layer of gl.getStyle().layers.filter((l) => l.type !== 'background'))
        gl.setLayoutProperty(layer.id, 'visibility', empty ? 'none' : 'visible');
    await new Promise((done) => gl.once('idle', () => done()).triggerRepaint());
    let frames = 0, isOver = false;
    const count = () => frames++;
    gl.on('render', count);
    const began = performance.now();
    await new Promise((done) => {
        const step = () => {
            const t = (performance.now() - began) / 1000;
            isOver = t >= s;
            if (isOver)
                return done();
            gl.jumpTo({center: [center[0] + t * 430 / 512 / 2 ** z * 360, center[1]]});
            requestAnimationFrame(step);
        };
        step();
    });
    gl.off('render', count);
    return frames / ((performance.now() - began) / 1000);
}, [zoom, seconds, isEmpty]);

await main(async () => {
    const data = city();
    if (!data)
        return;
    const server = await serveCity(data, {keeps: true}), browser = await openBrowser();
    const page = await browser.newPage({viewport: size});
    await page.goto(server.url);
    await mapIdle(page);
    await page.evaluate(() => {
        const [w, s, e, n] = window.munimap.map.bounds;
        window.at = {center: [(w + e) / 2, (s + n) / 2]};
    });
    const all = [];
    for (const zoom of zooms) {
        const ours = [], empty = [];
        for (let i = 0; i < runs; i++) {
            empty.push(await pan(page, zoom, true));
            ours.push(await pan(page, zoom, false));
        }
        all.push({zoom, fps: median(ours), floor: median(empty)});
    }
    const worst = all.reduce((a, b) => a.fps < b.fps ? a : b);
    row('frames a second while panning over 1.01 M buildings, no graphics card', `z${worst.zoom} ${digits(worst.fps)}`,
        `an empty map: ${digits(worst.floor)}`, null, {text: '', met: null});
    note(`frames a second by zoom (an empty map): ${all.map((r) => `z${r.zoom} ${digits(r.fps)} (${digits(r.floor)})`).join(', ')}; ${size.width} x ${size.height}`);
    await browser.close();
    await server.stop();
});
