// Data change under load: a GeoPackage rewritten 100 times, and no request fails or mixes two versions.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readFileSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const REWRITES = 100, ROWS = 200;
const temp = tempDir();
const dir = join(temp.dir, 'map');
let server;

/** A GeoPackage whose every row carries the same version number. */
function write(version, path) {
    const features = Array.from({length: ROWS}, (_, i) => ({type: 'Feature', properties: {version, i},
        geometry: {type: 'Point', coordinates: [39 + i / 1000, 52 + version / 10000]}}));
    const json = join(temp.dir, 'next.geojson');
    writeFileSync(json, JSON.stringify({type: 'FeatureCollection', features}));
    rmSync(path, {force: true});
    execFileSync('ogr2ogr', ['-q', '-f', 'GPKG', '-nln', 'data', path, json]);
}

before(async () => {
    mkdirSync(dir);
    write(0, join(dir, 'data.gpkg'));
    writeFileSync(join(dir, 'data.yaml'), 'source: data.gpkg\n');
    server = await serve(dir, {allow: [/layer not loaded|map not reloaded/]});
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const versionNow = async () => (await server.json('/collections/data/items?limit=1')).features[0].properties.version;

const follows = (what, check) => until(() => `${what}\n${server.log().slice(-2000)}`, check);

test('100 rewrites under load: no failed request, no mixed answer', async () => {
    let stop = false, asked = 0;
    const seen = new Set();
    const reader = async () => {
        let last = -1;
        while (!stop) {
            const page = await server.json(`/collections/data/items?limit=${ROWS}`);
            const versions = new Set(page.features.map((f) => f.properties.version));
            assert.equal(versions.size, 1, 'one version an answer');
            assert.equal(page.numberMatched, ROWS);
            const [v] = versions;
            assert.ok(v >= last, 'never back to an older version');
            last = v;
            seen.add(v);
            const tile = await server.get('/tiles/data/10/623/338.mvt');
            assert.ok(tile.status === 200 || tile.status === 204, `tile ${tile.status}`);
            await tile.arrayBuffer();
            asked += 2;
        }
    };
    const readers = [reader(), reader(), reader(), reader()];
    for (let v = 1; v <= REWRITES; v++) {
        const next = join(temp.dir, 'next.gpkg');
        write(v, next);
        if (v % 2)
            renameSync(next, join(dir, 'data.gpkg'));
        else // in place, as an editor would that does not know better
            writeFileSync(join(dir, 'data.gpkg'), readFileSync(next));
        // now and then the writer rests, or a busy machine would never find the file at rest
        await Promise.race([v % 10 ? pause(50) : follows(`version ${v}`, async () => await versionNow() === v), ...readers]);
    }
    await Promise.race([follows('the last version', async () => await versionNow() === REWRITES), ...readers]);
    stop = true;
    await Promise.all(readers);
    assert.ok(asked > 100, `${asked} requests`);
    assert.ok(seen.size > 5, `${seen.size} versions seen`);
});

test('a broken source leaves the last good version and is shown at /status', async () => {
    const good = readFileSync(join(dir, 'data.gpkg'));
    writeFileSync(join(dir, 'data.gpkg'), 'this is no GeoPackage');
    await follows('the error', async () => (await server.json('/status')).layers[0].state === 'stale');
    assert.match((await server.json('/status')).layers[0].error, /data\.gpkg/);
    assert.equal(await versionNow(), REWRITES);
    writeFileSync(join(dir, 'data.gpkg'), good);
    await follows('the mending', async () => (await server.json('/status')).layers[0].state === 'ok');
});

test('a layer is added, changed and removed by its YAML alone', async () => {
    writeFileSync(join(dir, 'more.yaml'), 'source: data.gpkg\ntitle: {ru: Ещё, en: More}\n');
    await follows('the new layer', async () => (await server.get('/collections/more')).status === 200);
    writeFileSync(join(dir, 'more.yaml'), 'source: data.gpkg\ntitle: {ru: Ещё раз, en: More again}\n');
    await follows('the new title', async () => (await server.json('/collections/more?lang=en')).title === 'More again');
    writeFileSync(join(dir, 'more.yaml'), 'source: data.gpkg\ntabel: data\n');
    await follows('the error', async () => (await server.json('/status')).layers.some((l) => l.id === 'more' && /table/.test(l.error ?? '')));
    assert.equal((await server.json('/collections/more?lang=en')).title, 'More again');
    unlinkSync(join(dir, 'more.yaml'));
    await follows('its end', async () => (await server.get('/collections/more')).status === 404);
});

const map = (title) => writeFileSync(join(dir, 'data.yaml'), `source: data.gpkg\ntitle: {ru: ${title}, en: ${title}}\n`);
const hasTitle = async (title) => (await server.json('/collections/data?lang=en')).title === title;

test('a cache that is removed is made again', async () => {
    rmSync(join(dir, '.munimap'), {recursive: true});
    map('Fresh');
    await follows('the new title', () => hasTitle('Fresh'));
});

test('a source that is locked is read when the lock is gone, though nothing has changed', async () => {
    const other = spawn('sqlite3', [join(dir, 'data.gpkg')], {stdio: ['pipe', 'pipe', 'inherit']});
    other.stdin.write('BEGIN EXCLUSIVE;\n.print held\n');
    await once(other.stdout, 'data');
    map('Locked');
    const tries = () => readdirSync(join(dir, '.munimap')).filter((name) => name.startsWith('tmp-')).length;
    await follows('a try', tries);
    await follows('its end', () => !tries());
    other.stdin.end('ROLLBACK;\n');
    await follows('the new title', () => hasTitle('Locked'));
    assert.equal((await server.json('/status')).layers[0].state, 'ok');
});

test('a layer removed while it loads leaves nothing behind, though map.yaml is wrong meanwhile', async () => {
    const map = join(dir, 'map.yaml'), kept = (start) => readdirSync(join(dir, '.munimap')).some((name) => name.startsWith(start));
    writeFileSync(join(dir, 'slow.csv'), `id,x,y\n${Array.from({length: 300000}, (_, i) => `${i},${39 + i / 1e6},52\n`).join('')}`);
    writeFileSync(join(dir, 'slow.yaml'), 'source: slow.csv\npoint: {x: x, y: y}\ncrs: EPSG:4326\n');
    await follows('its loading', () => kept('tmp-'));
    unlinkSync(join(dir, 'slow.yaml'));
    await follows('its end', async () => !(await server.json('/status')).layers.some((l) => l.id === 'slow'));
    writeFileSync(map, 'titel: Map\n');
    await follows('the error', () => /map not reloaded/.test(server.log()));
    assert.ok(kept('tmp-'), 'it loads longer than that takes');
    await follows('the end of its loading', () => !kept('tmp-'));
    await follows('an empty cache', () => !kept('slow-'));
    assert.equal(server.log().match(/map not reloaded/g).length, 1);
    unlinkSync(map);
});

test('SIGHUP looks at everything again', async () => {
    const before = (server.log().match(/reload asked for/g) ?? []).length;
    server.child.kill('SIGHUP');
    await follows('the log line', async () => (server.log().match(/reload asked for/g) ?? []).length > before);
    assert.equal(await versionNow(), REWRITES);
});
