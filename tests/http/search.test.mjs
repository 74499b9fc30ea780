// One box for streets, addresses, objects by name and number, and coordinates: on the sample town.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {root, serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

let server;

const find = (q, more = '', at = server) => at.json(`/search?q=${encodeURIComponent(q)}${more}`);
const first = async (q, more) => (await find(q, more)).results[0];

before(async () => {
    server = await serve(join(root, 'layers'));
    await until('all is indexed', async () => (await find('x')).complete);
});

after(() => server?.stop());

test('a street is one, however it is written', async () => {
    for (const q of ['Липовая', 'липовая', 'ЛИПОВАЯ УЛИЦА', 'ул. Липовая', 'Липовая ул', 'kbgjdfz', 'лпиовая', 'липоввая']) {
        const r = await first(q);
        assert.deepEqual([r?.kind, r?.collection, r?.name], ['feature', 'streets', 'ул. Липовая'], q);
        assert.equal(r.title, 'Улицы');
    }
    const {results} = await find('ул. Липовая');
    assert.equal(results.filter((r) => r.collection === 'streets').length, 1, 'its parts are one');
    const [w, s, e, n] = results[0].bbox;
    assert.ok(e - w > 0.001 || n - s > 0.001, 'as long as all of them');
    assert.deepEqual(results[0].matches.map(([a, b]) => results[0].name.slice(a, b)), ['ул', 'Липовая']);
    assert.equal((await first('Липовая', '&lang=en')).title, 'Streets');
});

test('addresses, in any order, with abbreviations or the wrong word for the street', async () => {
    for (const q of ['пр-т Ленина, 12', 'ленина 12', '12 Ленина', 'проспект Ленина д. 12', 'ул. Ленина, дом 12'])
        assert.equal((await first(q)).name, 'пр-т Ленина, 12', q);
});

test('names with ё, numbers, cadastral numbers, ids', async () => {
    assert.match((await first('елочка')).name, /^Ёлочка/);
    assert.match((await first('Ёлочка еж')).name, /^Ёлочка/);
    assert.deepEqual([(await first('школа 1')).collection, (await first('школа 1')).name], ['schools', 'Школа № 1']);
    assert.equal((await first('школа №10')).name, 'Школа № 10');
    assert.equal((await first('00:20:0010129:1')).id, '00:20:0010129:1');
    assert.ok((await find('0010129')).results.every((r) => `${r.name} ${r.detail}`.includes('0010129')));
    for (const q of ['P-0001', 'p-0001', 'Р-0001'])
        assert.deepEqual([(await first(q)).collection, (await first(q)).id], ['projects', 'P-0001'], q);
});

test('coordinates in degrees, minutes and seconds, and metres of the town', async () => {
    for (const q of ['52.353, 39.098', '39.098 52.353', '52°21\'10.8"N 39°5\'52.8"E', '52,353; 39,098']) {
        const r = await first(q);
        assert.equal(r.kind, 'place', q);
        assert.ok(Math.abs(r.point[0] - 39.098) < 1e-5 && Math.abs(r.point[1] - 52.353) < 1e-5, q);
    }
    const msk = await first('X=390000 Y=1292000');
    assert.ok(Math.abs(msk.point[0] - 39.09805) < 1e-4 && Math.abs(msk.point[1] - 52.35299) < 1e-4);
    assert.equal((await find('390000 1292000')).results.filter((r) => r.kind === 'place').length, 1);
});

test('limits, layers and nearness', async () => {
    assert.equal((await find('улица')).results.length, 10);
    assert.equal((await find('улица', '&limit=3')).results.length, 3);
    assert.equal((await find('улица', '&layers=')).results.length, 10);
    assert.equal((await find('12 5')).results.filter((r) => r.kind === 'place').length, 0);
    assert.equal((await find('улица', '&limit=1000')).results.length, 50);
    assert.ok((await find('ленина', '&layers=stops,schools')).results.every((r) => ['stops', 'schools'].includes(r.collection)));
    const all = (await find('детский сад', '&layers=schools&limit=50')).results;
    const far = all.at(-1), near = (await find('детский сад', `&layers=schools&limit=50&near=${far.point.join(',')}`)).results;
    assert.ok(near.findIndex((r) => r.id === far.id) < all.findIndex((r) => r.id === far.id));
});

test('nothing that is typed does harm', async () => {
    for (const q of ['"', '" OR *', 'a" NEAR b', '%', '*', "'; DROP TABLE t; --", 'name:x', '^a', '(((', 'NOT', 'AND', '\u0000a', '🌳', 'а́', 'х'.repeat(100), '-', '1 2 3 4 5 6 7 8 9', ' ']) {
        const answer = await server.get(`/search?q=${encodeURIComponent(q)}`);
        assert.ok([200, 400].includes(answer.status), `${q}: ${answer.status}`);
        const body = await answer.json();
        assert.ok(answer.status === 400 ? body.detail : Array.isArray(body.results), q);
    }
    const refused = async (query, words) => {
        const answer = await server.get(`/search${query}`);
        assert.equal(answer.status, 400, query);
        assert.match((await answer.json()).detail, words);
    };
    await refused('', /write what is looked for/);
    await refused(`?q=${'a'.repeat(401)}`, /at most 400 bytes/);
    await refused('?q=a&limit=0', /limit/);
    await refused('?q=a&near=1', /longitude,latitude/);
    await refused('?q=a&near=200,1', /longitude,latitude/);
    await refused('?q=a&layers=nothing', /no layer "nothing"/);
    await refused('?q=a&x=1', /x/);
});

test('a change of the data is found, and what is gone is not', async () => {
    const folder = tempDir(), file = join(folder.dir, 'places.geojson');
    const write = (...names) => writeFileSync(file, JSON.stringify({type: 'FeatureCollection', features: names.map((name, i) =>
        ({type: 'Feature', id: i, properties: {name}, geometry: {type: 'Point', coordinates: [39 + i / 100, 52]}}))}));
    mkdirSync(folder.dir, {recursive: true});
    write('Сквер Победы', 'Берёзовая роща');
    writeFileSync(join(folder.dir, 'places.yaml'), 'source: places.geojson\n');
    const own = await serve(folder.dir);
    await until('the first', async () => (await find('березовая', '', own)).results.length === 1);
    write('Сквер Победы', 'Кленовая роща');
    own.child.kill('SIGHUP');
    await until('the change', async () => (await find('кленовая', '', own)).results.length === 1);
    assert.equal((await find('березовая', '', own)).results.length, 0);
    await own.stop();
    folder.remove();
});
