// Side by side in MapLibre: the tiles of munimap (left) and those of PostGIS, which draws everything it has (right), of
// the same place at four zooms, in build/bench/pictures. Prints how much of each picture is covered.
import {mkdirSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {openBrowser} from '../lib/browser.mjs';
import {root} from '../lib/munimap.mjs';
import {city, main, path, peer, read, serveCity, work} from './lib.mjs';
import {postgis} from './postgis.mjs';

const zooms = [14, 12, 10, 8], center = [37.402, 55.718], side = 700; // where four copies of the town meet
const library = join(root, 'src/viewer/node_modules/maplibre-gl/dist');
const html = `<!doctype html><style>body{margin:0;display:flex}div{width:${side}px;height:${side}px;outline:1px solid red}</style>
<div id=a></div><div id=b></div>`;

const style = (origin, from) => ({
    version: 8, sources: {city: {type: 'vector', tiles: [`${origin}/${from}/{z}/{x}/{y}`], minzoom: 0, maxzoom: 16}},
    layers: [
        {id: 'ground', type: 'background', paint: {'background-color': '#ffffff'}},
        {id: 'buildings', type: 'fill', source: 'city', 'source-layer': 'buildings', paint: {'fill-color': '#777777', 'fill-antialias': true}},
        {id: 'roads', type: 'line', source: 'city', 'source-layer': 'roads', paint: {'line-color': '#c05020', 'line-width': 0.7}},
        {id: 'points', type: 'circle', source: 'city', 'source-layer': 'points', paint: {'circle-color': '#2040c0', 'circle-radius': 1}},
    ],
});

/** A tile of ours; once more where the server has closed the connection while PostGIS held up this program. */
async function ourTile(ours, tile) {
    const ask = async () => Buffer.from(await (await fetch(ours.url + path(tile))).arrayBuffer());
    return ask().catch(ask);
}

/** One origin for the page and both kinds of tiles. */
function serve(ours, pg) {
    const server = createServer(async (q, s) => {
        const [, from, ...tile] = q.url.split('?')[0].split('/');
        try {
            if (/^maplibre-gl[a-z-]*\.mjs$/.test(from))
                s.setHeader('Content-Type', 'text/javascript').end(read(join(library, from)));
            else if (from === 'ours' || from === 'theirs') {
                const bytes = from === 'theirs' ? pg.tile(tile.join('/')) : await ourTile(ours, tile.join('/'));
                s.setHeader('Content-Type', 'application/vnd.mapbox-vector-tile').end(bytes);
            } else
                s.setHeader('Content-Type', 'text/html').end(html);
        } catch (error) {
            process.exitCode = 1;
            console.error(`${q.url}: ${error}`);
            s.writeHead(500).end(String(error));
        }
    });
    return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

// In the page: draws both and gives the share of pixels that are not the ground.
async function draw({styles, center, zoom}) {
    const {Map: GlMap} = await import('/maplibre-gl.mjs');
    const covered = (map) => {
        const gl = map.painter.context.gl, n = gl.drawingBufferWidth * gl.drawingBufferHeight, p = new Uint8Array(n * 4);
        let count = 0;
        gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, p);
        for (let i = 0; i < n; i++)
            count += p[4 * i] < 250 || p[4 * i + 1] < 250 || p[4 * i + 2] < 250;
        return count / n;
    };
    return Promise.all(['a', 'b'].map((id, i) => new Promise((done) => {
        document.getElementById(id).replaceChildren();
        const map = new GlMap({container: id, style: styles[i], center, zoom, fadeDuration: 0, attributionControl: false,
            canvasContextAttributes: {preserveDrawingBuffer: true}});
        map.once('idle', () => done(covered(map)));
    })));
}

await main(async () => {
    const data = city();
    if (!data || !peer('postgis', 'pictures', 1))
        return;
    const dir = join(work, 'pictures'), pg = await postgis(data), ours = await serveCity(data);
    mkdirSync(dir, {recursive: true});
    const server = await serve(ours, pg), origin = `http://127.0.0.1:${server.address().port}`;
    const browser = await openBrowser();
    try {
        const page = await browser.newPage({viewport: {width: 2 * side, height: side}});
        for (const zoom of zooms) {
            await page.goto(origin);
            const [a, b] = await page.evaluate(draw, {styles: ['ours', 'theirs'].map((from) => style(origin, from)), center, zoom});
            await page.screenshot({path: join(dir, `z${zoom}.png`)});
            console.log(`z${zoom}: covered ${(100 * a).toFixed(1)} % by munimap, ${(100 * b).toFixed(1)} % by PostGIS`);
        }
    } finally {
        await browser.close();
        server.close();
        server.closeAllConnections();
    }
});
