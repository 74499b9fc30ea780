// Plans of one object, and what they say of it: its outline and not its pond, all of its parts, points in a table that
// closes only where the outline does; lists that say what the map shows.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir();
const LON = 39.1, LAT = 52.35, M = 1 / 111320; // degrees a metre, north
const at = ([x, y]) => [LON + x * M / Math.cos(LAT * Math.PI / 180), LAT + y * M];
const ring = (corners) => [...corners, corners[0]].map(at);
const pond = Array.from({length: 40}, (_, i) => [50 + 20 * Math.cos(-i / 20 * Math.PI), 50 + 20 * Math.sin(-i / 20 * Math.PI)]);
const square = (x, y, side) => ring([[x, y], [x + side, y], [x + side, y + side], [x, y + side]]);
const feature = (id, properties, geometry) => ({type: 'Feature', id, properties, geometry});
const write = (name, features, more = '') => {
    writeFileSync(join(temp.dir, `${name}.geojson`), JSON.stringify({type: 'FeatureCollection', features}));
    writeFileSync(join(temp.dir, `${name}.yaml`), `source: ${name}.geojson\ntitle: {ru: ${name}, en: ${name}}\n${more}`);
};
let server;

before(async () => {
    write('parcels', [
        feature(1, {name: 'with a pond'}, {type: 'Polygon', coordinates: [square(0, 0, 100), ring(pond)]}),
        feature(2, {name: 'of two parts'}, {type: 'MultiPolygon', coordinates: [[square(0, 300, 50)], [square(2000, 300, 100)]]}),
    ]);
    write('pipes', [feature(1, {name: 'pipe'}, {type: 'LineString', coordinates: [[0, 0], [100, 0], [100, 100]].map(at)}),
        feature(2, {name: 'well'}, {type: 'Point', coordinates: at([10, 10])})]);
    // along a diagonal: about a field turned by 45 degrees many lie in the box around it, few in the field
    write('trees', Array.from({length: 41}, (_, i) => feature(i + 1, {name: `tree ${i + 1}`}, {type: 'Point', coordinates: at([i * 10 - 200, i * 10 - 200])})));
    write('many', Array.from({length: 2001}, (_, i) => feature(i + 1, {name: `post ${i + 1}`}, {type: 'Point', coordinates: at([i % 50, i / 50])})));
    write('streets', ['А', 'Б'].map((name, i) => feature(i + 1, {name: `ул. ${name}`, kept: i}, {type: 'LineString', coordinates: [[0, i * 20], [50, i * 20]].map(at)})));
    writeFileSync(join(temp.dir, 'map.yaml'), 'title: {ru: Опыт, en: Trial}\ncrs: EPSG:32637\n');
    server = await serve(temp.dir);
});
after(async () => {
    await server?.stop();
    temp.remove();
});

const post = (path, plan) => server.get(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(plan)});

async function text(plan) {
    const answer = await post('/print', {language: 'en', ...plan});
    assert.equal(answer.status, 200, answer.ok ? '' : await answer.text());
    const file = join(temp.dir, 'plan.pdf');
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    return execFileSync('pdftotext', ['-raw', file, '-'], {encoding: 'utf8'});
}

/** The numbers of the rows of the table of points, in order. */
const rows = (said) => [...said.matchAll(/^(\d+) (\d{7}\.\d\d) (\d{6}\.\d\d)$/gm)].map((m) => [Number(m[1]), m[2], m[3]]);

const points = {format: 'A3', scale: 1000, elements: {points: true, legend: false, overview: false}};

test('the outline of a parcel with a pond is that of the parcel, and its table closes', async () => {
    const found = rows(await text({...points, object: {layer: 'parcels', id: '1'}}));
    assert.deepEqual(found.map(([n]) => n), [1, 2, 3, 4, 1]);
    assert.deepEqual(found[0], found[4]);
});

test('the points of a line do not come back to the first; a point is said once', async () => {
    assert.deepEqual(rows(await text({...points, object: {layer: 'pipes', id: '1'}})).map(([n]) => n), [1, 2, 3]);
    assert.deepEqual(rows(await text({...points, object: {layer: 'pipes', id: '2'}})).map(([n]) => n), [1]);
});

test('a plan of an object of two parts shows both', async () => {
    const frame = await (await post('/print/frame', {format: 'A4', object: {layer: 'parcels', id: '2'}})).json();
    const [west, east] = [Math.min, Math.max].map((f) => f(...frame.corners.map((c) => c[0])));
    assert.ok(west < at([0, 0])[0] && east > at([2100, 0])[0], JSON.stringify(frame));
});

test('the table of a turned map has what the map shows', async () => {
    const plan = {format: '200x200', scale: 1000, center: at([0, 0]), elements: {table: {layer: 'trees', fields: ['name']}, legend: false, overview: false}};
    const listed = (said) => new Set(said.match(/tree \d+/g)).size;
    const along = listed(await text({...plan, rotation: 0})), turned = listed(await text({...plan, rotation: 45}));
    assert.ok(turned > 5 && turned < along, `${turned} of a turned map, ${along} of one that is not`); // along the side, not the diagonal
});

test('more objects than a table has are refused, not left out', async () => {
    const answer = await post('/print', {format: 'A3', scale: 500, center: at([25, 20]), elements: {table: {layer: 'many', fields: ['name']}}});
    const problem = await answer.json();
    assert.equal(answer.status, 413, JSON.stringify(problem));
    assert.match(problem.detail, /2001 objects/);
    assert.equal(problem.where, 'elements.table');
});

test('the index of streets leaves out what the filter of the plan does', async () => {
    const plan = {format: 'A3', scale: 500, center: at([25, 10]), language: 'ru', elements: {street_index: {layer: 'streets', field: 'name'}, legend: false}};
    const all = await text(plan), some = await text({...plan, filter: {streets: 'kept = 0'}});
    assert.match(all, /А ул\./);
    assert.match(all, /Б ул\./);
    assert.match(some, /А ул\./);
    assert.doesNotMatch(some, /Б ул\./);
});

test('a preview of a body of too many objects is refused before it is built', async () => {
    const answer = await server.get('/print?preview=1', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: `[${'{},'.repeat(80000)}{}]`});
    assert.equal(answer.status, 413);
});

test('days that are none are refused', async () => {
    for (const date of ['----------', '2026-13-01', '2026-02-30', '15.06.2026'])
        assert.equal((await post('/print', {format: 'A4', scale: 1000, center: at([0, 0]), date})).status, 400, date);
});
