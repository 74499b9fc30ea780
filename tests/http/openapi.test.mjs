// What the API definition of a running server names, asked for with values that are right, at the edge, and hostile:
// every answer is one of those that it documents, in time, and whole. The same values each time.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, point, square} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';

const folder = tempDir();
let server, api;

before(async () => {
    for (const [name, shape] of [['places', point], ['lots', (x, y) => square(x, y, 0.01)]]) {
        const features = [1, 2, 3].map((id) =>
            feature({id, name: `имя ${id}`, n: id * 7, day: `2026-0${id}-11`}, shape(39 + id / 100, 52 + id / 100)));
        writeFileSync(join(folder.dir, `${name}.geojson`), collection(features));
        writeFileSync(join(folder.dir, `${name}.yaml`),
            `id: ${name}\ntitle: {ru: Слой, en: Layer}\nsource: ${name}.geojson\nid_field: id\n`);
    }
    server = await serve(folder.dir);
    api = await server.json('/api');
});

after(async () => {
    await server?.stop();
    folder.remove();
});

let state = 20260711;
const draw = (list) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return list[state % list.length];
};

const hostile = ['', ' ', '%', '\0', 'а'.repeat(300), '\'";--', '../../etc/passwd', '<script>', '{"a":', '((((((((', 'null', '-1', '1e999', 'NaN',
    '99999999999999999999', '\u202e\ufeff', '*', ',,,,', 'a,b,c,d', '1=1', '%s%n', '𝟙'];

/** Values for a parameter, by its schema: those in range and at its ends, then two hostile ones. */
function values({name, schema = {}}) {
    const right = {
        collectionId: ['places'], tileMatrixSetId: ['WebMercatorQuad', 'WorldCRS84Quad'], featureId: ['1', '3', '4'], layers: ['places', 'places,lots'],
        tileMatrix: ['0', '12', '16', '30'], tileRow: ['0', '1346', '70000'], tileCol: ['0', '2491', '70000'], z: ['0', '12', '16'],
        x: ['0', '2491'], y: ['0', '1346'], bbox: ['39,52,40,53', '179,-10,-179,10', '0,0,0,0', '40,53,39,52'], filter: ['n > 7', 'name LIKE \'и%\'', 'n >'],
        datetime: ['2026-01-11', '../2026-02-01', '2026-13-01'], ids: ['1,2', '9'], crs: ['http://www.opengis.net/def/crs/EPSG/0/3857'],
    }[name];
    if (right)
        return [...right, draw(hostile), draw(hostile)];
    if (schema.enum)
        return [...schema.enum, draw(hostile)];
    if (schema.type === 'integer' || schema.type === 'number')
        return [schema.minimum ?? 0, schema.maximum ?? 3, (schema.minimum ?? 0) - 1, (schema.maximum ?? 2 ** 31) + 1, 0.5, draw(hostile)].map(String);
    return ['a', draw(hostile), draw(hostile)];
}

const parameters = (operation) => (operation.parameters ?? []).map((p) => p.$ref ? api.components.parameters[p.$ref.split('/').pop()] : p);

/** Asks, and checks all that holds for any answer; returns its status. */
async function ask(path, {responses}) {
    const answer = await fetch(server.url + path, {signal: AbortSignal.timeout(15000)});
    const bytes = Buffer.from(await answer.arrayBuffer()), type = answer.headers.get('content-type') ?? '', {status} = answer;
    if (status === 503) {
        assert.ok(answer.headers.get('retry-after'), path);
        return status;
    }
    assert.ok(status < 500, `${path}: ${status} ${bytes}`);
    assert.ok(responses[status] || [204, 406, 414].includes(status), `${path}: ${status} is none of ${Object.keys(responses)}`);
    if (status === 200 && !/[?&]f=/.test(path)) // a file that f asks for has a type of its own
        assert.ok(Object.keys(responses[200].content).includes(type.split(';')[0]) || responses[200].content[type], `${path}: ${type}`);
    if (status >= 400)
        assert.equal(type, 'application/problem+json', `${path}: ${type}`);
    if (status === 204)
        assert.equal(bytes.length, 0, path);
    else if (/json$|json;/.test(type) && !/seq|ndjson|geojsonl|jsonl/.test(type)) {
        const body = JSON.parse(bytes);
        if (status >= 400)
            assert.equal(body.status, status, path);
    } else if (/^text\/html/.test(type))
        assert.match(bytes.toString(), /^<!doctype html>[^]*<\/html>\s*$/i, path);
    return status;
}

async function head(path) {
    const strip = (headers) => [...headers].filter(([name]) => !['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'].includes(name));
    const [got, asked] = [await fetch(server.url + path), await fetch(server.url + path, {method: 'HEAD'})];
    await got.arrayBuffer();
    assert.equal(asked.status, got.status, path);
    assert.deepEqual(strip(asked.headers), strip(got.headers), path);
}

test('all that the definition names answers as it says', async () => {
    const count = {};
    for (const [template, {get}] of Object.entries(api.paths)) {
        if (!get || template === '/events' || template === '/wfs' || template === '/wms') // a stream without an end; XML, which has suites of its own
            continue;
        const all = parameters(get);
        const fill = (chosen) => template.replace(/\{([^}]+)\}/g, (whole, name) => encodeURIComponent(chosen[name] ??
            values(all.find((p) => p.name === name) ?? {name})[0]));
        await head(fill({}));
        for (const p of all)
            for (const value of values(p)) {
                const path = p.in === 'path' ? fill({[p.name]: value}) : `${fill({})}?${encodeURIComponent(p.name)}=${encodeURIComponent(value)}`;
                const status = await ask(path, get);
                count[status] = (count[status] ?? 0) + 1;
            }
        const several = all.filter((p) => p.in === 'query');
        for (let i = 0; i < 6 && several.length > 1; i++) {
            const pairs = [draw(several), draw(several)].map((p) => `${encodeURIComponent(p.name)}=${encodeURIComponent(draw(values(p)))}`);
            await ask(`${fill({})}?${pairs.join('&')}`, get);
        }
        assert.equal(await ask(`${fill({})}?no-such-parameter=1`, get), 400, template);
    }
    const {get, post} = api.paths['/wfs'];
    assert.ok(get.responses[405].content['text/xml'] && post.requestBody.content['text/xml']);
    assert.ok(count[200] > 100 && count[400] > 50 && count[404] > 5, JSON.stringify(count));
});
