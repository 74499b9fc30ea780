// /events on the wire: what listeners get, what those who come again get, slow ones, a thousand at once, the end.
// Server: HTTP_TEST_SERVER, default build/tests/http_server.
import assert from 'node:assert/strict';
import net from 'node:net';
import {after, test} from 'node:test';
import {spawn} from 'node:child_process';
import {until, within} from '../lib/wait.mjs';

const binary = process.env.HTTP_TEST_SERVER || 'build/tests/http_server';
const RING = 256, THOUSAND = 1000;
const running = new Set();

function start(...options) {
    return new Promise((resolve, reject) => {
        const child = spawn(binary, options, {stdio: ['ignore', 'pipe', 'pipe']});
        const server = {child, log: ''};
        server.stop = () => new Promise((done) => {
            running.delete(server);
            child.once('close', (code) => done({code, log: server.log}));
            child.kill('SIGTERM');
        });
        running.add(server);
        child.on('error', reject);
        child.stderr.on('data', (d) => server.log += d);
        child.stdout.on('data', (d) => {
            server.port = Number(/listening (\d+)/.exec(d)[1]);
            resolve(server);
        });
    });
}

after(async () => {
    for (const server of running)
        await server.stop();
});

/** The bytes of chunks that have begun to come. */
function dechunk(raw) {
    let text = '';
    for (let at = 0; at < raw.length;) {
        const line = raw.indexOf('\r\n', at), size = parseInt(raw.slice(at, line), 16);
        if (line < 0 || !size)
            break;
        text += raw.slice(line + 2, line + 2 + size);
        at = line + size + 4;
    }
    return text;
}

/** A listener over a bare socket: what came so far, as text, the chunks put together. */
function listen(port, {path = '/events', headers = '', read = true} = {}) {
    const socket = net.connect(port, '127.0.0.1');
    const c = {socket, raw: '', isClosed: false, waiting: []};
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: h\r\n${headers}\r\n`));
    if (read)
        socket.on('data', (d) => {
            c.raw += d;
            c.waiting = c.waiting.filter((check) => !check());
        });
    socket.on('error', () => {});
    socket.on('close', () => {
        c.isClosed = true;
        c.waiting = c.waiting.filter((check) => !check());
    });
    c.text = () => dechunk(c.raw.slice(c.raw.indexOf('\r\n\r\n') + 4));
    // an event is there with the blank line behind it
    c.events = () => c.text().split('\n\n').slice(0, -1).filter((part) => /^event:/m.test(part)).map((part) => Object.fromEntries(
        part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])));
    c.until = (what, check, ms = 30000) => new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms; ${c.raw.slice(-500)}`)), ms);
        const look = () => check(c) && (clearTimeout(timer), resolve(c), true);
        if (!look())
            c.waiting.push(look);
    });
    c.has = (count, name = 'news') => c.until(`${count} events`, () => c.events().filter((e) => e.event === name).length >= count);
    return c;
}

// on a connection of its own: one that is kept may just be closed by the limits that are tested here
const ask = async (server, path) => (await fetch(`http://127.0.0.1:${server.port}${path}`, {headers: {connection: 'close'}})).text();
const metric = async (server, name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await ask(server, '/metrics'))[1]);

// who hears nothing from the first test to the last
const calm = start().then((server) => ({server, listener: listen(server.port)}));

test('a listener is greeted, told, and told only what it listens to', async () => {
    const server = await start();
    const all = listen(server.port), some = listen(server.port, {path: '/events?topic=b'});
    await Promise.all([all.has(1, 'hello'), some.has(1, 'hello')]);
    assert.match(all.raw, /^HTTP\/1.1 200 OK\r\n/);
    assert.match(all.raw, /Content-Type: text\/event-stream\r\n/);
    assert.match(all.text(), /^retry: \d+\n\n/);
    await ask(server, '/publish?topic=a');
    await ask(server, '/publish?topic=b&bytes=30000');
    await Promise.all([all.has(2), some.has(1)]);
    assert.deepEqual(all.events().map((e) => e.data.length), [2, 1, 30001]);
    assert.deepEqual(some.events().map((e) => e.data.length), [2, 30001]);
    const ids = all.events().map((e) => e.id);
    assert.equal(new Set(ids).size, 3);
    assert.equal(some.events()[1].id, ids[2], 'the same number for all');
    assert.equal((await server.stop()).code, 0);
});

test('HEAD has the head only; other methods are refused', async () => {
    const server = await start();
    const head = await fetch(`http://127.0.0.1:${server.port}/events`, {method: 'HEAD'});
    assert.equal(head.headers.get('content-type'), 'text/event-stream');
    assert.equal((await fetch(`http://127.0.0.1:${server.port}/events`, {method: 'POST', body: 'x'})).status, 405);
    assert.equal(await metric(server, 'munimap_events_listeners'), 0);
    await server.stop();
});

test('who comes again gets what it missed; who missed too much, or comes from elsewhere, is reset', async () => {
    const server = await start();
    const first = await listen(server.port).has(1, 'hello');
    await ask(server, '/publish?count=3');
    await first.has(3);
    const seen = first.events().filter((e) => e.event === 'news');
    first.socket.destroy();
    await ask(server, '/publish?count=2&bytes=5');
    const again = await listen(server.port, {headers: `Last-Event-ID: ${seen[1].id}\r\n`}).has(3);
    assert.deepEqual(again.events().map((e) => [e.event, e.data]), [['news', '2'], ['news', '.....0'], ['news', '.....1']]);
    const boot = seen[0].id.split('-')[0];
    for (const id of ['0123456789abcdef-1', `${boot}-999`, `${boot}-`, `${boot}-x`, 'nonsense', `${boot}--1`,
        `${boot}-99999999999999999999`]) {
        const lost = await listen(server.port, {headers: `Last-Event-ID: ${id}\r\n`}).has(1, 'reset');
        assert.equal(lost.events().length, 1, id);
        assert.equal(lost.events()[0].id, again.events()[2].id, 'goes on from now');
        lost.socket.destroy();
    }
    await ask(server, `/publish?count=${RING}`);
    const late = await listen(server.port, {headers: `Last-Event-ID: ${seen[2].id}\r\n`}).has(1, 'reset');
    late.socket.destroy();
    again.socket.destroy();
    assert.equal((await server.stop()).code, 0);
});

test('a stream that has a last event ends behind it, and where events were missed', async () => {
    const server = await start();
    const ends = await listen(server.port, {path: '/events?topic=b&ends=1'}).has(1, 'state'), goes = listen(server.port);
    await goes.has(1, 'hello');
    await ask(server, '/publish?topic=b&count=2');
    await ask(server, '/publish?topic=a&last=1'); // of something else
    await ask(server, '/publish?topic=b&last=1');
    await ends.until('the end', () => ends.raw.endsWith('\r\n0\r\n\r\n'));
    assert.deepEqual(ends.events().map((e) => e.event), ['state', 'news', 'news', 'end']);
    await ask(server, '/publish?topic=b');
    await goes.has(3);
    assert.deepEqual(goes.events().map((e) => e.event), ['hello', 'news', 'news', 'end', 'end', 'news'], 'others go on');
    const slow = listen(server.port, {path: '/events?topic=b&ends=1', read: false});
    await until('it listens', async () => await metric(server, 'munimap_events_listeners') >= 2);
    for (let i = 0; i < 10; i++)
        await ask(server, '/publish?topic=b&bytes=60000&count=100'); // more than buffers and the ring hold
    slow.socket.on('data', (d) => slow.raw += d);
    slow.socket.resume();
    await until('the end', () => slow.raw.endsWith('\r\n0\r\n\r\n'));
    assert.ok(slow.events().every((e) => e.event !== 'reset'));
    assert.equal((await server.stop()).code, 0);
});

test('a heartbeat finds those who have gone', async () => {
    const server = await start('heartbeat=100');
    const stays = listen(server.port), goes = listen(server.port);
    await Promise.all([stays.has(1, 'hello'), goes.has(1, 'hello')]);
    assert.equal(await metric(server, 'munimap_events_listeners'), 2);
    goes.socket.destroy();
    await stays.until('a heartbeat', () => /\n:\n\n/.test(stays.text()));
    await until('the place is free', async () => await metric(server, 'munimap_events_listeners') === 1);
    assert.equal((await server.stop()).code, 0);
});

test('no more listen than may', async () => {
    const server = await start('streams=3');
    const three = [1, 2, 3].map(() => listen(server.port));
    await Promise.all(three.map((c) => c.has(1, 'hello')));
    const answer = await fetch(`http://127.0.0.1:${server.port}/events`);
    assert.equal(answer.status, 503);
    assert.match((await answer.json()).detail, /too many clients listen/);
    assert.equal(await metric(server, 'munimap_events_refused_total'), 1);
    assert.equal((await server.stop()).code, 0);
    await Promise.all(three.map((c) => c.until('the end', () => c.isClosed)));
});

test('a listener that takes nothing is cut, and does not keep others from news', async () => {
    const server = await start('idle_timeout=1', 'heartbeat=200');
    const stuck = listen(server.port, {read: false}), well = listen(server.port);
    await well.has(1, 'hello');
    await until('both listen', async () => await metric(server, 'munimap_events_listeners') === 2);
    let told = 0;
    for (; await metric(server, 'munimap_events_listeners') === 2 && told < 4000; told += 20) {
        await ask(server, '/publish?count=20&bytes=60000'); // until the sockets are full
        await well.has(told + 20);
    }
    assert.equal(await metric(server, 'munimap_events_listeners'), 1, `cut after ${told} events`);
    assert.ok(told < 4000);
    assert.equal(well.events().filter((e) => e.event === 'reset').length, 0);
    stuck.socket.destroy();
    assert.equal((await server.stop()).code, 0);
});

test('a listener that was overtaken is reset and goes on', async () => {
    const server = await start();
    const c = listen(server.port);
    await c.has(1, 'hello');
    c.socket.pause();
    for (let i = 0; i < 6; i++)
        await ask(server, `/publish?count=${RING}&bytes=60000`); // 90 MB: more than sockets hold
    c.socket.resume();
    // it may be overtaken again while it reads: news that came before the last reset would not be told
    await c.until('a reset and the last of them', () => /event: reset/.test(c.raw) && c.raw.slice(-70000).includes(`-${6 * RING}\n`));
    await ask(server, '/publish?bytes=7');
    await c.until('the news after it', () => /data: \.{7}0\n/.test(c.text()));
    assert.equal((await server.stop()).code, 0);
});

test('a thousand listeners: each is told each, other answers do not wait, the stop ends all at once', async () => {
    const server = await start('connections=3000', 'grace=120000');
    const many = [];
    for (let i = 0; i < THOUSAND; i += 100) {
        const some = Array.from({length: 100}, () => listen(server.port));
        await Promise.all(some.map((c) => c.has(1, 'hello')));
        many.push(...some);
    }
    assert.equal(await metric(server, 'munimap_events_listeners'), THOUSAND);
    for (let i = 1; i <= 5; i++) {
        const [, answer] = await Promise.all([ask(server, '/publish'), ask(server, '/a')]);
        assert.match(answer, /"path":"\/a"/);
        await Promise.all(many.map((c) => c.has(i)));
    }
    for (const c of many)
        assert.equal(c.events().filter((e) => e.event === 'news').length, 5);
    many.slice(0, 300).forEach((c) => c.socket.destroy()); // some go without a word
    assert.equal((await within('the stop: listeners have the grace of answers', server.stop())).code, 0);
    await Promise.all(many.map((c) => c.until('the end', () => c.isClosed)));
});

test('without news there is a heartbeat, as often as proxies want it', async () => {
    const {server, listener} = await calm;
    await listener.until('a heartbeat', () => /\n:\n\n/.test(listener.text()), 60000);
    assert.equal(listener.events().length, 1, 'the greeting and no event');
    assert.equal((await server.stop()).code, 0);
});
