// What lies in an area: counted anew by another engine (SpatiaLite, through ogr2ogr) from the files themselves.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {after, before, test} from 'node:test';
import {join} from 'node:path';
import {root, serve, tempDir} from '../lib/munimap.mjs';

const MSK = '+proj=tmerc +lat_0=0 +lon_0=38.48333333333 +k=1 +x_0=1250000 +y_0=-5412900.566 +ellps=krass +towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m';
let server, town;

before(async () => {
    server = await serve(join(root, 'layers'));
    town = tempDir();
});

after(async () => {
    town?.remove();
    await server?.stop();
});

const ask = async (body, query = '') => {
    const answer = await server.get(`/analysis/inside${query}`, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)});
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return query.includes('f=') ? text : JSON.parse(text);
};
const refused = async (body, status, words, query = '') => {
    const answer = await server.get(`/analysis/inside${query}`, {method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body)});
    const problem = await answer.json();
    assert.equal(answer.status, status, problem.detail);
    assert.match(problem.detail, words);
};
const of = (report, id) => report.collections.find((c) => c.collection === id);
const sumOf = (report, id, property) => of(report, id).sums.find((s) => s.property === property);
const near = (a, b, part) => assert.ok(Math.abs(a - b) <= part * Math.max(1, Math.abs(b)), `${a} and ${b}`);

/** A layer in the map's own system, with an area: what SpatiaLite makes of it. */
async function counted(id, area, columns) {
    const file = join(town.dir, `${id}.sqlite`);
    // what the server itself gives, in the map's system and in full: its files are tested elsewhere
    const source = join(town.dir, `${id}.geojson`);
    const {writeFileSync} = await import('node:fs');
    writeFileSync(source, await (await server.get(`/collections/${id}/items?f=geojson&limit=100000&crs=${encodeURIComponent(`${server.url}/crs/MSK48_1`)}`)).text());
    execFileSync('ogr2ogr', ['-q', '-f', 'SQLite', '-dsco', 'SPATIALITE=YES', '-a_srs', MSK, '-nln', 't', file, source]);
    const out = execFileSync('ogr2ogr', ['-q', '-f', 'CSV', '/vsistdout/', file, '-dialect', 'SQLite', '-sql',
        `SELECT count(*) AS n, ${columns} FROM t WHERE ST_Intersects(geometry, ST_GeomFromText('${area}')) AND NOT ST_Touches(geometry, ST_GeomFromText('${area}'))`], {encoding: 'utf8'});
    const [names, values] = out.trim().split('\n').map((line) => line.split(',').map((c) => c.replaceAll('"', '')));
    return Object.fromEntries(names.map((n, i) => [n, Number(values[i])]));
}

/** A ring of the map's system as a WKT, and as GeoJSON in degrees, by PROJ. */
function ringOf(points) {
    const wkt = `POLYGON((${points.map((p) => p.join(' ')).join(',')}))`;
    const degrees = execFileSync('gdaltransform', ['-s_srs', MSK, '-t_srs', 'OGC:CRS84', '-output_xy'],
        {input: points.map((p) => p.join(' ')).join('\n'), encoding: 'utf8'}).trim().split('\n').map((l) => l.split(' ').map(Number));
    return {wkt, geometry: {type: 'Polygon', coordinates: [degrees]}};
}

const P1 = () => ringOf([[1291200, 389600], [1292700, 389500], [1293100, 390400], [1292200, 391100], [1291000, 390700], [1291200, 389600]]);

test('counts, lengths, areas, people and money are those that another engine finds', async () => {
    const {wkt, geometry} = P1(), report = await ask({geometry});
    const share = (measure, whole = `ST_${measure}(geometry)`) => `ST_${measure}(ST_Intersection(geometry, ST_GeomFromText('${wkt}'))) / ${whole}`;
    const houses = await counted('buildings', wkt, `sum(residents) AS people, sum(residents * ${share('Area')}) AS part, sum(ST_Area(ST_Intersection(geometry, ST_GeomFromText('${wkt}')))) AS area`);
    assert.ok(houses.n > 200, `${houses.n} buildings`);
    assert.equal(of(report, 'buildings').count, houses.n);
    assert.equal(sumOf(report, 'buildings', 'residents').whole, houses.people);
    near(sumOf(report, 'buildings', 'residents').inside, houses.part, 1e-3); // people are not divided
    near(of(report, 'buildings').area, houses.area, 1e-6);
    const streets = await counted('streets', wkt, `sum(ST_Length(ST_Intersection(geometry, ST_GeomFromText('${wkt}')))) AS length`);
    assert.equal(of(report, 'streets').count, streets.n);
    near(of(report, 'streets').length, streets.length, 1e-6);
    const projects = await counted('projects', wkt, 'sum(budget_plan) AS money');
    assert.ok(projects.n > 3);
    assert.equal(of(report, 'projects').count, projects.n);
    assert.equal(Math.round(sumOf(report, 'projects', 'budget_plan').whole * 100), Math.round(projects.money * 100));
    const schools = await counted('schools', wkt, `sum(kind = 'school') AS schools, sum(kind = 'kindergarten') AS gardens`);
    const classes = Object.fromEntries(of(report, 'schools').classes.counts.map((c) => [c.value, c.count]));
    assert.deepEqual([classes.school ?? 0, classes.kindergarten ?? 0], [schools.schools, schools.gardens]);
    assert.match(report.sentence.ru, new RegExp(`Здания\\u00a0— ${houses.n} .*Жителей\\u00a0— `));
    assert.match(report.sentence.en, /^On an area of\u00a0[\d.]+\u00a0km²: Buildings\u00a0— /);
    assert.match(report.sentence.ru, /Жителей\u00a0— [\d\u00a0]+\u00a0чел\./);
    assert.match(report.sentence.en, /Residents\u00a0— [\d,]+\u00a0people/);
    assert.doesNotMatch(report.sentence.en, /[а-яё]/i);
    assert.deepEqual(sumOf(report, 'buildings', 'residents').unit, {ru: 'чел.', en: 'people'});
    assert.doesNotMatch(report.sentence.ru, /NaN|null|undefined/);
});

test('the whole town in two halves: what a border cuts adds up to the kopeck', async () => {
    const half = (west) => ({type: 'Polygon', coordinates: [[[west ? 38.8 : 39.1, 52.2], [west ? 39.1 : 39.5, 52.2], [west ? 39.1 : 39.5, 52.5], [west ? 38.8 : 39.1, 52.5], [west ? 38.8 : 39.1, 52.2]]]});
    const whole = {type: 'Polygon', coordinates: [[[38.8, 52.2], [39.5, 52.2], [39.5, 52.5], [38.8, 52.5], [38.8, 52.2]]]};
    const [west, east, all] = await Promise.all([half(true), half(false), whole].map((geometry) => ask({geometry, collections: ['projects', 'buildings']})));
    const kopecks = (report) => Math.round(sumOf(report, 'projects', 'budget_plan').inside * 100);
    assert.ok(of(west, 'projects').crossing > 0, 'a project lies across');
    assert.equal(kopecks(west) + kopecks(east), kopecks(all));
    assert.equal(sumOf(west, 'buildings', 'residents').inside + sumOf(east, 'buildings', 'residents').inside, sumOf(all, 'buildings', 'residents').inside);
    assert.equal(of(all, 'buildings').crossing, 0);
    assert.deepEqual(all.collections.map((c) => c.collection), ['buildings', 'projects']);
});

test('near a feature, by parameters and by body; filters narrow', async () => {
    const id = (await server.json('/collections/schools/items?limit=1')).features[0].id;
    const got = await server.json(`/analysis/inside?collection=schools&id=${id}&distance=300&collections=buildings,cameras`);
    const posted = await ask({collection: 'schools', id: String(id), distance: 300, collections: ['buildings', 'cameras']});
    assert.deepEqual(got, posted);
    near(got.area.area, Math.PI * 300 ** 2, 1e-3);
    assert.equal(got.area.geometry.type, 'Polygon');
    const tall = await ask({collection: 'schools', id: String(id), distance: 300, collections: ['buildings'], filters: {buildings: 'floors >= 5'}});
    assert.ok(of(tall, 'buildings').count > 0 && of(tall, 'buildings').count < of(got, 'buildings').count);
    const near300 = await server.json(`/collections/buildings/aggregate?functions=count&filter=${encodeURIComponent(`within_distance(geometry, POINT(${(await server.json(`/collections/schools/items/${id}`)).geometry.coordinates.join(' ')}), 300)`)}`);
    near(of(got, 'buildings').count, near300.groups[0].count, 0.01); // the circle is drawn with 128 sides
});

test('CSV for a spreadsheet, and lines of progress that end with the same result', async () => {
    const {geometry} = P1();
    const csv = await ask({geometry}, '?f=csv');
    assert.match(csv, /^слой,показатель,единица,внутри,целиком\r\n/);
    assert.match(csv, /\r\nЗдания,Жителей,чел\.,\d+,\d+\r\n/);
    assert.match(csv, /\r\nЗдания,площадь внутри,м2,/);
    const english = await ask({geometry}, '?f=csv&lang=en');
    assert.match(english, /^layer,measure,unit,inside,whole\r\n/);
    assert.match(english, /\r\nBuildings,Residents,people,\d+,\d+\r\n/);
    assert.doesNotMatch(english, /[а-яё]/i);
    const lines = (await ask({geometry}, '?f=ndjson')).split('\n').filter(Boolean).map((l) => JSON.parse(l));
    assert.deepEqual(lines.at(-1).result, await ask({geometry}));
    for (const line of lines.slice(0, -1))
        assert.ok(line.progress >= 0 && line.progress < 1 && line.collection);
});

test('a polygon that crosses itself is mended, and said to be', async () => {
    const bow = {type: 'Polygon', coordinates: [[[39.09, 52.345], [39.11, 52.355], [39.11, 52.345], [39.09, 52.355], [39.09, 52.345]]]};
    const report = await ask({geometry: bow});
    assert.match(report.area.mended, /Self-intersection/);
    assert.equal(report.area.geometry.type, 'MultiPolygon');
    assert.ok(of(report, 'buildings').count > 50);
});

test('what cannot be is refused with words', async () => {
    const {geometry} = P1();
    await refused('', 400, /body is empty/);
    await refused('{"geometry":', 400, /not JSON: line 1/);
    await refused('[1]', 400, /JSON object/);
    await refused({}, 400, /write geometry \(GeoJSON\), or collection and id/);
    await refused({geom: geometry}, 400, /"geom" is not known/);
    await refused({geometry: {type: 'Point', coordinates: [39.1, 52.35]}}, 400, /how many metres/);
    await refused({geometry: {type: 'Polygon', coordinates: []}}, 400, /empty/);
    await refused({geometry: {type: 'Polygon', coordinates: [[[39, 52], [39, 52], [39, 52], [39, 52]]]}}, 400, /size|valid|vertices|points/i);
    await refused({geometry: {type: 'Point', coordinates: [1e30, 5]}, distance: 5}, 400, /system/);
    await refused({geometry, collection: 'schools', id: '1'}, 400, /not both/);
    await refused({collection: 'schools', id: 'none', distance: 5}, 404, /no feature "none"/);
    await refused({collection: 'nothing', id: '1', distance: 5}, 404, /no collection "nothing"/);
    await refused({geometry, distance: 50001}, 400, /0 to 50000/);
    await refused({geometry, distance: '5'}, 400, /0 to 50000/);
    await refused({geometry, collections: ['nothing']}, 400, /no collection "nothing"/);
    await refused({geometry, collections: 'buildings'}, 400, /list/);
    await refused({geometry, filters: {buildings: 'floors >'}}, 400, /filters: buildings: at character/);
    await refused({geometry, filters: {buildings: 5}}, 400, /CQL2 text/);
    await refused({geometry, filters: {nothing: 'a = 1'}}, 400, /no collection/);
    await refused(`{"geometry":${'['.repeat(1000)}`, 413, /nested/);
    await refused({geometry}, 400, /nothing/, '?nothing=1');
    assert.equal((await server.get('/analysis/inside?collection=schools')).status, 400);
});

test('whoever goes away in the middle of it leaves nothing behind', async () => {
    const whole = {type: 'Polygon', coordinates: [[[38.5, 52], [39.8, 52], [39.8, 52.6], [38.5, 52.6], [38.5, 52]]]};
    for (let i = 0; i < 8; i++) {
        const stop = new AbortController();
        const asked = server.get('/analysis/inside?f=ndjson', {method: 'POST', body: JSON.stringify({geometry: whole}), signal: stop.signal});
        setTimeout(() => stop.abort(), 5 * i);
        await asked.then((a) => a.text()).catch(() => {});
    }
    assert.equal(of(await ask({geometry: whole, collections: ['schools']}), 'schools').count, 35);
});
