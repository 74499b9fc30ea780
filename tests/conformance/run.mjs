// Runs the OGC's test suites (CITE) against the sample town: node tests/conformance/run.mjs [SUITE...]
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {root, serve} from '../lib/munimap.mjs';
import {copyTown} from './editable.mjs';
import {excused} from './excused.mjs';
import {readResults} from './results.mjs';
import {serveSchemas} from './schemas.mjs';

const here = dirname(fileURLToPath(import.meta.url)), build = join(root, process.env.OUT || 'build', 'conformance');
const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

// Tiles with something in them: those of the middle of the town.
async function middle(server) {
    const {extent} = await server.json('/collections/buildings?f=json'), [west, south, east, north] = extent.spatial.bbox[0];
    const zoom = 14, n = 2 ** zoom, lat = (south + north) / 2 * Math.PI / 180;
    const row = Math.floor((0.5 - Math.asinh(Math.tan(lat)) / 2 / Math.PI) * n);
    const col = Math.floor(((west + east) / 2 + 180) / 360 * n);
    return {tilematrix: zoom, mintilerow: row, maxtilerow: row + 1, mintilecol: col, maxtilecol: col + 1};
}

const wfs20 = {
    main: 'org.opengis.cite.iso19142.TestNGController',
    args: (server) => ({wfs: `${server.url}/wfs?service=WFS&version=2.0.0&request=GetCapabilities`}),
    old: true, profile: 'wfs20',
};

// Each: the class that runs it, where its source is when no registry has it, what it is told, its profile in pom.xml, whether it edits.
const suites = {
    features10: {
        main: 'org.opengis.cite.ogcapifeatures10.TestNGController',
        source: {name: 'ets-ogcapi-features10', env: 'FEATURES10_GIT'},
        args: (server) => ({iut: `${server.url}/`, noofcollections: process.env.COLLECTIONS || 5}),
    },
    tiles10: {
        main: 'org.opengis.cite.ogcapitiles10.TestNGController',
        source: {name: 'ets-ogcapi-tiles10', env: 'TILES10_GIT'},
        args: async (server) => ({
            iut: `${server.url}/`,
            tilematrixsetdefinitionuri: 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad',
            urltemplatefortiles: `${server.url}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}?f=mvt`,
            ...await middle(server),
        }),
    },
    wfs20,
    'wfs20-edits': {...wfs20, edits: true},
};

/** Builds a suite that no registry has from its source, at the version that pom.xml pins, into Maven's cache. */
function buildSuite({source, version}) {
    const dir = join(build, source.name), from = process.env[source.env] || `https://github.com/opengeospatial/${source.name}.git`;
    rmSync(dir, {recursive: true, force: true});
    const steps = [['git', 'clone', '-q', '-c', 'advice.detachedHead=false', '--branch', version, from, dir],
        ['mvn', '-B', '-q', '-f', join(dir, 'pom.xml'), '-DskipTests', '-Denforcer.skip', '-Dmaven.javadoc.skip', '-Dmaven.source.skip',
            '-Dassembly.skipAssembly', 'install']];
    for (const [program, ...args] of steps) {
        const {status, stdout, stderr} = spawnSync(program, args, {encoding: 'utf8', timeout: 600000});
        if (status !== 0)
            return `${from}: ${(stderr + stdout).trim().split('\n')[0] || `${program} did not end`}`;
    }
    return null;
}

/** The class path of a suite; {missing: name} when it cannot be had. */
function fetchSuite(name) {
    const found = resolveSuite(name), {source} = suites[name];
    if (found.path || !source)
        return found;
    const version = new RegExp(`<artifactId>${source.name}</artifactId>\\s*<version>([^<]+)`).exec(readFileSync(join(here, 'pom.xml'), 'utf8'))[1];
    const why = buildSuite({source, version});
    return why ? {missing: `${found.missing}; ${why}`} : resolveSuite(name);
}

/** The same from Maven's cache and registries alone. */
function resolveSuite(name) {
    const file = join(build, `${name}.cp`);
    rmSync(file, {force: true});
    const maven = spawnSync('mvn', ['-B', '-q', '-f', join(here, 'pom.xml'), '-P', suites[name].profile ?? name, 'dependency:build-classpath',
        `-Dmdep.outputFile=${file}`], {encoding: 'utf8', timeout: 600000});
    if (maven.status === 0)
        return {path: readFileSync(file, 'utf8').trim()};
    const said = maven.stdout + maven.stderr;
    const missing = /(?:Could not find artifact|artifacts could not be resolved:)?\s*(org\.opengis[\w.:-]+:\S+?:[\d.]+)/.exec(said)?.[1];
    return {missing: missing ?? (said.trim().split('\n')[0] || 'Maven did not end')};
}

// What ets-wfs20 needs on a Java newer than it is.
function oldJava() {
    const open = '--add-exports=java.base/jdk.internal.org.objectweb.asm=ALL-UNNAMED', jar = join(build, 'old.jar');
    const classes = join(build, 'old'), manifest = join(build, 'old.mf');
    mkdirSync(classes, {recursive: true});
    writeFileSync(manifest, 'Premain-Class: OldServices\nCan-Retransform-Classes: true\n');
    execFileSync('javac', [open, '-d', classes, join(here, 'OldServices.java')]);
    execFileSync('jar', ['cfm', jar, manifest, '-C', classes, '.']);
    return [open, `-javaagent:${jar}`];
}

function java(args, log) {
    return new Promise((done) => {
        const child = spawn('java', args, {stdio: ['ignore', log, log], cwd: build});
        const timer = setTimeout(() => child.kill('SIGKILL'), 900000);
        child.on('error', () => done(-1));
        child.on('exit', (code) => {
            clearTimeout(timer);
            done(code ?? -1);
        });
    });
}

async function runSuite(name, path, server) {
    const suite = suites[name], dir = join(build, name), props = join(build, `${name}.xml`);
    rmSync(dir, {recursive: true, force: true});
    mkdirSync(dir, {recursive: true});
    const entries = Object.entries(await suite.args(server)).map(([key, value]) => `<entry key="${key}">${escape(String(value))}</entry>`);
    writeFileSync(props, `<properties version="1.0">${entries.join('')}</properties>\n`);
    const schemas = suite.old ? await serveSchemas(path.split(':')[0], build) : null;
    const options = schemas ? [...oldJava(), '-Dhttp.proxyHost=127.0.0.1', `-Dhttp.proxyPort=${schemas.port}`] : [];
    const log = openSync(join(build, `${name}.log`), 'w');
    const code = await java([...options, '-cp', path, suite.main, '-o', dir, props], log);
    closeSync(log);
    schemas?.close();
    return {code, results: readResults(dir), missed: [...schemas?.missed ?? []]};
}

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** Prints one suite's verdicts; returns how many failed. */
function report(name, {code, results, missed}) {
    if (!results) {
        console.log(`${name}: ended with ${code} and left no results: see ${join(build, `${name}.log`)}`);
        return 1;
    }
    const failed = new Map(), skipped = new Map();
    for (const result of results) {
        const excuse = result.status === 'FAIL' ? excused(name, result) : null;
        if (result.status === 'FAIL' && !excuse)
            failed.set(`${result.of}.${result.name}`, [...failed.get(`${result.of}.${result.name}`) ?? [], result]);
        else if (result.status !== 'PASS') {
            const why = `${result.of}.${result.name}: ${excuse ?? (oneLine(result.message).replace(/\{.*$/, '…').slice(0, 120) || 'what it needs was skipped')}`;
            skipped.set(why, (skipped.get(why) ?? 0) + 1);
        }
    }
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    const count = {passed: results.filter((r) => r.status === 'PASS').length, failed: sum([...failed.values()].map((all) => all.length)),
        skipped: sum([...skipped.values()])};
    console.log(`${name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    for (const [test, all] of failed) {
        const [{args, message}] = all, more = all.length > 1 ? `, and ${all.length - 1} more times` : '';
        console.log(`  FAILED ${test}(${args.map((arg) => oneLine(arg).slice(0, 60)).join(', ')})${more}\n    ${oneLine(message).slice(0, 400)}`);
    }
    for (const [why, n] of skipped)
        console.log(`  skipped ${n} × ${why}`);
    for (const address of missed)
        console.log(`  not at hand: ${address}`);
    return count.failed;
}

const asked = process.argv.slice(2).length ? process.argv.slice(2) : Object.keys(suites);
const unknown = asked.filter((name) => !suites[name]);
if (unknown.length) {
    console.error(`There is no suite ${unknown.join(', ')}: there are ${Object.keys(suites).join(', ')}.`);
    process.exit(2);
}
mkdirSync(build, {recursive: true});
let bad = 0, ran = 0;
const allow = [/another munimap owns the cache/];
for (const name of asked) {
    const {path, missing} = fetchSuite(name);
    if (missing) {
        console.log(`${name}: not to be had: ${missing}`);
        continue;
    }
    const server = suites[name].edits ? await serve(copyTown(join(build, 'town')), {args: ['--edit'], allow})
        : await serve(join(root, 'layers'), {allow});
    bad += report(name, await runSuite(name, path, server));
    await server.stop();
    ran++;
}
process.exit(bad || !ran ? 1 : 0);
