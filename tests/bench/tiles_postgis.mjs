// Uncached tiles a second on one core: mm_tile_make against ST_AsMVT in one connection, both timed inside the server's
// own process, uncompressed, the same tiles and attributes.
import {alternate, city, digits, main, makeTiles, median, note, peer, row, sample} from './lib.mjs';
import {postgis} from './postgis.mjs';

const plan = [[10, 6], [12, 40], [14, 300], [16, 1000]];

function timeSql(pg, tiles) {
    const [seconds, bytes] = pg.psql(`SELECT * FROM run('{${tiles.join(',')}}')`).split('|').map(Number);
    return {perSecond: tiles.length / seconds, bytes};
}

await main(async () => {
    const what = 'uncached tiles/s a core', target = 40;
    const data = city(), version = data && peer('postgis', what, target);
    if (!version)
        return;
    const pg = await postgis(data);
    for (const [z, count] of plan) {
        const tiles = sample(data, z, count);
        timeSql(pg, tiles); // warm
        const [ours, theirs] = await alternate([() => makeTiles(data, tiles), () => timeSql(pg, tiles)]);
        const a = median(ours.map((r) => r.perSecond)), b = median(theirs.map((r) => r.perSecond));
        row(`${what}, z${z}`, `${digits(a)} /s, ${digits(1e3 / a)} ms`, `PostGIS ${digits(b)} /s, ${digits(1e3 / b)} ms`, a / b, target);
        note(`z${z}: ${tiles.length} tiles; mean bytes ${digits(ours[0].bytes / tiles.length)} against ${digits(theirs[0].bytes / tiles.length)}; ` +
            `of ours ${ours[0].kept} features kept, ${ours[0].thinned} thinned, ${ours[0].dropped} dropped; ${ours[0].nsVertex} ns a source vertex`);
    }
    note(`PostGIS ${version} keeps every feature that leaves something on the grid, repeats points and does not simplify; ` +
        'munimap makes polygons valid, simplifies below z16, and thins what is smaller than a pixel');
});
