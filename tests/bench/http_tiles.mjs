// Uncached tiles over HTTP with gzip on two cores: munimap against Martin and MapServer, both on PostGIS. No side keeps
// tiles, each has been asked before; the client has four connections and takes its share of the two cores on both sides.
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {alternate, city, digits, freePort, layers, load, main, median, note, path, peer, ready, row, runs, sample, serveCity,
    start, work} from './lib.mjs';
import {nginx} from './nginx.mjs';
import {postgis} from './postgis.mjs';

const plan = [[10, 6], [12, 40], [14, 1000], [16, 5000]], connections = 4;
const fields = {
    buildings: {osm_id: 'int8', name: 'text', type: 'text'},
    roads: {osm_id: 'int8', name: 'text', ref: 'text', type: 'text', oneway: 'int4', bridge: 'int4', maxspeed: 'int4'},
    points: {osm_id: 'int8', timestamp: 'text', name: 'text', type: 'text'},
};

async function martin(pg) {
    const port = await freePort(), file = join(work, 'martin.yaml');
    const tables = layers.map((l) => `    ${l}:\n      schema: public\n      table: ${l}\n      srid: 3857\n      geometry_column: geom\n` +
        `      id_column: uid\n      extent: 4096\n      buffer: 64\n      clip_geom: true\n      properties: ${JSON.stringify(fields[l])}\n`);
    writeFileSync(file, `listen_addresses: 127.0.0.1:${port}\nworker_processes: 2\ncache:\n  size_mb: 0\npostgres:\n  connection_string: ${pg.url}\n` +
        `  pool_size: ${connections}\n  auto_publish: false\n  tables:\n${tables.join('')}`);
    const server = start('martin', ['--config', file]);
    await ready(async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok, 'Martin');
    return {port, path: (tile) => `/${layers.join(',')}/${tile}`, stop: server.stop};
}

const mapLayer = (pg, l, type) => `LAYER
  NAME "${l}" TYPE ${type} STATUS ON CONNECTIONTYPE POSTGIS CONNECTION "host=127.0.0.1 port=${pg.port} user=${pg.user} dbname=postgres"
  PROCESSING "CLOSE_CONNECTION=DEFER" DATA "geom FROM ${l} USING UNIQUE uid USING srid=3857"
  PROJECTION "init=epsg:3857" END
  METADATA "gml_include_items" "${Object.keys(fields[l]).join(',')}" "gml_featureid" "uid" END
  CLASS STYLE COLOR 0 0 0 END END
END`;

/** Two processes of MapServer, each on a socket of its own; the lines for nginx that lead to them. */
function mapservers(pg) {
    const file = join(work, 'city.map'), conf = join(work, 'mapserver.conf');
    writeFileSync(file, `MAP
NAME "city" SIZE 256 256 EXTENT -20037508 -20037508 20037508 20037508
PROJECTION "init=epsg:3857" END
OUTPUTFORMAT NAME "mvt" DRIVER "MVT" FORMATOPTION "EXTENT=4096" FORMATOPTION "EDGE_BUFFER=4" END
WEB METADATA "tile_map_edge_buffer" "4" END END
${mapLayer(pg, 'buildings', 'POLYGON')}\n${mapLayer(pg, 'roads', 'LINE')}\n${mapLayer(pg, 'points', 'POINT')}\nEND\n`);
    writeFileSync(conf, `CONFIG\nENV\nMS_MAPFILE "${file}"\nEND\nEND\n`);
    const sockets = [1, 2].map((n) => join(work, `mapserv-${n}.sock`));
    for (const socket of sockets)
        start('spawn-fcgi', ['-n', '-s', socket, '/usr/lib/cgi-bin/mapserv'],
            {log: `${socket}.log`, env: {...process.env, MAPSERVER_CONFIG_FILE: conf, MS_MAPFILE: file}});
    return {
        http: `upstream mapserver { least_conn; ${sockets.map((s) => `server unix:${s};`).join(' ')} }`,
        server: `location / { fastcgi_pass mapserver; include /etc/nginx/fastcgi_params; fastcgi_buffers 64 64k; fastcgi_max_temp_file_size 0;
            gzip on; gzip_types application/vnd.mapbox-vector-tile application/x-protobuf; }`,
        path(tile) {
            const [z, x, y] = tile.split('/');
            return `/?mode=tile&tilemode=gmap&tile=${x}+${y}+${z}&layers=all&map.imagetype=mvt`;
        },
    };
}

async function compare(name, what, target, data, server, ask) {
    const own = await serveCity(data);
    for (const [z, count] of plan) {
        const tiles = sample(data, z, count);
        load(server.port, tiles.map(ask), connections); // warm
        load(own.port, tiles.map(path), connections);
        const [ours, theirs] = await alternate([
            () => load(own.port, tiles.map(path), connections),
            () => load(server.port, tiles.map(ask), connections)]);
        const a = tiles.length / median(ours.map((r) => r.seconds)), b = tiles.length / median(theirs.map((r) => r.seconds));
        row(`${what}, z${z}`, `${digits(a)} /s`, `${name} ${digits(b)} /s`, a / b, target);
        note(`${name} z${z}: ${tiles.length} tiles, mean bytes as sent ${digits(ours[0].bytes / tiles.length)} against ${digits(theirs[0].bytes / tiles.length)}`);
    }
    await own.stop();
}

/** What the client and HTTP allow at all: the smallest tiles, asked for a second time from a server that keeps them. */
async function ceiling(data) {
    const server = await serveCity(data, {keeps: true}), [z, count] = plan.at(-1), paths = sample(data, z, count).map(path);
    load(server.port, paths, connections);
    const seconds = [];
    for (let i = 0; i < runs; i++)
        seconds.push(load(server.port, paths, connections).seconds);
    note(`z${z} tiles that are kept, to the same client: ${digits(paths.length / median(seconds))} /s`);
    await server.stop();
}

await main(async () => {
    const what = 'uncached tiles over HTTP, gzip', data = city();
    const martinVersion = data && peer('martin', what, 20), mapVersion = data && peer('mapserver', what, 50);
    if (!martinVersion && !mapVersion || !peer('postgis', what, 20))
        return;
    await ceiling(data);
    const pg = await postgis(data);
    if (martinVersion) {
        const server = await martin(pg);
        await compare(`Martin ${martinVersion}`, what, 20, data, server, server.path);
        await server.stop();
    }
    if (mapVersion && peer('nginx', what, 50)) {
        const lines = mapservers(pg);
        const front = await nginx(lines.server, lines.http);
        await compare(`MapServer ${mapVersion}`, what, 50, data, front, lines.path);
    }
});
