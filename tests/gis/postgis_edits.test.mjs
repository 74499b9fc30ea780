// Features written to PostGIS: what is answered is committed, what the database refuses is said, and all or nothing.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {editor} from '../lib/edits.mjs';
import {feature, line, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {missing, postgres} from '../lib/postgres.mjs';
import {until} from '../lib/wait.mjs';

const skip = missing;
let base, home, server, roads, signs, named;

before(async () => {
    if (skip)
        return;
    base = await postgres();
    base.sql(`CREATE TABLE "Дороги" (id serial PRIMARY KEY, name varchar(20) NOT NULL, lanes int CHECK (lanes > 0), built date,
        seen timestamptz, kind text NOT NULL DEFAULT 'street', more jsonb, exact numeric(40,20) DEFAULT 1234567890123456789.01234567890123456789,
        micro timestamptz DEFAULT '2026-01-02 03:04:05.123456+00', note text, geom geometry(MultiLineStringZ, 28407));
        CREATE TABLE signs (id int8 PRIMARY KEY, text text UNIQUE, geom geometry(Point, 4326));
        CREATE TABLE named (key serial PRIMARY KEY, code text UNIQUE, geom geometry(Polygon, 28407));
        CREATE TABLE keyless (code text, geom geometry(Point, 4326));
        INSERT INTO "Дороги" (name, note, geom) VALUES ('первая', 'скрыто', 'SRID=28407;MULTILINESTRING Z((7507000 5797000 1, 7507100 5797100 2))');
        INSERT INTO signs VALUES (9007199254740001, 'STOP', 'SRID=4326;POINT(39.1 52.3)');
        INSERT INTO named (code, geom) VALUES ('a', NULL); INSERT INTO keyless VALUES ('k', 'SRID=4326;POINT(39.1 52.3)');`);
    home = tempDir();
    const connection = `PG:host=127.0.0.1 port=${base.port} dbname=city user=${base.user} password=${base.password}`;
    writeFileSync(join(home.dir, 'map.yaml'), `title: {ru: База, en: Base}\nallow: ['${connection}']\n`);
    const layer = (id, table, more = '') => writeFileSync(join(home.dir, `${id}.yaml`), `source: '${connection}'\ntable: ${table}\neditable: true\n${more}`);
    layer('roads', 'Дороги', 'id_field: id\nfields:\n  - {name: note, hidden: true}\n');
    layer('signs', 'signs', 'id_field: id\n');
    layer('named', 'named', 'id_field: code\n');
    layer('keyless', 'keyless');
    server = await serve(home.dir, {args: ['--edit'], allow: [/status=50[03]/]});
    [roads, signs, named] = ['roads', 'signs', 'named'].map((id) => editor(server, id));
});
after(async () => {
    await server?.stop();
    await base?.stop();
    home?.remove();
});

const idOf = (answer) => decodeURIComponent(answer.headers.get('location').split('/').pop());
const problem = async (answer, status, pattern) => {
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    assert.match(JSON.parse(text).detail, pattern);
    assert.ok(!text.includes(base.password));
};

test('create, replace, change, delete', {skip}, async () => {
    const properties = {name: 'Новая «улица»', lanes: 2, built: '2026-03-04', seen: '2026-06-15T10:30:00+03:00', kind: 'road', more: {код: [1, 'ё']}};
    const answer = await roads.post(feature(properties, line([5797000.123456789, 7507000.987654321, 5], [5797100, 7507100, 6])),
        {'content-crs': '<http://www.opengis.net/def/crs/EPSG/0/28407>'});
    assert.equal(answer.status, 201, await answer.text());
    const id = idOf(answer), got = (await roads.get(id)).feature;
    assert.equal(id, '2');
    assert.equal(base.sql(`SELECT ST_AsText(geom) FROM "Дороги" WHERE id = ${id}`).trim(),
        'MULTILINESTRING Z ((7507000.987654321 5797000.123456789 5,7507100 5797100 6))');
    const {seen, more, ...rest} = properties;
    assert.equal(Date.parse(got.properties.seen), Date.parse(seen));
    assert.deepEqual(typeof got.properties.more === 'string' ? JSON.parse(got.properties.more) : got.properties.more, more);
    for (const [name, value] of Object.entries(rest))
        assert.deepEqual(got.properties[name], value, name);

    assert.equal((await roads.put(1, feature({name: 'иначе'}, null))).status, 204);
    assert.equal(base.sql('SELECT name, lanes, kind, note, geom IS NULL FROM "Дороги" WHERE id = 1').trim(), 'иначе||street|скрыто|t');
    assert.equal((await roads.patch(1, {properties: {lanes: 4}})).status, 204);
    assert.equal((await roads.get(1)).feature.properties.lanes, 4);
    // what is not named keeps what GDAL cannot hold
    base.sql(`INSERT INTO "Дороги" (id, name, geom) VALUES (50, 'точная', 'SRID=28407;MULTILINESTRING Z((7507000.123456789 5797000 1, 7507100 5797100 2))')`);
    server.child.kill('SIGHUP');
    await until('the new row', async () => (await roads.get(50)).status === 200);
    const exact = () => base.sql('SELECT exact, micro, ST_AsEWKB(geom), kind FROM "Дороги" WHERE id = 50').trim(), was = exact();
    assert.equal((await roads.patch(50, {properties: {lanes: 5, built: null}})).status, 204);
    assert.equal((await roads.get(50)).feature.properties.lanes, 5);
    assert.equal(exact(), was);

    assert.equal((await roads.remove(1)).status, 204);
    assert.equal((await roads.get(1)).status, 404);
    await problem(await roads.remove(1), 404, /no feature/);
});

test('what the table does not take is refused', {skip}, async () => {
    await problem(await roads.post(feature({lanes: 1}, null)), 422, /"name" is required/);
    await problem(await roads.post(feature({name: 'x'.repeat(21)}, null)), 422, /^\/properties\/name: .*longer than the 20 letters/);
    await problem(await roads.post(feature({name: null}, null)), 422, /^\/properties\/name: .*required/);
    await problem(await roads.patch(2, {properties: {kind: null}}), 422, /^\/properties\/kind: .*required/);
    await problem(await roads.post(feature({name: 'x', lanes: -1}, null)), 422, /does not take the feature/);
    await problem(await signs.post(feature({text: 'STOP'}, null, {id: 5})), 409, /must be the only one/);
    await problem(await editor(server, 'keyless').post(feature({code: 'x'}, null)), 500, /no key of whole numbers/);
    assert.equal(base.sql('SELECT count(*) FROM "Дороги" WHERE name = \'x\'').trim(), '0');
});

test('ids: the client\'s where the table has no numbers of its own', {skip}, async () => {
    const answer = await signs.post(feature({text: 'Главная'}, point(39.2, 52.3), {id: 9007199254740002}));
    assert.equal(answer.status, 201, await answer.text());
    assert.equal(idOf(answer), '9007199254740002');
    await problem(await signs.post(feature({text: 'x'}, null, {id: 9007199254740002})), 409, /taken/);
    const made = await named.post(feature({}, null)), own = await named.post(feature({code: "б'/2"}, null));
    assert.match(idOf(made), /^[0-9a-f-]{36}$/);
    assert.equal(idOf(own), "б'/2");
    assert.equal((await named.remove("б'/2")).status, 204);
    assert.equal(base.sql('SELECT count(*) FROM named').trim(), '2');
    await problem(await named.remove("x' OR 'a' = 'a"), 404, /no feature/);
});

test('all or nothing', {skip}, async () => {
    const many = (last) => ({type: 'FeatureCollection', features: Array.from({length: 20}, (_, i) => feature({text: i === 19 ? last : `знак ${i}`}, null, {id: 100 + i}))});
    await problem(await signs.post(many('STOP')), 409, /^\/features\/19: /);
    assert.equal(base.sql('SELECT count(*) FROM signs WHERE id < 1000').trim(), '0');
    assert.equal((await signs.post(many('знак 19'))).status, 201);
    assert.equal(base.sql('SELECT count(*) FROM signs WHERE id < 1000').trim(), '20');
});

test('If-Match, and one winner', {skip}, async () => {
    const {etag} = await signs.get(100);
    const answers = await Promise.all(Array.from({length: 4}, (_, i) => signs.patch(100, {properties: {text: `раз ${i}`}}, {'if-match': etag})));
    assert.deepEqual(answers.map((a) => a.status).sort(), [204, 412, 412, 412]);
    const seen = (await signs.get(100)).etag;
    base.sql("UPDATE signs SET text = 'другой' WHERE id = 100"); // by another program
    await problem(await signs.patch(100, {properties: {text: 'x'}}, {'if-match': seen}), 412, /changed since/);
    assert.equal((await signs.get(100)).feature.properties.text, 'другой');
});

test('a database that is down: 5xx, and the layer stays', {skip}, async () => {
    await base.halt();
    await problem(await signs.patch(100, {properties: {text: 'нет'}}), 500, /cannot be written to/);
    assert.equal((await signs.get(100)).status, 200);
    await base.start();
    assert.equal((await signs.patch(100, {properties: {text: 'да'}})).status, 204);
    assert.equal((await signs.get(100)).feature.properties.text, 'да');
});
