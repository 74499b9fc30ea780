// How long a tile that is not kept takes over HTTP at each zoom of the whole city, one request at a time, packed;
// and whether a tile takes longer when there is eleven times as much data around it.
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {alternate, city, digits, main, makeTiles, median, note, path, row, sample, serveCity, load, runs, work} from './lib.mjs';

const targetMs = 15, zooms = 17, count = 400;

async function slowest(data) {
    const p99 = [], server = await serveCity(data);
    for (let z = 0; z < zooms; z++) {
        const tiles = sample(data, z, count).map(path), results = [];
        load(server.port, tiles, 1); // the file is in memory, but not yet in this process
        for (let i = 0; i < runs; i++)
            results.push(load(server.port, tiles, 1));
        p99.push({z, tiles: tiles.length, p99: median(results.map((r) => r.p99)), p50: median(results.map((r) => r.p50)), max: median(results.map((r) => r.max))});
    }
    const worst = p99.reduce((a, b) => a.p99 > b.p99 ? a : b);
    row('p99 of a tile over HTTP, the worst zoom', `z${worst.z} ${digits(worst.p99)} ms`, '', null, {text: `< ${targetMs} ms`, met: worst.p99 < targetMs});
    note(`p50/p99/max ms by zoom: ${p99.map((r) => `z${r.z} (${r.tiles}) ${digits(r.p50)}/${digits(r.p99)}/${digits(r.max)}`).join(', ')}`);
}

/** How many features each tile has, layer by layer; 0 where it is empty. */
function counts(data, tiles, dir) {
    rmSync(dir, {recursive: true, force: true});
    mkdirSync(dir, {recursive: true});
    makeTiles(data, tiles, ['-s', '0', '-o', dir]);
    return tiles.map((t) => join(dir, `${t.replaceAll('/', '-')}.mvt`)).map((file) => existsSync(file) &&
        Object.values(new VectorTile(new PbfReader(readFileSync(file))).layers).map((l) => `${l.name} ${l.length}`).join());
}

/** Of tiles with the same features: at the edges of the little data the much has neighbours in them. */
async function growth(data) {
    const small = city(5, 1), all = sample(small, 14, 300);
    const [a, b] = [small, data].map((d) => counts(d, all, join(work, 'growth')));
    const tiles = all.filter((_, i) => a[i] === b[i]);
    const [little, much] = (await alternate([() => makeTiles(small, tiles), () => makeTiles(data, tiles)], 4 * runs))
        .map((r) => 1e3 / median(r.map((x) => x.perSecond)));
    row('time of the same z14 tiles in 11x the data', `${digits(much * 1e3)} us`, `a tenth: ${digits(little * 1e3)} us`, much / little, {text: '<= 1.1x', met: much / little <= 1.1}, 4 * runs);
    note(`growth: ${tiles.length} tiles that have the same features in both; ${all.length - tiles.length} more lie where the little data ends`);
}

await main(async () => {
    const data = city();
    if (!data)
        return;
    await growth(data);
    await slowest(data);
});
