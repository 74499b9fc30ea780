// The whole pyramid z0-z14 into one PMTiles file: time, memory and bytes, munimap against tippecanoe, two threads each.
import {existsSync, rmSync, statSync} from 'node:fs';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {alternate, city, digits, layers, main, median, note, peer, row, run, work} from './lib.mjs';

/** Runs to the end: wall seconds, and the largest resident size of the program and its children in MB. */
function timed(program, args, file) {
    rmSync(file, {force: true});
    const r = spawnSync('/usr/bin/env', ['time', '-f', '%e %M', program, ...args], {encoding: 'utf8', maxBuffer: 1 << 28,
        env: {...process.env, TIPPECANOE_MAX_THREADS: '2'}});
    const [seconds, kb] = r.stderr.trim().split('\n').at(-1).split(' ').map(Number);
    if (r.status !== 0 || !existsSync(file))
        throw new Error(`${program}: ${r.stderr.slice(-500)}`);
    return {seconds, mb: kb / 1024, bytes: statSync(file).size};
}

function canBake() {
    try {
        return run(process.env.MUNIMAP, ['--help']).includes('bake');
    } catch {
        return false;
    }
}

await main(async () => {
    const rows = [['full bake z0-z14, two threads', 20], ['memory of a bake', 1], ['bytes of the pyramid', 1]];
    const data = city(), version = data && peer('tippecanoe', rows[0][0], rows[0][1]);
    if (!data)
        return;
    const ours = join(work, 'ours.pmtiles'), theirs = join(work, 'theirs.pmtiles');
    const ways = [
        () => canBake() ? timed(process.env.MUNIMAP, ['bake', data.defs, ours], ours) : null,
        () => version ? timed('tippecanoe', ['-q', '-f', '-Z0', '-z14', '-o', theirs, '-t', work, '--drop-densest-as-needed',
            '--extend-zooms-if-still-dropping-maximum=14', ...layers.flatMap((l) => ['-L', `${l}:${data.file(l)}`])], theirs) : null];
    const results = await alternate(ways, Number(process.env.BAKES || 1));
    const figure = (list, key) => list[0] ? median(list.map((r) => r[key])) : null;
    const unit = {seconds: 's', mb: 'MB', bytes: 'MB'}, scale = {seconds: 1, mb: 1, bytes: 1e-6};
    for (const [i, key] of ['seconds', 'mb', 'bytes'].entries()) {
        const [a, b] = results.map((list) => figure(list, key));
        const say = (n) => n === null ? 'not there' : `${digits(n * scale[key])} ${unit[key]}`;
        row(rows[i][0], say(a), `tippecanoe ${version ?? ''} ${say(b)}`, a && b ? b / a : null, rows[i][1], results[0].length);
    }
    note(`bake: ${version ? 'tippecanoe drops the densest features of tiles above 500 kB (--drop-densest-as-needed) and thins points below z14' : ''}`);
    peer('planetiler', 'full bake z0-z14', 3);
});
