// A source is edited: only the tiles that it touches are made anew, and who listens is told where.
import assert from 'node:assert/strict';
import {mkdirSync, renameSync, unlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {collection, feature, square} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map'), Z = 12;
let server;

/** A square of 0.002 degrees at each of the places. */
const squares = (places) => collection(places.map(([id, name, x, y]) => feature({name}, square(x, y, 0.002), {id})));
const places = [[1, 'west', 39.0, 52.5], [2, 'middle', 39.5, 52.5], [3, 'east', 40.0, 52.5]];

function write(layer, text) {
    writeFileSync(join(temp.dir, 'next'), text);
    renameSync(join(temp.dir, 'next'), join(dir, `${layer}.geojson`));
}

before(async () => {
    mkdirSync(dir);
    for (const layer of ['houses', 'parks']) {
        write(layer, squares(places));
        writeFileSync(join(dir, `${layer}.yaml`), `source: ${layer}.geojson\n`);
    }
    writeFileSync(join(dir, 'map.yaml'), 'server:\n  trusted_proxies: ["127.0.0.1"]\n');
    server = await serve(dir, {allow: [/status=503 .*as many as there may be/, /layer=broken/]});
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const tileOf = ([, , x, y], z = Z) => {
    const n = 2 ** z, s = Math.sin((y + 0.001) * Math.PI / 180);
    return `${z}/${Math.floor((x + 181 - 1 + 0.001) / 360 * n)}/${Math.floor((0.5 - Math.atanh(s) / (2 * Math.PI)) * n)}`;
};
const made = async () => Number(/munimap_tile_cache_total\{result="made"\} (\d+)/.exec(await (await server.get('/metrics')).text())[1]);

/** Gets tiles, each as its ETag; the number that had to be made. */
async function tiles(paths, etags) {
    const before = await made(), answers = [];
    for (const [i, path] of paths.entries()) {
        const answer = await server.get(path, {headers: etags ? {'If-None-Match': etags[i]} : {}});
        await answer.arrayBuffer();
        answers.push({status: answer.status, etag: answer.headers.get('etag'), cache: answer.headers.get('cache-control')});
    }
    return {answers, made: await made() - before};
}

/** Listens: the events as they come, with what JSON they carry. */
async function listen(path = '/events', headers = {}) {
    const stop = new AbortController(), events = [];
    const answer = await server.get(path, {headers, signal: stop.signal});
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    assert.equal(answer.headers.get('x-accel-buffering'), 'no');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    (async () => {
        let text = '';
        for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
            text += part;
            for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
                const fields = Object.fromEntries(text.slice(0, end).split('\n').map((l) => l.split(/: (.*)/s)));
                if (fields.event)
                    events.push({...fields, data: JSON.parse(fields.data)});
            }
        }
    })().catch(() => {});
    return {events, stop: () => stop.abort(), async next(event) {
        const found = await until(() => `event ${event}\n${server.log().slice(-2000)}`, () => events.find((e) => e.event === event && !e.isTaken));
        return Object.assign(found, {isTaken: true});
    }};
}

test('an edit makes only the tiles that it touches anew, and says where it was', async () => {
    const all = await listen(), parks = await listen('/events?layers=parks');
    const far = await listen('/events?bbox=38,52,39.2,53'), near = await listen('/events?layers=houses&bbox=39.501,52,39.6,53');
    assert.equal((await all.next('hello')).data.version, (await server.json('/map.json')).version);
    const paths = ['houses', 'houses,parks', 'houses_label'].flatMap((l) => places.map((p) => `/tiles/${l}/${tileOf(p)}.mvt`));
    const first = await tiles(paths);
    assert.deepEqual(first.answers.map((a) => a.status), paths.map(() => 200));
    assert.ok(first.answers.every((a) => a.cache === 'no-cache'));
    assert.ok(first.made >= paths.length);
    assert.equal((await tiles(paths)).made, 0);

    write('houses', squares(places.map((p, i) => (i === 1 ? [2, 'new name', 39.5, 52.5] : p))));
    const told = (await all.next('layer')).data;
    assert.equal(told.layer, 'houses');
    assert.equal(told.version, (await server.json('/map.json')).layers.find((l) => l.id === 'houses').version);
    assert.equal(told.boxes.length, 1);
    assert.deepEqual(told.bbox, told.boxes[0]);
    const [w, s, e, n] = told.bbox, about = (a, b) => Math.abs(a - b) < 1e-6;
    assert.ok(about(w, 39.5) && about(s, 52.5) && about(e, 39.502) && about(n, 52.502), `${told.bbox}`);
    assert.ok(w <= 39.5 && s <= 52.5 && e >= 39.502 && n >= 52.502);

    const second = await tiles(paths, first.answers.map((a) => a.etag));
    assert.deepEqual(second.answers.map((a) => a.status), [304, 200, 304, 304, 200, 304, 304, 200, 304]);
    const changed = paths.filter((_, i) => i % 3 === 1);
    assert.ok(second.made > 0 && second.made <= 2 * changed.length, `${second.made} made`); // plain and packed
    assert.equal((await tiles(paths)).made, 0);
    assert.equal((await near.next('layer')).data.version, told.version);
    for (const other of [parks, far])
        assert.equal(other.events.filter((x) => x.event === 'layer').length, 0);
    assert.equal((await server.get('/events?bbox=1,2')).status, 400);

    write('houses', squares(places)); // and back: the tiles of before are still there
    await all.next('layer');
    const third = await tiles(paths, first.answers.map((a) => a.etag));
    assert.deepEqual(third.answers.map((a) => a.status), paths.map(() => 304));
    assert.equal(third.made, 0);
    for (const one of [all, parks, far, near])
        one.stop();
});

test('what is new of the map but for the data of layers is told', async () => {
    const all = await listen(), houses = await listen('/events?layers=houses');
    await Promise.all([all.next('hello'), houses.next('hello')]);
    for (const [change, failed] of [[() => writeFileSync(join(dir, 'broken.yaml'), 'source: none.geojson\n'), 'broken'], [() => unlinkSync(join(dir, 'broken.yaml')), '']]) {
        change();
        await until(failed, async () => {
            const map = await server.json('/map.json'), {event, data} = all.events.at(-1);
            return map.failed.join() === failed && event === 'map' && data.version === map.version;
        });
    }
    assert.ok(all.events.every(({event}) => event !== 'layer'));
    assert.deepEqual(houses.events.map(({event}) => event), ['hello']);
    all.stop();
    houses.stop();
});

test('a condition means of events what it means of items: a change of nothing that matches is not told', async () => {
    const is = (text) => `&filter=${encodeURIComponent(text)}`;
    const asked = {all: '', text: is("name = 'new name'"), json: `&filter-lang=cql2-json${is(JSON.stringify({op: '=', args: [{property: 'name'}, 'new name']}))}`,
        box: is('S_INTERSECTS(geometry, BBOX(39.4, 52.4, 39.6, 52.6))'), window: '&bbox=39.4,52.4,39.6,52.6&properties=name',
        field: '&name=new%20name', place: '&properties=', none: is("name = 'no such'")};
    const at = {};
    for (const [name, query] of Object.entries(asked))
        at[name] = await listen(`/events?layers=houses${query}`);
    const steps = [ // the houses as they become, and who is told
        [[[1, 'west', 39.0, 52.5], [2, 'new name', 39.5, 52.5], [3, 'east', 40.0, 52.5]], 'all text json box window field'],
        [[[1, 'w', 39.0, 52.5], [2, 'new name', 39.5, 52.5], [3, 'east', 40.0, 52.5]], 'all'],
        [[[1, 'w', 39.0, 52.5], [2, 'new name', 39.55, 52.5], [3, 'east', 40.0, 52.5]], 'all text json box window field place'],
        [[[1, 'w', 39.0, 52.5], [2, 'middle', 39.55, 52.5], [3, 'east', 40.0, 52.5]], 'all text json box window field'],
        [[[1, 'w', 39.0, 52.5], [2, 'middle', 39.55, 52.5], [3, 'east', 40.1, 52.5]], 'all place'],
        [[[1, 'w', 39.0, 52.5], [2, 'middle', 39.55, 52.5]], 'all place'],
        [[[1, 'w', 39.0, 52.5], [2, 'new name', 39.7, 52.5]], 'all text json box window field place'],
    ];
    const told = Object.fromEntries(Object.keys(asked).map((name) => [name, []]));
    for (const [rows, names] of steps) {
        write('houses', squares(rows));
        const {data} = await at.all.next('layer');
        for (const name of names.split(' '))
            told[name].push(data.version);
    }
    for (const name of Object.keys(asked).filter((n) => told[n].length)) // the last change comes to all but one
        await until(`the last of ${name}`, () => at[name].events.at(-1).data.version === told[name].at(-1));
    for (const name of Object.keys(asked))
        assert.deepEqual(at[name].events.filter((e) => e.event === 'layer').map((e) => e.data.version), told[name], name);

    const last = at.all.events.at(-1).id, [boot, number] = last.split('-');
    const again = await listen(`/events?layers=houses${asked.text}`, {'Last-Event-ID': `${boot}-${number - 3}`});
    assert.equal((await again.next('layer')).id, last, 'those before were nothing to this condition');
    for (const path of ['filter=1=1', 'layers=houses&filter=nam=1', 'layers=houses&filter=(', 'layers=houses&properties=x', 'layers=houses&datetime=x', 'nothing=1', 'layers=houses&nothing=1'])
        assert.equal((await server.get(`/events?${path}`)).status, 400, path);
    const more = [];
    for (let i = 0; i < 16 - 7; i++)
        more.push(await listen(`/events?layers=houses${is(`name = '${i}'`)}`));
    const refused = await server.get(`/events?layers=houses${is("name = 'one too many'")}`);
    assert.equal(refused.status, 503);
    assert.match((await refused.json()).detail, /^16 different filters .* try again later, or listen without a filter$/);
    (await listen('/events?layers=houses')).stop(); // without one there is place
    more.push(await listen(`/events?layers=houses${asked.text}`));
    write('houses', squares(places));
    await at.all.next('layer');
    for (const one of [...Object.values(at), again, ...more])
        one.stop();
});

test('one client cannot take the place of all: four filters for an address, and the fifth is told what to do', async () => {
    const from = (address, i) => [`/events?layers=houses&filter=${encodeURIComponent(`name = '${i}'`)}`, {'X-Forwarded-For': address}];
    const refusal = async (...of) => {
        const answer = await server.get(of[0], {headers: of[1]});
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
        return [answer.status, (await answer.json()).detail];
    };
    const TOLD = [429, '4 different filters are listened to from your address already, which is as many as one may have: stop one of them, or listen without a filter'];
    const open = [];
    for (const [address, names] of [['198.51.100.7', [0, 1, 2, 3, 3, 0]], ['198.51.100.8', [0, 1, 4, 5]], ['2001:db8:1:2::1', [6, 7]], ['2001:db8:1:2:ffff::9', [8, 9]], ['127.0.0.1', [10, 11, 0, 1, 2]]])
        for (const i of names)
            open.push(await listen(...from(address, i)));
    assert.deepEqual(await refusal(...from('198.51.100.7', 4)), TOLD, 'also one that others have');
    assert.deepEqual(await refusal(...from('198.51.100.8', 12)), TOLD);
    assert.deepEqual(await refusal(...from('2001:db8:1:2::3', 12)), TOLD, 'a network of IPv6 is one client');
    open.push(await listen(...from('2001:db8:1:3::3', 12)), await listen('/events', {'X-Forwarded-For': '198.51.100.7'}));
    open.shift().stop(); // its name is listened to by another of the same client
    assert.deepEqual(await refusal(...from('198.51.100.7', 13)), TOLD);
    open.splice(0, 1)[0].stop(); // the only one of its name
    await until('a place is free', async () => {
        const answer = await server.get(...(([path, headers]) => [path, {headers}])(from('198.51.100.7', 13)));
        await answer.body.cancel();
        return answer.status === 200;
    });
    for (const one of open)
        one.stop();
});

test('a source that is written again as it was changes nothing', async () => {
    const all = await listen(), path = `/tiles/houses/${tileOf(places[0])}.mvt`;
    const first = await tiles([path]);
    write('houses', squares(places)); // another time, the same content
    write('parks', squares(places.map((p, i) => (i === 2 ? [3, 'east', 40.1, 52.6] : p))));
    const told = (await all.next('layer')).data;
    assert.equal(told.layer, 'parks', 'nothing is said of houses');
    for (const [x, y] of [[40.001, 52.501], [40.101, 52.601]]) // where it was, and where it is
        assert.ok(told.boxes.some(([w, s, e, n]) => w < x && x < e && s < y && y < n), JSON.stringify(told.boxes));
    const second = await tiles([path], [first.answers[0].etag]);
    assert.deepEqual([second.answers[0].status, second.made], [304, 0]);
    all.stop();
});

test('many edits: each tile is what a fresh server would make of it', async () => {
    const grid = [];
    for (let i = 0; i < 60; i++)
        grid.push([i + 1, `house ${i}`, 39 + (i % 10) * 0.03, 52.5 + Math.floor(i / 10) * 0.03]);
    const all = await listen('/events?layers=houses');
    const paths = [...new Set([6, 9, 11, 13].flatMap((z) => grid.map((p) => `/tiles/houses/${tileOf(p, z)}.mvt`)))];
    for (let round = 0; round < 25; round++) { // more than a history keeps
        const one = grid[(round * 7) % grid.length];
        one[round % 2 ? 1 : 2] = round % 2 ? `renamed ${round}` : one[2] + 0.004;
        write('houses', squares(grid));
        await all.next('layer');
        await tiles(paths.filter((_, i) => i % 5 === round % 5));
    }
    const fresh = await serve(dir, {allow: [/owns the cache/]});
    for (const path of paths) {
        const [a, b] = await Promise.all([server, fresh].map(async (s) => Buffer.from(await (await s.get(path)).arrayBuffer())));
        assert.ok(a.equals(b), path);
    }
    await fresh.stop();
    all.stop();
});

test('who was away is told what it missed; a filter of no layer is refused', async () => {
    const first = await listen();
    const id = (await first.next('hello')).id;
    first.stop();
    const other = await listen();
    write('parks', squares(places.slice(0, 2)));
    await other.next('layer');
    const again = await listen('/events', {'Last-Event-ID': id});
    const told = await again.next('layer');
    assert.equal(told.data.layer, 'parks');
    assert.equal(again.events.filter((e) => e.event === 'hello').length, 0);
    const elsewhere = await listen('/events', {'Last-Event-ID': '0000000000000000-7'});
    await elsewhere.next('reset');
    assert.equal((await server.get('/events?layers=houses,nothing')).status, 404);
    assert.equal((await server.get('/events?layer=houses')).status, 400);
    [other, again, elsewhere].forEach((l) => l.stop());
});

test('a layer that comes, and one that goes', async () => {
    const all = await listen();
    writeFileSync(join(dir, 'more.yaml'), 'source: parks.geojson\n');
    const come = (await all.next('layer')).data;
    assert.equal(come.layer, 'more');
    assert.ok(come.version && come.bbox[0] <= 39 && come.bbox[2] >= 39.5);
    unlinkSync(join(dir, 'more.yaml'));
    const gone = (await all.next('layer')).data;
    assert.deepEqual([gone.layer, gone.version], ['more', null]);
    assert.ok(gone.bbox);
    all.stop();
});
