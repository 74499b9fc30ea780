// What answers have in common: tags that tell formats apart, and what scripts of other sites may read.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {root, serve} from '../lib/munimap.mjs';

let server;
before(async () => server = await serve(join(root, 'layers')));
after(() => server?.stop());

test('a tag is of one format: what a client holds of another is not fresh', async () => {
    for (const [path, ...types] of [['/', 'application/json', 'text/html'], ['/collections', 'application/json', 'text/html'], ['/collections/schools', 'application/json', 'text/html'],
        ['/api', 'application/vnd.oai.openapi+json;version=3.0', 'text/html'], ['/tileMatrixSets', 'application/json', 'text/html'],
        ['/tileMatrixSets/WebMercatorQuad', 'application/json', 'text/html'], ['/tiles', 'application/json', 'text/html'],
        ['/map?width=64&height=64&bbox=39.09,52.35,39.1,52.356', 'image/png', 'image/svg+xml', 'image/jpeg']]) {
        const tags = [];
        for (const accept of types) {
            const answer = await server.get(path, {headers: {accept}});
            await answer.arrayBuffer();
            assert.equal(answer.status, 200, `${path} ${accept}`);
            assert.match(answer.headers.get('content-type'), new RegExp(accept.split(';')[0].replaceAll(/[.+/]/g, '\\$&')), path);
            if (path !== '/' || accept !== 'text/html') // that is the viewer, a file of its own
                tags.push(answer.headers.get('etag'));
        }
        assert.equal(new Set(tags).size, tags.length, `${path} ${tags}`);
        const other = await server.get(path, {headers: {accept: types[1], 'if-none-match': tags[0]}});
        await other.arrayBuffer();
        assert.equal(other.status, 200, path);
    }
});

test('scripts of other sites read the answers to questions that are too long for an address, and no others', async () => {
    const post = (path, body, type = 'application/json') => server.get(path, {method: 'POST', headers: {'content-type': type, origin: 'https://elsewhere.example'}, body});
    for (const [path, body] of [['/collections/schools/search', '{"limit":1}'], ['/collections/schools/search', '{'], ['/analysis/measure', '{"geometry":{"type":"Point","coordinates":[39.1,52.35]}}'],
        ['/analysis/inside', '{"collection":"schools","id":"1","distance":10}'], ['/print/frame', '{"format":"A4","scale":1000,"center":[39.1,52.35]}']]) {
        const answer = await post(path, body);
        await answer.arrayBuffer();
        assert.equal(answer.headers.get('access-control-allow-origin'), '*', path);
    }
    const edit = await post('/collections/schools/items', '{}', 'application/geo+json');
    await edit.arrayBuffer();
    assert.ok(edit.status >= 400);
    assert.equal(edit.headers.get('access-control-allow-origin'), null);
    const map = await server.get('/map?width=64&height=64&bbox=39.09,52.35,39.1,52.356&f=png');
    await map.arrayBuffer();
    assert.match(map.headers.get('access-control-expose-headers'), /Content-Bbox/);
});

test('an area of a hundred thousand vertices has room in a body; all of a name are one shape', async () => {
    const n = 99999, coordinates = [Array.from({length: n + 1}, (_, i) => [39.1 + 0.02 * Math.cos(2 * Math.PI * (i % n) / n), 52.353 + 0.012 * Math.sin(2 * Math.PI * (i % n) / n)])];
    const body = JSON.stringify({geometry: {type: 'Polygon', coordinates}, collections: ['schools']});
    assert.ok(body.length > 2e6);
    const answer = await server.get('/analysis/inside', {method: 'POST', headers: {'content-type': 'application/json'}, body}), said = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(said).slice(0, 300));
    assert.ok(said.collections[0].count > 0);
    const both = await server.get('/analysis/inside', {method: 'POST', headers: {'content-type': 'application/json'},
        body: JSON.stringify({geometry: {type: 'Point', coordinates: [39.1, 52.35]}, alike: 'name'})});
    assert.equal(both.status, 400, await both.text());
});
