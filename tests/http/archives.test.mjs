// Archives of tiles as layers (`tiles:`): their tiles are served as they are stored, joined with others, followed when
// the file changes, and refused in words when it is bad.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync} from 'node:fs';
import {request} from 'node:http';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {VectorTile} from '@mapbox/vector-tile';
import {PbfReader} from 'pbf';
import {tileIdToZxy, zxyToTileId} from 'pmtiles';
import {entriesOf, openPmtiles, pmtilesOf} from '../lib/archives.mjs';
import {binary, serve, shared, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir(), made = join(temp.dir, 'made'), dir = join(temp.dir, 'map');
const environment = {...process.env, LANG: 'C', LC_ALL: 'C'};
const run = (...args) => spawnSync(binary, args, {env: environment, encoding: 'utf8'});
let live, server;

const features = Array.from({length: 300}, (_, i) => ({type: 'Feature', id: i, properties: {name: `no ${i}`, n: i},
    geometry: {type: 'Point', coordinates: [39 + (i % 20) / 50, 52 + i / 1500]}}));

before(async () => {
    for (const folder of [made, dir])
        mkdirSync(folder);
    for (const id of ['a', 'c'])
        writeFileSync(join(made, `${id}.yaml`), 'source: a.geojson\n');
    writeFileSync(join(dir, 'b.yaml'), 'source: a.geojson\n');
    for (const folder of [made, dir])
        writeFileSync(join(folder, 'a.geojson'), JSON.stringify({type: 'FeatureCollection', features}));
    for (const [file, layer] of [['a.pmtiles', 'a'], ['c.mbtiles', 'c'], ['twin.pmtiles', 'a']]) {
        const done = run('bake', made, join(dir, file), '--layers', layer, '--max-zoom', '9');
        assert.equal(done.status, 0, done.stderr);
    }
    writeFileSync(join(dir, 'pm.yaml'), 'tiles: a.pmtiles\ntitle: {ru: Готовое, en: Ready}\nstyle: {color: steelblue}\n');
    writeFileSync(join(dir, 'mb.yaml'), 'tiles: c.mbtiles\nzoom: {min: 2}\n');
    writeFileSync(join(dir, 'twin.yaml'), 'tiles: twin.pmtiles\n');
    live = await serve(made);
    const mlt = Buffer.from(await (await live.get('/tiles/a/0/0/0.mlt')).arrayBuffer());
    writeFileSync(join(dir, 'mlt.pmtiles'), pmtilesOf([[0, mlt]], {type: 6, metadata: {vector_layers: [{id: 'a'}]}}));
    writeFileSync(join(dir, 'mlt.yaml'), 'tiles: mlt.pmtiles\n');
    server = await serve(dir, {allow: [/layer not loaded/, /status=50[03]/]});
});

after(async () => {
    await server?.stop();
    await live?.stop();
    temp.remove();
});

/** An answer with its bytes as they are on the wire. */
function raw(url, headers = {}) {
    return new Promise((done, fail) => request(url, {headers}, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => done({status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts)}));
    }).on('error', fail).end());
}

const gzip = {'accept-encoding': 'gzip'};

test('every tile is what is stored, and what the server it was baked by answers', async () => {
    const archive = await openPmtiles(join(dir, 'a.pmtiles'));
    let tiles = 0;
    for (const {id, run: length, offset, length: bytes} of await entriesOf(archive))
        for (let i = 0; i < length; i++, tiles++) {
            const place = tileIdToZxy(id + i).join('/');
            const header = await archive.getHeader();
            const {data} = await archive.source.getBytes(header.tileDataOffset + offset, bytes);
            const stored = await raw(`${server.url}/tiles/pm/${place}.mvt`, gzip);
            assert.equal(stored.headers['content-encoding'], 'gzip');
            assert.equal(stored.headers['content-type'], 'application/vnd.mapbox-vector-tile');
            assert.ok(stored.body.equals(Buffer.from(data)), place);
            const plain = await raw(`${server.url}/tiles/pm/${place}.mvt`);
            assert.equal(plain.headers['content-encoding'], undefined);
            assert.ok(plain.body.equals(gunzipSync(stored.body)), place);
            const made = await raw(`${live.url}/tiles/a/${place}.mvt`);
            assert.ok(plain.body.equals(made.body), place);
        }
    assert.ok(tiles > 10);
    await archive.close();
});

test('MBTiles give the same, within the zooms that the YAML leaves', async () => {
    const archive = await openPmtiles(join(dir, 'a.pmtiles'));
    for (const {id} of await entriesOf(archive)) {
        const [z, x, y] = tileIdToZxy(id), answer = await raw(`${server.url}/tiles/mb/${z}/${x}/${y}.mvt`);
        const made = await raw(`${live.url}/tiles/c/${z}/${x}/${y}.mvt`);
        assert.equal(answer.status, z < 2 ? 204 : 200);
        assert.ok(answer.body.equals(z < 2 ? Buffer.alloc(0) : made.body), `${z}/${x}/${y}`);
    }
    await archive.close();
});

test('entity tags go by the content, and absent tiles are empty', async () => {
    const path = '/tiles/pm/0/0/0.mvt', first = await raw(server.url + path, gzip);
    for (const headers of [gzip, {}]) {
        const {headers: {etag}} = await raw(server.url + path, headers);
        assert.equal(etag.replace('-gz', ''), first.headers.etag.replace('-gz', ''));
        assert.equal((await raw(server.url + path, {...headers, 'if-none-match': etag})).status, 304);
    }
    assert.equal((await raw(server.url + '/tiles/twin/0/0/0.mvt', gzip)).headers.etag, first.headers.etag);
    for (const place of ['5/0/0', '10/600/300', '22/0/0'])
        assert.equal((await raw(`${server.url}/tiles/pm/${place}.mvt`, gzip)).status, 204);
    assert.equal((await raw(`${server.url}/tiles/pm/3/8/0.mvt`)).status, 404);
});

const layersOf = (body) => Object.values(new VectorTile(new PbfReader(body)).layers).map((l) => [l.name, l.length]);

test('a tile is joined of layers and archives', async () => {
    const [b, pm, mb] = await Promise.all(['b', 'pm', 'mb'].map(async (id) => (await raw(`${server.url}/tiles/${id}/3/4/2.mvt`)).body));
    for (const list of ['b,pm,mb', 'pm,b,mb,pm']) {
        const answer = await raw(`${server.url}/tiles/${list}/3/4/2.mvt`);
        assert.ok(answer.body.equals(Buffer.concat([b, pm, mb])));
        assert.deepEqual(layersOf(answer.body).map(([name]) => name), ['b', 'a', 'c']);
        const packed = await raw(`${server.url}/tiles/${list}/3/4/2.mvt`, gzip);
        assert.ok(gunzipSync(packed.body).equals(answer.body));
    }
    const grid = await raw(`${server.url}/tiles/WebMercatorQuad/3/2/4?f=mvt&collections=b,pm,mb`);
    assert.ok(grid.body.equals(Buffer.concat([b, pm, mb])));
});

test('what cannot be is refused in words', async () => {
    for (const [path, status, words] of [
        ['/tiles/pm,twin/3/4/2.mvt', 400, /two layers of the tile would be named "a"/],
        ['/tiles/pm,twin.json', 400, /two layers of the tile would be named "a"/],
        ['/tiles/pm/3/4/2.mlt', 404, /ask for \.mvt/],
        ['/tiles/mlt/0/0/0.mvt', 404, /ask for \.mlt/],
        ['/tiles/b,mlt/0/0/0.mlt', 400, /MLT, which is not joined with others/],
        ['/tiles/pm.json?f=mlt', 400, /archive in MVT/],
        ['/tiles/pm/3/4/2.mvt?properties=n', 400, /served as they are/],
        ['/tiles/b,pm/3/4/2.mvt?explain=1', 400, /served as they are/],
        ['/tiles/WorldCRS84Quad/0/0/0?f=mvt&collections=pm', 404, /WebMercatorQuad/],
        ['/collections/pm', 404, /"pm" comes as tiles and has no features: see .*\/tiles\/pm\.json/],
        ['/collections/pm/items', 404, /"pm" comes as tiles and has no features: see .*\/tiles\/pm\.json/],
    ]) {
        const answer = await server.get(path);
        assert.equal(answer.status, status, path);
        assert.match((await answer.json()).detail, words);
    }
});

test('two layers of one name that nobody told of are found when they meet', async () => {
    const [d, b] = [0x64, 0x62].map((letter) => Buffer.from([0x1a, 3, 0x0a, 1, letter])), east = zxyToTileId(1, 1, 0);
    writeFileSync(join(dir, 'sly.pmtiles'), pmtilesOf([[0, d], [east, b]])); // only the first tile is looked into
    writeFileSync(join(dir, 'sly.yaml'), 'tiles: sly.pmtiles\n');
    await until('the new layer', async () => (await server.get('/tiles/sly.json')).status === 200);
    assert.equal((await server.get('/tiles/b,sly/0/0/0.mvt')).status, 200);
    assert.equal((await server.get('/tiles/pm,sly/1/1/0.mvt')).status, 200);
    const answer = await server.get('/tiles/b,sly/1/1/0.mvt');
    assert.equal(answer.status, 400);
    assert.match((await answer.json()).detail, /two layers are named "b"/);
});

test('MLT is served as MLT', async () => {
    const answer = await raw(`${server.url}/tiles/mlt/0/0/0.mlt`), made = await raw(`${live.url}/tiles/a/0/0/0.mlt`);
    assert.equal(answer.headers['content-type'], 'application/vnd.maplibre-tile');
    assert.ok(answer.body.equals(made.body));
    const packed = await raw(`${server.url}/tiles/mlt/0/0/0.mlt`, gzip);
    assert.ok(gunzipSync(packed.body).equals(made.body));
    const json = await server.json('/tiles/mlt.json');
    assert.equal(json.encoding, 'mlt');
    assert.match(json.tiles[0], /\.mlt$/);
});

test('TileJSON, tilesets, the map and its style tell of it', async () => {
    const json = await server.json('/tiles/pm.json?lang=en'), joined = await server.json('/tiles/b,mb.json');
    assert.deepEqual([json.name, json.minzoom, json.maxzoom], ['Ready', 0, 9]);
    assert.ok(Math.abs(json.bounds[0] - 39) < 1e-6 && Math.abs(json.bounds[2] - 39.38) < 1e-6);
    assert.deepEqual(json.vector_layers.map(({id, fields}) => [id, fields]), [['a', {name: 'String', n: 'Number'}]]);
    assert.deepEqual(joined.vector_layers.map(({id}) => id), ['b', 'c']);
    assert.deepEqual([joined.minzoom, joined.maxzoom], [0, 16]);

    const list = await server.json('/tiles?lang=en'), own = list.tilesets.find(({title}) => title === 'Ready: WebMercatorQuad');
    const tileset = await (await fetch(own.links.find(({rel}) => rel === 'self').href)).json();
    assert.deepEqual(tileset.layers.map(({id}) => id), ['a']);
    assert.equal(tileset.tileMatrixSetLimits.at(-1).tileMatrix, '9');
    const item = tileset.links.find(({rel}) => rel === 'item').href;
    const tile = await fetch(item.replace('{tileMatrix}', 3).replace('{tileRow}', 2).replace('{tileCol}', 4));
    assert.equal(tile.status, 200);
    assert.match(await (await server.get('/tiles?f=html&lang=en')).text(), /Ready: WebMercatorQuad/);
    assert.match(await (await server.get('/tiles/WebMercatorQuad?f=html&collections=pm&lang=en')).text(), /Ready/);
    assert.deepEqual((await server.json('/collections')).collections.map(({id}) => id), ['b']);
    const dataset = await server.json('/tiles/WebMercatorQuad');
    assert.deepEqual(dataset.layers.map(({id}) => id), ['b'], 'not among the layers of the dataset');

    const map = await server.json('/map.json'), layer = map.layers.find(({id}) => id === 'pm');
    assert.deepEqual([layer.tiles, layer.title.en, layer.count, layer.fields], [true, 'Ready', null, []]);
    const style = await server.json('/styles/munimap'), drawn = style.layers.filter((l) => l.metadata?.['munimap:layer'] === 'pm');
    assert.deepEqual(drawn.map((l) => [l.type, l['source-layer']]), [['fill', 'a'], ['line', 'a'], ['circle', 'a']]);
    assert.equal(drawn[0].paint['fill-color'], 'steelblue');
    assert.match(style.sources.pm.url, /\/tiles\/pm\.json$/);
    const status = (await server.json('/status')).layers.find(({id}) => id === 'mb');
    assert.deepEqual([status.state, status.tiles, status.minzoom, status.maxzoom], ['ok', true, 2, 9]);
});

test('many at once', async () => {
    const paths = ['pm/3/4/2', 'mb/3/4/2', 'b,mb/3/4/2', 'mb/9/311/168', 'pm/9/311/168', 'mb/9/312/169'];
    const answers = await Promise.all(Array.from({length: 240}, (_, i) =>
        raw(`${server.url}/tiles/${paths[i % paths.length]}.mvt?`, i % 2 ? gzip : {})));
    assert.ok(answers.every(({status}) => status === 200 || status === 204));
});

const stateOf = async (id) => (await server.json('/status')).layers.find((l) => l.id === id);

test('a new archive is taken in; a bad one leaves the last good one', async () => {
    for (const [id, file, spare] of [['twin', 'twin.pmtiles', 'a.pmtiles'], ['mb', 'c.mbtiles', 'c.mbtiles']]) {
        const path = `${server.url}/tiles/${id}/9/311/168.mvt`, good = await raw(path), copy = join(temp.dir, 'copy');
        copyFileSync(join(dir, spare), copy);
        writeFileSync(join(dir, 'next.tmp'), 'no archive');
        renameSync(join(dir, 'next.tmp'), join(dir, file));
        await until('the error', async () => (await stateOf(id)).state === 'stale');
        assert.match((await stateOf(id)).error, new RegExp(`${id}\\.yaml:1: tiles "${file}": `));
        for (const place of ['9/311/168', '8/155/84', '7/77/42'])
            assert.ok((await raw(`${server.url}/tiles/${id}/${place}.mvt`)).status < 300);
        assert.ok((await raw(path)).body.equals(good.body));
        renameSync(copy, join(dir, file));
        await until('the mending', async () => (await stateOf(id)).state === 'ok');
        assert.ok((await raw(path)).body.equals(good.body));
    }
});

test('an archive that is written over is not believed', async () => {
    const path = join(dir, 'twin.pmtiles'), good = readFileSync(path), bad = Buffer.from(good);
    bad.fill(0, 0, 8);
    writeFileSync(path, bad);
    await until('the error', async () => (await stateOf('twin')).state === 'failed');
    const answer = await server.get('/tiles/twin/6/38/21.mvt');
    assert.equal(answer.status, 503);
    assert.match((await answer.json()).detail, /written to/);
    writeFileSync(path, good);
    await until('the mending', async () => (await stateOf('twin')).state === 'ok');
    assert.equal((await server.get('/tiles/twin/6/38/21.mvt')).status, 200);
});

test('a damaged tile is an error of that tile', async () => {
    const tile = Buffer.from([0x1a, 3, 0x0a, 1, 0x64]);
    const broken = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    writeFileSync(join(dir, 'hurt.pmtiles'), pmtilesOf([[0, tile], [zxyToTileId(1, 0, 0), Buffer.from('hello world')], [zxyToTileId(1, 1, 0), broken]].sort(([x], [y]) => x - y), {packing: 2}));
    writeFileSync(join(dir, 'hurt.yaml'), 'tiles: hurt.pmtiles\n');
    await until('the new layer', async () => (await server.get('/tiles/hurt.json')).status === 200);
    assert.equal((await raw(`${server.url}/tiles/hurt/0/0/0.mvt`)).status, 200);
    const answer = await server.get('/tiles/hurt/1/1/0.mvt', {headers: {'accept-encoding': 'identity'}});
    assert.equal(answer.status, 500);
    assert.match((await answer.json()).detail, /^the tile 1\/1\/0 in the archive of "hurt" is damaged \(is not gzip, or is damaged\): make the archive anew$/);
    for (const tile of ['1/1/0', '1/0/0']) // whatever the client takes
        for (const encoding of ['identity', 'gzip'])
            assert.equal((await raw(`${server.url}/tiles/hurt/${tile}.mvt`, {'accept-encoding': encoding})).status, 500, `${tile} ${encoding}`);
    assert.equal((await server.get('/tiles/b,hurt/1/1/0.mvt')).status, 500);
});

test('check has them in its table, and bake leaves them out', () => {
    const check = run('check', dir), out = join(temp.dir, 'out.pmtiles');
    assert.equal(check.status, 0, check.stdout + check.stderr);
    assert.match(check.stdout, /^pm +- +tiles \(MVT\) z0-9 +EPSG:3857 +39\.0000,52\.0000,.*\n {2}a$/m);
    assert.match(check.stdout, /^mlt +- +tiles \(MLT\) z0-2/m);
    const bake = run('bake', dir, out, '--max-zoom', '3');
    assert.equal(bake.status, 0, bake.stderr);
    assert.match(bake.stderr, /layer "pm" is an archive of tiles already and is left out/);
    assert.match(run('bake', dir, out, '--layers', 'b,pm').stderr, /"pm" is an archive of tiles already/);
});

const fixtures = shared('fixtures/pmtiles');

test('archives that others made for their tests', {skip: existsSync(fixtures) ? false : `no ${fixtures}`}, () => {
    const folder = join(temp.dir, 'fixtures'), words = {empty: /the file is empty/, invalid: /not a PMTiles archive/,
        invalid_v4: /version 4/, test_fixture_1: null, test_fixture_2: null, test_fixture_mlt: null};
    mkdirSync(folder);
    symlinkSync(fixtures, join(folder, 'data'));
    writeFileSync(join(folder, 'map.yaml'), `allow: [${fixtures}]\n`);
    for (const name of Object.keys(words))
        writeFileSync(join(folder, `${name}.yaml`), `tiles: data/${name}.pmtiles\n`);
    const check = run('check', folder);
    assert.equal(check.status, 1);
    for (const [name, refusal] of Object.entries(words)) {
        const line = check.stdout.split('\n').find((text) => text.startsWith(`${name} `));
        assert.match(line, refusal ?? /tiles \((MVT|MLT)\)/);
    }
});
