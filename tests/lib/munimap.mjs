// Starts the real program on a folder of layers, for tests, and stops it.
import {spawn} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.MUNIMAP || join(root, 'build/munimap');

/** The folder of shared test data, or null: `MM_SHARED`, else `../shared` beside the repository. */
export function shared(...parts) {
    return join(process.env.MM_SHARED || join(root, '../shared'), ...parts);
}

export function tempDir() {
    const dir = mkdtempSync(join(tmpdir(), 'munimap-test-'));
    return {dir, remove: () => rmSync(dir, {recursive: true, force: true})};
}

// Log lines at level error or warn that a test expects are given as regular expressions; any other fails stop(). Tests
// of the sample town run beside each other and read one cache.
const SHARES_CACHE = /another munimap owns the cache/;

const READY_MS = 240000; // for whatever a map loads, on the busiest machine

/**
 * Serves `dir` on a free port of 127.0.0.1. Resolves when everything is loaded.
 * allow: patterns of error and warn lines that may appear in the log.
 */
export async function serve(dir, {args = [], allow = [], env = {}} = {}) {
    // the log goes to a file: a test that runs other programs would not read a pipe meanwhile
    const folder = tempDir(), file = join(folder.dir, 'log'), fd = openSync(file, 'w');
    const child = spawn(binary, ['serve', dir, '--port', '0', ...args],
        {env: {...process.env, LANG: 'C', ...env}, stdio: ['ignore', 'ignore', fd]});
    const log = () => readFileSync(file, 'utf8');
    let failure = null;
    closeSync(fd);
    child.on('error', (error) => failure = error);
    const known = dir === join(root, 'layers') ? [...allow, SHARES_CACHE] : allow;
    const started = Date.now();
    let url = null;
    while (!url) {
        const match = /^ {2}(http:\S+)\/$/m.exec(log());
        url = match?.[1].replace('localhost', '127.0.0.1');
        if (failure || child.exitCode !== null || child.signalCode !== null)
            throw failure ?? new Error(`ended with ${child.exitCode ?? child.signalCode}:\n${log()}`);
        if (Date.now() - started > READY_MS) {
            child.kill('SIGKILL');
            throw new Error(`not ready after ${READY_MS / 1000} s:\n${log()}`);
        }
        if (!url)
            await new Promise((done) => setTimeout(done, 20));
    }
    return {
        url, child,
        log,
        async get(path, options) {
            return fetch(url + path, options);
        },
        async json(path, options) {
            const answer = await fetch(url + path, options);
            const text = await answer.text();
            if (!answer.ok)
                throw new Error(`${path}: ${answer.status} ${text}`);
            return JSON.parse(text);
        },
        async stop() {
            const ended = new Promise((done) => child.once('exit', (code, signal) => done({code, signal})));
            if (child.exitCode === null && child.signalCode === null)
                child.kill('SIGTERM');
            else
                return {code: child.exitCode, signal: child.signalCode};
            const timer = setTimeout(() => child.kill('SIGKILL'), 20000);
            const end = await ended;
            clearTimeout(timer);
            const text = log();
            folder.remove();
            const bad = text.split('\n').filter((line) => /level=(error|warn)|Sanitizer|runtime error/.test(line) &&
                !known.some((pattern) => pattern.test(line)));
            if (end.code !== 0 || bad.length)
                throw new Error(`ended with ${end.code ?? end.signal}; log lines not expected:\n${bad.join('\n')}\n` +
                    (bad.length ? '' : text.slice(-3000)));
            return end;
        },
    };
}
