// OWSLib, which many Python programs use, as a client of OGC API Features.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {lacks, runPython} from '../lib/clients.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {towns} from '../lib/towns.mjs';

const town = towns.find((one) => one.name === 'the sample town');
const skip = town.skip || lacks('owslib', 'python3-owslib');
let temp, server, ids;

before(async () => {
    if (skip)
        return;
    temp = tempDir();
    ids = town.make(join(temp.dir, 'town'));
    server = await serve(join(temp.dir, 'town'));
});
after(async () => {
    await server?.stop();
    temp?.remove();
});

async function owslib(service, url, ...calls) {
    const answers = await runPython('owslib_client.py', {service, url, calls}, {HOME: temp.dir});
    return answers.map(({ok, error}, i) => {
        assert.ok(error === undefined, `${calls[i][0]}: ${error}`);
        return ok;
    });
}
const matched = async (id, params) => (await server.json(`/collections/${id}/items?${new URLSearchParams({limit: 1, ...params})}`)).numberMatched;

test('conformance, the API document, collections', {skip}, async () => {
    const [conformance, api, collections, names, one, queryables] = await owslib('features', server.url, ['conformance', {}], ['api', {}],
        ['collections', {}], ['feature_collections', {}], ['collection', {collection_id: 'buildings'}],
        ['collection_queryables', {collection_id: 'buildings'}]);
    assert.ok(conformance.conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'));
    assert.match(api.openapi, /^3\.0/);
    assert.deepEqual(collections.collections.map((c) => c.id).sort(), [...ids].sort());
    assert.deepEqual([...names].sort(), [...ids].sort());
    assert.equal(one.id, 'buildings');
    assert.equal(queryables.properties.floors.type, 'integer');
});

test('pages by offset: nothing is lost or twice', {skip}, async () => {
    const total = await matched('buildings', {}), offsets = [];
    for (let offset = 0; offset < total; offset += 1500)
        offsets.push(offset);
    const pages = await owslib('features', server.url,
        ...offsets.map((offset) => ['collection_items', {collection_id: 'buildings', limit: 1500, offset}]));
    const seen = pages.flatMap((page) => page.features.map((f) => f.id));
    assert.equal(seen.length, total);
    assert.equal(new Set(seen).size, total);
    assert.ok(pages.every((page) => page.numberMatched === total));
});

test('filters: box, time, text, CQL2 text', {skip}, async () => {
    const ways = [['buildings', {bbox: [39.09, 52.34, 39.1, 52.35]}], ['permits', {datetime: '2026-01-01/2026-06-30'}], ['streets', {q: 'гоголя'}],
        ['buildings', {filter: "floors > 5 AND wall LIKE '%пан%'"}], ['buildings', {filter: 'S_INTERSECTS(geometry, BBOX(39.09, 52.34, 39.1, 52.35))'}],
        ['buildings', {floors: 5, limit: 3}]];
    const answers = await owslib('features', server.url, ...ways.map(([id, params]) => ['collection_items', {collection_id: id, ...params}]));
    for (const [i, [id, params]] of ways.entries()) {
        const want = await matched(id, {...params, limit: 1});
        assert.equal(answers[i].numberMatched, want, JSON.stringify(params));
        assert.equal(answers[i].features.length, Math.min(want, params.limit ?? 1000));
        assert.ok(want > 0, JSON.stringify(params));
    }
});

test('one feature', {skip}, async () => {
    const id = '00:20:0010129:1';
    const [feature] = await owslib('features', server.url, ['collection_item', {collection_id: 'buildings', identifier: id}]);
    assert.equal(feature.id, id);
    assert.deepEqual(feature, {...feature, ...(({geometry, properties}) => ({geometry, properties}))(await server.json(`/collections/buildings/items/${id}`))});
});

const eq = (version) => version === '2.0.0'
    ? '<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0"><fes:PropertyIsEqualTo><fes:ValueReference>floors</fes:ValueReference>' +
        '<fes:Literal>5</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>'
    : '<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:PropertyIsEqualTo><ogc:PropertyName>floors</ogc:PropertyName>' +
        '<ogc:Literal>5</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>';
const gmlIds = (text) => [...text.matchAll(/<mm:buildings[^>]* (?:gml:id|fid)="([^"]+)"/g)].map(([, id]) => id);

for (const version of ['2.0.0', '1.1.0', '1.0.0']) {
    test(`WFS ${version}: capabilities, filters, boxes`, {skip}, async () => {
        const typename = version === '1.0.0' ? ['mm:buildings'] : 'mm:buildings', five = await matched('buildings', {floors: 5});
        const [seen, some, filtered] = await owslib(version, `${server.url}/wfs`, ['capabilities', {}], ['getfeature', {typename, maxfeatures: 7}],
            ['getfeature', {typename, filter: eq(version)}]);
        assert.deepEqual(Object.keys(seen.types).sort(), ids.map((id) => `mm:${id}`).sort());
        assert.equal(seen.title, 'Светлореченск');
        for (const name of ['GetCapabilities', 'DescribeFeatureType', 'GetFeature'])
            assert.ok(seen.operations[name].length, name);
        assert.equal(gmlIds(some).length, 7);
        assert.equal(new Set(gmlIds(filtered)).size, five);
    });
}

test('WFS 2.0.0: pages: nothing is lost or twice', {skip}, async () => {
    const total = await matched('buildings', {}), starts = [];
    for (let start = 0; start < total; start += 1500)
        starts.push(start);
    const pages = await owslib('2.0.0', `${server.url}/wfs`, ...starts.map((startindex) => ['getfeature', {typename: 'mm:buildings', startindex, maxfeatures: 1500}]));
    const seen = pages.flatMap(gmlIds);
    assert.equal(seen.length, total);
    assert.equal(new Set(seen).size, total);
});

test('WMS: every layer is listed, drawn and asked', {skip}, async () => {
    const window = {bbox: [39.05, 52.33, 39.15, 52.38], size: [400, 328]};
    for (const [version, srs] of [['1.3.0', 'EPSG:3857'], ['1.1.1', 'EPSG:4326']]) {
        const bbox = srs === 'EPSG:3857' ? [4346000, 6855000, 4358000, 6865000] : window.bbox;
        const [about, map, info] = await owslib(`wms ${version}`, `${server.url}/wms`, ['capabilities', {}],
            ['getmap', {layers: ['streets', 'buildings'], srs, bbox, size: window.size, format: 'image/png', transparent: true}],
            ['getfeatureinfo', {layers: ['districts'], query_layers: ['districts'], srs, bbox, size: window.size, xy: [200, 164], info_format: 'application/json',
                format: 'image/png', feature_count: 10}]);
        for (const id of ids)
            assert.ok(about.types[id]?.title, id);
        assert.deepEqual(map, {png: window.size});
        assert.equal(JSON.parse(info).features[0].collection, 'districts');
    }
});
