// Uncached tiles a second on one core: mm_tile_make against ST_AsMVT in one connection, both timed inside the server's
// own process, uncompressed, the same tiles and attributes.
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {alternate, city, digits, main, makeTiles, median, note, peer, row, sample, work} from './lib.mjs';
import {postgis} from './postgis.mjs';

const plan = [[10, 6], [12, 40], [14, 300], [16, 1000]];

function timeSql(pg, tiles) {
    const [seconds, bytes] = pg.psql(`SELECT * FROM run('{${tiles.join(',')}}')`).split('|').map(Number);
    return {perSecond: tiles.length / seconds, bytes};
}

/** Layers of a tile with their features by id, each with the properties it has. */
function contents(bytes) {
    const tile = new VectorTile(new PbfReader(bytes));
    return Object.fromEntries(Object.values(tile.layers).map((layer) => [layer.name, Object.fromEntries(
        Array.from({length: layer.length}, (_, i) => layer.feature(i)).map((f) => [f.id, {...f.properties}]))]));
}

/** At z16, where nothing is thinned, both must give the same: what differs is counted, and must be rare. */
function checkSame(pg, data, tiles) {
    const dir = join(work, 'same');
    rmSync(dir, {recursive: true, force: true});
    mkdirSync(dir, {recursive: true});
    makeTiles(data, tiles, ['-o', dir]);
    let same = 0, different = 0;
    for (const tile of tiles) {
        const file = join(dir, `${tile.replaceAll('/', '-')}.mvt`); // an empty tile is not written
        const ours = contents(existsSync(file) ? readFileSync(file) : Buffer.alloc(0)), theirs = contents(pg.tile(tile));
        for (const layer of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
            for (const id of new Set([...Object.keys(ours[layer] ?? {}), ...Object.keys(theirs[layer] ?? {})]))
                if (ours[layer]?.[id] && theirs[layer]?.[id]) {
                    assert.deepEqual(ours[layer][id], theirs[layer][id], `${tile} ${layer} ${id}`);
                    same++;
                } else
                    different++;
    }
    assert(same > 0 && different <= same / 50, `${different} features are in one tile only, ${same} in both`);
    note(`the same attributes in ${same} features of ${tiles.length} tiles of z16; ${different} features in the tile of one side only (rings and lines that vanish on the grid)`);
}

await main(async () => {
    const what = 'uncached tiles/s a core', target = 40;
    const data = city(), version = data && peer('postgis', what, target);
    if (!version)
        return;
    const pg = await postgis(data);
    checkSame(pg, data, sample(data, 16, 20));
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
