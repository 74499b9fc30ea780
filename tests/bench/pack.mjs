// What compression of real tiles costs and gives, and two yardsticks of the machine: a table of its own.
import {mkdirSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {city, digits, main, makeTiles, sample, tool, work} from './lib.mjs';

const plan = [[10, 6], [12, 40], [14, 200], [16, 400]];

await main(async () => {
    const data = city();
    if (!data)
        return;
    const dir = join(work, 'tiles');
    const lines = new Map(), make = [];
    let copy = '';
    for (const [z, count] of plan) {
        rmSync(dir, {recursive: true, force: true});
        mkdirSync(dir, {recursive: true});
        const tiles = sample(data, z, count), made = makeTiles(data, tiles, ['-o', dir]);
        make.push({us: 1e6 / made.perSecond, ns: made.nsVertex});
        const files = readdirSync(dir).map((f) => join(dir, f));
        let whole = 0;
        for (const line of tool('bench_pack', files).trim().split('\n')) {
            const [name, level, bytes, speed, us] = line.split(' ');
            if (name === 'files')
                whole = Number(bytes);
            else if (name === 'copy')
                copy = speed;
            else
                lines.set(`${name} ${level}`, [...lines.get(`${name} ${level}`) ?? [], {share: bytes / whole, speed, us: Number(us)}]);
        }
    }
    console.log(`| compression | ${plan.map(([z]) => `z${z}: bytes, MB/s, share of the tile's time`).join(' | ')} |`);
    console.log(`|---|${plan.map(() => '---').join('|')}|`);
    for (const [name, at] of lines)
        console.log(`| ${name} | ${at.map((p, i) => `${(p.share * 100).toFixed(1)} %, ${p.speed}, ${(100 * p.us / (p.us + make[i].us)).toFixed(0)} %`).join(' | ')} |`);
    console.log(`\nMaking a tile, uncompressed: ${make.map((m, i) => `z${plan[i][0]} ${digits(m.us)} us, ${m.ns} ns a source vertex`).join('; ')}. ` +
        `A copy through memory: ${copy} MB/s each way, so 8 bytes of a vertex take ${digits(8e3 / copy)} ns to copy.`);
});
