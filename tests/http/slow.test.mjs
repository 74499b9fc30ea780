// Answers that take long, and bodies that are files: others do not wait, clients that leave are noticed, nothing is
// kept open. Server: HTTP_TEST_SERVER, default build/tests/http_server; /slow waits there for /release or to be told to
// stop.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {readFileSync, readdirSync} from 'node:fs';
import {Agent, request} from 'node:http';
import {after, test as nodeTest} from 'node:test';
import {until} from '../lib/wait.mjs';

// What waits for something that never comes fails by itself, well before the suite is ended
const test = (name, run) => nodeTest(name, {timeout: 120000}, run);

const binary = process.env.HTTP_TEST_SERVER || 'build/tests/http_server';

// A test that failed has not stopped its server, which would keep the suite from its end
const children = [];
after(() => children.forEach((child) => child.kill('SIGKILL')));

function start(...options) {
    return new Promise((resolve, reject) => {
        const child = spawn(binary, options, {stdio: ['ignore', 'pipe', 'pipe']});
        const server = {child, log: ''};
        children.push(child);
        server.stop = () => new Promise((done) => {
            child.once('close', (code, signal) => done({code, signal, log: server.log}));
            child.kill('SIGTERM');
        });
        child.on('error', reject);
        child.once('exit', (code) => reject(new Error(`exit ${code}: ${server.log}`)));
        child.stderr.on('data', (d) => server.log += d);
        child.stdout.on('data', (d) => {
            server.port = Number(/listening (\d+)/.exec(d)?.[1]);
            resolve(server);
        });
    });
}

/** Sends a request; {done, leave}: `done` is {status, headers, body}, or an error when it is cut. */
function ask(server, path, {method = 'GET', headers = {}, agent} = {}) {
    let leave;
    const done = new Promise((resolve, reject) => {
        const r = request({port: server.port, host: '127.0.0.1', path, method, headers, agent: agent ?? false}, (answer) => {
            const parts = [];
            answer.on('data', (d) => parts.push(d));
            answer.on('end', () => resolve({status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts)}));
            answer.on('error', reject);
        });
        r.on('error', reject);
        r.end();
        leave = () => r.destroy();
    });
    done.catch(() => {});
    return {done, leave};
}

const get = (server, path, options) => ask(server, path, options).done;
const release = (server, count) => get(server, `/release?count=${count}`);

/** Waits until as many run, and as many were told to stop. */
const runs = (server, running, gone) => until(`${running} that run, ${gone} told to stop`,
    async () => String((await get(server, '/release')).body) === `${running} ${gone}`);

/** Waits for a line of the metrics: munimap_http_LINE. */
const counted = (server, line) => until(line, async () => String((await get(server, '/metrics')).body).includes(`munimap_http_${line}\n`));
const waits = (server, count) => counted(server, `slow_waiting ${count}`);

async function stopped(server) {
    const end = await server.stop();
    assert.equal(end.code, 0, end.log);
    assert.doesNotMatch(end.log, /Sanitizer|runtime error/);
    return end;
}

test('others do not wait for a slow answer, and its connection goes on afterwards', async () => {
    const server = await start('slow_threads=2'), agent = new Agent({keepAlive: true, maxSockets: 1});
    const slow = ask(server, '/slow', {agent}), other = ask(server, '/slow');
    const behind = ask(server, '/a', {agent}); // waits in the client for the one connection
    await runs(server, 2, 0);
    for (let i = 0; i < 50; i++)
        assert.equal((await get(server, '/a')).status, 200);
    await release(server, 2);
    for (const answer of [slow, other])
        assert.equal(String((await answer.done).body), 'at last');
    assert.equal((await behind.done).status, 200);
    assert.equal((await get(server, '/slow', {method: 'OPTIONS'})).status, 204);
    agent.destroy();
    await stopped(server);
});

test('queries have threads of their own, and do not wait for what is slow', async () => {
    const server = await start('slow_threads=1', 'slow_queue=1');
    const first = ask(server, '/slow');
    await runs(server, 1, 0);
    const query = ask(server, '/slow?query=1');
    await counted(server, 'query_running 1');
    assert.equal((await get(server, '/a')).status, 200);
    await release(server, 2);
    assert.equal((await first.done).status, 200);
    assert.equal((await query.done).status, 200);
    await stopped(server);
});

test('what takes many seconds has threads that give way to all others', async () => {
    const server = await start('slow_threads=1', 'slow_queue=1');
    const first = ask(server, '/slow');
    await runs(server, 1, 0);
    const long = ask(server, '/slow?long=1');
    await counted(server, 'long_running 1');
    const tasks = `/proc/${server.child.pid}/task`;
    const nice = readdirSync(tasks).map((task) => Number(readFileSync(`${tasks}/${task}/stat`, 'utf8').split(') ')[1].split(' ')[16]));
    assert.deepEqual(nice.filter((n) => n > nice[0]).length, 2, `${nice}`);
    await release(server, 2);
    assert.equal((await first.done).status, 200);
    assert.equal((await long.done).status, 200);
    await stopped(server);
});

test('edits have threads of their own: no place behind what is slow is needed for one', async () => {
    const server = await start('slow_threads=1', 'slow_queue=1');
    const first = ask(server, '/slow');
    await runs(server, 1, 0); // else the second may find it waiting still, and no place
    const second = ask(server, '/slow');
    await waits(server, 1);
    assert.equal((await ask(server, '/slow').done).status, 503, 'all places are taken');
    const edit = ask(server, '/slow?edit=1');
    await counted(server, 'edit_running 1');
    await release(server, 3);
    for (const answer of [edit, first, second])
        assert.equal((await answer.done).status, 200);
    await stopped(server);
});

test('as many wait as may; the next is told to come again at once', async () => {
    const server = await start('slow_threads=1', 'slow_queue=2');
    const first = ask(server, '/slow');
    await runs(server, 1, 0);
    const asked = Array.from({length: 6}, () => ask(server, '/slow'));
    const refused = [];
    for (const a of asked)
        a.done.then((answer) => answer.status === 503 && refused.push(answer));
    await until('four that are refused', () => refused.length >= 4);
    const metrics = String((await get(server, '/metrics')).body);
    for (const line of ['running 1', 'waiting 2', 'refused_total 4'])
        assert.ok(metrics.includes(`munimap_http_slow_${line}\n`), line);
    assert.ok(refused.every((a) => a.headers['retry-after'] && a.headers['content-type'] === 'application/problem+json'));
    await release(server, 3);
    assert.equal((await first.done).status, 200);
    const statuses = (await Promise.all(asked.map((a) => a.done))).map((a) => a.status);
    assert.deepEqual(statuses.sort(), [200, 200, 503, 503, 503, 503]);
    await stopped(server);
});

test('who leaves is noticed, while it is made and while it waits', async () => {
    const server = await start('slow_threads=1', 'slow_queue=2');
    const first = ask(server, '/slow');
    await runs(server, 1, 0);
    const waiting = [ask(server, '/slow'), ask(server, '/slow')];
    await waits(server, 2);
    waiting.forEach((w) => w.leave());
    await get(server, '/a'); // by now their connections are closed
    // places of those who left are given to others
    const others = [ask(server, '/slow'), ask(server, '/slow')];
    await until('both that left in the log', () => server.log.split('status=408').length >= 3);
    await waits(server, 2);
    first.leave();
    await runs(server, 1, 1);
    await release(server, 2);
    for (const a of others)
        assert.equal((await a.done).status, 200);
    const end = await stopped(server);
    assert.match(end.log, /path=\/slow .*status=408/);
});

test('a server that stops tells all of them', async () => {
    const server = await start('slow_threads=1', 'slow_queue=3');
    const asked = Array.from({length: 3}, () => ask(server, '/slow'));
    await runs(server, 1, 0);
    const end = stopped(server);
    for (const a of asked) {
        const answer = await a.done.catch(() => ({status: 503}));
        assert.equal(answer.status, 503);
    }
    await end;
});

test('a file is sent as it is, and closed whatever becomes of it', async () => {
    const server = await start('slow_threads=2');
    const open = () => readdirSync(`/proc/${server.child.pid}/fd`).length;
    await get(server, '/slow?file=10');
    const before = open();
    for (const quick of ['', '&quick=1']) {
        const whole = await get(server, `/slow?file=3000003${quick}`, {headers: {'Accept-Encoding': 'gzip'}});
        assert.equal(whole.status, 200);
        assert.equal(whole.headers['content-length'], '3000003');
        assert.equal(whole.headers['content-encoding'], undefined);
        assert.equal(whole.body.length, 3000003);
        assert.equal(String(whole.body.subarray(2999990)), '0123456789012');
        const head = await get(server, `/slow?file=3000003${quick}`, {method: 'HEAD'});
        assert.equal(head.headers['content-length'], '3000003');
        assert.equal(head.body.length, 0);
        const again = await get(server, `/slow?file=10${quick}`, {headers: {'If-None-Match': whole.headers.etag}});
        assert.equal(again.status, 304);
        for (let i = 0; i < 20; i++) {
            const cut = ask(server, `/slow?file=3000000${quick}`);
            await get(server, '/a');
            cut.leave();
        }
    }
    await until('every file closed', () => open() <= before);
    await stopped(server);
});
