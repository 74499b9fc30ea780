// Work for a client that has left ends at once, not with its deadline.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir(), count = 100000;
let server;

before(async () => {
    writeFileSync(join(temp.dir, 'spots.geojson'), JSON.stringify({type: 'FeatureCollection', features: Array.from({length: count}, (_, i) => (
        {type: 'Feature', properties: {n: i}, geometry: {type: 'Point', coordinates: [39 + i % 500 / 1000, 52 + Math.floor(i / 500) / 1000]}}))}));
    writeFileSync(join(temp.dir, 'spots.yaml'), 'source: spots.geojson\n');
    server = await serve(temp.dir, {allow: [/status=408/]});
});
after(async () => {
    await server?.stop();
    temp.remove();
});

const running = async () => Number(/^munimap_http_query_running (\d+)/m.exec(await (await server.get('/metrics')).text())[1]);

test('who leaves is not worked for any more, and who stays is', async () => {
    const filter = encodeURIComponent('area(buffer(buffer(buffer(buffer(geometry, 50), 40), 30), 20)) > 1'), path = `/collections/spots/items?limit=1&filter=${filter}`;
    const stays = new AbortController(), leaves = new AbortController();
    let stayed = null;
    const begin = (stop) => server.get(path, {signal: stop.signal}).then((answer) => answer.status, (error) => error.name);
    const first = begin(stays).then((status) => (stayed = status));
    await until('the first to run', async () => await running() >= 1);
    const second = begin(leaves); // its deadline is later than that of the first
    await until('the second to run', async () => {
        assert.equal(stayed, null, 'the filter is too quick for this test');
        return await running() >= 2;
    });
    leaves.abort();
    assert.equal(await second, 'AbortError');
    await until('the end of that of the client who left', async () => await running() <= 1);
    assert.equal(stayed, null, 'that of the client who left ended first');
    stays.abort();
    assert.equal(await first, 'AbortError');
    await until('the end of the other', async () => await running() === 0);
});
