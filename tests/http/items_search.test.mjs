// POST /collections/{id}/search: what items gives, for filters that are longer than an address may be.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map'), count = 2500;
const write = (of) => writeFileSync(join(dir, 'many.geojson'), collection(
    Array.from({length: count}, (_, i) => feature({num: of(i), name: `имя ${i % 7}`}, point(39 + i / 1e4, 52), {id: i + 1}))));
let server;

before(async () => {
    mkdirSync(dir);
    write((i) => i);
    writeFileSync(join(dir, 'many.yaml'), 'source: many.geojson\n');
    server = await serve(dir);
});
after(async () => {
    await server?.stop();
    temp.remove();
});

const post = (body, path = '', type = 'application/json') => server.get(`/collections/many/search${path}`, {method: 'POST',
    headers: {'content-type': type}, body: typeof body === 'string' ? body : JSON.stringify(body)});
const found = async (...args) => {
    const answer = await post(...args), text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text);
};
const refused = async (answer, status, pattern) => {
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
    assert.match(JSON.parse(text).detail, pattern);
};
const ids = (page) => page.features.map(({id}) => id);

test('the same parameters find the same', async () => {
    for (const ask of [{limit: 5}, {bbox: [39, 51, 39.0012, 53]}, {filter: "num > 7 AND name LIKE '%3'", limit: 9, sortby: ['-num']}, {ids: [3, 1, '2']},
        {num: 77}, {properties: ['num'], limit: 3, 'skip-geometry': true}, {q: 'имя 5', limit: 4, offset: 3}]) {
        const params = new URLSearchParams(Object.entries(ask).map(([k, v]) => [k, String(v)]));
        const got = await server.json(`/collections/many/items?${params}`);
        const [json, form] = [await found(ask), await found(String(params), '', 'application/x-www-form-urlencoded')];
        assert.ok(got.numberMatched > 0);
        for (const page of [json, form])
            assert.deepEqual([page.features, page.numberMatched, page.numberReturned], [got.features, got.numberMatched, got.numberReturned], JSON.stringify(ask));
    }
    assert.equal((await found('')).numberMatched, count);
    assert.equal((await found({limit: null, filter: null})).numberReturned, 1000);
});

test('a filter longer than an address', async () => {
    const wanted = Array.from({length: 2000}, (_, i) => i + 1e6 * (i % 2)), text = `num IN (${wanted})`;
    assert.ok(text.length > 8192);
    assert.equal((await server.get(`/collections/many/items?filter=${encodeURIComponent(text)}`)).status, 414);
    const page = await found({filter: text, limit: 2000});
    assert.deepEqual(page.features.map((f) => f.properties.num), wanted.filter((n) => n < count));
    const json = await found({filter: {op: 'in', args: [{property: 'num'}, wanted]}, limit: 2000});
    assert.deepEqual(ids(json), ids(page));
    assert.deepEqual(ids(await found({filter: JSON.stringify({op: '=', args: [{property: 'num'}, 4]}), 'filter-lang': 'cql2-json'})), [5]);
});

test('pages follow one another by links, each as it was', async () => {
    const ask = {filter: "name <> 'имя 0'", limit: 700, sortby: '-num', offset: 3}, all = [], seen = [];
    let body = ask, page;
    do {
        page = await found(body);
        seen.push(ids(page));
        all.push(...ids(page));
        const next = page.links.find((l) => l.rel === 'next');
        assert.equal(page.links.find((l) => l.rel === 'self').method, 'POST');
        if (next)
            assert.deepEqual([next.method, next.merge, next.href], ['POST', true, `${server.url}/collections/many/search`]);
        if (seen.length === 1) { // the data change, and the pages do not
            write((i) => i + 1e6);
            for (let tries = 0; (await server.json('/collections/many/items?num=1000000')).numberMatched === 0; tries++)
                assert.ok(tries < 2000);
        }
        if (next)
            body = {...body, ...next.body};
        else
            break;
    } while (true);
    assert.equal(all.length, page.numberMatched - 3);
    assert.deepEqual(all, Array.from({length: count}, (_, i) => count - i).filter((id) => (id - 1) % 7).slice(3));
    const back = page.links.find((l) => l.rel === 'prev');
    assert.deepEqual(ids(await found({...body, ...back.body})), seen.at(-2));
    await refused(await post({...ask, offset: undefined, page: '0123456789abcdef-700'}), 410, /begin again/);
});

test('other formats, named in the address', async () => {
    assert.match(await (await post({num: 1000001}, '?f=csv')).text(), /1000001/);
    const answer = await post({limit: 2}, '?f=shp');
    assert.equal(answer.status, 200);
    assert.equal(Buffer.from(await answer.arrayBuffer()).toString('latin1', 0, 2), 'PK');
    assert.equal((await found({limit: 1}, '?f=jsonfg')).features.length, 1);
    const {etag} = Object.fromEntries((await server.get('/collections/many/items?limit=1')).headers);
    const again = await server.get('/collections/many/search', {method: 'POST', headers: {'content-type': 'application/json', 'if-none-match': etag}, body: '{"limit":1}'});
    assert.deepEqual([again.status, again.headers.get('etag'), again.headers.get('cache-control')], [200, null, 'no-store']);
});

test('what is not right is refused in words', async () => {
    await refused(await post('{"limit":'), 400, /not JSON: line 1/);
    await refused(await post('[]'), 400, /JSON object/);
    await refused(await post({limit: {}}), 400, /^limit: write a text/);
    await refused(await post({ids: ['a,b']}), 400, /^ids: .*commas/);
    await refused(await post({none: 1}), 400, /none/);
    await refused(await post('{"limit":1,"limit":2}'), 400, /duplicate/);
    await refused(await post({f: 'csv'}), 400, /^f: write it in the address/);
    await refused(await post('limit=1&limit=2', '', 'application/x-www-form-urlencoded'), 400, /limit/);
    await refused(await post('filter=%ff', '', 'application/x-www-form-urlencoded'), 400, /UTF-8/);
    await refused(await post({}, '?limit=1'), 400, /^limit: only f and lang/);
    await refused(await post({}, '?f=html'), 400, /^f: /);
    await refused(await post({filter: 'num >'}), 400, /filter/);
    await refused(await post({filter: {op: '=', args: [{property: 'num'}, 1]}, 'filter-lang': 'cql2-text'}), 400, /filter/);
    await refused(await post('x', '', 'text/plain'), 415, /application\/json/);
    await refused(await post('x', '', 'multipart/form-data; boundary=x'), 415, /application\/json/);
    await refused(await post({filter: `name = '${'x'.repeat(300000)}'`}), 413, /256 kB/);
    await refused(await post({filter: `name = '${'x'.repeat(70000)}'`}), 400, /^filter: at most/);
    await refused(await post('['.repeat(100)), 413, /levels/);
    await refused(await server.get('/collections/none/search', {method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'}), 404, /no collection/);
    const get = await server.get('/collections/many/search');
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'OPTIONS, POST']);
});
