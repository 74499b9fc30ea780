// MapLibre Tiles as clients see them, from the real program: by what address and what Accept, and each value by value the
// same as the MVT of the same tile.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';
import {walk} from '../mvt/all_tiles.mjs';
import {judgeBoth, readMlt} from './compare.mjs';
import {kindOf, ourKinds, packsOf} from './streams.mjs';

const MVT = 'application/vnd.mapbox-vector-tile', MLT = 'application/vnd.maplibre-tile';
const temp = tempDir();
let server;


before(async () => {
    const home = join(temp.dir, 'map');
    mkdirSync(home);
    writeFileSync(join(home, 'places.geojson'), collection([
        feature({name: 'Ёлочная', n: -5, phone: 79101234567, ratio: 0.5, open: true, day: '2026-01-31', tags: ['a'], code: 'x'},
            point(39.1, 52.3), {id: 1}),
        feature({name: null, n: 7, phone: 74742000000, ratio: 1e300, open: false, day: null, tags: null, code: 'y'},
            point(39.2, 52.4), {id: 2}),
    ]));
    writeFileSync(join(home, 'places.yaml'), 'source: places.geojson\nfields: [{name: code, hidden: true}]\n');
    writeFileSync(join(home, 'lots.geojson'), collection(
        Array.from({length: 50}, (_, i) => feature({cad: `48:20:00:${i}`}, {type: 'Polygon', coordinates: [[
            [39 + i / 100, 52], [39.009 + i / 100, 52], [39.009 + i / 100, 52.01], [39 + i / 100, 52]]]}, {id: i}))));
    writeFileSync(join(home, 'lots.yaml'), 'source: lots.geojson\nid_field: cad\n');
    server = await serve(home);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

async function ask(path, headers = {}) {
    const answer = await server.get(path, {headers});
    return {status: answer.status, type: answer.headers.get('content-type'), etag: answer.headers.get('etag'),
        vary: answer.headers.get('vary'), bytes: new Uint8Array(await answer.arrayBuffer())};
}

test('attributes of every type, hidden ones never', async () => {
    const answer = await ask('/tiles/places/5/19/10.mlt');
    const [{name, extent, features: [first, second]}] = readMlt(answer.bytes);
    assert.deepEqual([answer.status, answer.type, name, extent], [200, MLT, 'places', 4096]);
    assert.deepEqual(first.properties, {name: 'Ёлочная', n: -5, phone: 79101234567, ratio: 0.5, open: true, day: '2026-01-31',
        tags: '["a"]'});
    assert.deepEqual(second.properties, {n: 7, phone: 74742000000, ratio: 1e300, open: false});
    assert.deepEqual([first.id, second.id, first.type], [1, 2, 'Point']);
    assert.ok(!Buffer.from(answer.bytes).includes('code'));
});

test('text ids become the numbers that they are in MVT', async () => {
    const {problems, features} = await judgeBoth(`${server.url}/tiles/lots,places/{z}/{x}/{y}.mvt`, {z: 8, x: 155, y: 84});
    assert.deepEqual(problems, []);
    assert.ok(features > 20);
});

test('without an ending, Accept and f= choose; MVT comes first', async () => {
    const path = '/tiles/places/0/0/0', mvt = await ask(`${path}.mvt`), mlt = await ask(`${path}.mlt`);
    const rows = [
        [{}, '', MVT], [{accept: '*/*'}, '', MVT], [{accept: MLT}, '', MLT], [{accept: `${MVT}, ${MLT}`}, '', MVT],
        [{accept: `${MVT};q=0.5, ${MLT}`}, '', MLT], [{accept: `text/html, ${MLT};q=0.1`}, '', MLT],
        [{accept: MVT}, '?f=mlt', MLT], [{accept: MLT}, '?f=mvt', MVT],
    ];
    for (const [headers, query, type] of rows) {
        const answer = await ask(path + query, headers), same = type === MLT ? mlt : mvt;
        assert.deepEqual([answer.status, answer.type], [200, type], JSON.stringify([headers, query]));
        assert.deepEqual(answer.bytes, same.bytes);
        if (!query)
            assert.match(answer.vary, /Accept(,|$)/);
    }
    const tags = [mvt, mlt, await ask(path), await ask(path, {accept: MLT})].map(({etag}) => etag);
    assert.equal(new Set(tags.slice(2)).size, 2);
    assert.notEqual(tags[0], tags[1]);
    assert.equal((await ask(path, {accept: MLT, 'if-none-match': tags[3]})).status, 304);
    assert.equal((await ask(path, {accept: MVT, 'if-none-match': tags[3]})).status, 200);
    assert.doesNotMatch(mlt.vary ?? '', /Accept(,|$)/);
});

test('wrong addresses', async () => {
    for (const [path, status, headers] of [['/tiles/places/0/0/0.mlt?f=mvt', 400], ['/tiles/places/0/0/0?f=png', 400],
        ['/tiles/places/0/0/0.png', 404], ['/tiles/places/0/0/0.mlt.mlt', 400], ['/tiles/places/0/0/.mlt', 400],
        ['/tiles/places/0/0/1.mlt', 404], ['/tiles/nope/0/0/0', 404], ['/tiles/places/0/0/0', 406, {accept: 'image/png'}]]) {
        const answer = await ask(path, headers);
        assert.deepEqual([answer.status, answer.type], [status, 'application/problem+json'], path);
    }
    assert.deepEqual((await ask('/tiles/places/14/0/0.mlt')).status, 204);
});

test('TileJSON names the encoding that was asked for', async () => {
    const mlt = await server.json('/tiles/places.json?f=mlt'), mvt = await server.json('/tiles/places.json');
    assert.deepEqual([mlt.tiles, mlt.encoding], [[`${server.url}/tiles/places/{z}/{x}/{y}.mlt`], 'mlt']);
    assert.deepEqual([mvt.tiles, mvt.encoding], [[`${server.url}/tiles/places/{z}/{x}/{y}.mvt`], undefined]);
    assert.deepEqual({...mlt, tiles: 0, encoding: 0}, {...mvt, tiles: 0, encoding: 0});
    assert.deepEqual(await server.json('/tiles/places.json?f=mvt'), mvt);
    assert.equal((await server.get('/tiles/places.json?f=pbf')).status, 400);
    const {paths} = await server.json('/api?f=json');
    const forms = (path) => Object.keys(paths[path].get.responses[200].content); // JSON: what explains the tile
    assert.deepEqual(forms('/tiles/{layers}/{z}/{x}/{y}.mlt'), [MLT, 'application/json']);
    assert.deepEqual(forms('/collections/places/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}'),
        ['application/vnd.mapbox-vector-tile', MLT, 'application/json']);
});

for (const {name, skip, make} of towns)
    test(`all tiles of ${name}, z8 to z16, are what their MVT is`, {skip, timeout: 600000}, async (t) => {
        const dir = join(temp.dir, name.replaceAll(' ', '-')), ids = make(dir), used = new Set();
        const city = await serve(dir);
        try {
            const total = await walk(city.url, ids.join(), 8, 16, (line) => t.diagnostic(line), async (...args) => {
                const tile = await judgeBoth(...args);
                if (tile.status === 200)
                    packsOf(tile.mlt.bytes).forEach((pack) => used.add(kindOf(pack)));
                return tile;
            });
            assert.deepEqual(total.problems.slice(0, 20), []);
            assert.ok(total.filled > 1000);
            assert.deepEqual([...used].filter((pack) => !ourKinds.includes(pack)), []);
            t.diagnostic(`streams: ${[...used].sort().join(', ')}`);
        } finally {
            await city.stop();
        }
    });
