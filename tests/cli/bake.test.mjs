// munimap bake: the archive holds what the server answers, byte by byte, and is there whole or not at all.
import assert from 'node:assert/strict';
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {tileIdToZxy} from 'pmtiles';
import {entriesOf, openPmtiles} from '../lib/archives.mjs';
import {ask} from '../lib/ask.mjs';
import {collection, feature, point, square} from '../lib/geojson.mjs';
import {binary, serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';
import {walk} from '../mvt/all_tiles.mjs';

const temp = tempDir(), town = towns.find(({name}) => name === 'the sample town');
const dir = join(temp.dir, 'town'), small = join(temp.dir, 'small'), skip = town.skip;
let layers, server;

const environment = {...process.env, LANG: 'C', LC_ALL: 'C'};
const bake = (...args) => spawnSync(binary, ['bake', ...args], {env: environment, encoding: 'utf8'});

function bakeWell(...args) {
    const done = bake(...args);
    assert.equal(done.status, 0, done.stderr);
    assert.doesNotMatch(done.stderr, /Sanitizer|runtime error/);
    return done;
}

before(async () => {
    mkdirSync(small);
    writeFileSync(join(small, 'map.yaml'), 'title: {ru: Город, en: Town}\nattribution: {ru: Мы, en: We}\n');
    for (const [id, x] of [['alpha', 39.1], ['b', 39.7]])
        writeFileSync(join(small, `${id}.geojson`), JSON.stringify({type: 'Feature', id: 1, properties: {name: id, n: 1},
            geometry: {type: 'Point', coordinates: [x, 52.3]}}));
    writeFileSync(join(small, 'alpha.yaml'), 'source: alpha.geojson\n');
    writeFileSync(join(small, 'b.yaml'), 'source: b.geojson\nzoom: {min: 3, max: 5}\nfields: [{name: n, hidden: true}]\n');
    if (skip)
        return;
    layers = town.make(dir).sort();
    server = await serve(dir);
});

after(async () => {
    await server?.stop();
    temp.remove();
});

test('every tile of the sample town is what the server answers', {skip}, async () => {
    const path = join(temp.dir, 'town.pmtiles'), done = bakeWell(dir, path, '--threads', '3');
    const archive = await openPmtiles(path), header = await archive.getHeader(), entries = await entriesOf(archive);
    const list = (await archive.getMetadata()).vector_layers.map(({id}) => id);
    let tiles = 0;
    const shown = await server.json(`/tiles/${layers.join(',')}.json`); // addresses begin below the last zoom
    assert.deepEqual(list.filter((id) => !id.endsWith('_label')),
        shown.vector_layers.filter(({minzoom}) => minzoom <= header.maxZoom).map(({id}) => id));
    assert.ok(list.includes('buildings_label') && !list.includes('streets_label'), list.join(','));
    assert.equal(header.clustered, true);
    for (const {id, run} of entries)
        for (let i = 0; i < run; i++, tiles++) {
            const [z, x, y] = tileIdToZxy(id + i);
            const answer = await ask(`${server.url}/tiles/${list.join(',')}/${z}/${x}/${y}.mvt`);
            assert.equal(answer.status, 200, `${z}/${x}/${y}`);
            const {data} = await archive.getZxy(z, x, y);
            assert.ok(Buffer.from(data).equals(answer.bytes), `${z}/${x}/${y}`);
        }
    assert.ok(tiles > 1000);
    assert.deepEqual([header.numAddressedTiles, header.numTileEntries], [tiles, entries.length]);
    assert.equal(header.numTileContents, new Set(entries.map(({offset}) => offset)).size);
    assert.ok(header.numTileContents < tiles, 'equal tiles are kept once');
    assert.match(done.stdout, new RegExp(`${tiles} tiles, ${header.numTileContents} different`));
    assert.match(done.stderr, /munimap: layer "ortho" is a picture and is left out of an archive of vector tiles: copy its file/);
    const named = bake(dir, join(temp.dir, 'no.pmtiles'), '--layers', 'ortho');
    assert.notEqual(named.status, 0);
    assert.match(named.stderr, /--layers: "ortho" is a picture: an archive has vector tiles, name layers that have features/);
    await archive.close();
});

/** Asks the server for every tile that may hold something: nothing else is in the archive, and nothing is missing. */
async function compareAll(base, path, list, z0, z1) {
    const archive = await openPmtiles(path);
    const total = await walk(base, list.join(','), z0, z1, () => {}, async (template, {z, x, y}) => {
        const url = template.replace('{z}', z).replace('{x}', x).replace('{y}', y);
        const {status, bytes} = await ask(url);
        const tile = await archive.getZxy(z, x, y), same = Buffer.from(tile?.data ?? []).equals(bytes);
        return {status, features: 0, bytes: bytes.length, problems: same ? [] : [`${z}/${x}/${y}`]};
    });
    assert.deepEqual(total.problems, []);
    assert.equal((await archive.getHeader()).numAddressedTiles, total.filled);
    await archive.close();
    return total.filled;
}

test('what the server has is in the archive', {skip}, async () => {
    const path = join(temp.dir, 'all.pmtiles');
    const all = layers.flatMap((id) => ['buildings', 'districts'].includes(id) ? [id, `${id}_label`] : [id]);
    bakeWell(dir, path, '--max-zoom', '12', '--layers', all.join(','));
    assert.ok(await compareAll(server.url, path, all, 0, 12) > 100);
});

test('labels are in the archive as they are in tiles', async (t) => {
    const home = join(temp.dir, 'labels'), path = join(temp.dir, 'labels.pmtiles'), some = join(temp.dir, 'some-labels.pmtiles');
    mkdirSync(home);
    writeFileSync(join(home, 'areas.yaml'), 'source: areas.geojson\nzoom: {min: 2}\n');
    writeFileSync(join(home, 'areas.geojson'), collection(Array.from({length: 30}, (_, i) =>
        feature({name: `no ${i}`}, square(38 + i % 6, 50 + Math.floor(i / 6), 0.05 + i / 40), {id: i}))));
    const own = await serve(home);
    t.after(() => own.stop());
    bakeWell(home, path, '--max-zoom', '9');
    assert.ok(await compareAll(own.url, path, ['areas', 'areas_label'], 2, 9) > 100);
    bakeWell(home, some, '--max-zoom', '9', '--layers', 'areas_label');
    assert.ok(await compareAll(own.url, some, ['areas_label'], 2, 9) > 10);
    const archive = await openPmtiles(path);
    assert.deepEqual((await archive.getMetadata()).vector_layers, ['areas', 'areas_label'].map((id) =>
        ({id, description: 'areas', minzoom: 2, maxzoom: 9, fields: {name: 'String'}})));
    await archive.close();
});

// A cluster stands between its members: it may lie in a tile that none of them touches.
test('clusters are found where they stand', async (t) => {
    const home = join(temp.dir, 'clusters'), path = join(temp.dir, 'clusters.pmtiles');
    mkdirSync(home);
    writeFileSync(join(home, 'pairs.yaml'), 'source: pairs.geojson\ncluster: {radius: 200, max_zoom: 10}\n');
    // pairs around corners of tiles of zoom 10, 20 pixels outside the tile in which their middle lies
    const at = (column, row) => [column / 1024 * 360 - 180, Math.atan(Math.sinh(Math.PI * (1 - row / 512))) * 180 / Math.PI];
    const pairs = Array.from({length: 40}, (_, i) => [600 + 3 * (i % 8), 320 + 2 * Math.floor(i / 8)])
        .flatMap(([x, y]) => [at(x - 20 / 512, y - 60 / 512), at(x + 60 / 512, y + 20 / 512)]);
    writeFileSync(join(home, 'pairs.geojson'), collection(pairs.map((at, id) => feature({}, point(...at), {id}))));
    const own = await serve(home);
    t.after(() => own.stop());
    bakeWell(home, path, '--max-zoom', '11');
    assert.ok(await compareAll(own.url, path, ['pairs'], 0, 11) > 100);
    const archive = await openPmtiles(path);
    assert.deepEqual((await archive.getMetadata()).vector_layers[0].fields, {cluster: 'Boolean', point_count: 'Number'});
    await archive.close();
});

test('header and metadata say what is in it', async () => {
    const path = join(temp.dir, 'small.pmtiles');
    bakeWell(small, path, '--max-zoom', '7');
    const archive = await openPmtiles(path), header = await archive.getHeader();
    assert.deepEqual([header.specVersion, header.minZoom, header.maxZoom, header.tileType, header.tileCompression,
        header.internalCompression], [3, 0, 7, 1, 2, 2]);
    assert.ok(Math.abs(header.minLon - 39.1) < 1e-6 && Math.abs(header.maxLon - 39.7) < 1e-6);
    assert.ok(Math.abs(header.minLat - 52.3) < 1e-6 && Math.abs(header.maxLat - 52.3) < 1e-6);
    assert.ok(Math.abs(header.centerLon - 39.4) < 1e-6 && header.centerZoom === 7);
    assert.deepEqual(await archive.getMetadata(), {name: 'Town', attribution: 'We', type: 'overlay', vector_layers: [
        {id: 'alpha', description: 'alpha', minzoom: 0, maxzoom: 7, fields: {name: 'String', n: 'Number'}},
        {id: 'b', description: 'b', minzoom: 3, maxzoom: 5, fields: {name: 'String'}},
    ]});
    assert.equal(await archive.getZxy(7, 0, 0), undefined);
    await archive.close();
});

test('layers and zooms that are asked for', async () => {
    const path = join(temp.dir, 'some.pmtiles');
    bakeWell(small, path, '--layers', 'b', '--min-zoom', '1');
    const archive = await openPmtiles(path), header = await archive.getHeader();
    assert.deepEqual([header.minZoom, header.maxZoom, header.numAddressedTiles], [3, 5, 3]);
    await archive.close();
});

test('an MBTiles database has the same tiles, rows counted from the south', {skip}, async () => {
    const path = join(temp.dir, 'town.mbtiles'), twin = join(temp.dir, 'twin.pmtiles'), args = ['--layers', 'buildings,streets'];
    bakeWell(dir, path, ...args);
    bakeWell(dir, twin, ...args);
    const sql = (text) => execFileSync('sqlite3', [path, text], {encoding: 'utf8', maxBuffer: 1 << 28}).trim().split('\n');
    const archive = await openPmtiles(twin), header = await archive.getHeader();
    const rows = sql('SELECT zoom_level, tile_column, tile_row, hex(tile_data) FROM tiles');
    assert.equal(rows.length, header.numAddressedTiles);
    for (const row of rows) {
        const [z, x, y, hex] = row.split('|'), {data} = await archive.getZxy(+z, +x, 2 ** z - 1 - y);
        assert.ok(gunzipSync(Buffer.from(hex, 'hex')).equals(Buffer.from(data)), `${z}/${x}/${y}`);
    }
    const {vector_layers} = await archive.getMetadata();
    assert.deepEqual(JSON.parse(sql("SELECT value FROM metadata WHERE name = 'json'")[0]), {vector_layers});
    assert.deepEqual(sql("SELECT value FROM metadata WHERE name IN ('format', 'minzoom', 'maxzoom') ORDER BY name"),
        ['pbf', '14', String(header.minZoom)]);
    const gdal = spawnSync('ogrinfo', ['-q', '-so', path], {encoding: 'utf8'});
    assert.match(gdal.stdout, /1: buildings/, gdal.stderr);
    await archive.close();
});

test('the same bytes whatever the number of threads', {skip}, () => {
    const [one, five] = ['1', '5'].map((threads) => {
        const path = join(temp.dir, `threads${threads}.pmtiles`);
        bakeWell(dir, path, '--threads', threads, '--layers', 'buildings,streets');
        return readFileSync(path);
    });
    assert.ok(one.equals(five));
});

test('a tile may take what it may where the folder is served, and one beyond all limits is baked too', async () => {
    const heavy = join(temp.dir, 'heavy');
    mkdirSync(heavy);
    // 25 000 texts of 1.4 kB at one place: more than the largest tile there is
    writeFileSync(join(heavy, 'spots.geojson'), collection(Array.from({length: 25000}, (_, i) => feature({text: `${i} `.padEnd(1400, `${i * 7919} `)}, point(39.1, 52.3), {id: i}))));
    writeFileSync(join(heavy, 'spots.yaml'), 'source: spots.geojson\nzoom: {min: 15, max: 15}\n');
    const keptAt = async (kb) => {
        writeFileSync(join(heavy, 'map.yaml'), `title: {ru: Г, en: T}\nserver: {tile_kb: ${kb}}\n`);
        const path = join(temp.dir, `heavy-${kb}.pmtiles`);
        bakeWell(heavy, path, '--max-zoom', '15', '--layers', 'spots');
        const archive = await openPmtiles(path), [{id}] = await entriesOf(archive), [z, x, y] = tileIdToZxy(id);
        const one = await serve(heavy), shown = Buffer.from(await (await fetch(`${one.url}/tiles/spots/${z}/${x}/${y}.mvt`)).arrayBuffer());
        await one.stop();
        assert.ok(Buffer.from((await archive.getZxy(z, x, y)).data).equals(shown), `${kb} kB`);
        return shown.length;
    };
    assert.ok(await keptAt(20) < await keptAt(2000));
});

test('what cannot be baked is said, and no file is made', () => {
    const out = join(temp.dir, 'none.pmtiles'), broken = join(temp.dir, 'broken'), folder = join(temp.dir, 'dir.pmtiles');
    mkdirSync(broken);
    mkdirSync(folder);
    writeFileSync(join(broken, 'lost.yaml'), 'source: nowhere.gpkg\n');
    for (const [args, status, words] of [
        [[small], 2, /name the folder of layers and the file/],
        [[small, 'out.zip'], 2, /name the folder of layers and the file/],
        [[small, out, '--max-zoom', '23'], 2, /--max-zoom: write a number from 0 to 22/],
        [[small, out, '--min-zoom', '9', '--max-zoom', '8'], 2, /--min-zoom 9 is more than --max-zoom 8/],
        [[small, out, '--layers', 'b', '--min-zoom', '6'], 1, /drawn from zoom 3 to 5/],
        [[small, out, '--layers', 'alpha_label'], 1, /no layer "alpha_label"/], // of points there are none
        [[small, out, '--layers', 'alhpa'], 1, /no layer "alhpa": did you mean "alpha"\?/],
        [[small, join(temp.dir, 'no/folder.pmtiles')], 1, /folder\.pmtiles: cannot be written/],
        [[small, folder], 1, /dir\.pmtiles: is a folder: name a file in it/],
        [[broken, out], 1, /munimap: \S*lost\.yaml:1: .*nowhere\.gpkg/],
        [[join(temp.dir, 'nothing'), out], 1, /nothing/],
    ]) {
        const done = bake(...args);
        assert.equal(done.status, status, `${args}\n${done.stderr}`);
        assert.match(done.stderr, words);
    }
    assert.ok(!existsSync(out));
});

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGKILL', null]])
    test(`${signal} in the middle leaves no archive`, {skip}, async () => {
        const folder = join(temp.dir, signal), path = join(folder, 'out.pmtiles');
        mkdirSync(folder);
        const child = spawn(binary, ['bake', dir, path, '--max-zoom', '22', '--threads', '1'], {env: environment});
        let words = '', sent = false;
        child.stdout.resume();
        child.stderr.on('data', (chunk) => {
            words += chunk;
            if (!sent && /^z10 /m.test(words))
                sent = child.kill(signal);
        });
        const ended = await new Promise((done) => child.once('close', (...end) => done(end)));
        assert.deepEqual(ended, code ? [code, null] : [null, signal], words);
        assert.ok(!existsSync(path));
        if (code) {
            assert.deepEqual(readdirSync(folder), []);
            assert.match(words, /stopped, .*out\.pmtiles has not been written/);
        } else { // it could not clean up: the next one does
            assert.match(readdirSync(folder).join(), /^out\.pmtiles\.\d+\.tmp$/);
            bakeWell(small, path, '--max-zoom', '4');
            assert.deepEqual(readdirSync(folder), ['out.pmtiles']);
        }
    });
