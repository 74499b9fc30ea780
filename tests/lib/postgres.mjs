// A PostgreSQL of its own for one test: in a temp folder, on a free port of 127.0.0.1, as a user who is not root.
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {join} from 'node:path';
import {tempDir} from './munimap.mjs';

const programs = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin']
    .find((dir) => existsSync(join(dir, 'postgres')));
export const missing = programs ? false : 'PostgreSQL is not installed: apt-get install postgresql-15-postgis-3';

const isRoot = process.getuid() === 0;
const idOf = (kind) => Number(execFileSync('id', [kind, 'postgres'], {encoding: 'utf8'}));

// Below the ports that the system gives to connections (from 32768 on): of those it may give away the base's own while
// the base is halted, and a suite beside this one holds it then.
const LOWEST_PORT = 15000, PORTS = 17000;

async function freePort() {
    for (;;) {
        const port = LOWEST_PORT + Math.floor(Math.random() * PORTS), probe = createServer();
        const isFree = await new Promise((tell) => probe.once('error', () => tell(false)).listen(port, '127.0.0.1', () => tell(true)));
        if (!isFree)
            continue;
        await new Promise((done) => probe.close(done));
        return port;
    }
}

/** {port, user, password, sql(text), hold(text), gate(pattern), halt(), start(), stop()}; the database is called "city" and has PostGIS. */
export async function postgres() {
    const temp = tempDir(), data = join(temp.dir, 'data'), password = 'тайна-s3cret';
    const as = isRoot ? {uid: idOf('-u'), gid: idOf('-g')} : {};
    const options = {...as, cwd: temp.dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
        env: {PATH: `${programs}:${process.env.PATH}`, LANG: 'C.UTF-8', PGPASSWORD: password, HOME: temp.dir}};
    mkdirSync(data);
    if (isRoot)
        for (const dir of [temp.dir, data])
            chownSync(dir, as.uid, as.gid);
    execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'city', '--auth=trust', '-E', 'UTF8', '--no-sync'], options);
    const port = await freePort(), log = join(temp.dir, 'log'), said = openSync(log, 'a');
    let server = null;
    const psql = (database) => ['-h', '127.0.0.1', '-p', String(port), '-U', 'city', '-d', database, '-v', 'ON_ERROR_STOP=1', '-qAt'];
    const sql = (text, database = 'city') => execFileSync('psql', psql(database), {...options, input: text, stdio: ['pipe', 'pipe', 'pipe']});
    const self = {
        port, user: 'city', password, sql,
        /** Begins a transaction with `text` and gives what ends it. */
        async hold(text) {
            const session = spawn('psql', psql('city'), {...options, stdio: ['pipe', 'pipe', 'inherit']});
            const ended = once(session, 'exit');
            session.stdin.write(`BEGIN; ${text};\n\\echo held\n`);
            await once(session.stdout, 'data');
            return async () => {
                session.stdin.end();
                await ended;
            };
        },
        /** {port, close()}: leads to the base, and cuts a connection that asks what the pattern matches. */
        async gate(pattern) {
            const gate = createServer((client) => {
                const far = connect(port, '127.0.0.1'), cut = () => [client, far].forEach((end) => end.destroy());
                [client, far].forEach((end) => end.on('error', cut).on('close', cut));
                client.on('data', (bytes) => pattern.test(bytes.toString('utf8')) ? cut() : far.write(bytes));
                far.pipe(client);
            });
            await new Promise((done) => gate.listen(0, '127.0.0.1', done));
            return {port: gate.address().port, close: () => gate.close()};
        },
        async start() {
            server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1',
                '-c', `unix_socket_directories=${temp.dir}`, '-c', 'fsync=off'], {...options, stdio: ['ignore', said, said]});
            for (let tries = 0; ; tries++) {
                try {
                    sql('SELECT 1', 'postgres');
                    return;
                } catch (error) {
                    if (tries === 600 || server.exitCode !== null)
                        throw new Error(`PostgreSQL does not start:\n${readFileSync(log, 'utf8')}`, {cause: error});
                    await new Promise((done) => setTimeout(done, 50));
                }
            }
        },
        async halt() {
            if (!server || server.exitCode !== null)
                return;
            const ended = new Promise((done) => server.once('exit', done));
            server.kill('SIGINT'); // fast: open connections are cut
            await ended;
        },
        async stop() {
            await self.halt();
            closeSync(said);
            temp.remove();
        },
    };
    await self.start();
    sql('CREATE DATABASE city', 'postgres');
    sql('CREATE EXTENSION postgis');
    sql(`ALTER ROLE city PASSWORD '${password}'`);
    return self;
}
