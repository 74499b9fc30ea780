// Layers that can be edited, and small helpers of the tests of edits.
import {execFileSync} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {collection} from './geojson.mjs';

/** Runs SQL on a GeoPackage as another program would; the answer's rows, columns split by "|". */
export function sqlite(file, sql) {
    return execFileSync('sqlite3', ['-cmd', '.timeout 5000', file, sql], {encoding: 'utf8'}).trim().split('\n')
        .filter((line) => line).map((line) => line.split('|'));
}

/** Makes DIR/NAME.gpkg with a table `data` of GeoJSON features; `args` are for ogr2ogr. */
export function geopackage(dir, name, features, args = []) {
    const json = join(dir, `${name}.json`), file = join(dir, `${name}.gpkg`);
    writeFileSync(json, collection(features));
    execFileSync('ogr2ogr', ['-q', '-f', 'GPKG', '-nln', 'data', ...args, file, json], {stdio: ['ignore', 'ignore', 'pipe']});
    rmSync(json);
    return file;
}

/** Every row has its box in the R-tree and no box is without its row; the file is sound. */
export function soundness(file, column = 'geom') {
    return {
        integrity: sqlite(file, 'PRAGMA integrity_check')[0][0],
        missing: Number(sqlite(file, `SELECT count(*) FROM data WHERE ${column} IS NOT NULL AND fid NOT IN (SELECT id FROM rtree_data_${column})`)[0][0]),
        strays: Number(sqlite(file, `SELECT count(*) FROM rtree_data_${column} WHERE id NOT IN (SELECT fid FROM data)`)[0][0]),
        miscounted: Number(sqlite(file, 'SELECT (SELECT count(*) FROM data) - feature_count FROM gpkg_ogr_contents')[0]?.[0] ?? 0),
    };
}
export const sound = {integrity: 'ok', missing: 0, strays: 0, miscounted: 0};

/** Requests that write to one collection. */
export function editor(server, collection, headers = {}) {
    const send = (method, path, body, type, more = {}) => server.get(`/collections/${collection}/items${path}`, {method,
        headers: {...(type ? {'content-type': type} : {}), ...headers, ...more},
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body)});
    return {
        post: (body, more) => send('POST', '', body, 'application/geo+json', more),
        put: (id, body, more) => send('PUT', `/${encodeURIComponent(id)}`, body, 'application/geo+json', more),
        patch: (id, body, more) => send('PATCH', `/${encodeURIComponent(id)}`, body, 'application/merge-patch+json', more),
        remove: (id, more) => send('DELETE', `/${encodeURIComponent(id)}`, undefined, undefined, more),
        send,
        async get(id, query = '') {
            const answer = await server.get(`/collections/${collection}/items/${encodeURIComponent(id)}${query}`);
            return {status: answer.status, etag: answer.headers.get('etag'), feature: answer.ok ? await answer.json() : await answer.text()};
        },
    };
}
