// Queries: features by window and attribute over HTTP, counts of filters on one core, downloads; with PostGIS,
// pg_featureserv and ogr2ogr. Both sides must find the same rows.
import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {alternate, city, digits, freePort, load, main, median, newest, note, peer, peersDir, read, ready, row, run, runs, serveCity, start, tool, work} from './lib.mjs';
import {postgis} from './postgis.mjs';

const page = 1000, windows = 20, rounds = 5, metric = 'EPSG:32637', firstMs = 20;
const like = {ours: "type LIKE '%e%' AND osm_id * 2 + 1 > 500000000", theirs: "type LIKE '%e%' AND osm_id * 2 + 1 > 500000000"};

// The same numbers in each run.
function random(seed) {
    let state = seed;
    return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/** Runs one SQL statement again and again in one session: milliseconds of each, sent and read by libpq. */
function timeSql(pg, statements) {
    const script = `\\timing on\n\\o /dev/null\nSELECT 1;\n${statements.map((s) => `${s};`).join('\n')}\n`;
    const out = run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', pg.url], {input: script});
    return [...out.matchAll(/^Time: ([\d.]+) ms/gm)].slice(1).map((m) => Number(m[1]));
}

const again = (statement, times) => Array(times).fill(statement);

/** The buildings as someone who asks for them in degrees and in metres would keep them. */
function prepare(pg) {
    if (pg.psql("SELECT to_regclass('houses_m')"))
        return;
    for (const [table, srid] of [['houses', 4326], ['houses_m', 32637]])
        pg.psql(`DROP TABLE IF EXISTS ${table};
            CREATE UNLOGGED TABLE ${table} AS SELECT gid, uid::int AS uid, osm_id, name, type, ST_Transform(geom, ${srid})::geometry(Polygon, ${srid}) AS geom FROM buildings;
            ALTER TABLE ${table} ADD PRIMARY KEY (gid);
            CREATE INDEX ON ${table} USING gist (geom); CREATE INDEX ON ${table} (type); CREATE INDEX ON ${table} (osm_id);
            CLUSTER ${table} USING ${table}_geom_idx; VACUUM ANALYZE ${table};`.replaceAll('\n', ' '));
}

/** Counts the rows of a filter in this program's process, on one core; `other`: a layer that it names. */
function count(data, filter, times, other = []) {
    const text = tool('bench_query', [data.snapshots[0], metric, String(times), ...other], {input: filter});
    const f = (pattern) => Number(pattern.exec(text)[1]);
    return {matched: f(/matched (\d+)/), ms: f(/median ([\d.]+)/)};
}

function countRow(pg, data, what, target, filter, sql, {times = rounds, other = []} = {}) {
    const theirCount = Number(pg.psql(sql));
    const results = [[], []];
    timeSql(pg, [sql]);
    for (let i = 0; i < runs; i++) {
        results[0].push(count(data, filter, times, other));
        results[1].push(median(timeSql(pg, again(sql, times))));
    }
    const ours = median(results[0].map((r) => r.ms)), theirs = median(results[1]), found = results[0][0].matched;
    row(what, `${digits(ours)} ms`, `PostGIS ${digits(theirs)} ms`, theirs / ours, target);
    note(`${what}: ${found} rows, PostGIS ${theirCount}`);
    if (found !== theirCount)
        throw new Error(`${what}: ${found} rows, and PostGIS has ${theirCount}`);
}

// ---- features of a window ----

function chooseWindows(pg) {
    const next = random(7), chosen = [];
    while (chosen.length < windows) {
        const x = 37.3 + next() * 1.7, y = 55.68 + next() * 0.5;
        for (let half = 0.01; half < 0.2; half *= 1.4) {
            const box = [x - half, y - half / 2, x + half, y + half / 2].map((v) => v.toFixed(5));
            if (Number(pg.psql(`SELECT count(*) FROM houses WHERE geom && ST_MakeEnvelope(${box},4326) AND type = 'house'`)) >= page) {
                chosen.push(box);
                break;
            }
        }
    }
    return chosen;
}

async function featureserv(pg) {
    const port = await freePort(), config = join(work, 'featureserv.toml');
    writeFileSync(config, `[Server]\nHttpHost = "127.0.0.1"\nHttpPort = ${port}\nAssetsPath = "${work}"\n[Database]\nDbConnection = "${pg.url}"\nTableIncludes = ["public.houses"]\n[Paging]\nLimitDefault = 20\nLimitMax = 10000\n[Metadata]\nTitle = "b"\nDescription = "b"\n`);
    const server = start(join(peersDir, 'bin/pg_featureserv'), ['--config', config], {log: join(work, 'featureserv.log')});
    await ready(async () => (await fetch(`http://127.0.0.1:${port}/collections/public.houses/items.json?limit=1`)).ok, 'pg_featureserv');
    return {port, stop: server.stop};
}

async function windowRows(pg, server) {
    const boxes = chooseWindows(pg), what = `${page} features of a window and a type as GeoJSON`;
    const ours = boxes.map((b) => `/collections/buildings/items?f=json&bbox=${b}&type=house&limit=${page}`);
    const theirs = boxes.map((b) => `SELECT ST_AsGeoJSON(t) FROM (SELECT gid, osm_id, name, type, geom FROM houses WHERE ST_Intersects(geom, ST_MakeEnvelope(${b},4326)) AND type = 'house' LIMIT ${page}) t`);
    const first = await (await fetch(`http://127.0.0.1:${server.port}${ours[0]}`)).json();
    if (first.features.length !== page)
        throw new Error(`${first.features.length} features of a window`);
    const askOurs = (list = ours) => load(server.port, list, 1, 'identity').p50;
    const version = peer('pg_featureserv', `${what}, over HTTP`, 15);
    const other = version && await featureserv(pg);
    const peers = [() => median(timeSql(pg, theirs))];
    if (other)
        peers.push(() => load(other.port, boxes.map((b) => `/collections/public.houses/items.json?bbox=${b}&type=house&limit=${page}`), 1, 'identity').p50);
    for (const ask of [askOurs, ...peers])
        ask();
    const [a, b, c] = await alternate([askOurs, ...peers], rounds);
    if (other)
        row(`${what}, over HTTP`, `${digits(median(a))} ms`, `pg_featureserv ${digits(median(c))} ms`, median(c) / median(a), 15, rounds);
    row(what, `${digits(median(a))} ms over HTTP`, `ST_AsGeoJSON by libpq ${digits(median(b))} ms`, median(b) / median(a), 5, rounds);
    note(`windows: ${windows}, medians; munimap also counts all that match, and writes every digit, PostGIS nine`);
    await other?.stop();
}

// ---- shapes ----

function manyCornered() {
    const corner = [];
    for (let i = 0; i < 1000; i++) {
        const a = 2 * Math.PI * i / 1000, r = 0.6 + 0.3 * Math.sin(5 * a) + 0.02 * Math.sin(97 * a);
        corner.push(`${(38.17 + r * Math.cos(a)).toFixed(5)} ${(55.948 + 0.3 * r * Math.sin(a)).toFixed(5)}`);
    }
    return `POLYGON((${[...corner, corner[0]].join(',')}))`;
}

// Every ninth road of the city, as a layer of its own, and as a table in metres.
function someLines(pg, data) {
    const dir = join(work, 'lines'), file = join(work, 'lines.fgb'), where = 'uid % 9 = 0';
    mkdirSync(dir, {recursive: true});
    if (!existsSync(file))
        run('ogr2ogr', ['-f', 'FlatGeobuf', file, data.file('roads'), '-where', where, '-nln', 'lines']);
    writeFileSync(join(dir, 'map.yaml'), 'title: {ru: "Bench", en: "Bench"}\nallow: [..]\n');
    writeFileSync(join(dir, 'lines.yaml'), 'id: lines\ntitle: {ru: "Lines", en: "Lines"}\nsource: ../lines.fgb\nid_field: uid\n');
    run(process.env.MUNIMAP, ['check', dir]);
    if (!pg.psql("SELECT to_regclass('lines_m')"))
        pg.psql(`CREATE UNLOGGED TABLE lines_m AS SELECT gid, ST_Transform(geom, 32637)::geometry(LineString, 32637) AS geom FROM roads WHERE ${where.replace('uid', 'uid::bigint')};
            CREATE INDEX lines_m_geom ON lines_m USING gist (geom); CLUSTER lines_m USING lines_m_geom; VACUUM ANALYZE lines_m;`);
    return {snapshot: newest(dir, 'lines'), count: Number(pg.psql('SELECT count(*) FROM lines_m'))};
}

// Two ways to ask, of which the quicker counts.
const nearSql = [
    'SELECT count(DISTINCT h.gid) FROM lines_m n JOIN houses_m h ON ST_DWithin(h.geom, n.geom, 50)',
    'SELECT count(*) FROM houses_m h WHERE EXISTS (SELECT 1 FROM lines_m n WHERE ST_DWithin(h.geom, n.geom, 50))',
];

function shapeRows(pg, data) {
    const polygon = manyCornered(), lines = someLines(pg, data);
    countRow(pg, data, 'count of 1.01 M buildings that meet a polygon of 1 000 vertices', 5, `S_INTERSECTS(geometry, ${polygon})`,
        `SELECT count(*) FROM houses WHERE ST_Intersects(geom, ST_GeomFromText('${polygon}', 4326))`);
    const times = nearSql.map((sql) => timeSql(pg, [sql])[0]), best = nearSql[times.indexOf(Math.min(...times))];
    note(`near lines, in PostGIS: as a join ${digits(times[0] / 1e3)} s, by EXISTS ${digits(times[1] / 1e3)} s`);
    countRow(pg, data, `count of those within 50 m of ${lines.count} lines of another layer`, 3, "near_layer(geometry, 'lines', 50)", best,
        {times: 1, other: [lines.snapshot]});
}

// ---- downloads ----

const finished = (program, args) => new Promise((done, fail) => {
    const begin = process.hrtime.bigint();
    execFile(program, args, (error, out) => error ? fail(error) : done({seconds: Number(process.hrtime.bigint() - begin) / 1e9, out}));
});

async function downloadRow(server, data, [f, driver, target]) {
    const ours = join(work, `ours.${f}`), theirs = join(work, `theirs.${f}`), source = data.file('buildings');
    const url = `${server.url}/collections/buildings/items?f=${f}`;
    const fetchOurs = async () => (await finished('curl', ['-sf', '-o', ours, url])).seconds;
    await fetchOurs();
    const [a, b] = await alternate([fetchOurs,
        async () => (rmSync(theirs, {force: true}), (await finished('ogr2ogr', ['-f', driver, theirs, source])).seconds)]);
    row(`1.01 M buildings as ${driver} over HTTP`, `${digits(median(a))} s`, `ogr2ogr ${digits(median(b))} s`, median(b) / median(a), target);
    note(`${driver}: ${digits(statSync(ours).size / 1e6)} MB, ogr2ogr's ${digits(statSync(theirs).size / 1e6)} MB`);
    for (const file of [ours, theirs])
        rmSync(file, {force: true});
}

async function firstByteRow(server) {
    const ms = [];
    for (let i = 0; i < 9; i++) {
        const {out} = await finished('bash', ['-c', `curl -s -r 0- -w '%{stderr}%{time_starttransfer}' '${server.url}/collections/buildings/items?f=geojson' 2>"${work}/first.txt" | head -c 1 >/dev/null; cat "${work}/first.txt"`]);
        ms.push(Number(out) * 1e3);
    }
    row('first byte of all 1.01 M as GeoJSON', `${digits(median(ms))} ms`, '', null, {text: `< ${firstMs} ms`, met: median(ms) < firstMs}, ms.length);
}

await main(async () => {
    const data = city();
    if (!data)
        return;
    const version = peer('postgis', 'queries', 5);
    if (version) {
        const pg = await postgis(data);
        prepare(pg); // before there is a connection to keep, for it takes longer than an idle one is kept
        const server = await serveCity(data);
        await windowRows(pg, server);
        await server.stop();
        countRow(pg, data, 'count by LIKE and arithmetic over 1.01 M rows, one core', 10, like.ours, `SELECT count(*) FROM houses WHERE ${like.theirs}`);
        shapeRows(pg, data);
        await pg.stop();
    }
    const server = await serveCity(data);
    await downloadRow(server, data, ['geojson', 'GeoJSON', 3]);
    await downloadRow(server, data, ['fgb', 'FlatGeobuf', 1]);
    await firstByteRow(server);
    await server.stop();
});
