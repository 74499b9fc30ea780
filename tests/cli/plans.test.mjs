// Plans of the sample town as they lie on the table: measured, read by poppler, looked up (domain.md 11, PR1-PR9).
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readFileSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {binary, root, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), layers = join(root, 'layers'), MM = 72 / 25.4;
const environment = {...process.env, LANG: 'C', LC_ALL: 'C', SOURCE_DATE_EPOCH: '1781481600'};
const bare = {legend: false, north: false, scale_bar: false, grid: false};
let made = 0;
after(() => temp.remove());

function tryPlan(plan, ending = 'pdf') {
    const name = join(temp.dir, `${++made}`);
    writeFileSync(`${name}.json`, JSON.stringify(plan));
    return {done: spawnSync(binary, ['print', layers, `${name}.json`, `${name}.${ending}`], {env: environment, encoding: 'utf8'}),
        file: `${name}.${ending}`};
}

function print(plan, ending) {
    const {done, file} = tryPlan(plan, ending);
    assert.equal(done.status, 0, done.stderr);
    return file;
}

function told(program, ...args) {
    const done = spawnSync(program, args, {encoding: 'utf8', maxBuffer: 1 << 26});
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
}
const textOf = (file, ...more) => told('pdftotext', ...more, file, '-');
const sheetsOf = (file) => Number(told('pdfinfo', file).match(/^Pages:\s+(\d+)/m)[1]);

/** [{word, x, y}]: words of a sheet and where their middles are, millimetres. */
function wordsOf(file, sheet = 1) {
    const found = textOf(file, '-bbox', '-f', `${sheet}`, '-l', `${sheet}`)
        .matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</g);
    return [...found].map(([, a, b, c, d, word]) =>
        ({word, x: (Number(a) + Number(c)) / 2 / MM, y: (Number(b) + Number(d)) / 2 / MM, height: (d - b) / MM, left: a / MM, right: c / MM}));
}

/** Straight lines of a sheet in SVG, [[x1, y1, x2, y2]] in millimetres. */
function linesOf(file) {
    const lines = [];
    for (const [tag] of readFileSync(file, 'utf8').matchAll(/<path[^>]*>/g)) {
        const m = (tag.match(/transform="matrix\(([^)]*)\)"/)?.[1] ?? '1,0,0,1,0,0').split(/[ ,]+/).map(Number);
        const to = (x, y) => [(m[0] * x + m[2] * y + m[4]) / MM, (m[1] * x + m[3] * y + m[5]) / MM];
        for (const piece of tag.match(/ d="([^"]*)"/)[1].split('M ')) {
            const ends = piece.trim().match(/^([-\d.]+) ([-\d.]+) L ([-\d.]+) ([-\d.]+)$/)?.slice(1).map(Number);
            if (ends)
                lines.push([...to(ends[0], ends[1]), ...to(ends[2], ends[3])]);
        }
    }
    return lines;
}

test('PR1: 1000 m are 100.0 mm at 1:10 000, on A3, on A0 and on a turned map', () => {
    for (const [format, rotation] of [['A3', 0], ['A0', 0], ['A3', 33]]) {
        const file = print({format, rotation, scale: 10000, crs: 'MSK48_1', center: [1295400, 392050], layers: ['baseline'], elements: bare, output: 'svg'}, 'svg');
        const lengths = linesOf(file).map(([a, b, c, d]) => Math.hypot(c - a, d - b));
        assert.ok(lengths.some((mm) => Math.abs(mm - 100) < 0.2), `${format}: ${lengths}`);
    }
});

test('a PDF knows where it lies, and its layers can be switched: as GDAL reads it', () => {
    const file = print({format: 'A4', scale: 2000, crs: 'MSK48_1', center: [1292000, 390000], layers: ['streets', 'buildings', 'green'], elements: bare});
    const {metadata} = JSON.parse(told('gdalinfo', '-json', '-mdd', 'LAYERS', file));
    const corners = [...metadata[''].NEATLINE.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const xs = corners.map(([x]) => x), ys = corners.map(([, y]) => y);
    // an A4 in its frame shows 272 x 200 mm: 544 x 400 m, the middle where it was asked for
    for (const [found, wanted] of [[Math.min(...xs), 1291728], [Math.max(...xs), 1292272], [Math.min(...ys), 389800], [Math.max(...ys), 390200]])
        assert.ok(Math.abs(found - wanted) < 0.01, `${found} ${wanted}`);
    const names = Object.values(metadata.LAYERS);
    for (const name of ['Здания', 'Улицы', 'Зелёные_насаждения', 'Фон'])
        assert.ok(names.includes(name), `${name}: ${names}`);
    const picture = (name, ...options) => {
        const to = join(temp.dir, `${name}.png`);
        told('gdal_translate', '-q', '-of', 'PNG', '-outsize', '20%', '20%', ...options, file, to);
        return readFileSync(to);
    };
    const all = picture('all');
    assert.ok(all.equals(picture('again')));
    assert.ok(!all.equals(picture('without', '-oo', 'LAYERS_OFF=Здания')));
});

test('PR2: the cross of E 1 292 000 N 390 000 is where it belongs', () => {
    const file = print({format: 'A3', scale: 2000, crs: 'MSK48_1', center: [1292030, 389960], layers: [], elements: {...bare, grid: true}, output: 'svg'}, 'svg');
    // the field is that of the frame: 20 mm from the left, 5 from the other sides
    const x = 20 + 395 / 2 - 30 / 2, y = 5 + 287 / 2 - 40 / 2;
    const isFlat = ([a, b, c, d]) => Math.abs(b - d) < 0.01 && Math.abs(Math.abs(c - a) - 6) < 0.01;
    const crosses = linesOf(file).filter(isFlat).map(([a, b, c]) => [(a + c) / 2, b]);
    assert.equal(crosses.filter(([cx, cy]) => Math.hypot(cx - x, cy - y) < 0.1).length, 1, JSON.stringify(crosses));
});

test('every template prints for an object of the town: one size, fonts inside, its title to be found', () => {
    const objects = {works: ['permits', 'Z-0002'], gpzu: ['social_parcels', 1]};
    const ids = readdirSync(join(root, 'styles/plans')).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    assert.ok(ids.length >= 9);
    for (const id of ids) {
        const template = JSON.parse(readFileSync(join(root, `styles/plans/${id}.json`), 'utf8'));
        const [layer, feature] = objects[id] ?? ['projects', 'P-0006'];
        const file = print({template: id, object: {layer, id: feature}}), info = told('pdfinfo', '-f', '1', '-l', '99', file);
        const text = textOf(file).replace(/\s+/g, ' '), sizes = [...info.matchAll(/size:\s+([\d.]+ x [\d.]+)/g)].map(([, size]) => size);
        assert.equal(new Set(sizes).size, 1, id);
        assert.ok(text.includes(template.title.ru.split(' ')[0]), `${id}: ${text.slice(0, 200)}`);
        assert.match(text, /Масштаб 1:\d+/);
        assert.match(text, /МСК-48 зона 1/);
        assert.match(text, /Не является кадастровым документом/);
        const fonts = told('pdffonts', file).trim().split('\n').slice(2);
        assert.ok(fonts.length > 0 && fonts.every((line) => / yes +yes +yes /.test(line)), `${id}: embedded, subset, Unicode\n${fonts.join('\n')}`);
        if (id !== 'album')
            assert.equal(sizes.length, id === 'year' ? sizes.length : 1, `${id}: one sheet`);
    }
});

test('PR3, PR9: text is found with its letters, and the same plan has the same bytes', () => {
    const plan = {format: 'A3', scale: 2000, center: [39.0813, 52.333], title: 'Ёлка № 1 «ул. Липовая»'};
    const file = print(plan), text = textOf(file).replace(/\s+/g, ' ');
    assert.match(text, /Ёлка № 1 «ул. Липовая»/);
    assert.match(text, /ул\. Зелёная|ул\. Берёзовая|Зелёные насаждения/);
    assert.ok(readFileSync(file).equals(readFileSync(print(plan))));
});

test('PR4: an atlas of ul. Lipovaya has four sheets and an index; neighbours are named', () => {
    const file = print({format: 'A3', scale: 2000, title: 'Альбом', atlas: {by: 'strip', layer: 'streets', filter: "name = 'ул. Липовая'", title_field: 'name'}});
    assert.equal(sheetsOf(file), 5);
    for (let sheet = 1; sheet <= 5; sheet++) {
        const text = textOf(file, '-f', `${sheet}`, '-l', `${sheet}`).replace(/\s+/g, ' ');
        assert.ok(text.includes(`Лист ${sheet} из 5`));
        const named = [...text.matchAll(/(?<!Сборный )лист (\d)/g)].map(([, n]) => Number(n)).sort();
        assert.deepEqual(named, sheet === 1 ? [] : [sheet - 1, sheet + 1].filter((n) => n >= 2 && n <= 5), `sheet ${sheet}`);
        if (sheet > 1)
            assert.match(text, /ул\. Липовая/);
    }
});

test('a topographic sheet is cut from the plane: 500 x 500 mm from full coordinates, with its neighbours', () => {
    const plan = {template: 'duty', crs: 'MSK48_1', center: [1291801, 390249]};
    const text = textOf(print(plan)).replace(/\s+/g, ' ');
    assert.match(text, /Лист от угла X 390000, Y 1291750/);
    for (const neighbour of ['X 390250, Y 1291750', 'X 389750, Y 1291750', 'X 390000, Y 1291500', 'X 390000, Y 1292000'])
        assert.ok(text.includes(neighbour), neighbour);
    const crosses = linesOf(print({...plan, layers: [], output: 'svg'}, 'svg'))
        .filter(([a, b, c, d]) => Math.abs(b - d) < 0.01 && Math.abs(Math.abs(c - a) - 6) < 0.01).map(([a, b, c]) => [(a + c) / 2, b]);
    // the field stands in the middle of the room at the left of the title block
    const left = 20 + (730 - 25 - 185 - 500) / 2, top = 5 + (520 - 10 - 500) / 2;
    for (let x = 100; x < 500; x += 100)
        for (let y = 100; y < 500; y += 100)
            assert.ok(crosses.some(([cx, cy]) => Math.hypot(cx - left - x, cy - top - y) < 0.1), `${x} ${y}: ${JSON.stringify(crosses)}`);
    const {done} = tryPlan({...plan, format: 'A3'});
    assert.match(done.stderr, /field: the sheet has no room for a map of 500x500 mm/);
});

test("a template's scale gives way to what the plan is about", () => {
    const near = textOf(print({template: 'works', object: {layer: 'permits', id: 'Z-0002'}})), wide = textOf(print({template: 'works', object: {layer: 'districts', id: 1}}));
    assert.match(near, /Масштаб 1:500\s/);
    assert.match(wide, /Масштаб 1:\d{5}\s/);
});

test('PR6: the table of turning points is X north, Y east with two decimals, and closes', () => {
    const rows = textOf(print({template: 'gpzu', object: {layer: 'social_parcels', id: 1}}), '-layout').split('\n')
        .map((line) => line.match(/(?:^|\s)(\d) +(39\d{4}\.\d{2}) +(129\d{4}\.\d{2})(?:\s|$)/)).filter(Boolean).map((m) => m.slice(1));
    assert.deepEqual(rows.map(([n]) => n), ['1', '2', '3', '4', '1']);
    assert.deepEqual(rows[4].slice(1), rows[0].slice(1));
});

test('the index of streets names the squares where their names stand', () => {
    const file = print({template: 'wall'}), words = wordsOf(file);
    const marks = words.filter(({height}) => height > 6 && height < 10);
    const columns = new Map(marks.filter(({word}) => /^[А-Я]$/.test(word)).map(({word, x}) => [word, x]));
    const rows = new Map(marks.filter(({word, x}) => /^\d+$/.test(word) && x < 30).map(({word, y}) => [word, y]));
    assert.ok(columns.size >= 8 && rows.size >= 7, JSON.stringify(marks));
    const nearest = (map, at) => [...map].sort(([, a], [, b]) => Math.abs(a - at) - Math.abs(b - at))[0][0];
    const index = [...textOf(file, '-layout').matchAll(/([А-ЯЁ][а-яё]+) ул\. +((?:[А-Я]\d+(?:, |–)?)+)/g)].map((m) => m.slice(1));
    let checked = 0;
    for (const [name, squares] of index) {
        const onMap = words.filter(({word, x}, i) => word === name && x < 1000 && words[i - 1]?.word === 'ул.');
        if (onMap.length !== 1 || squares.includes('–'))
            continue;
        checked++;
        const square = nearest(columns, onMap[0].x) + nearest(rows, onMap[0].y);
        assert.ok(squares.split(', ').includes(square), `${name}: ${squares}, but its name is in ${square}`);
    }
    assert.ok(checked >= 3, `${checked} of ${index.length}`);
    const names = [...textOf(file).matchAll(/^([А-ЯЁ][^\n]*) (?:ул|пер|наб)\.$/gm)].map(([, name]) => name);
    assert.ok(names.length > 100);
});

test('numbers of the objects on the map are those of the table', () => {
    const file = print({template: 'year', scale: 5000, elements: {table: {layer: 'projects', fields: ['name'], numbers: true}}});
    const words = wordsOf(file).filter(({word}) => /^\d{1,2}$/.test(word)), limit = 594 - 5 - 185;
    const onMap = words.filter(({x}) => x < limit).map(({word}) => Number(word)), inTable = new Set(words.filter(({x}) => x > limit).map(({word}) => Number(word)));
    const numbers = new Set(onMap.filter((n) => inTable.has(n)));
    assert.ok(numbers.size >= 10, `${numbers.size}`);
});

test('no two numbers on the map overlap, also where all objects stand close together', () => {
    for (const scale of [5000, 10000, 25000]) {
        const file = print({template: 'year', scale, elements: {table: {layer: 'projects', fields: ['name'], numbers: true}}, output: 'svg'}, 'svg');
        // numbers stand in circles: paths of curves alone, of one size
        const circles = readFileSync(file, 'utf8').split('<path').filter((tag) => /fill:rgb\(100%,100%,100%\)/.test(tag) && / C /.test(tag)).map((tag) => {
            const m = (tag.match(/transform="matrix\(([^)]*)\)"/)?.[1] ?? '1,0,0,1,0,0').split(/[ ,]+/).map(Number);
            const numbers = tag.match(/ d="([^"]*)"/)[1].match(/-?[\d.]+/g).map(Number);
            const xs = numbers.filter((_, i) => i % 2 === 0).map((x) => (m[0] * x + m[4]) / MM), ys = numbers.filter((_, i) => i % 2).map((y) => (m[3] * y + m[5]) / MM);
            return {x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2, side: Math.max(...xs) - Math.min(...xs)};
        }).filter(({side}) => side > 5 && side < 9);
        assert.ok(circles.length >= 20, `${scale}: ${circles.length}`);
        const overlaps = circles.flatMap((a, i) => circles.slice(i + 1).filter((b) => Math.hypot(a.x - b.x, a.y - b.y) < a.side));
        assert.equal(overlaps.length, 0, `1:${scale}: ${circles.length} numbers`);
    }
});

test('PR5: an A0 at 1:2000 with all open layers of the town is whole, and below 50 MB', () => {
    const open = ['boundaries', 'districts', 'quarters', 'landuse', 'water', 'waterways', 'green', 'railways', 'streets', 'bridges', 'buildings', 'addresses', 'social',
        'social_parcels', 'schools', 'stops', 'playgrounds', 'waste_sites', 'crossings', 'projects'];
    const file = print({format: 'A0', scale: 2000, crs: 'MSK48_1', center: [1292600, 390400], layers: open, title: 'Город'});
    assert.ok(statSync(file).size < 50e6, `${statSync(file).size}`);
    assert.match(told('pdfinfo', '-f', '1', '-l', '9', file), /Pages:\s+1\n[^]*A0/);
    const names = Object.values(JSON.parse(told('gdalinfo', '-json', '-mdd', 'LAYERS', file)).metadata.LAYERS);
    assert.ok(names.length >= 17, `${names}`);
    for (const name of ['Здания', 'Улицы', 'Адреса', 'Проекты_развития', 'Водоёмы'])
        assert.ok(names.includes(name), `${name}: ${names}`);
    assert.ok(wordsOf(file).filter(({word}) => word === 'ул.').length > 50, 'streets have their names');
});

/** The fields of the maps of a sheet, millimetres from its upper left corner: [{x, y, width, height}]. */
function fieldsOf(file) {
    const height = Number(told('pdfinfo', file).match(/Page size:\s+[\d.]+ x ([\d.]+)/)[1]);
    return [...readFileSync(file, 'latin1').matchAll(/\/Viewport .*?\/BBox \[ ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) \]/g)]
        .map((m) => m.slice(1).map(Number)).map(([a, b, c, d]) => ({x: a / MM, y: (height - d) / MM, width: (c - a) / MM, height: (d - b) / MM}));
}

test('around the map, letters are 2.5 mm at least, no words overlap, and none leaves the sheet', () => {
    const ids = readdirSync(join(root, 'styles/plans')).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    const objects = {works: ['permits', 'Z-0002'], gpzu: ['social_parcels', 1]};
    const plans = ids.flatMap((template) => [{template}, ...['landscape', 'portrait'].flatMap((orientation) =>
        ['situation', 'gpzu', 'works', 'map', 'passport'].includes(template) ? [{template, orientation, format: 'A4'}] : [])]);
    for (const plan of plans) {
        const [layer, id] = objects[plan.template] ?? ['projects', 'P-0006'];
        for (const language of ['ru', 'en']) {
            const file = print({...plan, language, object: {layer, id}, elements: {overview: false}}), name = JSON.stringify({...plan, language});
            const [, width, height] = told('pdfinfo', file).match(/Page size:\s+([\d.]+) x ([\d.]+)/).map((n) => Number(n) / MM);
            const [map] = fieldsOf(file), form = /Кол\.уч\.|Qty/.test(textOf(file)) ? {x: width - 190, y: height - 60} : {x: width, y: height};
            const words = wordsOf(file).filter(({x, y}) => !(x > map.x && x < map.x + map.width && y > map.y && y < map.y + map.height))
                .filter(({x, y}) => !(x > form.x && y > form.y));
            assert.ok(words.length > 10, name);
            for (const w of words) {
                // a capital of 2.5 mm has a font of 3.5 mm, whose line is 1.362 of that
                assert.ok(w.height > 2.5 / 0.714 * 1.362 - 0.05, `${name}: ${w.word} ${w.height}`);
                assert.ok(w.left > 0 && w.right < width - 3 && (plan.template === 'wall' || !(w.left < 19.9 && w.y > 10)), `${name}: ${JSON.stringify(w)}`);
            }
            // the middle of a line, where letters are: lines stand closer than their fonts are high
            const meet = (a, b) => a.left < b.right - 0.1 && b.left < a.right - 0.1 && Math.abs(a.y - b.y) < (a.height + b.height) / 2 * 0.5;
            const overlaps = words.flatMap((a, i) => words.slice(i + 1).filter((b) => meet(a, b)).map((b) => `${a.word}/${b.word}`));
            assert.deepEqual(overlaps, [], name);
        }
    }
});

test('an A4 with the title block of GOST R 21.101 has room for all on one sheet, lying or standing', () => {
    for (const [template, layer, id] of [['situation', 'projects', 'P-0006'], ['works', 'permits', 'Z-0002'], ['gpzu', 'social_parcels', 1]])
        for (const orientation of ['landscape', 'portrait']) {
            const file = print({template, format: 'A4', orientation, object: {layer, id}}), [map] = fieldsOf(file), text = textOf(file);
            assert.equal(sheetsOf(file), 1, `${template} ${orientation}`);
            assert.match(text, /Стадия/);
            assert.match(text, /Напечатано/);
            assert.ok(map.height > (orientation === 'landscape' ? 200 : 287) * 0.3, `${template} ${orientation}: ${map.height}`);
        }
});

test('an atlas is bounded, and says what it needs', () => {
    const rows = [
        [{scale: 500, extent: [39.0, 52.3, 39.2, 52.4], atlas: {by: 'grid'}}, /atlas: more than 200 sheets/],
        [{scale: 500, atlas: {by: 'features', layer: 'buildings'}}, /atlas: more than 200 sheets/],
        [{atlas: {by: 'features', layer: 'nothing'}}, /atlas\.layer: there is no layer "nothing"/],
        [{atlas: {by: 'features', layer: 'districts', title_field: 'x'}}, /atlas\.title_field: .*no field "x"/],
        [{atlas: {by: 'features', layer: 'districts', filter: "name = 'x'"}}, /atlas\.filter: no object/],
        [{atlas: {by: 'features', layer: 'districts', filter: 'name ='}}, /atlas\.filter: /],
    ];
    for (const [plan, words] of rows) {
        const {done} = tryPlan(plan);
        assert.notEqual(done.status, 0);
        assert.match(done.stderr, words);
    }
});

test('a number stays with the word that it counts', () => {
    for (const format of ['A3', 'A4']) {
        const words = wordsOf(print({template: 'situation', format, object: {layer: 'projects', id: 'P-0006'}}));
        const torn = words.filter(({word, y}, i) => word === '№' && Math.abs((words[i + 1]?.y ?? 0) - y) > 0.5);
        assert.ok(words.filter(({word}) => word === '№').length > 2 && torn.length === 0, `${format}: ${torn.length}`);
    }
});

test('figures of a table stand flush right below their unit', () => {
    const words = wordsOf(print({template: 'year', format: 'A3'}), 2), head = words.findIndex(({word}, i) => word === 'Бюджет,' && words[i + 1].word === '₽');
    assert.ok(head >= 0);
    // the last group of each sum in the first of the columns: 25 551 660
    const sums = words.filter(({word, left, y}) => /^\d{3}$/.test(word) && left > words[head].left && left < words[head].left + 30 && y > words[head].y);
    const edge = Math.max(...sums.map(({right}) => right)), flush = sums.filter(({right}) => Math.abs(right - edge) < 0.2);
    assert.ok(flush.length > 25, `${flush.length} of ${sums.length}`);
});

test('headings of narrow columns do not reach into the next, and stay with what they are above', () => {
    const narrow = wordsOf(print({template: 'year', format: 'A4'})), scale = narrow.find(({word}) => word === '1:10000'), streets = narrow.find(({word}) => word === 'Улицы');
    assert.ok(scale.right < streets.left - 1, `${scale.right} ${streets.left}`);
    const turned = wordsOf(print({template: 'map', rotation: 30})), legend = turned.find(({word}) => word === 'обозначения'), first = turned.find(({word}) => word === 'Школы');
    assert.ok(Math.abs(legend.left - first.left) < 1 && first.y > legend.y && first.y < legend.y + 12, JSON.stringify([legend, first]));
});

test('a title block speaks the language of its plan', () => {
    const text = textOf(print({template: 'works', language: 'en', object: {layer: 'permits', id: 'Z-0002'}}));
    for (const word of ['Stage', 'Sheets', 'Rev.', 'Sign.'])
        assert.ok(text.includes(word), word);
    assert.doesNotMatch(text, /Стадия|Изм\.|Листов/);
});

test('the number of a house is written once, whether as its own or as its address', () => {
    const file = print({template: 'gpzu', object: {layer: 'social_parcels', id: 1}}), [map] = fieldsOf(file);
    const numbers = wordsOf(file).filter(({word, x, y}) => /^\d{1,3}$/.test(word) && x < map.x + map.width && y < map.y + map.height);
    const twice = numbers.flatMap((a, i) => numbers.slice(i + 1).filter((b) => a.word === b.word && Math.hypot(a.x - b.x, a.y - b.y) < 12).map(() => a.word));
    assert.ok(numbers.length > 20, `${numbers.length}`);
    assert.deepEqual(twice, []);
});

test('the streets of an index have their names on the map', () => {
    const words = wordsOf(print({template: 'wall'})), edge = 1189 - 5 - 185;
    const named = new Set(words.filter(({word, x}, i) => x < edge && /^(ул|пер|наб)\.$/.test(words[i - 1]?.word) && word.length > 2).map(({word}) => word));
    assert.ok(named.size > 45, `${named.size}`);
});

test('PR8: symbols keep their millimetres at any scale', () => {
    const style = {version: 8, sources: {s: {type: 'vector'}}, layers: [{id: 'c', type: 'circle', source: 's', 'source-layer': 'stops', paint: {'circle-radius': 12, 'circle-color': '#00ff00'}}]};
    for (const scale of [500, 5000, 25000]) {
        const file = print({format: 'A3', scale, crs: 'MSK48_1', center: [1291801, 390249], layers: ['stops'], style, elements: bare, output: 'svg'}, 'svg');
        const sides = readFileSync(file, 'utf8').split('<path').filter((tag) => /fill:rgb\(0%,100%,0%\)/.test(tag)).map((tag) => {
            const m = (tag.match(/transform="matrix\(([^)]*)\)"/)?.[1] ?? '1,0,0,1,0,0').split(/[ ,]+/).map(Number);
            const xs = tag.match(/ d="([^"]*)"/)[1].match(/-?[\d.]+/g).map(Number).filter((_, i) => i % 2 === 0);
            return (Math.max(...xs) - Math.min(...xs)) * Math.hypot(m[0], m[1]) / MM;
        });
        // 24 pixels of 1/96 inch
        assert.ok(sides.length > 0 && sides.every((mm) => Math.abs(mm - 24 * 25.4 / 96) < 0.05), `1:${scale}: ${sides}`);
    }
});

test('a plan says who may see it, and of which day and version its data are', () => {
    const state = (plan) => textOf(print({format: 'A4', scale: 5000, center: [39.0981, 52.353], access: 'Для служебного пользования', ...plan})).replace(/\s+/g, ' ');
    const text = state({});
    assert.match(text, /Для служебного пользования/);
    const [, mark] = /Данные на \d\d\.\d\d\.\d{4}, версия ([0-9a-f]{8})/.exec(text);
    assert.equal(/версия ([0-9a-f]{8})/.exec(state({title: 'x'}))[1], mark);
    assert.notEqual(/версия ([0-9a-f]{8})/.exec(state({layers: ['streets']}))[1], mark);
    assert.match(state({language: 'en'}), /Data of \d{4}-\d\d-\d\d, version [0-9a-f]{8}/);
});

test('sheets of an atlas overlap by the tenth that it asks for', () => {
    const file = print({template: 'album', scale: 2000, extent: [39.09, 52.345, 39.11, 52.36], atlas: {by: 'grid', overlap: 0.1, index: false}});
    const boxes = [1, 2].map((sheet) => {
        const corners = [...JSON.parse(told('gdalinfo', '-json', `PDF:${sheet}:${file}`)).metadata[''].NEATLINE.matchAll(/([\d.]+) ([\d.]+)/g)];
        return corners.map(([, x]) => Number(x));
    });
    const width = Math.max(...boxes[0]) - Math.min(...boxes[0]), shared = Math.max(...boxes[0]) - Math.min(...boxes[1]);
    assert.ok(Math.abs(shared / width - 0.1) < 0.005, `${shared} of ${width}`);
});

