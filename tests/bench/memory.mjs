// Memory of each kind of request over a million buildings, beyond the snapshot: what the server takes for itself at most
// while it answers, each on a server of its own; and beside it the child that writes a file or reads a source.
import {execFile} from 'node:child_process';
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {city, digits, main, note, row, serveCity, work} from './lib.mjs';

const mostMb = 64, look = 3; // ms
const only = process.argv.slice(2);
const filter = (text) => `filter=${encodeURIComponent(text)}`;
const items = (query) => ({path: `/collections/buildings/items?${query}`});
const wfs = (query) => ({path: `/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=buildings&${query}`});
const json = (path, body) => ({path, body: JSON.stringify(body), type: 'application/json'});
const square = (x, y, d) => ({type: 'Polygon', coordinates: [[[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]]});
const cql = (x, y, d) => `S_INTERSECTS(geometry, POLYGON((${square(x, y, d).coordinates[0].map((p) => p.join(' '))})))`;

const kinds = {
    'page of 1 000 as GeoJSON': items('limit=1000&bbox=37.9,55.8,38.1,55.9'), 'page of 10 000 as GeoJSON': items('limit=10000'),
    'page of 10 000 as JSON-FG': items('limit=10000&f=jsonfg'), 'page as HTML': items('f=html'), 'page at the end': items('limit=10000&offset=1000000'),
    'a word looked for': items('q=school'), sorted: items('limit=1000&sortby=name'), 'sorted by three': items('limit=1000&sortby=type,-name,osm_id'),
    'LIKE and arithmetic': items(`limit=1&${filter("type LIKE '%e%' AND osm_id * 2 + 1 > 500000000")}`),
    'meets a polygon': items(`limit=1&${filter(cql(37.5, 55.7, 1))}`), 'near roads': items(`limit=1&bbox=37.9,55.8,38.1,55.9&${filter("near_layer(geometry, 'roads', 50)")}`),
    'buffer of each': items(`limit=1&bbox=37.9,55.8,38.1,55.9&${filter('area(buffer(geometry, 5)) > 500')}`), 'plan': items('explain=1&limit=1'),
    ...Object.fromEntries(['geojson', 'geojsonl', 'csv', 'kml', 'gml', 'fgb', 'gpkg', 'shp', 'tab', 'dxf', 'xlsx'].map((f) => [`all as ${f}`, items(`f=${f}`)])),
    'POST search': json('/collections/buildings/search', {limit: 10000, filter: `osm_id NOT IN (${Array.from({length: 3000}, (_, i) => i)})`}),
    'sums by type': {path: '/collections/buildings/aggregate?group-by=type&functions=count,sum(area)'},
    'sums by name': {path: '/collections/buildings/aggregate?group-by=name&functions=count(distinct%20osm_id)'},
    'what lies inside': json('/analysis/inside', {geometry: square(37.5, 55.7, 1)}),
    'WFS, all as GML': wfs('count=2000000'), 'WFS, hits': wfs('resultType=hits'), 'WFS, a page': wfs('count=10000&startIndex=500000'),
    'WFS, a Shapefile': wfs('outputFormat=shape-zip&count=2000000'),
    'tile z8': {path: '/tiles/buildings,roads,points/8/155/80.mvt'}, 'tile z10': {path: '/tiles/buildings,roads,points/10/620/320.mvt'},
    'tile z14': {path: '/tiles/buildings,roads,points/14/9925/5120.mvt'}, 'tile z10 with a filter': {path: `/tiles/buildings/10/620/320.mvt?${filter("type LIKE '%e%'")}`},
    'a name': {path: '/search?q=school'}, 'API definition': {path: '/api'},
};

const anonymousMb = (pid) => {
    try {
        return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
        return 0; // it has just ended
    }
};

/** The children of all threads of a process. */
const children = (pid) => {
    try {
        return readdirSync(`/proc/${pid}/task`).flatMap((t) => readFileSync(`/proc/${pid}/task/${t}/children`, 'utf8').trim().split(' ').filter(Boolean));
    } catch {
        return [];
    }
};

/** Asks, and gives what the server and its children had at most: {status, bytes, own, child}; MB. */
async function measure(data, {path, body, type}, isAgain = false) {
    const server = await serveCity(data), most = {own: 0, child: 0};
    await (await fetch(`${server.url}/collections`)).arrayBuffer();
    const idle = anonymousMb(server.pid);
    const sample = () => {
        most.own = Math.max(most.own, anonymousMb(server.pid) - idle);
        most.child = Math.max(most.child, children(server.pid).reduce((sum, pid) => sum + anonymousMb(pid), 0));
    };
    const timer = setInterval(sample, look);
    const args = ['-s', '-o', '/dev/null', '-w', '%{http_code} %{size_download}', '--max-time', '240', `${server.url}${path}`];
    if (body) {
        writeFileSync(join(work, 'body.json'), body);
        args.push('-H', `content-type: ${type}`, '--data-binary', `@${join(work, 'body.json')}`);
    }
    const said = await new Promise((done) => execFile('curl', args, (error, text) => done(text)));
    clearInterval(timer);
    sample();
    await server.stop();
    const [status, bytes] = said.split(' ').map(Number);
    return status === 503 && !isAgain ? measure(data, {path, body, type}, true) : {status, bytes, ...most};
}

await main(async () => {
    const data = city(), peaks = [];
    if (!data)
        return;
    for (const [name, ask] of Object.entries(kinds)) {
        if (only.length && !only.some((word) => name.includes(word)))
            continue;
        const {status, bytes, own, child} = await measure(data, ask);
        peaks.push([own, name]);
        row(`memory: ${name} (${status}, ${digits(bytes / 1e6)} MB)`, `${digits(own)} MB`, child > 1 ? `child ${digits(child)} MB` : '', null,
            {text: `<= ${mostMb} MB`, met: own <= mostMb && (status === 200 || status === 204)}, 1);
    }
    const [own, name] = peaks.sort((a, b) => b[0] - a[0])[0];
    note(`memory: the most is ${digits(own)} MB, of ${name}`);
});
