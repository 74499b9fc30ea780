// QGIS 3.22 edits layers by WFS-T: one session adds, changes, moves and deletes, and /items shows it.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {lacks, runPython} from '../lib/clients.mjs';
import {geopackage} from '../lib/edits.mjs';
import {feature, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';

const skip = lacks('qgis.core', 'python3-qgis');
const versions = ['2.0.0', '1.1.0', '1.0.0'], nameOf = (version) => `places_${version.replaceAll('.', '')}`;
let temp, server;

before(async () => {
    if (skip)
        return;
    temp = tempDir();
    writeFileSync(join(temp.dir, 'map.yaml'), `title: {ru: Места, en: Places}\nallow: ['${temp.dir}']\n`);
    const places = [1, 2, 3, 4].map((n) => feature({name: `Место ${n}`, number: n, share: n / 4, built: '2026-01-02'}, point(39 + n / 100, 52 + n / 100)));
    for (const name of [...versions.map(nameOf), 'fixed']) {
        const file = geopackage(temp.dir, name, places);
        writeFileSync(join(temp.dir, `${name}.yaml`), `source: ${file}\n${name === 'fixed' ? '' : 'editable: true\n'}`);
    }
    for (const version of ['2.0.0', '1.1.0']) { // where the name of the system says north before east
        const name = `own_${nameOf(version)}`, file = geopackage(temp.dir, name, places, ['-t_srs', 'EPSG:28407']);
        writeFileSync(join(temp.dir, `${name}.yaml`), `source: ${file}\neditable: true\n`);
    }
    server = await serve(temp.dir, {args: ['--edit']});
});
after(async () => {
    await server?.stop();
    temp?.remove();
});

let runs = 0;
async function qgis(typename, version, edits) {
    const [answer] = await runPython('qgis_client.py', {profile: join(temp.dir, `profile${++runs}`), jobs: [{provider: 'WFS', edits,
        uri: {url: `${server.url}/wfs`, typename: `mm:${typename}`, version}}]}, {HOME: temp.dir, XDG_RUNTIME_DIR: temp.dir});
    assert.ok(answer.valid, answer.error);
    return answer;
}
const items = async (name) => new Map((await server.json(`/collections/${name}/items?limit=100`)).features.map((f) => [f.properties.name, f]));
const near = (f, x, y) => assert.ok(Math.hypot(f.geometry.coordinates[0] - x, f.geometry.coordinates[1] - y) < 1e-9, JSON.stringify(f.geometry));

for (const version of versions) {
    test(`${version}: add, change, move, delete`, {skip}, async () => {
        const name = nameOf(version);
        const {edits, editable, messages} = await qgis(name, version, [
            {add: {name: 'Новое «место» & <ё>', number: 50, share: 0.5, built: '2026-07-08'}, wkt: 'Point (39.5 52.25)'},
            {change: '"name" = \'Место 1\'', set: {name: 'Другое', number: 11}},
            {change: '"name" = \'Место 2\'', wkt: 'Point (39.75 52.125)'},
            {delete: '"name" = \'Место 3\''}]);
        assert.ok(editable);
        assert.deepEqual(edits.done, [true, true, true, true]);
        assert.ok(edits.committed, JSON.stringify(edits.errors));
        assert.deepEqual(messages, []);
        const now = await items(name);
        assert.deepEqual([...now.keys()].sort(), ['Другое', 'Место 2', 'Место 4', 'Новое «место» & <ё>']);
        const added = now.get('Новое «место» & <ё>'), changed = now.get('Другое');
        assert.deepEqual([added.properties.number, added.properties.share, added.properties.built], [50, 0.5, '2026-07-08']);
        near(added, 39.5, 52.25);
        assert.deepEqual([changed.properties.number, changed.properties.share, changed.properties.built], [11, 0.25, '2026-01-02']);
        near(changed, 39.01, 52.01);
        near(now.get('Место 2'), 39.75, 52.125);
    });
}

test('a layer that is not editable cannot be changed', {skip}, async () => {
    const {editable, edits} = await qgis('fixed', '2.0.0', [{delete: '"name" = \'Место 1\''}]);
    assert.ok(!editable || !edits.committed);
    assert.equal((await items('fixed')).size, 4);
});

for (const version of ['2.0.0', '1.1.0']) {
    test(`${version}: a layer in metres, north before east`, {skip}, async () => {
        const name = `own_${nameOf(version)}`;
        const {edits, crs} = await qgis(name, version, [{change: '"name" = \'Место 1\'', wkt: 'Point (7500000.25 5790000.5)'},
            {add: {name: 'Новое'}, wkt: 'Point (7510000 5780000)'}]);
        assert.equal(crs, 'EPSG:28407');
        assert.ok(edits.committed, JSON.stringify(edits.errors));
        const {features} = await server.json(`/collections/${name}/items?limit=100&crs=http://www.opengis.net/def/crs/EPSG/0/28407`);
        const at = new Map(features.map((f) => [f.properties.name, f.geometry.coordinates]));
        assert.deepEqual(at.get('Место 1'), [5790000.5, 7500000.25]);
        assert.deepEqual(at.get('Новое'), [5780000, 7510000]);
    });
}
