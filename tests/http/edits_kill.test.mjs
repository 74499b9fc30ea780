// The server and its children are killed at random moments while they write: after each start every edit that was answered
// is there, nothing is there in halves, and the file is sound. MM_KILLS sets how often.
import assert from 'node:assert/strict';
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {editor, geopackage, sound, soundness, sqlite} from '../lib/edits.mjs';
import {feature, point} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const KILLS = Number(process.env.MM_KILLS || 40), ROWS = 20, BATCH = 100;
const temp = tempDir(), dir = join(temp.dir, 'map');
let file, next = 0;

/** What the data must be: `sure` was answered, `maybe` was asked for and never answered. */
const created = {sure: new Set(), maybe: new Set()}, batches = {sure: new Set(), maybe: new Set()};
const value = Array.from({length: ROWS}, () => ({sure: 0, maybe: new Set()}));

before(() => {
    mkdirSync(dir);
    const rows = Array.from({length: ROWS}, (_, i) => feature({name: `row ${i}`, a: 0, b: 0}, point(39, 52)));
    file = geopackage(dir, 'data', rows, ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'data.yaml'), 'source: data.gpkg\neditable: true\n');
});
after(() => temp.remove());

function childrenOf(pid) {
    try {
        return readdirSync(`/proc/${pid}/task`).flatMap((t) => readFileSync(`/proc/${pid}/task/${t}/children`, 'utf8').trim().split(' '))
            .filter((c) => c).map(Number);
    } catch {
        return [];
    }
}

/** Kills all at once: the server first, or a child first, which must not make the server answer what is not written. */
function killAll(server) {
    const children = childrenOf(server.child.pid), all = [server.child.pid, ...children];
    for (const pid of Math.random() < 0.5 ? all : all.reverse())
        try {
            process.kill(pid, 'SIGKILL');
        } catch { /* it has ended */ }
}

async function create(layer) {
    const name = `new ${next++}`;
    created.maybe.add(name);
    const answer = await layer.post(feature({name, a: 1, b: 1}, point(39 + next / 1e5, 52.1)));
    if (answer.status === 201)
        created.sure.add(name);
}

async function createMany(layer) {
    const name = `batch ${next++}`;
    batches.maybe.add(name);
    const answer = await layer.post({type: 'FeatureCollection', features: Array.from({length: BATCH}, (_, i) =>
        feature({name, a: i, b: i}, point(39.5 + next / 1e5, 52.2 + i / 1000)))});
    if (answer.status === 201)
        batches.sure.add(name);
}

/** One writer a row, so that the last answer is known. */
async function change(layer, row) {
    const n = ++next;
    value[row].maybe.add(n);
    const answer = await layer.patch(row + 1, {properties: {a: n, b: n}, geometry: point(39 + n / 1e5, 52)});
    if (answer.status === 204)
        value[row] = {sure: n, maybe: new Set([n])};
}

async function write(layer, writer, stop) {
    for (let turn = writer; !stop.done; turn++)
        try {
            if (turn % 3 === 0)
                await create(layer);
            else if (turn % 3 === 1)
                await change(layer, (writer * 5 + turn) % 5 + writer * 5);
            else
                await createMany(layer);
        } catch {
            return; // the server has gone
        }
}

async function check(server) {
    const {features} = await server.json('/collections/data/items?limit=10000'), names = new Map();
    for (const {properties: p, geometry: g} of features) {
        assert.equal(p.a, p.b, `${p.name} is half written`);
        names.set(p.name, (names.get(p.name) ?? 0) + 1);
        const row = /^row (\d+)$/.exec(p.name);
        if (!row)
            continue;
        const v = value[row[1]];
        assert.ok(p.a === v.sure || v.maybe.has(p.a), `${p.name} is ${p.a}, last answered ${v.sure}`);
        assert.ok(Math.abs(g.coordinates[0] - (p.a ? 39 + p.a / 1e5 : 39)) < 1e-9, `${p.name} is half written`);
        value[row[1]] = {sure: p.a, maybe: new Set()};
    }
    for (const name of created.sure)
        assert.equal(names.get(name), 1, `${name} was answered and is not there`);
    for (const name of batches.sure)
        assert.equal(names.get(name), BATCH, `${name} was answered and is not there as a whole`);
    for (const [name, count] of names)
        if (!name.startsWith('row'))
            assert.ok(name.startsWith('new') ? created.maybe.has(name) && count === 1 : batches.maybe.has(name) && count === BATCH, `${name}: ${count}`);
}

test(`${KILLS} kills lose nothing that was answered`, {timeout: KILLS * 20000}, async () => {
    let journals = 0;
    for (let kill = 0; kill < KILLS; kill++) {
        const server = await serve(dir, {args: ['--edit']}), layer = editor(server, 'data'), stop = {done: false};
        await check(server);
        const writers = [0, 1, 2, 3].map((w) => write(layer, w, stop));
        if (kill % 4 === 0) // a machine that is at work for others may answer nothing in so little time
            await until('a row is there', () => created.sure.size > 0);
        else if (kill % 4 === 2)
            await until('a batch is there', () => batches.sure.size > 0);
        await pause(20 + Math.random() * 600);
        killAll(server);
        stop.done = true;
        await Promise.all(writers);
        await server.stop().catch(() => {});
        journals += (statSync(`${file}-journal`, {throwIfNoEntry: false})?.size ?? 0) > 0;
        if (kill % 10 === 9)
            assert.deepEqual(soundness(file), sound);
        else if (kill % 2) // sqlite3 rolls back what was begun; at the other times the server finds it as it was left
            assert.equal(sqlite(file, 'PRAGMA integrity_check')[0][0], 'ok');
    }
    const server = await serve(dir, {args: ['--edit']});
    await check(server);
    assert.equal((await editor(server, 'data').post(feature({name: 'the end', a: 0, b: 0}, null))).status, 201);
    await server.stop();
    assert.deepEqual(soundness(file), sound);
    assert.ok(created.sure.size > 0 && batches.sure.size > 0, 'nothing was written at all');
    process.stdout.write(`# ${created.sure.size + batches.sure.size} answered of ${created.maybe.size + batches.maybe.size}; ${journals} journals left behind\n`);
});
