// A million buildings taken away as a file: over HTTP from the running program, beside ogr2ogr from the same source.
import {rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {alternate, city, digits, main, median, note, row, run, runs, serveCity, work} from './lib.mjs';

const formats = [['fgb', 'FlatGeobuf', 1], ['gpkg', 'GPKG', {text: '', met: null}]];

function timed(program, args) {
    const start = process.hrtime.bigint();
    run(program, args);
    return Number(process.hrtime.bigint() - start) / 1e9;
}

const rows = (file) => Number(/Feature Count: (\d+)/.exec(run('ogrinfo', ['-ro', '-so', '-al', file]))[1]);

async function compare(server, data, [f, driver, target]) {
    const ours = join(work, `ours.${f}`), theirs = join(work, `theirs.${f}`), source = join(data.dir, 'buildings.fgb');
    const remove = () => [ours, theirs].forEach((file) => rmSync(file, {force: true}));
    const url = `http://127.0.0.1:${server.port}/collections/buildings/items?f=${f}`;
    remove();
    const [a, b] = await alternate([
        () => timed('curl', ['-sf', '-o', ours, url]),
        () => (rmSync(theirs, {force: true}), timed('ogr2ogr', ['-f', driver, theirs, source]))]);
    if (rows(ours) !== rows(theirs))
        throw new Error(`${rows(ours)} features, and ${rows(theirs)} from ogr2ogr`);
    row(`${rows(ours)} buildings as ${driver} over HTTP`, `${digits(median(a))} s`, `ogr2ogr ${digits(median(b))} s`, median(b) / median(a), target);
    note(`${driver}: ${digits(statSync(ours).size / 1e6)} MB, ogr2ogr's ${digits(statSync(theirs).size / 1e6)} MB, both with an index`);
    remove();
}

await main(async () => {
    const data = city();
    if (!data)
        return;
    const server = await serveCity(data);
    for (const format of formats)
        await compare(server, data, format);
});
