// PR7 of domain.md 11: a print shows nothing that is not served. Layers are served or they are not, and fields are hidden
// or they are not; there are no users yet, so every print is an anonymous one.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {binary, root, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), environment = {...process.env, LANG: 'C', LC_ALL: 'C', SOURCE_DATE_EPOCH: '1781481600'}, SECRETS = ['Тайна-77', 'Тайна-78'];
after(() => temp.remove());

/** A folder of two layers whose hidden field has values of its own, beside a file of a layer that is not served. */
function folder(name, secret) {
    const dir = join(temp.dir, name, 'town'), feature = (id, kind, coordinates, type, i) => ({type: 'Feature', id, properties: {kind, name: `Место ${id}`, secret: `${secret}-${i}`}, geometry: {type, coordinates}});
    mkdirSync(dir, {recursive: true});
    const write = (file, features) => {
        writeFileSync(join(dir, file), JSON.stringify({type: 'FeatureCollection', features}));
        utimesSync(join(dir, file), 1781481600, 1781481600);
    };
    write('places.geojson', [1, 2, 3, 4].map((id) => feature(id, id % 2 ? 'а' : 'б', [39.1 + id / 1000, 52.35], 'Point', secret === SECRETS[0] ? id : 9 - id)));
    write('areas.geojson', [feature(1, 'а', [[[39.1, 52.349], [39.106, 52.349], [39.106, 52.352], [39.1, 52.352], [39.1, 52.349]]], 'Polygon', 1)]);
    write('pipes.geojson', [feature(1, 'в', [[39.1, 52.3495], [39.106, 52.3515]], 'LineString', 1)]);
    for (const id of ['places', 'areas'])
        writeFileSync(join(dir, `${id}.yaml`), `id: ${id}\ntitle: {ru: Слой ${id}, en: Layer ${id}}\nsource: ${id}.geojson\nstyle: {kind: ${id === 'areas' ? 'fill' : 'circle'}}\nfields:\n  - {name: secret, hidden: true}\n`);
    return dir;
}
const dirs = SECRETS.map((secret, i) => folder(`town${i}`, secret));

let made = 0;
function tryPlan(dir, plan, ending) {
    const file = join(temp.dir, `${++made}.${ending}`);
    return {done: spawnSync(binary, ['print', dir, '-', file], {env: environment, input: JSON.stringify(plan), encoding: 'utf8'}), file};
}

const PLACE = {format: 'A4', scale: 5000, center: [39.103, 52.3505]};
const styled = (layers) => ({...PLACE, style: {version: 8, sources: {s: {type: 'vector'}}, layers: layers.map((l, i) => ({id: `${i}`, source: 's', 'source-layer': 'places', ...l}))}});
const text = (field) => styled([{type: 'symbol', layout: {'text-field': field, 'text-allow-overlap': true}}]);
const value = ['get', 'secret'];

test('PR7: hidden values change no byte of a print, whatever its style and elements ask of them', () => {
    for (const plan of [
        PLACE, {...PLACE, object: {layer: 'areas', id: 1}, elements: {passport: true, points: true, table: {layer: 'places'}}},
        {template: 'passport', object: {layer: 'areas', id: 1}}, {template: 'map', extent: [39.1, 52.349, 39.106, 52.352]},
        text(value), text(['concat', 'x', ['to-string', value]]), text(['to-string', ['properties']]), text('{secret} {kind}'),
        text(['coalesce', value, 'нет']), text(['get', ['concat', 'sec', 'ret']]), text(['format', value, {}]),
        styled([{type: 'circle', paint: {'circle-radius': ['case', ['==', value, 'Тайна-77-1'], 12, 3]}}]),
        styled([{type: 'circle', paint: {'circle-color': ['match', value, 'Тайна-77-1', 'red', 'Тайна-77-2', 'green', 'blue']}}]),
        styled([{type: 'circle', filter: ['in', '77', ['to-string', value]]}]), styled([{type: 'circle', filter: ['has', 'secret']}]),
        styled([{type: 'circle', layout: {'circle-sort-key': ['to-number', ['slice', ['to-string', value], 9], 0]}, paint: {'circle-radius': 30}}]),
        styled([{type: 'circle', metadata: {'munimap:legend': 'secret'}}]),
        {...PLACE, atlas: {by: 'features', layer: 'areas'}},
    ])
        for (const ending of plan === PLACE ? ['pdf', 'svg', 'png'] : plan.style ? ['svg'] : ['pdf']) {
            const [one, other] = dirs.map((dir) => tryPlan(dir, plan, ending));
            assert.equal(one.done.status, 0, `${JSON.stringify(plan)}\n${one.done.stderr}`);
            assert.ok(readFileSync(one.file).equals(readFileSync(other.file)), `${ending}: ${JSON.stringify(plan)}`);
        }
});

test('PR7: a hidden field is unknown to all that names fields', () => {
    for (const [plan, where] of [
        [{...PLACE, elements: {table: {layer: 'places', fields: ['secret']}}}, /elements\.table\.fields: layer "places" has no field "secret"/],
        [{...PLACE, elements: {street_index: {layer: 'places', field: 'secret'}}}, /elements\.street_index.*: .*"secret"/],
        [{...PLACE, atlas: {by: 'features', layer: 'areas', title_field: 'secret'}}, /atlas\.title_field: .*no field "secret"/],
        [{...PLACE, atlas: {by: 'features', layer: 'areas', filter: "secret = 'Тайна-77-1'"}}, /atlas\.filter: .*secret/],
        [{...PLACE, filter: {places: "secret = 'Тайна-77-1'"}}, /filter\.places: .*secret/],
    ]) {
        const [one, other] = dirs.map((dir) => tryPlan(dir, plan, 'pdf').done);
        assert.notEqual(one.status, 0, JSON.stringify(plan));
        assert.match(one.stderr, where);
        assert.equal(one.stderr, other.stderr);
    }
});

test('PR7: a layer that is not served is refused by name, and a style that draws it draws nothing', () => {
    for (const [plan, where] of [
        [{...PLACE, layers: ['places', 'pipes']}, /layers: there is no layer "pipes"/], [{...PLACE, object: {layer: 'pipes', id: 1}}, /object\.layer: there is no layer "pipes"/],
        [{...PLACE, elements: {table: {layer: 'pipes'}}}, /there is no layer "pipes"/], [{...PLACE, filter: {pipes: 'id = 1'}}, /there is no layer "pipes"/],
        [{...PLACE, atlas: {by: 'strip', layer: 'pipes'}}, /atlas\.layer: there is no layer "pipes"/],
    ]) {
        const {done} = tryPlan(dirs[0], plan, 'pdf');
        assert.notEqual(done.status, 0, JSON.stringify(plan));
        assert.match(done.stderr, where);
    }
    const line = {type: 'line', 'source-layer': 'pipes', paint: {'line-width': 5}}, circle = {type: 'circle'};
    const [with_, without] = [[line, circle], [circle]].map((layers) => tryPlan(dirs[0], styled(layers), 'svg').file);
    assert.ok(readFileSync(with_).equals(readFileSync(without)));
});

test('PR7: of the town, neither the legend nor the layers of a PDF name what a plan leaves out', () => {
    const closed = {gas: 'Газопроводы', manholes: 'Колодцы', cameras: 'Камеры', permits: 'Ордера', lights: 'освещение'};
    const plan = {format: 'A3', scale: 1000, crs: 'MSK48_1', center: [1292000, 391730]}, layers = join(root, 'layers');
    const {file} = tryPlan(layers, {...plan, layers: ['streets', 'buildings', 'green']}, 'pdf'), all = tryPlan(layers, {...plan, layers: Object.keys(closed)}, 'pdf').file;
    const words = (path) => spawnSync('pdftotext', [path, '-'], {encoding: 'utf8'}).stdout + Object.values(JSON.parse(spawnSync('gdalinfo', ['-json', '-mdd', 'LAYERS', path], {encoding: 'utf8'}).stdout).metadata.LAYERS);
    const open = words(file), others = words(all);
    assert.match(open, /Здания/);
    let shown = 0;
    for (const title of Object.values(closed)) {
        assert.ok(!open.includes(title), title);
        shown += others.includes(title);
    }
    assert.ok(shown >= 3, 'they are there to be seen');
});
