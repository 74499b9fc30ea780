// How long a tile that is not kept takes over HTTP at each zoom of the whole city, one request at a time, packed;
// and whether a tile takes longer when there is eleven times as much data around it.
import {alternate, city, digits, main, makeTiles, median, note, path, row, sample, serveCity, load, runs} from './lib.mjs';

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

async function growth(data) {
    const small = city(5, 1), tiles = sample(small, 14, 300);
    const [little, much] = await alternate([() => makeTiles(small, tiles), () => makeTiles(data, tiles)], runs + 2);
    const a = 1e3 / median(little.map((r) => r.perSecond)), b = 1e3 / median(much.map((r) => r.perSecond));
    row('time of the same z14 tiles in 11x the data', `${digits(b * 1e3)} us`, `a tenth: ${digits(a * 1e3)} us`, b / a, {text: '<= 1.1x', met: b / a <= 1.1}, runs + 2);
}

await main(async () => {
    const data = city();
    if (!data)
        return;
    await growth(data);
    await slowest(data);
});
