// Search as somebody types, in a million names: each beginning of some names, with slips of the pen, and in another order;
// beside SQLite's LIKE over the same names, which has no index for it.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {serve} from '../lib/munimap.mjs';
import {digits, main, note, row} from './lib.mjs';

const NAMES = 1e6, TYPED = 60, TARGET_MS = 50;
const KINDS = ['ул.', 'пер.', 'пр-т', 'проезд', 'б-р'], FIRST = ['Лип', 'Берёз', 'Сосн', 'Клен', 'Север', 'Юж', 'Завод', 'Реч', 'Лес', 'Луг', 'Озёр', 'Солнеч', 'Цвет', 'Сад', 'Полев', 'Горн', 'Остров', 'Мост', 'Вокзаль', 'Школь'],
    SECOND = ['ин', 'ов', 'н', 'ев', 'ан', 'еч', 'ит', 'оч', 'ок', 'ар'], LAST = ['ая', 'ская', 'ный', 'ого', 'цева'];

/** Name number i: a street of one of 5 000, a house. */
function nameOf(i) {
    const s = i % 5000;
    return `${KINDS[s % 5]} ${FIRST[Math.floor(s / 5) % 20]}${SECOND[Math.floor(s / 100) % 10]}${LAST[Math.floor(s / 1000)]}, ${1 + Math.floor(i / 5000)}${i % 7 ? '' : 'к2'}`;
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

await main(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'munimap-search-'));
    try {
        const csv = ['id,x,y,name'];
        for (let i = 0; i < NAMES; i++)
            csv.push(`${i},${(39 + (i % 1000) / 5000).toFixed(5)},${(52 + Math.floor(i / 1000) / 5000).toFixed(5)},"${nameOf(i)}"`);
        writeFileSync(join(dir, 'names.csv'), csv.join('\n'));
        writeFileSync(join(dir, 'names.yaml'), 'source: names.csv\npoint: {x: x, y: y}\ncrs: EPSG:4326\nid_field: id\n');
        const server = await serve(dir), began = Date.now();
        while (!(await server.json('/search?q=x')).complete)
            await new Promise((done) => setTimeout(done, 100));
        const indexed = (Date.now() - began) / 1000;
        const words = Array.from({length: TYPED}, (_, k) => nameOf(k * 16661 % NAMES)), asked = [];
        for (const name of words) {
            for (let n = 2; n <= name.length; n++)
                asked.push(name.slice(0, n));
            asked.push(name.split(' ').reverse().join(' '), name.slice(0, 6) + name.slice(7)); // in another order; a letter left out
        }
        await server.json(`/search?q=${encodeURIComponent(words[0])}`);
        const times = [];
        let found = 0;
        for (const q of asked) {
            const t = performance.now(), answer = await server.json(`/search?q=${encodeURIComponent(q)}`);
            times.push(performance.now() - t);
            found += words.includes(q) && answer.results[0]?.name === q;
        }
        const sorted = times.sort((a, b) => a - b), p99 = quantile(sorted, 0.99);
        execFileSync('sqlite3', [join(dir, 'n.db')], {input: `.mode csv\n.import ${join(dir, 'names.csv')} t\n`});
        const like = words.slice(0, 10).map((w) => {
            const out = execFileSync('sqlite3', [join(dir, 'n.db')], {input: `.timer on\nSELECT count(*) FROM (SELECT 1 FROM t WHERE name LIKE '%${w.slice(0, 8).replaceAll("'", "''")}%' LIMIT 1000000);\n`, encoding: 'utf8'});
            return Number(/real ([\d.]+)/.exec(out)[1]) * 1000;
        }).sort((a, b) => a - b);
        row('a name among 1 M as it is typed, over HTTP, p99', `${digits(p99)} ms`, `SQLite LIKE: ${digits(quantile(like, 0.5))} ms`, quantile(like, 0.5) / p99, {text: `< ${TARGET_MS} ms`, met: p99 < TARGET_MS});
        const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'));
        note(`search: ${asked.length} questions, p50 ${digits(quantile(sorted, 0.5))} ms, longest ${digits(sorted.at(-1))} ms; ${found} of ${TYPED} whole names came first; indexed in ${digits(indexed)} s after the map was served; ${digits(rss[1] / 1024)} MB in memory`);
        await server.stop();
    } finally {
        rmSync(dir, {recursive: true, force: true});
    }
});
