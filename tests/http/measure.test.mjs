// Lengths, areas and outlines in metres of the town's own system: what was planted reads as it was planted.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {join} from 'node:path';
import {root, serve} from '../lib/munimap.mjs';

let server;

before(async () => server = await serve(join(root, 'layers')));
after(() => server?.stop());

const measure = async (body) => {
    const answer = await server.get('/analysis/measure', {method: 'POST', body: JSON.stringify(body)});
    const got = await answer.json();
    assert.equal(answer.status, 200, got.detail);
    return got;
};
const near = (a, b, by) => assert.ok(Math.abs(a - b) <= by, `${a} and ${b}`);

test('the planted line is 1 000.00 m long, and the planted square 10 000.0 m2 large', async () => {
    const {features} = await server.json('/collections/baseline/items');
    const line = features.find((f) => f.geometry.type === 'LineString'), square = features.find((f) => f.geometry.type === 'Polygon');
    const ofLine = await server.json(`/analysis/measure?collection=baseline&id=${line.id}`);
    assert.equal(ofLine.length.toFixed(2), '1000.00');
    assert.equal(ofLine.crs, 'MSK48_1');
    assert.equal(ofLine.sides.reduce((sum, s) => sum + s.length, 0).toFixed(2), '1000.00');
    // drawn by hand over it, in the nine decimals of GeoJSON
    near((await measure({geometry: line.geometry})).length, 1000, 0.005);
    if (square) {
        const ofSquare = await server.json(`/analysis/measure?collection=baseline&id=${square.id}`);
        assert.equal(ofSquare.area.toFixed(1), '10000.0');
        near(ofSquare.perimeter, 400, 1e-3);
        near((await measure({geometry: square.geometry})).area, 10000, 0.05);
    }
});

test('a degree of latitude, azimuths, and the coordinates of vertices', async () => {
    const {features: [point]} = await server.json(`/collections/baseline/items?limit=1&crs=${encodeURIComponent(`${server.url}/crs/MSK48_1`)}`);
    const {features: [same]} = await server.json('/collections/baseline/items?limit=1');
    const got = await measure({geometry: same.geometry}), exact = point.geometry.coordinates.flat(Infinity);
    got.coordinates.flat().forEach((v, i) => near(v, exact[i], 0.001));
    const north = await measure({geometry: {type: 'LineString', coordinates: [[38.48333333333, 52.3], [38.48333333333, 52.31]]}});
    near(north.sides[0].azimuth % 360, 0, 0.001); // on the central meridian the grid's north is the true one
    near(north.length, 1112.8, 0.5);
    const east = await measure({geometry: {type: 'LineString', coordinates: [[39.098, 52.353], [39.11, 52.353]]}});
    near(east.sides[0].azimuth, 90 - 0.49, 0.05); // and here it has turned by the convergence
});

test('all of a street: its pieces together, and what is around them', async () => {
    const {features: [piece]} = await server.json('/collections/streets/items?limit=1&filter=' + encodeURIComponent("name = 'ул. Липовая'"));
    const all = await server.json('/collections/streets/aggregate?functions=sum(length)&filter=' + encodeURIComponent("name = 'ул. Липовая'"));
    const one = await server.json(`/analysis/measure?collection=streets&id=${piece.id}&distance=20`);
    const street = await server.json(`/analysis/measure?collection=streets&id=${piece.id}&alike=name&distance=20`);
    assert.ok(street.length > one.length * 1.5, `${street.length} ${one.length}`);
    near(street.length, all.groups[0]['sum(length)'], 0.01);
    assert.ok(street.around.area > one.around.area * 1.4);
    for (const [alike, word] of [['nope', 'alike'], ['lanes', 'alike']]) {
        const answer = await server.get(`/analysis/measure?collection=streets&id=${piece.id}&alike=${alike}`);
        assert.equal(answer.status, 400);
        assert.match((await answer.json()).detail, new RegExp(word));
    }
});

test('what is near a point, a line, a feature', async () => {
    const of = await measure({geometry: {type: 'Point', coordinates: [39.098, 52.353]}, distance: 100});
    near(of.around.area, Math.PI * 1e4, 20); // the circle has 128 sides
    assert.equal(of.around.geometry.type, 'Polygon');
    const again = await measure({geometry: of.around.geometry});
    near(again.area, of.around.area, 0.01);
    const line = await measure({geometry: {type: 'LineString', coordinates: [[39.098, 52.353], [39.11, 52.353]]}, distance: 50});
    near(line.around.area, line.length * 100 + Math.PI * 2500, 5);
    const school = await server.json('/analysis/measure?collection=schools&id=1&distance=500');
    near(school.around.area, Math.PI * 25e4, 400);
});

test('what cannot be measured is refused with words', async () => {
    for (const [body, status, words] of [
        [{}, 400, /write geometry/],
        [{geometry: {type: 'Circle'}}, 400, /type/],
        [{geometry: {type: 'Point', coordinates: [39]}}, 400, /two or three numbers/],
        [{geometry: {type: 'LineString', coordinates: []}}, 400, /empty/],
        [{geometry: {type: 'Point', coordinates: [39, 52]}, distance: -1}, 400, /0 to 50000/],
        [{collection: 'schools', id: 'x'}, 404, /no feature/],
        [{geometry: {type: 'Point', coordinates: [39, 52]}, more: 1}, 400, /"more" is not known/],
    ]) {
        const answer = await server.get('/analysis/measure', {method: 'POST', body: JSON.stringify(body)});
        assert.equal(answer.status, status, JSON.stringify(body));
        assert.match((await answer.json()).detail, words);
    }
    const many = {type: 'LineString', coordinates: Array.from({length: 100001}, (_, i) => [39 + i * 1e-6, 52])};
    assert.equal((await server.get('/analysis/measure', {method: 'POST', body: JSON.stringify({geometry: many})})).status, 413);
});
