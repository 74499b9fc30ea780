// Layers from PostGIS: what is in the table is served, nothing is followed that is not allowed, and a database that is
// down takes nothing away.
import assert from 'node:assert/strict';
import {execFile, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {parse} from 'yaml';
import {binary, serve, tempDir} from '../lib/munimap.mjs';
import {missing, postgres} from '../lib/postgres.mjs';
import {until, within} from '../lib/wait.mjs';

const skip = missing;
let base, home, connection, server;

const rows = Array.from({length: 60}, (_, i) => ({id: 9007199254740000 + i, name: `улица «Мира», ${i}`, lanes: i % 5 ? i : null,
    width: `${i}.25`, built: `20${10 + i % 10}-03-0${1 + i % 9}`, seen: `2026-06-15 1${i % 10}:30:00+03`, more: {код: [i, 'ё']}, x: 2200000 + i * 100, y: 400000 + i}));

before(async () => {
    if (skip)
        return;
    base = await postgres();
    base.sql(`CREATE TABLE "Дороги" (id int8 PRIMARY KEY, name text, lanes int, width numeric(8,2), built date, seen timestamptz,
        more jsonb, geom geometry(Polygon, 28407))`);
    base.sql(rows.map((r) => `INSERT INTO "Дороги" VALUES (${r.id}, '${r.name}', ${r.lanes ?? 'NULL'}, ${r.width}, '${r.built}', '${r.seen}',
        '${JSON.stringify(r.more)}', ST_MakeEnvelope(7400000 + ${r.x - 2200000}, 6170000 + ${r.y}, 7400050 + ${r.x - 2200000}, 6170040 + ${r.y}, 28407));`).join('\n'));
    home = tempDir();
    connection = `PG:host=127.0.0.1 port=${base.port} dbname=city user=${base.user} password=${base.password}`;
    writeFileSync(join(home.dir, 'map.yaml'), `title: {ru: База, en: Base}\nallow: ['${connection}']\n`);
    writeFileSync(join(home.dir, 'roads.yaml'), `source: '${connection}'\ntable: Дороги\nid_field: id\n`);
    writeFileSync(join(home.dir, 'wide.yaml'),
        `source: '${connection}'\nsql: SELECT id, name, geom FROM "Дороги" WHERE lanes > 30\nid_field: id\n`);
    server = await serve(home.dir, {allow: [/roads|wide/]});
});
after(async () => {
    await server?.stop();
    await base?.stop();
    home?.remove();
});

const layers = async () => (await server.json('/status')).layers;
const items = async (layer) => (await server.json(`/collections/${layer}/items?limit=1000`)).features;

const follows = (what, check) => until(() => `${what}\n${server.log()}`, check);

test('what is in the table is served, to the last digit', {skip}, async () => {
    const features = await items('roads');
    assert.equal(features.length, rows.length);
    for (const f of features) {
        const r = rows.find((row) => row.id === f.id), p = f.properties;
        assert.deepEqual([p.name, p.lanes, p.width, p.built], [r.name, r.lanes, Number(r.width), r.built]);
        assert.equal(Date.parse(p.seen), Date.parse(r.seen.replace(' ', 'T') + ':00'));
        assert.deepEqual(typeof p.more === 'string' ? JSON.parse(p.more) : p.more, r.more);
    }
    const [lon, lat] = base.sql(`SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_PointN(ST_ExteriorRing(geom), 1), 4326) p
        FROM "Дороги" WHERE id = ${rows[7].id}) t`).trim().split('|').map(Number);
    const [x, y] = features.find((f) => f.id === rows[7].id).geometry.coordinates[0][0];
    assert.ok(Math.abs(x - lon) < 1e-4 && Math.abs(y - lat) < 1e-4, `${x} ${y} against ${lon} ${lat}`);
});

test('sql: chooses', {skip}, async () => {
    assert.deepEqual((await items('wide')).map((f) => f.id).sort(), rows.filter((r) => r.lanes > 30).map((r) => r.id).sort());
});

test('a connection that is not allowed is refused', {skip}, () => {
    const other = tempDir();
    writeFileSync(join(other.dir, 'roads.yaml'), `source: '${connection}'\ntable: Дороги\n`);
    const {status, stdout, stderr} = spawnSync(binary, ['check', other.dir], {encoding: 'utf8', env: {...process.env, LANG: 'C'}});
    assert.equal(status, 1);
    assert.match(stdout + stderr, /roads\.yaml:1: .*not allowed.*allow:/);
    assert.ok(!(stdout + stderr).includes(base.password));
    other.remove();
});

test('a change in the table is taken in when the server is told to', {skip}, async () => {
    base.sql(`UPDATE "Дороги" SET name = 'Новая' WHERE id = ${rows[3].id}`);
    server.child.kill('SIGHUP');
    await follows('the new name', async () => (await items('roads')).find((f) => f.id === rows[3].id).properties.name === 'Новая');
});

test('a database that is down takes nothing away, and its password stays unsaid', {skip}, async () => {
    await base.halt();
    server.child.kill('SIGHUP');
    await follows('the error', async () => /PostgreSQL/.test(JSON.stringify(await server.json('/status'))));
    assert.equal((await items('roads')).length, rows.length);
    const said = [JSON.stringify(await server.json('/status')), JSON.stringify(await server.json('/collections')),
        JSON.stringify(await server.json('/map.json')), await (await server.get('/metrics')).text(), server.log()];
    const check = spawnSync(binary, ['check', home.dir], {encoding: 'utf8', env: {...process.env, LANG: 'C'}});
    for (const text of [...said, check.stdout, check.stderr])
        assert.ok(!text.includes(base.password), text);
    await base.start();
    server.child.kill('SIGHUP');
    await follows('no error', async () => !/PostgreSQL/.test(JSON.stringify(await server.json('/status'))));
});

test('a connection that is lost while the table is looked at is what is said, and takes nothing away', {skip}, async () => {
    const end = await base.hold('LOCK TABLE spatial_ref_sys'), asks = "wait_event_type = 'Lock'"; // of all that asks for a CRS
    try {
        server.child.kill('SIGHUP');
        await follows('a layer that asks', () => base.sql(`SELECT count(*) FROM pg_stat_activity WHERE ${asks}`).trim() !== '0');
        base.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${asks}`);
        await follows('why', async () => (await layers()).some((l) => l.error));
        const why = (await layers()).map((l) => l.error).filter(Boolean);
        assert.ok(why.every((text) => /cannot be read: .*terminating connection|no connection to the server/.test(text)), why.join('\n'));
    } finally {
        await end();
    }
    assert.equal((await items('roads')).length, rows.length);
    assert.ok(![JSON.stringify(await layers()), server.log()].some((text) => text.includes(base.password)));
    server.child.kill('SIGHUP');
    await follows('no error', async () => (await layers()).every((l) => !l.error));
});

/** What `munimap COMMAND ARGUMENT` says, and how it ends: without this process waiting, whose ports it may ask. */
const run = (command, argument) => new Promise((done) => {
    execFile(binary, [command, argument], {env: {...process.env, LANG: 'C'}}, (error, stdout, stderr) =>
        done({status: error?.code ?? 0, stdout, text: stdout + stderr}));
});
const connectionBy = (port) => connection.replace(/port=\d+/, `port=${port}`);

async function checkLayer(source, more) {
    const own = tempDir();
    writeFileSync(join(own.dir, 'map.yaml'), `title: {ru: База, en: Base}\nallow: [${JSON.stringify(source)}]\n`);
    writeFileSync(join(own.dir, 'layer.yaml'), `source: ${JSON.stringify(source)}\n${more}`);
    const said = await run('check', own.dir);
    own.remove();
    assert.equal(said.status, 1, said.text);
    assert.ok(!said.text.includes(base.password), said.text);
    return said.text;
}

const lost = '(no connection to the server|server closed the connection)';
for (const [what, question, more, pattern] of [
    ['the answer of sql:', /FETCH 0/, 'sql: SELECT id, name, geom FROM "Дороги"\nid_field: id\n', `layer\\.yaml: sql: ${lost}`],
    ['the columns', /attnotnull, def\.def/, 'id_field: id\n', `the columns cannot be read: ${lost}`],
    ['the rows', /FETCH 500/, 'table: Дороги\n', `reading breaks off after 0 features: ${lost}`],
])
    test(`a connection that is lost on the way to ${what} is what is said`, {skip}, async () => {
        const gate = await base.gate(question);
        const said = await checkLayer(connectionBy(gate.port), more);
        gate.close();
        assert.match(said, new RegExp(pattern));
    });

test('inspect does not take a part of a table for all of it', {skip}, async () => {
    for (const question of [/postgis_version/, /FETCH 500/]) {
        const gate = await base.gate(question);
        const {status, text} = await run('inspect', connectionBy(gate.port));
        gate.close();
        assert.equal(status, 1, text);
        assert.match(text, new RegExp(`reading breaks off: ${lost}`));
    }
});

test('inspect of a database without tables does not say the connection', {skip}, async () => {
    base.sql('CREATE DATABASE bare', 'postgres');
    const {status, text} = await run('inspect', connection.replace('dbname=city', 'dbname=bare'));
    assert.deepEqual([status, text], [1, 'munimap: source: has no table\n']);
});

test('what libpq stumbles over is not said: it may be of a password', {skip}, async () => {
    const secret = base.password;
    for (const [source, pattern] of [
        [`PG:host=127.0.0.1 port=1 password=my ${secret}`, /missing "=" after "\.\.\."/],
        [`PG:host=127.0.0.1 port=1 password=my "${secret}" too`, /missing "=" after "\.\.\."/],
        [`postgresql://city:my@${secret}@127.0.0.1/city`, /could not translate host name "\.\.\."/],
        [`postgresql://city:my%${secret}@127.0.0.1/city`, /invalid percent-encoded token: "\.\.\."/],
        [`PG:postgresql://city:${secret}@[127.0.0.1/city`, /matching "\]" in IPv6 host address/],
    ])
        assert.match(await checkLayer(source, ''), pattern);
});

test('nobody waits for ever: neither for a lock nor for a server that does not answer', {skip}, async () => {
    base.sql(`CREATE VIEW patience AS SELECT 1 AS id, current_setting('lock_timeout') AS lock, 'SRID=4326;POINT(39 52)'::geometry(Point, 4326) AS geom`);
    writeFileSync(join(home.dir, 'patience.yaml'), `source: '${connection}'\ntable: patience\nid_field: id\n`);
    await follows('the view', async () => (await server.get('/collections/patience/items')).ok);
    assert.equal((await items('patience'))[0].properties.lock, '1min');
    rmSync(join(home.dir, 'patience.yaml'));
    await follows('its end', async () => (await server.get('/collections/patience')).status === 404);
    base.sql('DROP VIEW patience');

    const mute = createServer(), taken = [];
    mute.on('connection', (socket) => taken.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    assert.match(await within('an end', checkLayer(connectionBy(mute.address().port), '')), /timeout expired/);
    taken.forEach((socket) => socket.destroy());
    mute.close();
});

test('of a connection messages say the kind alone, whatever is wrong', {skip}, async () => {
    base.sql('CREATE TABLE nowhere (id serial PRIMARY KEY, geom geometry(Point)); INSERT INTO nowhere (geom) VALUES (ST_MakePoint(1, 2))');
    const own = tempDir(), secret = base.password;
    writeFileSync(join(own.dir, 'map.yaml'), `title: {ru: База, en: Base}\nallow: ['${connection}']\n`);
    const wrong = {
        nowhere: [`source: '${connection}'\ntable: nowhere`, /source "PG:\.\.\." states no CRS: add crs:/],
        missing: [`source: '${connection}'\ntable: Нету`, /table "Нету": the source has none of that name but .*Дороги/],
        other: [`source: '${connection}'\ndriver: GPKG`, /does not read a source like "PG:\.\.\."/],
        strange: [`source: 'MYSQL:city,user=x,password=${secret}'`, /source "MYSQL:\.\.\." is of no known kind/],
        web: [`source: 'https://user:${secret}@example.org/a.geojson'`, /source "https:\.\.\." is a network or virtual path/],
        virtual: [`source: '/vsicurl/https://user:${secret}@example.org/a.geojson'`, /source "\/vsicurl\/\.\.\." is a network or virtual path/],
        archive: [`tiles: 'https://user:${secret}@example.org/a.pmtiles'`, /tiles "https:\.\.\." is no path of a file/],
        made: [`source: 'https://user:${secret}@example.org/a.pmtiles'`, /source "https:\.\.\." is an archive of tiles/],
    };
    for (const [id, [text]] of Object.entries(wrong))
        writeFileSync(join(own.dir, `${id}.yaml`), `${text}\n`);
    const {status, stdout, stderr} = spawnSync(binary, ['check', own.dir], {encoding: 'utf8', env: {...process.env, LANG: 'C'}});
    assert.equal(status, 1);
    for (const [id, [, pattern]] of Object.entries(wrong))
        assert.match(stdout + stderr, new RegExp(`${id}\\.yaml:\\d+: [^\n]*${pattern.source}`));
    assert.ok(!(stdout + stderr).includes(secret), stdout + stderr);
    own.remove();
    base.sql('DROP TABLE nowhere');
});

test('inspect writes a definition that serves', {skip}, async () => {
    const {status, stdout, stderr} = spawnSync(binary, ['inspect', connection], {encoding: 'utf8', env: {...process.env, LANG: 'C'}});
    assert.equal(status, 0, stderr);
    const definition = parse(stdout);
    assert.equal(definition.source, connection);
    assert.equal(definition.table, 'Дороги');
    assert.ok(definition.fields.some((f) => f.name === 'name'));
    const own = tempDir();
    writeFileSync(join(own.dir, 'map.yaml'), `title: {ru: База, en: Base}\nallow: ['${connection}']\n`);
    writeFileSync(join(own.dir, 'roads.yaml'), stdout);
    assert.equal(spawnSync(binary, ['check', own.dir], {encoding: 'utf8'}).status, 0);
    rmSync(own.dir, {recursive: true});
});
