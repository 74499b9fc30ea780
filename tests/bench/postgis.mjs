// A PostgreSQL of its own with the city in PostGIS, as someone who serves tiles from it would set it up.
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, layers, ready, run, start, work} from './lib.mjs';

const columns = {
    buildings: 'uid, osm_id, name, type',
    roads: 'uid, osm_id, name, ref, type, oneway, bridge, maxspeed',
    points: 'uid, osm_id, timestamp, name, type',
};

// As https://postgis.net/docs/ST_AsMVT.html has it, with the margin of the buffer in the box that the index is asked for;
// both boxes are made once a tile, not once a row.
const layerSql = (l) => `coalesce((SELECT ST_AsMVT(t, '${l}', 4096, 'geom', 'uid') FROM (
    SELECT ST_AsMVTGeom(geom, box, 4096, 64, true) AS geom, ${columns[l]} FROM ${l} WHERE geom && wide) t
    WHERE geom IS NOT NULL), '')`;

const functionsSql = `
CREATE OR REPLACE FUNCTION tile(z int, x int, y int) RETURNS bytea LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE box geometry := ST_TileEnvelope(z, x, y); wide geometry := ST_TileEnvelope(z, x, y, margin => 64.0 / 4096);
BEGIN RETURN ${layers.map(layerSql).join(' || ')}; END $$;
-- Makes all tiles of a list and gives seconds and bytes: nothing goes to a client, plans are kept in the session.
CREATE OR REPLACE FUNCTION run(list text[], OUT seconds float8, OUT bytes bigint) LANGUAGE plpgsql AS $$
DECLARE t text; p int[]; b bytea; since timestamptz := clock_timestamp();
BEGIN
    bytes := 0;
    FOREACH t IN ARRAY list LOOP
        p := string_to_array(t, '/')::int[];
        b := tile(p[1], p[2], p[3]);
        bytes := bytes + length(b);
    END LOOP;
    seconds := extract(epoch FROM clock_timestamp() - since);
END $$;`;

// One core a query, all in memory, no compiling of plans that run for milliseconds (it only cost time here).
const settings = {
    listen_addresses: '127.0.0.1', shared_buffers: '1536MB', work_mem: '128MB', maintenance_work_mem: '512MB', jit: 'off',
    max_parallel_workers_per_gather: '0', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off',
    autovacuum: 'off', max_wal_size: '4GB', random_page_cost: '1.1', effective_cache_size: '4GB', max_connections: '50',
};

// PostgreSQL refuses to run as root.
const as = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
const plain = (program, args) => [...as, program, ...args];

/** Starts it; the first time it is filled. {port, url, psql(sql), tile(z/x/y) -> Buffer} */
export async function postgis(data) {
    const dir = join(work, 'pg'), stamp = join(dir, 'filled-2'), port = await freePort(), user = as.length ? 'postgres' : process.env.USER;
    if (!existsSync(stamp)) {
        run('rm', ['-rf', dir]);
        mkdirSync(dir);
        if (as.length)
            run('chown', ['postgres', dir]);
        const [program, ...args] = plain('initdb', ['-D', join(dir, 'data'), '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']);
        run(program, args, {cwd: dir});
    }
    const options = Object.entries({...settings, port, unix_socket_directories: dir}).flatMap(([k, v]) => ['-c', `${k}=${v}`]);
    const [program, ...args] = plain('postgres', ['-D', join(dir, 'data'), ...options]);
    const server = start(program, args, {signal: 'SIGINT', log: join(work, 'postgres.log'), cwd: dir});
    const url = `postgresql://${user}@127.0.0.1:${port}/postgres`;
    const psql = (sql) => run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', url], {input: sql}).trim();
    await ready(() => psql('SELECT 1') === '1', 'PostgreSQL');
    if (!existsSync(stamp))
        fill(data, url, psql, stamp);
    psql(functionsSql);
    return {port, url, user, psql, stop: server.stop, tile: (id) => Buffer.from(psql(`SELECT encode(tile(${id.replaceAll('/', ',')}), 'hex')`), 'hex')};
}

// Numbers as numbers: PostgreSQL's numeric, which widths in the source would give, comes out of ST_AsMVT as text.
function fill(data, url, psql, stamp) {
    psql('CREATE EXTENSION postgis');
    for (const layer of layers) {
        run('ogr2ogr', ['-f', 'PostgreSQL', `PG:${url}`, data.file(layer), '-nln', layer, '-t_srs', 'EPSG:3857', '-lco', 'GEOMETRY_NAME=geom',
            '-lco', 'FID=gid', '-lco', 'SPATIAL_INDEX=NONE', '-lco', 'UNLOGGED=ON', '-lco', 'DIM=2', '-lco', 'PRECISION=NO', '--config', 'PG_USE_COPY', 'YES', '-q']);
        psql(`CREATE INDEX ${layer}_geom ON ${layer} USING gist (geom); CLUSTER ${layer} USING ${layer}_geom; VACUUM ANALYZE ${layer};`);
    }
    writeFileSync(stamp, '');
}
