// The whole pyramid z0-z14 into one PMTiles file: time, memory and bytes, munimap against tippecanoe, two threads each.
// Of the million buildings; BAKE=city takes all three layers, for which tippecanoe needs many minutes. BAKES=3 repeats.
import {copyFileSync, existsSync, mkdirSync, rmSync, statSync} from 'node:fs';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {alternate, city, digits, layers as all, main, median, note, peer, row, run, work} from './lib.mjs';

/** Runs to the end: wall seconds, and the largest resident size of the program and its children in MB. */
function timed(program, args, file) {
    rmSync(file, {force: true});
    const r = spawnSync('/usr/bin/env', ['time', '-f', '%e %M %U %S', program, ...args], {encoding: 'utf8', maxBuffer: 1 << 28,
        env: {...process.env, TIPPECANOE_MAX_THREADS: '2'}});
    const [seconds, kb, user, system] = r.stderr.trim().split('\n').at(-1).split(' ').map(Number);
    if (r.status !== 0 || !existsSync(file))
        throw new Error(`${program}: ${r.stderr.slice(-500)}`);
    return {seconds, cpu: user + system, mb: kb / 1024, bytes: statSync(file).size};
}

const layers = process.env.BAKE === 'city' ? all : ['buildings'];

// Without a limit it is fastest: it makes no tile twice. LIMIT=1: tiles of at most 500 kB, as its users mostly want them.
const limits = process.env.LIMIT ? ['--drop-densest-as-needed'] : ['--no-tile-size-limit', '--no-feature-limit'];

/** A folder with the definitions of these layers alone, without snapshots: reading the source is part of a bake. */
function definitions(data) {
    const dir = join(data.dir, `bake-${layers.length}`);
    mkdirSync(dir, {recursive: true});
    for (const name of ['map', ...layers])
        copyFileSync(join(data.defs, `${name}.yaml`), join(dir, `${name}.yaml`));
    rmSync(join(dir, '.munimap'), {recursive: true, force: true});
    return dir;
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
        () => canBake() ? timed(process.env.MUNIMAP, ['bake', definitions(data), ours, '--layers', layers.join(',')], ours) : null,
        () => version ? timed('tippecanoe', ['-q', '-f', '-Z0', '-z14', '-o', theirs, '-t', work, ...limits, ...layers.flatMap((l) => ['-L', `${l}:${data.file(l)}`])], theirs) : null];
    const results = await alternate(ways, Number(process.env.BAKES || 1));
    const figure = (list, key) => list[0] ? median(list.map((r) => r[key])) : null;
    const unit = {seconds: 's', mb: 'MB', bytes: 'MB'}, scale = {seconds: 1, mb: 1, bytes: 1e-6};
    for (const [i, key] of ['seconds', 'mb', 'bytes'].entries()) {
        const [a, b] = results.map((list) => figure(list, key));
        const say = (n) => n === null ? 'not there' : `${digits(n * scale[key])} ${unit[key]}`;
        const cpu = (list) => key === 'seconds' && list[0] ? `, ${digits(figure(list, 'cpu'))} s of processor` : '';
        row(rows[i][0], say(a) + cpu(results[0]), `tippecanoe ${version ?? ''} ${say(b)}${cpu(results[1])}`, a && b ? b / a : null, rows[i][1], results[0].length);
    }
    if (results[0][0]) {
        const {seconds, cpu, bytes} = timed(process.env.MUNIMAP, ['bake', definitions(data), ours], ours);
        note(`with labels, as munimap bakes when no layer is named: ${digits(seconds)} s, ${digits(cpu)} s of processor, ${digits(bytes / 1e6)} MB`);
    }
    note(`bake of ${layers.join(', ')} without labels, of which tippecanoe makes none; tippecanoe with ${limits.join(' ')}: ${process.env.LIMIT ? 'it makes tiles again until they are small' : 'tiles as large as they come'}`);
    peer('planetiler', 'full bake z0-z14', 3);
});
