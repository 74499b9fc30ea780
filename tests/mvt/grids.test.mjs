// All tiles of the sample town in grids other than Web Mercator, three levels each, keep the rules.
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {ask} from '../lib/ask.mjs';
import {root, serve, tempDir} from '../lib/munimap.mjs';
import {checkTile, REACH} from './check_tile.mjs';

const AT_ONCE = 4;
const temp = tempDir();
after(() => temp.remove());

const town = join(root, 'data-samples/town'), layers = join(root, 'layers');

/** Tiles of one matrix: those of the town, and the corners of the limits, where features planted far off are. */
function addresses(all, core, matrix) {
    const limits = (set) => set.tileMatrixSetLimits.find((l) => l.tileMatrix === matrix);
    const outer = limits(all), inner = limits(core), list = new Map();
    const add = (row, col) => list.set(`${matrix}/${row}/${col}`, true);
    for (let row = Math.max(inner.minTileRow - 1, outer.minTileRow); row <= Math.min(inner.maxTileRow + 1, outer.maxTileRow); row++)
        for (let col = Math.max(inner.minTileCol - 1, outer.minTileCol); col <= Math.min(inner.maxTileCol + 1, outer.maxTileCol); col++)
            add(row, col);
    for (const row of [outer.minTileRow, outer.maxTileRow])
        for (const col of [outer.minTileCol, outer.maxTileCol])
            add(row, col);
    return [...list.keys()];
}

async function judge(url, total) {
    const answer = await ask(url), {bytes} = answer;
    total.tiles++;
    if (answer.status === 204)
        return;
    assert.equal(answer.status, 200, `${url} ${new TextDecoder().decode(bytes).slice(0, 200)}`);
    const {problems, layers: found} = checkTile(bytes, {strict: true, buffer: REACH});
    total.problems.push(...problems.map((words) => `${url}: ${words}`));
    total.filled++;
    total.features += found.reduce((n, layer) => n + layer.features.length, 0);
    total.dropped += Number(answer.headers.get('x-munimap-dropped') ?? 0);
}

test('all tiles of the sample town in degrees and in МСК', {skip: !existsSync(town) && `no ${town}: make town`, timeout: 600000}, async (t) => {
    const dir = join(temp.dir, 'town');
    mkdirSync(dir);
    for (const name of readdirSync(layers).filter((file) => file.endsWith('.yaml')))
        writeFileSync(join(dir, name), readFileSync(join(layers, name), 'utf8').replaceAll('../data-samples', join(root, 'data-samples')));
    writeFileSync(join(dir, 'map.yaml'), `${readFileSync(join(dir, 'map.yaml'), 'utf8')}\ngrids: [{id: MSK48_1}]\n`);
    const city = await serve(dir);
    try {
        for (const grid of ['WorldCRS84Quad', 'MSK48_1']) {
            const all = await city.json(`/tiles/${grid}`), core = await city.json(`/collections/streets/tiles/${grid}`);
            const last = core.tileMatrixSetLimits.length - 1;
            for (const at of [last - 4, last - 2, last]) {
                const matrix = core.tileMatrixSetLimits[at].tileMatrix, list = addresses(all, core, matrix);
                const total = {tiles: 0, filled: 0, features: 0, dropped: 0, problems: []};
                await Promise.all(Array.from({length: AT_ONCE}, async () => {
                    while (list.length)
                        await judge(`${city.url}/tiles/${grid}/${list.pop()}`, total);
                }));
                t.diagnostic(`${grid} ${matrix}: ${total.tiles} tiles, ${total.filled} filled, ${total.features} features`);
                assert.deepEqual(total.problems.slice(0, 20), []);
                assert.equal(total.dropped, 0);
                assert.ok(total.filled >= 10 && total.features > 1000);
            }
        }
    } finally {
        await city.stop();
    }
});
