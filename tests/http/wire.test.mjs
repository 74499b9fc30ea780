// Raw bytes against the http floor: request smuggling, strange targets, slow and stalled clients, forged headers.
// Server: HTTP_TEST_SERVER, default build/tests/http_server.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';
import zlib from 'node:zlib';
import { spawn } from 'node:child_process';
import { until, within } from '../lib/wait.mjs';

const binary = process.env.HTTP_TEST_SERVER || 'build/tests/http_server';
const HOST = 'Host: h\r\n';
const MARK = 'GET /a?q=smuggled HTTP/1.1\r\nHost: h\r\n\r\n';

function start(...options) {
	return new Promise((resolve, reject) => {
		const child = spawn(binary, options, { stdio: ['ignore', 'pipe', 'pipe'] });
		const server = { child, log: '' };
		server.stop = () => new Promise((done) => {
			child.once('close', (code, signal) => done({ code, signal, log: server.log }));
			child.kill('SIGTERM');
		});
		child.on('error', reject);
		child.once('exit', (code) => reject(new Error(`exit ${code}: ${server.log}`)));
		child.stderr.on('data', (d) => { server.log += d; });
		child.stdout.on('data', (d) => {
			const m = /listening (\d+)/.exec(d);
			if (m) {
				server.port = Number(m[1]);
				resolve(server);
			}
		});
	});
}

// Sends bytes and collects until the server closes, or `enough` says so; `wait` ms are a hang: then it is not closed.
function raw(port, bytes, { wait = 30000, enough = null, pieces = null } = {}) {
	return new Promise((resolve) => {
		const s = net.connect(port, '127.0.0.1');
		const out = [];
		let timer = null;
		const end = (closed) => {
			clearTimeout(timer);
			clearInterval(drip);
			s.destroy();
			resolve({ text: Buffer.concat(out).toString('latin1'), closed });
		};
		timer = setTimeout(() => end(false), wait);
		let drip = null;
		s.on('connect', () => {
			s.write(Buffer.from(bytes, 'latin1'));
			if (pieces)
				drip = setInterval(() => s.write(pieces), 200);
		});
		s.on('data', (d) => {
			out.push(d);
			if (enough && enough(Buffer.concat(out).toString('latin1')))
				end(false);
		});
		s.on('error', () => end(true));
		s.on('close', () => end(true));
	});
}

function parse(text) {
	const at = text.indexOf('\r\n\r\n');
	const lines = text.slice(0, at).split('\r\n');
	const headers = {};
	for (const line of lines.slice(1)) {
		const m = /^([^:]+): ?(.*)$/.exec(line);
		headers[m[1].toLowerCase()] = m[2];
	}
	return { status: Number(lines[0].split(' ')[1]), headers, body: Buffer.from(text.slice(at + 4), 'latin1') };
}

const complete = (text) => {
	const at = text.indexOf('\r\n\r\n');
	if (at < 0)
		return false;
	const m = /content-length: (\d+)/i.exec(text.slice(0, at));
	return !m || / 304 | 204 /.test(text.slice(0, 20)) || text.length >= at + 4 + Number(m[1]);
};

async function ask(port, target, { method = 'GET', headers = [], body = '' } = {}) {
	const lines = ['Host: h', ...headers].map((h) => `${h}\r\n`).join('');
	const enough = method === 'HEAD' ? (t) => t.includes('\r\n\r\n') : complete;
	const r = await raw(port, `${method} ${target} HTTP/1.1\r\n${lines}\r\n${body}`, { enough });
	return parse(r.text);
}

// The log line is written after the answer has gone out.
async function logged(s, pattern, from = 0) {
	await until(() => `${pattern} in the log: ${s.log.slice(from).slice(-500)}`, () => pattern.test(s.log.slice(from)));
}

let server, patient; // with short timeouts, and with none that a test would see
test.before(async () => {
	server = await start('header_timeout=2', 'idle_timeout=4', 'max_body=1000');
	patient = await start('header_timeout=300', 'idle_timeout=300', 'max_body=1000');
});
test.after(async () => {
	for (const s of [server, patient]) {
		const end = await s.stop();
		assert.equal(end.code, 0, end.log); // sanitizers speak up here
		assert.doesNotMatch(end.log, /Sanitizer|runtime error/);
	}
});

// [name, bytes, allowed statuses]; every one must be answered and closed, and nothing after it may run
const post = (headers, rest = '') => `POST /echo HTTP/1.1\r\n${HOST}${headers}\r\n${rest}`;
const get = (target, headers = '') => `GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`;
const refused = [
	['Content-Length and chunked', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${MARK}`)],
	['chunked and Content-Length', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${MARK}`)],
	['two different Content-Length', post('Content-Length: 5\r\nContent-Length: 50\r\n', `hello${MARK}`)],
	['two equal Content-Length', post('Content-Length: 5\r\nContent-Length: 5\r\n', `hello${MARK}`)],
	['TE xchunked', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${MARK}`)],
	['TE identity, chunked', post('Transfer-Encoding: identity, chunked\r\n', `0\r\n\r\n${MARK}`)],
	['TE chunked, identity', post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${MARK}`)],
	['TE twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${MARK}`)],
	['TE with blank before colon', post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${MARK}`)],
	['TE with tab before colon', post('Transfer-Encoding\t: chunked\r\n', `0\r\n\r\n${MARK}`)],
	['TE with vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', `0\r\n\r\n${MARK}`)],
	['TE folded', post('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${MARK}`)],
	['TE in HTTP/1.0', `POST /echo HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${MARK}`],
	['Content-Length +5', post('Content-Length: +5\r\n', `hello${MARK}`)],
	['Content-Length 5,5', post('Content-Length: 5,5\r\n', `hello${MARK}`)],
	['Content-Length -1', post('Content-Length: -1\r\n', `hello${MARK}`)],
	['Content-Length 5abc', post('Content-Length: 5abc\r\n', `hello${MARK}`)],
	['Content-Length empty', post('Content-Length:\r\n', `hello${MARK}`)],
	['Content-Length 2^64+5', post('Content-Length: 18446744073709551621\r\n', `hello${MARK}`), [400, 413]],
	['Content-Length with a blank before colon', post('Content-Length : 5\r\n', `hello${MARK}`)],
	['chunk size 0x5', post('Transfer-Encoding: chunked\r\n', `0x5\r\nhello\r\n0\r\n\r\n${MARK}`)],
	['chunk size 2^64+5', post('Transfer-Encoding: chunked\r\n', `10000000000000005\r\nhello\r\n0\r\n\r\n${MARK}`), [400, 413]],
	['bare CR in a value', get('/a', 'X: a\rb\r\n')],
	['bare CR before a header', get('/a', 'X: a\rContent-Length: 5\r\n')],
	['folded header', get('/a', 'X: a\r\n b\r\n') + MARK],
	['folded first header', `GET /a HTTP/1.1\r\n X: b\r\n${HOST}\r\n`],
	['NUL in a header', get('/a', 'X: a\0b\r\n')],
	['NUL in the last header', `GET /a HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`],
	['NUL in a header name', get('/a', 'X\0Y: a\r\n')],
	['NUL in the URL', get('/a\0b')],
	['NUL before the query', get('/a\0?q=1')],
	['%00 in the URL', get('/a%00b')],
	['%00 in the query', get('/a?q=%00')],
	['%0a in the URL', get('/a%0ab')],
	['no Host', 'GET /a HTTP/1.1\r\nX: y\r\n\r\n'],
	['no header at all', 'GET /a HTTP/1.1\r\n\r\n'],
	['two Host', get('/a', 'Host: evil\r\n')],
	['Host with quotes', 'GET /a HTTP/1.1\r\nHost: a"onload=\r\n\r\n'],
	['absolute URI', get('http://h/a')],
	['authority form', get('h:80')],
	['asterisk', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
	['dot segments', get('/../../etc/passwd')],
	['encoded dot segments', get('/%2e%2e/%2e%2e/etc/passwd')],
	['bad percent', get('/a%zz')],
	['cut percent', get('/a?q=%4')],
	['space in the URL', get('/a b')],
	['two spaces before the URL', get(' /a')],
	['raw UTF-8 in the URL', get('/\xd1\x83')],
	['overlong UTF-8', get('/%c0%ae%c0%ae/x')],
	['fragment', get('/a#b')],
	['HTTP/1.9', `GET /a HTTP/1.9\r\n${HOST}\r\n`, [505]],
	['HTTP/2.0', `GET /a HTTP/2.0\r\n${HOST}\r\n`, [505]],
	['no version', `GET /a\r\n${HOST}\r\n`],
	['bare LF everywhere', 'GET /a HTTP/1.1\nHost: h\n\n'],
	['bare LF after one header', `GET /a HTTP/1.1\r\nHost: h\nX: y\r\n\r\n`],
	['40 kB URL', get(`/${'a'.repeat(40000)}`), [414]],
	['9 kB URL', get(`/${'a'.repeat(9000)}`), [414]],
	['40 kB header', get('/a', `X: ${'a'.repeat(40000)}\r\n`), [431]],
	['2000 headers', get('/a', 'X: y\r\n'.repeat(2000)), [431]],
	['65 headers', get('/a', 'X: y\r\n'.repeat(65)), [431]],
	['2000 arguments', get(`/a?${'a&'.repeat(2000)}`)],
	['65 arguments', get(`/a?${'a=1&'.repeat(65)}`)],
	['unknown method', `BREW /a HTTP/1.1\r\n${HOST}\r\n`, [501]],
	['TRACE', `TRACE /a HTTP/1.1\r\n${HOST}\r\n`, [501]],
	['CONNECT', `CONNECT /a HTTP/1.1\r\n${HOST}\r\n`, [501]],
	['body on GET', get('/a', 'Content-Length: 5\r\n') + `hello${MARK}`],
	['chunked body on GET', get('/a', 'Transfer-Encoding: chunked\r\n') + `0\r\n\r\n${MARK}`],
	['body on HEAD', `HEAD /a HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello${MARK}`],
	['Content-Encoding on a request', post('Content-Encoding: gzip\r\nContent-Length: 5\r\n', 'hello'), [415]],
	['unknown Expect', post('Expect: tea\r\nContent-Length: 5\r\n', 'hello'), [417]],
	['body over the limit', post('Content-Length: 100000\r\n', 'hello'), [413]],
	['body where none is taken', `POST /a HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello${MARK}`, [405]],
];

for (const [name, bytes, statuses = [400]] of refused) {
	test(`refused and closed: ${name}`, async () => {
		const r = await raw(patient.port, bytes);
		assert.ok(r.closed, 'the connection must be closed, and not by a timeout');
		const a = parse(r.text);
		assert.ok(statuses.includes(a.status), r.text.slice(0, 300));
		assert.doesNotMatch(r.text, /HTTP\/1.1 2/, 'nothing may run behind it');
		assert.doesNotMatch(patient.log, /smuggled/);
	});
}

test('an encoded slash belongs to feature ids only', async () => {
	const a = await ask(server.port, '/collections/k/items/a%2Fb%20%D1%83');
	assert.equal(a.status, 200);
	assert.equal(a.body.toString(), '[k][a/b у]');
	for (const target of ['/collections/a%2Fb/items/1', '/tiles/a%2fb/1/2/3.mvt', '/a%2F'])
		assert.equal((await ask(server.port, target)).status, 400, target);
});

test('a clean request is served and the connection stays', async () => {
	const one = get('/a', 'Accept: */*\r\nX-Empty:\r\nX-Tab:\tv\r\nCookie: a=b; c=d\r\nUser-Agent: t\r\n');
	const r = await raw(server.port, one.repeat(5), { enough: (t) => t.split('HTTP/1.1 200').length === 6 });
	assert.equal(r.text.split('HTTP/1.1 200').length, 6, 'five pipelined requests, five answers');
	assert.ok(!r.closed);
});

test('a request in single bytes is a clean request', async () => {
	const s = net.connect(server.port, '127.0.0.1');
	s.setNoDelay(true);
	let text = '';
	s.on('data', (d) => { text += d; });
	for (const byte of get('/a?q=1', 'Accept: */*\r\n')) {
		s.write(byte);
		await new Promise((r) => setImmediate(r));
	}
	while (!complete(text))
		await new Promise((r) => s.once('data', r));
	s.destroy();
	assert.equal(parse(text).status, 200);
});

test('blanks around values are no part of them', async () => {
	const r = await raw(server.port, 'GET /a HTTP/1.1\r\nHost:  \th \t \r\nAccept: text/html \r\n\r\n', { enough: complete });
	const a = parse(r.text);
	assert.equal(a.status, 200);
	assert.equal(JSON.parse(a.body).base, 'http://h');
	assert.match(a.headers['content-type'], /html/);
});

test('HTTP/1.0 is answered and closed', async () => {
	const r = await raw(server.port, `GET /a HTTP/1.0\r\n${HOST}\r\n`);
	assert.equal(parse(r.text).status, 200);
	assert.ok(r.closed);
});

test('HEAD has the headers of GET and no body', async () => {
	for (const target of ['/a', '/big', '/tiles/x/1/2/3.mvt', '/nothing']) {
		const g = await ask(server.port, target);
		const h = await ask(server.port, target, { method: 'HEAD' });
		assert.equal(h.status, g.status);
		assert.equal(h.body.length, 0);
		delete g.headers.date;
		delete h.headers.date;
		assert.deepEqual(h.headers, g.headers);
		assert.equal(Number(h.headers['content-length']), g.body.length);
	}
});

test('OPTIONS says what is allowed, also to a preflight', async () => {
	const a = await ask(server.port, '/echo', { method: 'OPTIONS' });
	assert.equal(a.status, 204);
	assert.equal(a.headers.allow, 'OPTIONS, POST, PUT');
	const b = await ask(server.port, '/a', { method: 'OPTIONS',
		headers: ['Origin: https://o', 'Access-Control-Request-Method: GET'] });
	assert.equal(b.headers.allow, 'GET, HEAD, OPTIONS');
	assert.equal(b.headers['access-control-allow-methods'], 'GET, HEAD, OPTIONS');
	assert.equal(b.headers['access-control-allow-origin'], '*');
	assert.match(b.headers['access-control-allow-headers'], /Content-Type/);
	assert.equal((await ask(server.port, '/nothing', { method: 'OPTIONS' })).status, 404);
});

test('other methods are 405 with Allow, unknown paths 404, as problems', async () => {
	const a = await ask(server.port, '/a', { method: 'DELETE' });
	assert.equal(a.status, 405);
	assert.equal(a.headers.allow, 'GET, HEAD, OPTIONS');
	const b = await ask(server.port, '/no/such%20thing?x=1');
	assert.equal(b.status, 404);
	assert.equal(b.headers['content-type'], 'application/problem+json');
	const p = JSON.parse(b.body);
	assert.deepEqual([p.type, p.title, p.status, p.instance], ['about:blank', 'Not Found', 404, '/no/such%20thing']);
	assert.ok(p.detail.length > 0);
});

test('codes become statuses; inner words stay inside', async () => {
	const rows = { invalid: 400, missing: 404, limit: 413, data: 500, io: 500, nomem: 503, busy: 503, internal: 500, gone: 410 };
	for (const [code, status] of Object.entries(rows)) {
		const a = await ask(server.port, `/fail/${code}`);
		assert.equal(a.status, status, code);
		if (code === 'internal' || code === 'io')
			assert.doesNotMatch(a.body.toString(), /secret/);
		if (status === 503)
			assert.equal(a.headers['retry-after'], '1');
		assert.equal(a.headers['cache-control'], 'no-store');
	}
	await logged(server, /secret words of internal/);
});

test('answers are packed by Accept-Encoding, each with its own tag', async () => {
	const plain = await ask(server.port, '/big');
	assert.equal(plain.headers['content-encoding'], undefined);
	assert.equal(plain.headers.etag, '"big-7"');
	assert.match(plain.headers.vary, /Accept-Encoding/);
	const rows = [['gzip', '"big-7-gz"', zlib.gunzipSync], ['br', '"big-7-br"', zlib.brotliDecompressSync]];
	for (const [name, tag, unpack] of rows) {
		const a = await ask(server.port, '/big', { headers: [`Accept-Encoding: ${name}`] });
		assert.equal(a.headers['content-encoding'], name);
		assert.equal(a.headers.etag, tag);
		assert.ok(unpack(a.body).equals(plain.body));
		assert.ok(a.body.length < plain.body.length / 5);
	}
	const z = await ask(server.port, '/big', { headers: ['Accept-Encoding: gzip, deflate, br, zstd'] });
	assert.equal(z.headers['content-encoding'], 'zstd');
	assert.equal(z.body.readUInt32LE(0), 0xfd2fb528);
});

test('304 for a tag that is held, in lists and weakly', async () => {
	for (const tag of ['"big-7"', 'W/"big-7"', '"x", "big-7"', '*']) {
		const a = await ask(server.port, '/big', { headers: [`If-None-Match: ${tag}`] });
		assert.equal(a.status, 304, tag);
		assert.equal(a.body.length, 0);
		assert.equal(a.headers.etag, '"big-7"');
		assert.equal(a.headers['cache-control'], 'no-cache');
	}
	const gz = ['If-None-Match: "big-7-gz"', 'Accept-Encoding: gzip'];
	assert.equal((await ask(server.port, '/big', { headers: gz })).headers.etag, '"big-7-gz"');
	assert.equal((await ask(server.port, '/big', { headers: gz.slice(0, 1) })).status, 200);
	assert.equal((await ask(server.port, '/big', { headers: ['If-None-Match: "big-8"'] })).status, 200);
});

test('304 leaves the connection usable', async () => {
	const r = await raw(server.port, get('/big', 'If-None-Match: "big-7"\r\n') + get('/a'), { enough: (t) => t.includes('"base"') });
	assert.match(r.text, /^HTTP\/1.1 304[\s\S]*HTTP\/1.1 200/);
});

test('cached bytes go out as they are, or unpacked for who cannot', async () => {
	const a = await ask(server.port, '/tiles/x/1/2/3.mvt', { headers: ['Accept-Encoding: gzip'] });
	assert.equal(a.headers['content-encoding'], 'gzip');
	const b = await ask(server.port, '/tiles/x/1/2/3.mvt');
	assert.equal(b.headers['content-encoding'], undefined);
	const c = await ask(server.port, '/tiles/x/1/2/3.mvt?packed');
	assert.equal(c.headers['content-encoding'], undefined);
	assert.ok(zlib.gunzipSync(a.body).equals(b.body) && c.body.equals(b.body));
	assert.equal(b.body.length, 6000);
	assert.equal(b.headers['x-row'], '3', 'the name in the pattern, without its suffix');
});

test('every answer has the protective headers, none names the server', async () => {
	for (const target of ['/a', '/a?f=html', '/nothing', '/big']) {
		const h = (await ask(server.port, target)).headers;
		assert.equal(h['x-content-type-options'], 'nosniff');
		assert.equal(h['referrer-policy'], 'same-origin');
		assert.equal(h['cross-origin-resource-policy'], 'cross-origin');
		assert.match(h['content-security-policy'], /default-src '(none|self)'/);
		assert.doesNotMatch(h['content-security-policy'], /unsafe|blob:/);
		assert.match(h['access-control-expose-headers'], /OGC-NumberMatched/);
		assert.equal(h.server, undefined);
		assert.ok(h.date);
	}
});

test('Accept and Accept-Language choose, Vary says so, 406 when nothing fits', async () => {
	const a = await ask(server.port, '/a', { headers: ['Accept: text/html', 'Accept-Language: en'] });
	assert.match(a.headers['content-type'], /html/);
	assert.match(a.body.toString(), /"lang":"en"/);
	assert.equal(a.headers.vary, 'Accept, Accept-Encoding, Accept-Language');
	assert.equal((await ask(server.port, '/a?f=json&lang=ru')).headers.vary, 'Accept-Encoding');
	assert.equal((await ask(server.port, '/a', { headers: ['Accept: image/png'] })).status, 406);
	assert.equal((await ask(server.port, '/a?f=xml')).status, 400);
	assert.match(JSON.parse((await ask(server.port, '/a?lnag=ru')).body).detail, /lang/);
});

test('a value cannot end a header line', async () => {
	const a = await ask(server.port, '/evil?to=x%20y');
	assert.equal(a.headers['x-echo'], 'x y');
	assert.equal(a.headers['x-second'], undefined);
	const b = await ask(server.port, '/evil?to=x%0d%0aX-Second:%201');
	assert.equal(b.status, 200);
	assert.equal(b.headers['x-echo'], undefined);
	assert.equal(b.headers['x-second'], undefined);
});

test('bodies: sized, chunked, 100-continue, too large', async () => {
	const a = await ask(server.port, '/echo', { method: 'POST', headers: ['Content-Length: 5'], body: 'hello' });
	assert.equal(a.body.toString(), '5:hello');
	const chunks = '5\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: y\r\n\r\n';
	const b = await ask(server.port, '/echo', { method: 'PUT', headers: ['Transfer-Encoding: chunked'], body: chunks });
	assert.equal(b.body.toString(), '11:hello world');
	const c = await raw(server.port, post('Expect: 100-continue\r\nContent-Length: 5\r\n'), { enough: (t) => t.includes('100 Continue\r\n\r\n') });
	assert.match(c.text, /^HTTP\/1.1 100 Continue/);
	const d = await raw(server.port, post('Expect: 100-continue\r\nContent-Length: 5000\r\n'));
	assert.match(d.text, /^HTTP\/1.1 413/);
	const long = `5dc\r\n${'x'.repeat(1500)}\r\n0\r\n\r\n`;
	const e = await ask(server.port, '/echo', { method: 'POST', headers: ['Transfer-Encoding: chunked'], body: long });
	assert.equal(e.status, 413);
	const none = `POST /a HTTP/1.1\r\n${HOST}`, much = 'x'.repeat(1500);
	const g = await raw(patient.port, `${none}Content-Length: 1500\r\n\r\n`, { pieces: much.slice(0, 500) });
	assert.equal(g.text.match(/HTTP\/1.1 \d+/g).join(), 'HTTP/1.1 405', 'refused when all of it has come, and not before');
	const h = await raw(server.port, `${none}Expect: 100-continue\r\nContent-Length: 1500\r\n\r\n`);
	assert.match(h.text, /^HTTP\/1.1 405/, 'who asks first is told at once');
	const f = await raw(server.port, post('Transfer-Encoding: chunked\r\n', `2710\r\n${'x'.repeat(10000)}\r\n`));
	assert.ok(f.closed, 'an endless body is cut');
});

test('a drip in the head is cut at the deadline, others are served meanwhile', async () => {
	const cut = async () => Number(/cut_total\{reason="slow"\} (\d+)/.exec((await ask(server.port, '/metrics')).body)[1]);
	const before = await cut();
	const drips = Array.from({ length: 50 }, () => raw(server.port, 'GET /a HTTP/1.1\r\nHost: h\r\nX: ', { pieces: 'x' }));
	const fresh = await ask(server.port, '/a');
	assert.equal(fresh.status, 200);
	for (const r of await Promise.all(drips))
		assert.ok(r.closed, 'a byte now and then moves the deadline');
	assert.ok(await cut() >= before + 50, `${await cut()} were cut, ${before} before`);
});

test('silence and a drip in the body are cut', async () => {
	const silent = raw(server.port, '');
	const body = raw(server.port, post('Content-Length: 900\r\n'), { pieces: 'x' });
	const again = raw(server.port, `${get('/a')}GET /a HTT`, { pieces: 'x' });
	for (const [name, asked] of Object.entries({ silent, body, again }))
		assert.ok((await asked).closed, `${name} is not cut`);
});

test('forwarded headers of strangers change nothing', async () => {
	const headers = ['X-Forwarded-Host: evil', 'X-Forwarded-Proto: https', 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-Prefix: /p'];
	const a = JSON.parse((await ask(server.port, '/a', { headers })).body);
	assert.equal(a.base, 'http://h');
	assert.equal(a.client, '127.0.0.1');
});

test('forwarded headers of the proxy count; a public URL beats them', async () => {
	const headers = ['X-Forwarded-Host: map.org', 'X-Forwarded-Proto: https', 'X-Forwarded-For: 6.6.6.6, 1.2.3.4', 'X-Forwarded-Prefix: /p'];
	const one = await start('proxy=127.0.0.0/8');
	const two = await start('proxy=127.0.0.1', 'public_url=https://fixed/x');
	try {
		const a = JSON.parse((await ask(one.port, '/a', { headers })).body);
		assert.deepEqual([a.base, a.client], ['https://map.org/p', '1.2.3.4']);
		const b = JSON.parse((await ask(two.port, '/a', { headers })).body);
		assert.equal(b.base, 'https://fixed/x');
	} finally {
		assert.equal((await one.stop()).code, 0);
		assert.equal((await two.stop()).code, 0);
	}
});

test('connections from one address have a limit', async () => {
	const s = await start('per_address=5', 'header_timeout=30');
	const held = [];
	try {
		for (let i = 0; i < 5; i++) {
			const c = net.connect(s.port, '127.0.0.1');
			await new Promise((r) => c.once('connect', r));
			c.write(get('/a'));
			await new Promise((r) => c.once('data', r));
			held.push(c);
		}
		const over = await raw(s.port, get('/a'), { enough: complete });
		assert.ok(over.closed && over.text === '');
		held.pop().destroy();
		await until('the place of the one that left', async () => (await raw(s.port, get('/a'), { enough: complete })).text);
	} finally {
		held.forEach((c) => c.destroy());
		assert.equal((await s.stop()).code, 0);
	}
});

test('connections that come all at once are let in up to the limit, and no more', async () => {
	const s = await start('per_address=5', 'header_timeout=30');
	const all = Array.from({ length: 30 }, () => net.connect(s.port, '127.0.0.1'));
	try {
		const answered = await Promise.all(all.map((c) => new Promise((r) => {
			c.on('error', () => r(false));
			c.once('close', () => r(false));
			c.once('data', () => r(true));
			c.write(get('/a'));
		})));
		assert.equal(answered.filter(Boolean).length, 5);
	} finally {
		all.forEach((c) => c.destroy());
		assert.equal((await s.stop()).code, 0);
	}
});

test('the connections of one client are shared by all threads', async () => {
	const s = await start();
	const all = Array.from({ length: 8 }, () => net.connect(s.port, '127.0.0.1'));
	try {
		const threads = await Promise.all(all.map((c) => new Promise((r) => {
			let text = '';
			c.on('data', (d) => complete(text += d) && r(text.split('\r\n\r\n')[1]));
			c.write(get('/thread'));
		})));
		const each = [...new Set(threads)].map((t) => threads.filter((other) => other === t).length);
		assert.deepEqual(each, [4, 4], threads.join());
	} finally {
		all.forEach((c) => c.destroy());
		assert.equal((await s.stop()).code, 0);
	}
});

test('idle connections make room when it gets crowded', async () => {
	const s = await start('connections=40', 'idle_timeout=60');
	const held = [];
	const hold = async () => {
		const c = net.connect(s.port, '127.0.0.1');
		c.on('error', () => {});
		const gone = new Promise((r) => c.once('close', r));
		await new Promise((r) => c.once('connect', r));
		c.write(get('/a'));
		await new Promise((r) => c.once('data', r));
		held.push({ c, gone });
	};
	try {
		for (let i = 0; i < 20; i++)
			await hold();
		for (let i = 0; i < 12; i++) // 30 of 40 are allowed to idle
			await within('the next connection', hold());
		await within('the end of an idle one', Promise.race(held.map((h) => h.gone)));
		const text = (await ask(s.port, '/metrics')).body.toString();
		assert.match(text, /cut_total\{reason="crowded"\} [1-9]/);
	} finally {
		held.forEach((h) => h.c.destroy());
		assert.equal((await s.stop()).code, 0);
	}
});

test('stop lets answers in flight finish and takes no new ones', async () => {
	const s = await start('grace=120000');
	const idle = net.connect(s.port, '127.0.0.1');
	idle.on('error', () => {});
	await new Promise((r) => idle.once('connect', r));
	const flight = raw(s.port, get('/nap'));
	await logged(s, /napping/);
	const end = await within('the stop: idle connections hold it', s.stop());
	assert.equal(end.code, 0, end.log);
	const r = await flight;
	assert.match(r.text, /awake$/);
	assert.match(r.text, /Connection: close/i);
	idle.destroy();
	assert.ok((await raw(s.port, get('/a'))).closed);
});

test('metrics count by route and status', async () => {
	await ask(server.port, '/nothing');
	const text = (await ask(server.port, '/metrics')).body.toString();
	assert.match(text, /# TYPE munimap_http_requests_total counter/);
	assert.match(text, /munimap_http_requests_total\{route="hello",code="200"\} \d+/);
	assert.match(text, /munimap_http_requests_total\{route="none",code="404"\} \d+/);
	assert.match(text, /munimap_http_request_duration_seconds_bucket\{route="hello",le="\+Inf"\} \d+/);
	assert.match(text, /munimap_http_connections \d+/);
});

test('the access log has one line a request, whatever the client sends', async () => {
	const before = server.log.length;
	await ask(server.port, '/a?q=%22%5B31m', { headers: ['User-Agent: x" level=error msg="forged\u0080'] });
	await logged(server, /forged.*\n/, before);
	const line = server.log.slice(before).split('\n').find((l) => l.includes('forged'));
	assert.match(line, /level=info msg=request/);
	assert.match(line, /agent="x\\" level=error msg=\\"forged/);
	assert.match(line, /status=200/);
});

// Node's own client joins the pieces; raw bytes of the body, unpacked here.
const fetched = (target, headers = {}, method = 'GET') => new Promise((resolve, reject) => {
	const req = http.request({ host: '127.0.0.1', port: server.port, path: target, method, headers }, (res) => {
		const parts = [];
		res.on('data', (d) => parts.push(d));
		res.on('error', reject);
		res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(parts) }));
	});
	req.on('error', reject);
	req.end();
});

test('a body that is made while it is sent: in pieces, packed as the client likes, with tags', async () => {
	const plain = await fetched('/lines?lines=60000');
	assert.equal(plain.headers['transfer-encoding'], 'chunked');
	assert.equal(plain.headers['content-length'], undefined);
	const lines = plain.body.toString().split('\n');
	assert.equal(lines.length, 60002);
	assert.equal(lines[0], 'first');
	assert.equal(lines[60000], 'line 59999 of a text that repeats itself');
	const gzip = await fetched('/lines?lines=60000', { 'accept-encoding': 'gzip' });
	assert.equal(gzip.headers['content-encoding'], 'gzip');
	assert.equal(gzip.headers.etag, '"lines-1-gz"');
	assert.ok(zlib.gunzipSync(gzip.body).equals(plain.body));
	assert.ok(gzip.body.length < plain.body.length / 5);
	const zstd = await fetched('/lines?lines=60000', { 'accept-encoding': 'zstd, br' });
	assert.equal(zstd.headers['content-encoding'], 'zstd');
	assert.equal(zstd.body.readUInt32LE(0), 0xfd2fb528);
	assert.ok(zstd.body.length < plain.body.length / 5);
	assert.equal((await fetched('/lines', { 'if-none-match': '"lines-1"' })).status, 304);
	const head = await fetched('/lines', {}, 'HEAD');
	assert.equal(head.status, 200);
	assert.equal(head.body.length, 0);
	assert.equal((await fetched('/lines?lines=0')).body.toString(), 'first\n');
	await logged(server, new RegExp(`lines=60000.*bytes=${plain.body.length}\\b`));
});

test('a body that cannot be made to its end is cut, so that the client sees it', async () => {
	await assert.rejects(fetched('/lines?lines=60000&break=50000'), /aborted/);
	const old = await raw(server.port, `GET /lines?lines=3 HTTP/1.0\r\n${HOST}\r\n`);
	assert.ok(old.closed);
	assert.ok(old.text.endsWith('line 2 of a text that repeats itself\n'));
});

test('who takes nothing of a body is cut, and others are served meanwhile', async () => {
	const s = net.connect(server.port, '127.0.0.1');
	const ended = new Promise((resolve) => s.on('close', resolve));
	s.on('error', () => {});
	s.write(get('/lines?lines=2000000'));
	await new Promise((resolve) => s.once('data', resolve));
	s.pause();
	assert.equal((await ask(server.port, '/a')).status, 200);
	await logged(server, /lines=2000000/);
	s.resume();
	await ended;
});
