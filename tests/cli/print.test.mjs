// munimap print: the file is what the server makes, kinds by their endings, and what is wrong is said with its place.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {binary, root, serve, tempDir} from '../lib/munimap.mjs';

const temp = tempDir(), layers = join(root, 'layers'), at = (name) => join(temp.dir, name);
const PLAN = {template: 'situation', format: 'A4', center: [39.1001, 52.3524], title: 'Проба', elements: {qr: false}};
const file = at('plan.json');
writeFileSync(file, JSON.stringify(PLAN));
after(() => temp.remove());

const environment = {...process.env, LANG: 'C', LC_ALL: 'C'};
const print = (args, options = {}) => spawnSync(binary, ['print', ...args], {env: environment, maxBuffer: 1 << 28, ...options});

function printWell(args, options) {
    const done = print(args, options), words = String(done.stderr);
    assert.equal(done.status, 0, words);
    assert.doesNotMatch(words, /Sanitizer|runtime error/);
    return done;
}

test('a file is what the server makes of the plan; from the input into the output as well', async () => {
    const done = printWell([layers, file, at('out.pdf')]), made = readFileSync(at('out.pdf'));
    assert.match(String(done.stdout), /out\.pdf: sheets \d+, \d+\.\d\d MB, \d+\.\d s/);
    assert.equal(made.subarray(0, 5).toString(), '%PDF-');
    const server = await serve(layers);
    try {
        const answer = await server.get('/print', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(PLAN)});
        assert.equal(answer.status, 200);
        assert.ok(made.equals(Buffer.from(await answer.arrayBuffer())));
    } finally {
        await server.stop();
    }
    const piped = printWell([layers, '-', '-'], {input: JSON.stringify(PLAN)});
    assert.ok(made.equals(piped.stdout));
    assert.equal(String(piped.stderr), '');
    assert.deepEqual(readdirSync(temp.dir).sort(), ['out.pdf', 'plan.json'], 'nothing else is left');
});

test('the kind of file by its ending, a template alone, and what goes before the plan', () => {
    printWell([layers, file, at('out.svg')]);
    assert.match(readFileSync(at('out.svg'), 'utf8'), /^<\?xml[^>]*>\s*<svg/);
    printWell([layers, at('map.png'), '--template', 'map', '--format', 'A5', '--scale=20000']);
    const png = readFileSync(at('map.png'));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [210, 148].map((mm) => Math.round(mm / 25.4 * 200)));
});

test('the day is that of SOURCE_DATE_EPOCH where it is set', () => {
    const on = (day) => printWell([layers, file, '-'], {env: {...environment, SOURCE_DATE_EPOCH: String(Date.parse(day) / 1000)}}).stdout;
    const first = on('2026-02-03T04:05:06Z');
    assert.ok(first.equals(on('2026-02-03T04:05:06Z')));
    assert.ok(!first.equals(on('2026-02-04T04:05:06Z')));
    writeFileSync(at('day.pdf'), first);
    assert.match(spawnSync('pdfinfo', ['-isodates', at('day.pdf')], {encoding: 'utf8'}).stdout, /^CreationDate:\s+2026-02-03T04:05:06/m);
});

test('what is wrong is said with its place, and no file is made', () => {
    const out = at('none.pdf'), plan = (name, text) => {
        writeFileSync(at(name), text);
        return at(name);
    };
    const broken = at('broken');
    mkdirSync(broken);
    for (const [args, status, words] of [
        [[], 2, /name the folder of layers, the plan and the file/],
        [[layers, out], 2, /name the folder of layers/],
        [[layers, file, at('out.doc')], 2, /ends with \.pdf, \.svg or \.png/],
        [[layers, file, out, '--scale', '1'], 2, /--scale: write a number from 50/],
        [[layers, file, out, '--templet', 'map'], 2, /--template/],
        [[layers, at('no.json'), out], 1, /no\.json: /],
        [[layers, plan('a.json', '{"elements": {"legend": 3}}'), out], 1, /a\.json: elements\.legend: write true or false/],
        [[layers, plan('b.json', '{"title": '), out], 1, /b\.json: line 1: not JSON/],
        [[layers, plan('c.json', ''), out], 1, /c\.json: line 1: not JSON/],
        [[layers, plan('d.json', ' '.repeat(300000)), out], 1, /d\.json: a plan has at most 256 kB/],
        [[layers, file, out, '--template', 'maps'], 1, /plan\.json: template: there is no template "maps"/],
        [[layers, out, '--template', 'maps'], 1, /munimap: --template: template: there is no template "maps"/],
        [[layers, file, join(temp.dir, 'no/folder.pdf')], 1, /no\/folder\.pdf/],
        [[at('nowhere'), file, out], 1, /nowhere/],
    ]) {
        const done = print(args, {encoding: 'utf8'});
        assert.equal(done.status, status, `${args}\n${done.stderr}`);
        assert.match(done.stderr, words);
        assert.doesNotMatch(done.stderr, /Sanitizer|runtime error/);
    }
    assert.ok(!existsSync(out));
    const russian = print([layers, at('x.doc')], {encoding: 'utf8', env: {...environment, LC_ALL: 'ru_RU.UTF-8'}});
    assert.match(russian.stderr, /назовите папку слоёв, план и файл/);
});

test('a layer that does not load is told of, and not on the plan', () => {
    const dir = at('some');
    mkdirSync(dir);
    writeFileSync(join(dir, 'lost.yaml'), 'source: nowhere.gpkg\n');
    writeFileSync(join(dir, 'here.geojson'), JSON.stringify({type: 'Feature', id: 1, properties: {},
        geometry: {type: 'LineString', coordinates: [[39.1, 52.3], [39.11, 52.31]]}}));
    writeFileSync(join(dir, 'here.yaml'), 'source: here.geojson\n');
    const done = printWell([dir, '-', at('some.pdf')], {input: '{"center": [39.105, 52.305], "scale": 10000}'});
    assert.match(String(done.stderr), /munimap: \S*lost\.yaml:1: .*nowhere\.gpkg/);
    assert.ok(existsSync(at('some.pdf')));
});
