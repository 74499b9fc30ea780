// Plans over HTTP: at once and as jobs, what is refused and why, and that a kilometre is as long as it should be.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createServer} from 'node:http';
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test as nodeTest} from 'node:test';
import {root, serve, tempDir} from '../lib/munimap.mjs';

// What waits for something that never comes fails by itself, well before the suite is ended
const test = (name, run) => nodeTest(name, {timeout: 120000}, run);
const temp = tempDir();
const MM_A_POINT = 25.4 / 72, TITLE = 'Улица «Липовая»: ремонт 1/2 — ё №';
const SITUATION = {template: 'situation', center: [39.1001, 52.3524], title: TITLE, texts: {organisation: 'МКУ «Развитие»'}};
const BIG = {template: 'wall', output: 'pdf', date: '2026-06-15'}; // A0: seconds
let server;

before(async () => server = await serve(join(root, 'layers'), {allow: [/status=503 .*prints wait already/]}));
after(async () => {
    await server?.stop();
    temp.remove();
});

const post = (plan, headers = {}, query = '', to = server) => to.get(`/print${query}`, {method: 'POST',
    headers: {'Content-Type': 'application/json', ...headers}, body: typeof plan === 'string' ? plan : JSON.stringify(plan)});
const bytes = async (answer) => Buffer.from(await answer.arrayBuffer());

async function made(plan, query) {
    const answer = await post(plan, {}, query);
    assert.equal(answer.status, 200, answer.ok ? '' : await answer.text());
    return answer;
}

async function refused(plan, status, where, words, to) {
    const answer = await post(plan, {}, '', to), problem = await answer.json();
    const said = `${JSON.stringify(plan).slice(0, 100)}: ${JSON.stringify(problem)}`;
    assert.equal(answer.status, status, said);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    assert.equal(problem.where, where, said);
    assert.match(problem.detail, words);
}

const save = (name, data) => {
    const path = join(temp.dir, name);
    writeFileSync(path, data);
    return path;
};
const tool = (name, ...args) => execFileSync(name, args, {encoding: 'utf8', maxBuffer: 1 << 28});

async function order(plan, to = server, headers = {}) {
    const answer = await post(plan, {Prefer: 'return=minimal, respond-async', ...headers}, '', to);
    return {answer, job: answer.status === 202 ? await answer.json() : null};
}

/** Events of a stream, one after the other, until it ends. */
async function* events(path, to = server) {
    const answer = await to.get(path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    let text = '';
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
            const lines = Object.fromEntries(text.slice(0, end).split('\n').map((line) => [line.split(':')[0], line.slice(line.indexOf(':') + 2)]));
            text = text.slice(end + 2);
            if (lines.event)
                yield {name: lines.event, ...JSON.parse(lines.data)};
        }
    }
}

/** [name of an event, status, how many sheets of how many] until the end. */
async function follow(job, to = server) {
    const seen = [];
    for await (const event of events(`/print/jobs/${job.id}/events`, to))
        seen.push(event);
    return seen;
}

test('a plan at once: a PDF of the right size, with its words in it, under its title', async () => {
    const answer = await made(SITUATION), data = await bytes(answer), file = save('situation.pdf', data);
    assert.equal(answer.headers.get('content-type'), 'application/pdf');
    assert.equal(answer.headers.get('x-munimap-sheets'), '1');
    assert.equal(answer.headers.get('content-disposition'),
        `attachment; filename="plan.pdf"; filename*=UTF-8''${encodeURIComponent('Улица «Липовая» ремонт 1 2 — ё №.pdf')}`);
    const info = tool('pdfinfo', file);
    assert.match(info, /^Title:\s+Улица «Липовая»: ремонт 1\/2 — ё №$/m);
    const [, width, height] = /^Page size:\s+([\d.]+) x ([\d.]+) pts/m.exec(info).map(Number);
    assert.ok(Math.abs(width * MM_A_POINT - 420) < 0.1 && Math.abs(height * MM_A_POINT - 297) < 0.1, info);
    const text = tool('pdftotext', file, '-').replaceAll(/\s+/g, ' '); // long words of the title block are broken
    for (const words of ['МКУ «Развитие»', TITLE, 'Стадия'])
        assert.ok(text.includes(words), `${words} in ${text.slice(-1500)}`);
    const fonts = tool('pdffonts', file).trim().split('\n').slice(2);
    assert.ok(fonts.length && fonts.every((line) => / yes yes yes /.test(line)), 'embedded, subset, with text');
});

// PR3. The street runs from north to south; poppler puts words together that are not too steep
test('names of streets can be found in it', async () => {
    const plan = {format: 'A3', scale: 1000, center: [1290847, 389000], crs: 'MSK48_1', rotation: 76, layers: ['streets']};
    assert.match(tool('pdftotext', save('street.pdf', await bytes(await made(plan))), '-'), /ул\. Липовая/);
});

test('the same plan is the same bytes, at once and as a job, and in between another', async () => {
    const plan = {...SITUATION, date: '2026-06-15'}; // without it the day of the print stands on the sheet, and midnight may come
    const [first, other, again] = [await bytes(await made(plan)), await bytes(await made({...plan, scale: 2000})), await bytes(await made(plan))];
    assert.ok(first.equals(again));
    assert.ok(!first.equals(other));
    const {job} = await order(plan);
    assert.equal((await follow(job)).at(-1).name, 'done');
    assert.ok(first.equals(await bytes(await server.get(`/print/jobs/${job.id}/result`))));
});

// PR1 of the acceptance of prints: a baseline of exactly 1000.00 m that is planted in the sample town
const BASELINE = {version: 8, sources: {s: {type: 'vector'}}, layers: [{id: 'b', type: 'line', source: 's', 'source-layer': 'baseline',
    filter: ['==', ['geometry-type'], 'LineString'], paint: {'line-color': '#ff00ff', 'line-width': 1}}]};
for (const [format, orientation] of [['A3', 'landscape'], ['A0', 'portrait']])
    for (const rotation of [0, 33])
        test(`a kilometre is 100 mm at 1:10 000 on ${format}, turned by ${rotation} degrees`, async () => {
            const plan = {format, orientation, rotation, scale: 10000, center: [1295400, 392050], crs: 'MSK48_1', style: BASELINE,
                elements: {legend: false}};
            const file = save('baseline.pdf', await bytes(await made(plan)));
            const svg = tool('pdftocairo', '-svg', file, '-');
            const lines = [...svg.matchAll(/<path [^>]*stroke[:=]"?rgb\(100%, ?0%, ?100%\)[^>]*>/g)].map(([tag]) => {
                const [a, b, c, d, e, f] = (/transform="matrix\(([^)]*)\)"/.exec(tag)?.[1] ?? '1,0,0,1,0,0').split(/[ ,]+/).map(Number);
                const at = [.../ d="([^"]*)"/.exec(tag)[1].matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [a * x + c * y + e, b * x + d * y + f]);
                return at.slice(1).reduce((sum, p, i) => sum + Math.hypot(p[0] - at[i][0], p[1] - at[i][1]), 0) * MM_A_POINT;
            });
            assert.equal(lines.length, 1, svg.slice(0, 500));
            assert.ok(Math.abs(lines[0] - 100) < 0.2, `${lines[0]} mm`);
        });

test('drawings and pictures, whole and as a preview', async () => {
    const svg = await made({...SITUATION, output: 'svg'});
    assert.equal(svg.headers.get('content-type'), 'image/svg+xml');
    assert.equal(svg.headers.get('content-encoding'), 'gzip');
    assert.match(await svg.text(), /^<\?xml [^]*<svg [^>]*width="1190\.5\d*(pt)?"/);
    const size = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];
    const png = await bytes(await made({...SITUATION, output: 'png', dpi: 50}));
    assert.deepEqual(size(png), [Math.round(420 / 25.4 * 50), Math.round(297 / 25.4 * 50)]);
    const preview = await made({...SITUATION, template: 'album', format: 'A4'}, '?preview=1'), picture = await bytes(preview);
    assert.equal(preview.headers.get('content-type'), 'image/png');
    assert.match(preview.headers.get('content-disposition'), /\.png$/);
    assert.deepEqual(size(picture), [Math.round(297 / 25.4 * 60), Math.round(210 / 25.4 * 60)]);
});

test('only the layers that a plan names are on it', async () => {
    const text = async (layers) => tool('pdftotext', save('some.pdf', await bytes(await made({...SITUATION, template: undefined,
        format: 'A3', scale: 2000, layers}))), '-');
    const streets = await text(['streets']), houses = await text(['buildings']); // as the legend has them
    assert.match(streets, /Улицы/);
    assert.doesNotMatch(houses, /Улицы/);
    assert.match(houses, /Здания/);
    assert.doesNotMatch(streets, /Здания/);
});

test('what is wrong is said with its place', async () => {
    const text = {...SITUATION, title: 'ё'.repeat(2001)};
    await refused('', 400, undefined, /send a plan/);
    await refused('{"title": ', 400, undefined, /line 1: not JSON/);
    await refused('['.repeat(200000), 413, undefined, /levels/);
    await refused('[[[', 400, undefined, /not JSON/);
    await refused('[]', 400, undefined, /write an object/);
    await refused('{"title": "a", "title": "b"}', 400, undefined, /not JSON/);
    await refused({titel: 'x'}, 400, undefined, /unknown member "titel": did you mean "title"/);
    await refused({...SITUATION, scale: 1}, 400, 'scale', /from 50/);
    await refused({...SITUATION, scale: '2000'}, 400, 'scale', /a number/);
    await refused({...SITUATION, scale: 1e300}, 400, 'scale', /a number/);
    await refused({...SITUATION, format: '10000000x10000000'}, 400, 'format', /2600/);
    await refused({...SITUATION, format: {}}, 400, 'format', /a text/);
    await refused({...SITUATION, rotation: 1e9}, 400, 'rotation', /from -360/);
    await refused({...SITUATION, output: 'png', dpi: 1e6}, 400, 'dpi', /to 1200/);
    await refused({...SITUATION, format: 'A0', output: 'png', dpi: 1200}, 413, 'dpi', /pixels/);
    await refused(text, 413, 'title', /4000 bytes/);
    await refused({...SITUATION, notes: 'x'.repeat(300000)}, 413, undefined, /at most 256 kB/);
    await refused({...SITUATION, layers: ['streets', 'strets']}, 400, 'layers', /no layer "strets"/);
    await refused({...SITUATION, layers: 'streets'}, 400, 'layers', /a list/);
    await refused({...SITUATION, template: '../../tokens'}, 400, 'template', /there are album, /);
    await refused({...SITUATION, style: 'neon'}, 400, 'style', /no such style/);
    await refused({...SITUATION, elements: {grid: 1}}, 400, 'elements.grid', /true or false/);
    await refused({...SITUATION, elements: {form: '../forms/gost-21.101-3'}}, 400, 'elements.form', /no form/);
    await refused({...SITUATION, object: {layer: 'projects'}}, 400, 'object.id', /layer and the id/);
    await refused({...SITUATION, extent: [1, 2, 3]}, 400, 'extent', /4 numbers/);
    await refused({...SITUATION, crs: 'EPSG:0'}, 400, 'crs', /./);
    await refused({...SITUATION, crs: 'http://169.254.169.254/crs'}, 400, 'crs', /./);
    await refused({...SITUATION, filter: {streets: 'name = '}}, 400, 'filter.streets', /./);
    await refused({...SITUATION, filter: {strets: '1 = 1'}}, 400, 'filter.strets', /no layer/);
    await refused({format: 'A5', atlas: {by: 'features', layer: 'addresses'}}, 413, 'atlas', /more than 200 sheets/);
    await refused({template: 'album', extent: [39.05, 52.3, 39.15, 52.4], scale: 50}, 413, 'atlas', /more than 200 sheets/);
    await refused({template: 'album', output: 'svg'}, 400, 'output', /pdf/);
    assert.equal((await server.get('/print')).status, 405);
    assert.equal((await post(SITUATION, {'Content-Type': 'text/plain'})).status, 415);
    assert.equal((await post(SITUATION, {'Content-Type': 'application/jsonx'})).status, 415);
    assert.equal((await post(SITUATION, {}, '?prewiew=1')).status, 400);
    assert.equal((await order({...SITUATION, scale: 1})).answer.status, 400, 'before it is queued');
});

test('a style that came with the plan: no address of it is asked, and what is hostile is refused or bounded', async (t) => {
    let asked = 0;
    const trap = createServer((_, answer) => answer.end(String(asked++))).listen(0, '127.0.0.1');
    await new Promise((done) => trap.once('listening', done));
    t.after(() => trap.close());
    const url = `http://127.0.0.1:${trap.address().port}`;
    const line = (extra) => ({version: 8, sprite: `${url}/s`, glyphs: `${url}/{fontstack}/{range}`,
        sources: {s: {type: 'vector', url: `${url}/t.json`, tiles: [`${url}/{z}/{x}/{y}`]}, g: {type: 'geojson', data: `${url}/g`}},
        layers: [{id: 'a', type: 'line', source: 's', 'source-layer': 'streets', ...extra},
            {id: 'i', type: 'symbol', source: 'g', 'source-layer': 'stops', layout: {'icon-image': `${url}/icon.png`}}]});
    const plan = (style) => ({...SITUATION, template: undefined, format: 'A5', scale: 5000, style});
    await made(plan(line()));
    await made(plan(line({paint: {'line-width': 1e30, 'line-color': 'red', 'line-dasharray': [1e-9, 1e-9]}})));
    await made(plan(line({paint: {'line-width': ['^', 10, ['^', 10, 3]], 'line-offset': -1e300}})));
    assert.equal(asked, 0);
    await refused(plan({version: 7}), 400, 'style.version', /version/);
    await refused(plan({}), 400, 'style.version', /version/);
    await refused(plan(line({paint: {'line-width': ['no-such', 1]}})), 400, 'style.layers[0].paint.line-width', /./);
    let deep = ['get', 'a'];
    for (let i = 0; i < 900; i++)
        deep = ['!', deep];
    const nested = await post(plan(line({filter: deep})));
    assert.ok([200, 400, 413].includes(nested.status));
    const many = {version: 8, sources: {}, layers: Array.from({length: 4000}, (_, i) => ({id: `${i}`, type: 'line', 'source-layer': 'x'}))};
    assert.ok([400, 413].includes((await post(plan(many))).status));
    assert.equal((await server.get('/healthz')).status, 200);
});

test('a job: told of, followed, its result taken, asked for again, let go', async () => {
    const {answer, job} = await order(SITUATION);
    assert.equal(answer.status, 202);
    assert.equal(answer.headers.get('preference-applied'), 'respond-async');
    assert.equal(answer.headers.get('location'), `${server.url}/print/jobs/${job.id}`);
    assert.match(job.id, /^[0-9a-f]{32}$/);
    assert.deepEqual(job.links.map(({rel}) => rel.split('/').at(-1)), ['self', 'monitor', 'cancel', 'results']);
    const seen = await follow(job);
    assert.deepEqual(seen.slice(0, -1).filter(({name, id}) => name !== 'progress' || id !== job.id), []);
    const {name, status, done, sheets, progress} = seen.at(-1);
    assert.deepEqual({name, status, done, sheets, progress}, {name: 'done', status: 'done', done: 1, sheets: 1, progress: 1});
    for (let i = 1; i < seen.length; i++)
        assert.ok(seen[i].progress >= seen[i - 1].progress);
    const late = await follow(job); // who comes when it is over
    assert.deepEqual(late.map((event) => event.name), ['done']);
    const path = `/print/jobs/${job.id}/result`, result = await server.get(path), data = await bytes(result);
    assert.equal(data.subarray(0, 5).toString(), '%PDF-');
    assert.match(result.headers.get('content-disposition'), /filename\*=UTF-8''%D0%A3/);
    const etag = result.headers.get('etag');
    assert.equal((await server.get(path, {headers: {'If-None-Match': etag}})).status, 304);
    assert.equal((await server.get(path, {method: 'HEAD'})).headers.get('content-length'), String(data.length));
    assert.equal((await server.get(`/print/jobs/${job.id}`, {method: 'DELETE'})).status, 204);
    for (const part of ['', '/events', '/result'])
        assert.equal((await server.get(`/print/jobs/${job.id}${part}`)).status, 410);
    for (const id of ['0'.repeat(32), 'x', '%00', '..%2f'])
        assert.ok([400, 404].includes((await server.get(`/print/jobs/${id}`)).status), id);
});

test('an atlas tells of each sheet that is done', async () => {
    const {job} = await order({template: 'album', scale: 5000}), seen = await follow(job), last = seen.at(-1);
    assert.ok(last.name === 'done' && last.sheets > 3 && last.done === last.sheets, JSON.stringify(last));
    const counts = seen.filter(({sheets}) => sheets === last.sheets).map(({done}) => done);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
    assert.ok(counts.length >= 2 && counts[0] === 0, `${counts}`);
    const result = await server.get(`/print/jobs/${job.id}/result`);
    assert.equal(Number(result.headers.get('x-munimap-sheets')), last.sheets);
    assert.match(tool('pdfinfo', save('album.pdf', await bytes(result))), new RegExp(`^Pages:\\s+${last.sheets}$`, 'm'));
});

test('a job that fails says where', async () => {
    const {job} = await order({...SITUATION, object: {layer: 'projects', id: 'no-such-project'}});
    const end = (await follow(job)).at(-1);
    assert.deepEqual([end.name, end.status, end.error.where, end.error.code], ['failed', 'failed', 'object.id', 'invalid']);
    assert.equal((await server.get(`/print/jobs/${job.id}/result`)).status, 404);
    const state = await server.json(`/print/jobs/${job.id}`);
    assert.deepEqual(state.links.map(({rel}) => rel), ['self']);
});

test('the queue has an end, what waits and what runs is cancelled', async () => {
    const ids = [];
    let full = null;
    while (!full) {
        const {answer, job} = await order(BIG);
        if (job)
            ids.push(job.id);
        else
            full = answer;
        assert.ok(ids.length < 60, 'no end');
    }
    assert.equal(full.status, 503);
    assert.ok(Number(full.headers.get('retry-after')) > 0);
    assert.match((await full.json()).detail, /16 prints wait already/);
    // one may have just ended and the next not begun yet
    let states, running = [];
    for (let tries = 0; !running.length && tries < 100; tries++) {
        states = await Promise.all(ids.map((id) => server.json(`/print/jobs/${id}`)));
        running = states.filter(({status}) => status === 'running');
    }
    const last = states.at(-1);
    assert.ok(running.length >= 1 && last.status === 'queued' && last.before >= 10, JSON.stringify(states));
    const ends = [last, running.at(-1)].map((job) => follow(job));
    assert.equal((await server.get('/tiles/streets/12/2492/1347.mvt')).status, 200, 'others are served');
    for (const id of ids.reverse())
        assert.equal((await server.get(`/print/jobs/${id}`, {method: 'DELETE'})).status, 204);
    for (const end of await Promise.all(ends))
        assert.equal(end.at(-1).name, 'cancelled');
    const metrics = await (await server.get('/metrics')).text();
    assert.match(metrics, /^munimap_print_jobs\{status="queued"\} 0$/m);
    assert.match(metrics, /^munimap_print_jobs_total\{status="refused"\} 1$/m);
});

test('one client behind a proxy has as many as one may, another goes on; a stop ends what runs and listens', async () => {
    const folder = join(temp.dir, 'proxied'), town = join(root, 'data-samples/town');
    mkdirSync(folder);
    for (const name of ['buildings.yaml', 'streets.yaml'])
        writeFileSync(join(folder, name), readFileSync(join(root, 'layers', name), 'utf8').replaceAll('../data-samples/town', town));
    writeFileSync(join(folder, 'map.yaml'), `crs: MSK48_1\nallow: [${town}]\nserver: {trusted_proxies: [127.0.0.1]}\n`);
    const own = await serve(folder);
    const big = {format: 'A0', scale: 500, center: [39.0969, 52.3524]}, from = (address) => ({'X-Forwarded-For': address});
    const first = [];
    let refusal = null;
    while (!refusal) {
        const {answer, job} = await order(big, own, from('10.1.1.1'));
        if (job)
            first.push(job);
        else
            refusal = answer;
        assert.ok(first.length < 60, 'no end');
    }
    assert.equal(refusal.status, 429);
    assert.match((await refusal.json()).detail, /4 prints of yours/);
    const {job} = await order(big, own, from('10.1.1.2'));
    assert.ok(job);
    const stream = follow(job, own).catch((error) => [{name: String(error)}]);
    const end = await own.stop();
    assert.equal(end.code, 0);
    assert.notEqual((await stream).at(-1)?.name, 'done');
});

test('templates and the schema: what they name is what is read', async () => {
    const {templates} = await server.json('/print/templates?lang=en'), schema = await server.json('/print/schema');
    const files = readdirSync(join(root, 'styles/plans')).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    assert.deepEqual(templates.map(({id}) => id).sort(), files.sort());
    const known = schema.properties, elements = known.elements.properties;
    for (const {id, title, description, links} of templates) {
        assert.ok(/^[ -~×]+$/.test(title) && description.length > 10, `${title}: ${description}`);
        const plan = await server.json(new URL(links[0].href).pathname);
        for (const key of Object.keys(plan))
            assert.ok(key === 'description' || key in known, `${id}: ${key}`);
        for (const key of Object.keys(plan.elements ?? {}))
            assert.ok(key in elements, `${id}: elements.${key}`);
    }
    const unknown = async (plan) => /unknown member/.test(await (await post(plan)).text());
    for (const key of Object.keys(known)) // a value that none of them takes
        assert.equal(await unknown({...SITUATION, [key]: key === 'elements' ? {x: []} : [[]]}), key === 'elements', key);
    for (const key of Object.keys(elements))
        assert.equal(await unknown({...SITUATION, elements: {[key]: []}}), false, key);
    for (const where of [{}, {atlas: {by: 'grid', x: 1}}, {elements: {table: {layer: 'projects', x: 1}}}, {elements: {street_index: {x: 1}}}])
        assert.equal(await unknown({...SITUATION, ...where, ...(Object.keys(where).length ? {} : {x: 1})}), true, JSON.stringify(where));
    assert.equal((await server.get('/print/templates/none')).status, 404);
    assert.equal((await server.get('/print/templates/forms')).status, 404);
});

test('styles of one\'s own: what is too much is refused, what is infinite is not drawn so, a shield holds its text', async () => {
    const styled = (layer, format = 'A2') => ({format, scale: 2000, center: [39.1001, 52.3524], elements: {legend: false, overview: false}, layers: ['manholes', 'streets'],
        style: {version: 8, sources: {s: {type: 'vector'}}, layers: [{id: 'own', source: 's', ...layer}]}});
    const icons = {type: 'symbol', 'source-layer': 'manholes'};
    await refused(styled({...icons, layout: {'icon-image': 'hatch', 'icon-allow-overlap': true, 'icon-padding': 1e5}}, 'A0'), 413, 'layers', /icon-padding/);
    await made(styled({...icons, layout: {'icon-image': 'hatch', 'icon-size': ['/', 1, 0], 'icon-rotate': ['/', 1, 0]}}));
    await made(styled({...icons, layout: {'text-field': 'x', 'text-letter-spacing': ['*', 1e9, 1e9]}}));
    await made(styled({type: 'line', 'source-layer': 'streets', paint: {'line-pattern': 'pattern-green', 'line-width': 0.01}}));
    const shield = await bytes(await made(styled({type: 'symbol', 'source-layer': 'streets', layout: {'symbol-placement': 'line', 'icon-image': 'hatch', 'text-field': 'М4'}})));
    assert.match(tool('pdftotext', save('shield.pdf', shield), '-'), /М4/);
});
