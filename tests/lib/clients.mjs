// GIS programs as clients of a server, for tests: Python scripts that are told by JSON what to do.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {join} from 'node:path';
import {root} from './munimap.mjs';

// Debian's own: its packages for Python are for no other
const python = '/usr/bin/python3';

/** false when Python can load `module`, else what to install. */
export function lacks(module, debian) {
    try {
        execFileSync(python, ['-c', `import ${module}`], {stdio: 'ignore'});
        return false;
    } catch {
        return `${module} is not installed: apt-get install ${debian}`;
    }
}

/** Runs tests/gis/SCRIPT with `told` as JSON on its standard input; resolves with the JSON that it prints. */
export function runPython(script, told, env = {}) {
    return new Promise((done, fail) => {
        const child = spawn(python, [join(root, 'tests/gis', script)], {stdio: ['pipe', 'pipe', 'pipe'], env: {
            ...process.env, LANG: 'C.UTF-8', TZ: 'UTC', QT_QPA_PLATFORM: 'offscreen', http_proxy: '', https_proxy: '', HTTP_PROXY: '', HTTPS_PROXY: '', ...env}});
        const out = [], said = [];
        child.stdout.on('data', (chunk) => out.push(chunk));
        child.stderr.on('data', (chunk) => said.push(chunk));
        child.on('error', fail);
        child.on('close', (code, signal) => {
            try {
                if (code !== 0)
                    throw new Error(`ended with ${code ?? signal}`);
                done(JSON.parse(Buffer.concat(out).toString()));
            } catch (error) {
                fail(new Error(`${script}: ${error.message}\n${Buffer.concat(said)}`));
            }
        });
        child.stdin.end(JSON.stringify(told));
    });
}

/** What a server was asked since its log had `from` characters: ["GET /path?query 200", ...]. */
export function askedSince(server, from) {
    return server.log().slice(from).split('\n').filter((line) => line.includes(' msg=request ')).map((line) => {
        const [, method, path, query] = /method=(\S+) path=("(?:[^"\\]|\\.)*"|\S+)(?: query=("(?:[^"\\]|\\.)*"|\S+))?/.exec(line);
        const text = (value) => value?.startsWith('"') ? JSON.parse(value) : value;
        return `${method} ${text(path)}${query ? `?${text(query)}` : ''} ${/ status=(\d+)/.exec(line)[1]}`;
    });
}

/** Are all of `want` among `have`? As QGIS and GDAL hold them: times in UTC, numbers to their digits. */
export function sameProperties(want, have, what) {
    const instant = (v) => Date.parse(/([zZ]|[+-]\d\d:?\d\d)$/.test(v) ? v : `${v}Z`);
    for (const [name, value] of Object.entries(want)) {
        const got = have[name] ?? null;
        let same = JSON.stringify(got) === JSON.stringify(value) || String(got) === String(value);
        if (typeof value === 'number')
            same ||= got !== null && Math.abs(got - value) <= Math.abs(value) * 1e-15;
        if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value))
            same ||= instant(got) === instant(value);
        if (value !== null && typeof value === 'object')
            same ||= JSON.stringify(typeof got === 'string' ? JSON.parse(got) : got) === JSON.stringify(value);
        assert.ok(same, `${what}: ${name}: ${JSON.stringify(value)} became ${JSON.stringify(got)}`);
    }
}

const partsOf = (g) => !g ? [] : g.type === 'GeometryCollection' ? g.geometries.flatMap(partsOf) :
    g.type.startsWith('Multi') ? g.coordinates.map((c) => [g.type.slice(5), c]) : g.coordinates.length ? [[g.type, g.coordinates]] : [];
const distance = (a, b) => typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) :
    !Array.isArray(a) || !Array.isArray(b) || a.length !== b.length ? Infinity : a.reduce((most, v, i) => Math.max(most, distance(v, b[i])), 0);

/** The same parts in the same order, coordinates to `tolerance`; a part alone and a multi of one are the same. */
export function sameGeometry(want, have, tolerance, what) {
    const [p, q] = [partsOf(want), partsOf(have)];
    assert.deepEqual(q.map(([type]) => type), p.map(([type]) => type), what);
    const d = distance(p.map(([, c]) => c), q.map(([, c]) => c));
    assert.ok(d <= tolerance, `${what}: coordinates differ by ${d}`);
}
