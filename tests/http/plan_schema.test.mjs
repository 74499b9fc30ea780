// The schema of plans (GET /print/schema) beside the program that reads them: ajv, a validator that is not ours, and POST
// /print/frame say the same of every template and of every plan that is wrong, but for what a schema cannot know.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import {root, serve} from '../lib/munimap.mjs';

let server, fits;
before(async () => {
    server = await serve(join(root, 'layers'));
    fits = new Ajv({allErrors: true, strict: true, strictTypes: false, strictRequired: false}).compile(await server.json('/print/schema'));
});
after(() => server?.stop());

/** {status, where, detail} of the program. */
async function read(plan) {
    const answer = await server.get('/print/frame', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(plan)});
    return {status: answer.status, ...await answer.json()};
}

const VIEW = {scale: 5000, center: [39.1, 52.35], format: 'A4'};

test('every template is a plan to both, alone and with an object', async () => {
    const files = readdirSync(join(root, 'styles/plans')).filter((name) => name.endsWith('.json'));
    assert.equal(files.length, 9);
    for (const file of files) {
        const {description, ...template} = JSON.parse(readFileSync(join(root, 'styles/plans', file), 'utf8'));
        assert.ok(description.ru && description.en);
        assert.ok(fits(template), `${file}: ${JSON.stringify(fits.errors)}`);
        for (const plan of [{template: file.slice(0, -5)}, {template: file.slice(0, -5), object: {layer: 'projects', id: 'P-0006'}}]) {
            assert.ok(fits(plan), JSON.stringify(fits.errors));
            assert.equal((await read(plan)).status, 200, file);
        }
    }
});

test('plans that are right are right to both', async () => {
    for (const plan of [
        {}, {center: null}, VIEW, {extent: [39.08, 52.34, 39.12, 52.36]}, {...VIEW, crs: 'MSK48_1', center: [1292000, 390000]}, {...VIEW, format: '500x500', field: [300, 300], whole_sheets: true},
        {...VIEW, layers: [], rotation: -30.5, datetime: '2026-01-01/..', filter: {projects: 'direction = 3'}, style: 'day', output: 'png', dpi: 96, date: '2026-06-15'},
        {...VIEW, style: {version: 8, sources: {}, layers: []}, language: 'en', title: {ru: 'а', en: 'a'}, subtitle: {en: 'b'}, notes: 'c', access: {ru: 'д'}, texts: {code: 'x', stage: {ru: 'П'}}},
        {...VIEW, object: {layer: 'social_parcels', id: 1}, elements: {points: true, passport: true, overview: true, form: true}},
        {...VIEW, elements: {table: {layer: 'projects', fields: ['name'], title: 'Работы', numbers: false}, street_index: true, form: 'gost-21.101-6', qr: false}},
        {...VIEW, elements: {table: false, street_index: {layer: 'streets'}, form: false}}, {...VIEW, atlas: false}, {...VIEW, atlas: {by: 'grid', rows: 2, columns: 2, index: false}},
        {scale: 2000, atlas: {by: 'strip', layer: 'streets', filter: "name = 'ул. Липовая'", title_field: 'name', overlap: 0.2}}, {template: 'duty', whole_sheets: true},
        {template: 'situation', center: [39.1, 52.35]},
        // null: as if it were not there
        {...VIEW, template: null, title: null, layers: null, rotation: null, extent: null, elements: {grid: null, table: null, street_index: null, form: null}, atlas: null, object: null, filter: {gas: null}, texts: {a: null},
            style: null, field: null, datetime: null, date: null, dpi: null, output: null, language: null, orientation: null},
    ]) {
        assert.ok(fits(plan), `${JSON.stringify(plan)} ${JSON.stringify(fits.errors)}`);
        const {status, detail} = await read(plan);
        assert.equal(status, 200, `${JSON.stringify(plan)}: ${detail}`);
    }
});

// [plan, where the program sees it, why the schema cannot know (absent: it does)]
const BAD = [
    [[], ''], [{formt: 'A4'}, ''], [{...VIEW, orientation: 'up'}, 'orientation'], [{...VIEW, scale: 1}, 'scale'], [{...VIEW, scale: '1:2000'}, 'scale'], [{...VIEW, center: [1]}, 'center'],
    [{...VIEW, center: ['a', 'b']}, 'center'], [{center: [39.1, 52.35]}, 'scale'], [{...VIEW, extent: [1, 2, 3, 4]}, 'extent'], [{...VIEW, field: [500]}, 'field'], [{...VIEW, field: [500, 5]}, 'field'],
    [{...VIEW, whole_sheets: true}, 'whole_sheets'], [{...VIEW, rotation: 720}, 'rotation'], [{...VIEW, layers: 'streets'}, 'layers'], [{...VIEW, layers: [1]}, 'layers'],
    [{...VIEW, layers: Array(1001).fill('a')}, 'layers'], [{...VIEW, filter: {gas: 1}}, 'filter.gas'], [{...VIEW, filter: []}, 'filter'], [{...VIEW, title: {de: 'x'}}, 'title'], [{...VIEW, title: {ru: 'x', en: 5}}, 'title'],
    [{...VIEW, title: {ru: null}}, 'title'], [{...VIEW, title: 5}, 'title'], [{...VIEW, texts: {a: 1}}, 'texts.a'], [{...VIEW, texts: Object.fromEntries(Array.from({length: 65}, (_, i) => [i, '']))}, 'texts'],
    [{...VIEW, notes: 'x'.repeat(4001)}, 'notes'], [{...VIEW, object: {layer: 'projects'}}, 'object.id'], [{...VIEW, object: {layer: 'projects', id: 1.5}}, 'object.id'], [{...VIEW, object: {layer: 'projects', id: 'P-1', x: 1}}, 'object'],
    [{...VIEW, language: 'de'}, 'language'], [{...VIEW, output: 'dxf'}, 'output'], [{...VIEW, dpi: 5000}, 'dpi'], [{...VIEW, date: 'tomorrow'}, 'date'], [{...VIEW, style: 5}, 'style'],
    [{...VIEW, elements: []}, 'elements'], [{...VIEW, elements: {grids: true}}, 'elements'], [{...VIEW, elements: {grid: 1}}, 'elements.grid'], [{...VIEW, elements: {table: 5}}, 'elements.table'], [{...VIEW, elements: {table: true}}, 'elements.table'],
    [{...VIEW, elements: {table: {fields: []}}}, 'elements.table.layer'], [{...VIEW, elements: {table: {layer: 'projects', fields: Array(9).fill('name')}}}, 'elements.table.fields'],
    [{...VIEW, elements: {table: {layer: 'projects', rows: 1}}}, 'elements.table'], [{...VIEW, elements: {street_index: 5}}, 'elements.street_index'], [{...VIEW, elements: {street_index: {field: 1}}}, 'elements.street_index.field'],
    [{...VIEW, elements: {form: 5}}, 'elements.form'], [{...VIEW, atlas: 5}, 'atlas'], [{...VIEW, atlas: {}}, 'atlas.by'], [{...VIEW, atlas: {by: 'x'}}, 'atlas.by'], [{...VIEW, atlas: {by: 'strip'}}, 'atlas.layer'],
    [{...VIEW, atlas: {by: 'grid', overlap: 0.9}}, 'atlas.overlap'], [{...VIEW, atlas: {by: 'grid', page: 1}}, 'atlas'], [{...VIEW, atlas: {by: 'grid', rows: 2}}, 'atlas.rows'],
    [{...VIEW, atlas: {by: 'grid', rows: 2.5, columns: 1}}, 'atlas.rows'], [{...VIEW, atlas: {by: 'grid', rows: 99, columns: 1}}, 'atlas.rows'],
    [{template: 'x'}, 'template', 'which templates there are'], [{...VIEW, elements: {form: '../map'}}, 'elements.form', 'which forms there are'],
    [{...VIEW, format: 'A9'}, 'format', 'formats are a table (ISO 216, GOST 2.301) and pairs of bounded numbers'], [{...VIEW, format: '10000x10000'}, 'format', 'the same'],
    [{extent: [3, 2, 1, 4]}, 'extent', 'one number is compared with another'], [{...VIEW, field: [500, 500], whole_sheets: true, rotation: 5}, 'whole_sheets', 'a template may have the field'],
    [{...VIEW, notes: 'ё'.repeat(2001)}, 'notes', 'bytes are counted, not letters'], [{...VIEW, elements: {points: true}}, 'object', 'the features of an atlas are objects too'],
    [{atlas: {by: 'grid'}}, 'atlas.by', 'a template may have the scale'], [{...VIEW, output: 'png', atlas: {by: 'grid'}}, 'output', 'a template may have the atlas'],
    [{...VIEW, layers: ['nothing']}, 'layers', 'which layers there are'], [{...VIEW, datetime: 'tomorrow'}, 'datetime', 'dates are read, not matched'], [{...VIEW, filter: {projects: 'nope ='}}, 'filter.projects', 'CQL2 is no regular language'],
];

test('plans that are wrong are wrong to both, or it is said why the schema cannot know', async () => {
    for (const [plan, where, reason] of BAD) {
        const said = await read(plan), words = `${JSON.stringify(plan).slice(0, 200)}: ${JSON.stringify(said)}`;
        assert.ok(said.status >= 400 && said.status < 500, words);
        assert.equal(said.where, where || undefined, words);
        assert.equal(fits(plan), Boolean(reason), words);
    }
});

test('values of every other kind in every member: what the schema refuses the program does not take', async () => {
    const rich = {...VIEW, crs: 'EPSG:4326', rotation: 5, field: [100, 80], layers: ['streets'], filter: {streets: '1=1'}, datetime: '2026-01-01', style: 'print', title: 'а', texts: {code: 'x'}, object: {layer: 'projects', id: 'P-0006'},
        elements: {grid: true, table: {layer: 'projects', fields: ['name'], numbers: true}, street_index: {layer: 'streets', field: 'name'}, form: 'gost-21.101-3'}, dpi: 100, date: '2026-06-15', language: 'ru', output: 'pdf'};
    const paths = (value, path = []) => Object.entries(value).flatMap(([key, v]) => [[...path, key], ...(v && typeof v === 'object' && !Array.isArray(v) ? paths(v, [...path, key]) : [])]);
    let refused = 0;
    for (const path of paths(rich))
        for (const other of [null, true, false, 0, -7, 1e7, 2.5, '', 'x', [], [1, 2], ['a'], {}, {ru: 'x'}, {layer: 'streets'}]) {
            const plan = structuredClone(rich), parent = path.slice(0, -1).reduce((at, key) => at[key], plan);
            parent[path.at(-1)] = other;
            if (fits(plan))
                continue;
            refused++;
            assert.notEqual((await read(plan)).status, 200, `${path.join('.')} = ${JSON.stringify(other)}: ${JSON.stringify(fits.errors)}`);
        }
    assert.ok(refused > 200, `${refused}`);
});
