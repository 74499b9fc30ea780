// The Web Feature Service: query strings and XML bodies of three versions, pages, formats, failures, transactions.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {request} from 'node:http';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {geopackage, sound, soundness, sqlite} from '../lib/edits.mjs';
import {collection, feature, line, point, ring} from '../lib/geojson.mjs';
import {serve, tempDir} from '../lib/munimap.mjs';
import {until} from '../lib/wait.mjs';

const temp = tempDir(), dir = join(temp.dir, 'map'), token = 'a-token-for-the-tests-of-wfs';
let server;

before(async () => {
    mkdirSync(dir);
    geopackage(dir, 'places', [
        feature({name: 'первый', n: 1, ratio: 0.5, open: true, day: '2026-01-02', at: '2026-01-02T10:00:00Z', secret: 's1'}, point(39.1, 52.3)),
        feature({name: 'второй <b> & "c"', n: 2, ratio: 1.5, open: false, day: '2026-01-03', at: '2026-01-03T10:00:00Z', secret: 's2'}, point(39.2, 52.4)),
        feature({name: null, n: 3, ratio: null, open: null, day: null, at: null, secret: 's3'}, null),
    ], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'places.yaml'), 'source: places.gpkg\neditable: true\ntitle: {ru: Места}\nfields:\n  - {name: secret, hidden: true}\n');
    geopackage(dir, 'zones', [feature({code: 'a/1', 'имя поля': 'зона', '2nd': 5, _x0041_: 'same'},
        {type: 'MultiPolygon', coordinates: [[ring(39.1, 52.3, 0.001)]]}),
        feature({code: 'б,2', 'имя поля': 'ещё', '2nd': 6, _x0041_: null},
            {type: 'MultiPolygon', coordinates: [[ring(39.2, 52.3, 0.001)], [ring(39.3, 52.3, 0.001)]]})],
    ['-t_srs', 'EPSG:28407', '-nlt', 'MULTIPOLYGON']);
    writeFileSync(join(dir, 'zones.yaml'), 'source: zones.gpkg\nid_field: code\neditable: true\n');
    geopackage(dir, 'plots', [feature({number: 1, name: 'один'}, point(39.1, 52.3)), feature({number: 7, name: 'семь'}, point(39.2, 52.3))], ['-a_srs', 'EPSG:4326']);
    writeFileSync(join(dir, 'plots.yaml'), 'source: plots.gpkg\nid_field: number\neditable: true\n');
    geopackage(dir, 'fixed', [feature({name: 'x'}, point(39.1, 52.3, 7.5))], ['-a_srs', 'EPSG:4326', '-nlt', 'POINTZ']);
    writeFileSync(join(dir, 'fixed.yaml'), 'source: fixed.gpkg\n');
    const mixed = [line([39, 52], [39.1, 52.1]),
        {type: 'MultiLineString', coordinates: [[[39, 52], [39.1, 52]], [[39, 53], [39.1, 53]]]}];
    writeFileSync(join(dir, '7lines.geojson'), collection(mixed.map((g, i) => feature({num: i}, g, {id: i + 1}))));
    writeFileSync(join(dir, '7lines.yaml'), 'source: 7lines.geojson\n');
    writeFileSync(join(dir, 'many.geojson'), collection(
        Array.from({length: 12345}, (_, i) => feature({num: i}, point(39 + i / 1e5, 52), {id: i + 1}))));
    writeFileSync(join(dir, 'many.yaml'), 'source: many.geojson\n');
    server = await serve(dir, {args: ['--edit'], env: {MUNIMAP_EDIT_TOKEN: token}});
});

after(async () => {
    await server?.stop();
    temp.remove();
});

const query = (params) => Object.entries({SERVICE: 'WFS', VERSION: '2.0.0', ...params}).filter(([, v]) => v !== null)
    .map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&');
const raw = (params) => server.get(`/wfs?${query(params)}`);

/** The body, which is well-formed as far as tags go. */
async function xml(answer, status = 200) {
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    assert.match(answer.headers.get('content-type'), /xml/);
    const open = [];
    for (const [, close, name, , self] of text.matchAll(/<(\/?)([^\s<>\/="?]+)((?:\s+[\w:.\-]+="[^"<]*")*)\s*(\/?)>/g)) {
        if (close)
            assert.equal(open.pop(), name);
        else if (!self)
            open.push(name);
    }
    assert.deepEqual(open, []);
    assert.doesNotMatch(text.replace(/<\/?[^\s<>\/="?]+(?:\s+[\w:.\-]+="[^"<]*")*\s*\/?>|<\?xml[^>]*>/g, ''), /[<>]/);
    return text;
}
const get = async (params, status) => xml(await raw(params), status);
const features = (params, status) => get({REQUEST: 'GetFeature', ...params}, status);
const post = (body, headers = {}, status = 200) => server.get('/wfs', {method: 'POST', body, headers: {'content-type': 'text/xml', ...headers}})
    .then((answer) => xml(answer, status));
const ids = (text) => [...text.matchAll(/ (?:gml:id|fid)="([^"_]*)"/g)].map((m) => m[1]);
const number = (text, name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(text)?.[1]);
const exception = async (answer, status, code, locator, pattern) => {
    const text = await xml(answer, status);
    assert.match(text, /ExceptionReport/);
    assert.match(text, new RegExp(`(?:exceptionCode|code)="${code}"`));
    if (locator)
        assert.match(text, new RegExp(`locator="${locator}"`));
    if (pattern)
        assert.match(text, pattern);
};

test('capabilities of each version', async () => {
    const text = await get({REQUEST: 'GetCapabilities', VERSION: null});
    assert.match(text, /<wfs:WFS_Capabilities version="2.0.0"/);
    for (const [name, value] of [['ImplementsBasicWFS', 'TRUE'], ['ImplementsTransactionalWFS', 'TRUE'], ['ImplementsResultPaging', 'TRUE'],
        ['KVPEncoding', 'TRUE'], ['XMLEncoding', 'TRUE'], ['PagingIsTransactionSafe', 'FALSE'], ['CountDefault', '10000'], ['ImplementsSpatialFilter', 'TRUE']])
        assert.match(text, new RegExp(`Constraint name="${name}"><ows:NoValues/><ows:DefaultValue>${value}<`), name);
    assert.match(text, /<Name>mm:places<\/Name>\n<Title>Места<\/Title>/);
    assert.match(text, /<Name>mm:zones<\/Name>[^]*?<DefaultCRS>urn:ogc:def:crs:EPSG::28407<\/DefaultCRS>/);
    assert.match(text, /<Name>mm:_x0037_lines<\/Name>/);
    assert.match(text, /<ows:LowerCorner>39.1 52.3<\/ows:LowerCorner>/);
    assert.match(text, new RegExp(`<ows:Get xlink:href="${server.url}/wfs\\?"/><ows:Post xlink:href="${server.url}/wfs"/>`));
    assert.match(await get({REQUEST: 'GetCapabilities', VERSION: '1.1.0'}), /<DefaultSRS>urn:ogc:def:crs:EPSG::28407</);
    assert.match(await get({REQUEST: 'GetCapabilities', VERSION: '1.0.0'}), /<Transaction>[^]*<SRS>EPSG:28407<\/SRS>\n<Operations><Query\/><Insert\/>/);
    assert.match(await get({REQUEST: 'getcapabilities', VERSION: null, ACCEPTVERSIONS: '9.9.9,1.1.0'}), /version="1.1.0"/);
    assert.match(await get({REQUEST: 'GetCapabilities', VERSION: '9.0'}), /version="2.0.0"/);
    assert.doesNotMatch(await get({REQUEST: 'GetCapabilities', SECTIONS: 'FeatureTypeList'}), /OperationsMetadata/);
    assert.match(await post('<GetCapabilities xmlns="http://www.opengis.net/wfs/2.0" service="WFS"><AcceptVersions xmlns="http://www.opengis.net/ows/1.1"><Version>2.0.0</Version></AcceptVersions></GetCapabilities>'), /version="2.0.0"/);
    await exception(await raw({REQUEST: 'GetCapabilities', VERSION: null, ACCEPTVERSIONS: '3.0.0'}), 400, 'VersionNegotiationFailed');
});

test('schemas name types, and escape what XML has no names for', async () => {
    const text = await get({REQUEST: 'DescribeFeatureType', TYPENAME: 'mm:places'});
    assert.match(text, /<xsd:element name="geometry" type="gml:PointPropertyType" minOccurs="0" maxOccurs="1" nillable="true"\/>/);
    for (const [name, type] of [['name', 'string'], ['n', 'long'], ['ratio', 'double'], ['open', 'boolean'], ['day', 'date'], ['at', 'dateTime']])
        assert.match(text, new RegExp(`name="${name}" type="xsd:${type}"`));
    assert.doesNotMatch(text, /secret/);
    const zones = await get({REQUEST: 'DescribeFeatureType', TYPENAMES: 'mm:zones', VERSION: '1.1.0'});
    for (const part of ['name="имя_x0020_поля"', 'name="_x0032_nd"', 'name="_x005F_x0041_"', 'gml:MultiSurfacePropertyType', 'substitutionGroup="gml:_Feature"'])
        assert.ok(zones.includes(part), part);
    assert.match(await get({REQUEST: 'DescribeFeatureType', TYPENAME: 'mm:zones', VERSION: '1.0.0', OUTPUTFORMAT: 'XMLSCHEMA'}), /gml:MultiPolygonPropertyType[^]*/);
    const all = await get({REQUEST: 'DescribeFeatureType'});
    assert.equal(all.match(/<xsd:complexType/g).length, 6);
    assert.match(all, /name="_x0037_lines" type="mm:_x0037_linesType"/);
    await exception(await raw({REQUEST: 'DescribeFeatureType', TYPENAMES: 'nope'}), 400, 'InvalidParameterValue', 'typeNames');
});

test('features in GML of each version', async () => {
    const text = await features({TYPENAMES: 'mm:places'});
    assert.deepEqual([number(text, 'numberMatched'), number(text, 'numberReturned')], [3, 3]);
    assert.deepEqual(ids(text), ['places.1', 'places.2', 'places.3']);
    assert.ok(text.includes('<mm:name>второй &lt;b&gt; &amp; &quot;c&quot;</mm:name><mm:n>2</mm:n><mm:ratio>1.5</mm:ratio><mm:open>false</mm:open><mm:day>2026-01-03</mm:day><mm:at>2026-01-03T10:00:00Z</mm:at>'), text);
    assert.ok(text.includes('<mm:places gml:id="places.3"><mm:n>3</mm:n></mm:places>'));
    assert.ok(text.includes('<gml:Point gml:id="places.1_x1" srsName="urn:ogc:def:crs:EPSG::4326" srsDimension="2"><gml:pos>52.3 39.1</gml:pos></gml:Point>'));
    assert.doesNotMatch(text, /secret|s1/);
    const old = await features({TYPENAME: 'places', VERSION: '1.1.0'});
    assert.equal(number(old, 'numberOfFeatures'), 3);
    assert.ok(old.includes('<mm:places gml:id="places.1"><mm:geometry><gml:Point srsName="urn:ogc:def:crs:EPSG::4326" srsDimension="2"><gml:pos>52.3 39.1</gml:pos>'));
    const older = await features({TYPENAME: 'places', VERSION: '1.0.0'});
    assert.ok(older.includes('<gml:featureMember><mm:places fid="places.1"><mm:geometry><gml:Point srsName="http://www.opengis.net/gml/srs/epsg.xml#4326"><gml:coordinates>39.1,52.3</gml:coordinates>'));
    assert.ok((await features({TYPENAMES: 'fixed'})).includes('srsDimension="3"><gml:pos>52.3 39.1 7.5</gml:pos>'));
    const lines = await features({TYPENAMES: 'mm:_x0037_lines'});
    assert.match(lines, /<mm:_x0037_lines gml:id="_x0037_lines.1"><mm:geometry><gml:MultiCurve [^>]*><gml:curveMember><gml:LineString gml:id="_x0037_lines.1_x2">/);
    const all = [...lines.matchAll(/gml:id="([^"]*)"/g)].map((m) => m[1]);
    assert.equal(new Set(all).size, all.length);
});

test('axes are as the name of the system has them', async () => {
    const at = async (params) => /<gml:(?:pos|coordinates)>([^<]*)</.exec(await features({TYPENAMES: 'places', COUNT: 1, ...params}))[1];
    for (const name of ['urn:ogc:def:crs:EPSG::4326', 'urn:ogc:def:crs:EPSG:6.9:4326', 'urn:x-ogc:def:crs:EPSG:4326', 'http://www.opengis.net/def/crs/EPSG/0/4326'])
        assert.equal(await at({SRSNAME: name}), '52.3 39.1', name);
    for (const name of ['EPSG:4326', 'http://www.opengis.net/gml/srs/epsg.xml#4326', 'urn:ogc:def:crs:OGC:1.3:CRS84', 'urn:ogc:def:crs:OGC::CRS84', 'CRS84'])
        assert.equal(await at({SRSNAME: name}), '39.1 52.3', name);
    const [x] = (await at({SRSNAME: 'EPSG:3857'})).split(' ').map(Number), [same] = (await at({SRSNAME: 'urn:ogc:def:crs:EPSG::3857'})).split(' ').map(Number);
    assert.ok(Math.abs(x - 4352591.9) < 1 && same === x);
    const [north, east] = /<gml:posList>([^<]*)</.exec(await features({TYPENAMES: 'zones', COUNT: 1}))[1].split(' ').map(Number);
    assert.ok(north < 6e6 && north > 5.7e6 && east > 7.5e6, `${north} ${east}`);
    const [e2] = /<gml:posList>([^<]*)</.exec(await features({TYPENAMES: 'zones', COUNT: 1, SRSNAME: 'EPSG:28407'}))[1].split(' ').map(Number);
    assert.equal(e2, east);
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', SRSNAME: 'EPSG:32633'}), 400, 'InvalidParameterValue', 'srsName', /given in/);
});

test('windows, ids, filters, order and properties', async () => {
    const found = async (params) => ids(await features({TYPENAMES: 'places', ...params}));
    assert.deepEqual(await found({BBOX: '52.2,39.05,52.35,39.15'}), ['places.1']);
    assert.deepEqual(await found({BBOX: '52.2,39.05,52.35,39.15,urn:ogc:def:crs:EPSG::4326'}), ['places.1']);
    assert.deepEqual(await found({BBOX: '39.05,52.2,39.15,52.35,EPSG:4326'}), ['places.1']);
    assert.deepEqual(await found({BBOX: '39.05,52.2,39.15,52.35', VERSION: '1.0.0'}), ['places.1']);
    assert.deepEqual(await found({BBOX: '39.05,52.2,39.15,52.35', VERSION: '1.0.0', SRSNAME: 'EPSG:4326'}), ['places.1']);
    assert.deepEqual(await found({RESOURCEID: 'places.2,places.3,nowhere.1'}), ['places.2', 'places.3']);
    assert.deepEqual(await found({FEATUREID: 'places.2', TYPENAMES: null, VERSION: '1.0.0'}), ['places.2']);
    assert.deepEqual(await found({SORTBY: 'n DESC'}), ['places.3', 'places.2', 'places.1']);
    assert.deepEqual(await found({SORTBY: 'mm:n D'}), ['places.3', 'places.2', 'places.1']);
    assert.deepEqual(await found({SORTBY: 'n A'}), ['places.1', 'places.2', 'places.3']);
    assert.deepEqual(await found({FILTER: '<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsGreaterThan><ValueReference>mm:n</ValueReference><Literal>1</Literal></PropertyIsGreaterThan></Filter>'}), ['places.2', 'places.3']);
    assert.deepEqual(await found({VERSION: '1.1.0', FILTER: '<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"><ogc:BBOX><ogc:PropertyName>geometry</ogc:PropertyName><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>52.35 39.15</gml:lowerCorner><gml:upperCorner>52.5 39.3</gml:upperCorner></gml:Envelope></ogc:BBOX></ogc:Filter>'}), ['places.2']);
    assert.deepEqual(await found({VERSION: '1.0.0', FILTER: '<Filter xmlns:gml="http://www.opengis.net/gml"><BBOX><PropertyName>geometry</PropertyName><gml:Box><gml:coordinates>39.15,52.35 39.3,52.5</gml:coordinates></gml:Box></BBOX></Filter>'}), ['places.2']);
    assert.deepEqual(await found({TYPENAMES: 'zones', FILTER: '<Filter><PropertyIsEqualTo><ValueReference>имя_x0020_поля</ValueReference><Literal>ещё</Literal></PropertyIsEqualTo></Filter>'}), []);
    const zones = await features({TYPENAMES: 'zones', FILTER: '<Filter><PropertyIsEqualTo><ValueReference>имя_x0020_поля</ValueReference><Literal>ещё</Literal></PropertyIsEqualTo></Filter>'});
    assert.match(zones, /gml:id="zones.б_x002C_2"/);
    assert.equal(number(await features({TYPENAMES: 'zones', RESOURCEID: 'zones.б_x002C_2'}), 'numberMatched'), 1);
    assert.equal(number(await features({TYPENAMES: 'zones', FILTER: '<Filter><ResourceId rid="zones.a_x002F_1"/></Filter>'}), 'numberMatched'), 1);
    const some = await features({TYPENAMES: 'places', PROPERTYNAME: 'mm:n,geometry', COUNT: 1});
    assert.match(some, /<gml:pos>[^]*<\/mm:geometry><mm:n>1<\/mm:n><\/mm:places>/);
    assert.doesNotMatch(await features({TYPENAMES: 'places', PROPERTYNAME: 'n'}), /gml:pos/);
    assert.match(await features({TYPENAMES: 'places', PROPERTYNAME: '*'}), /gml:pos/);
    for (const [params, locator] of [[{PROPERTYNAME: 'secret'}, 'propertyName'], [{SORTBY: 'secret'}, 'sortBy'], [{SORTBY: 'geometry'}, 'sortBy'],
        [{COUNT: '-1'}, 'count'], [{STARTINDEX: 'x'}, 'startIndex'], [{RESULTTYPE: 'few'}, 'resultType'], [{OUTPUTFORMAT: 'x'}, 'outputFormat'], [{BBOX: '1,2,3'}, 'bbox'],
        [{RESOURCEID: 'zones.1'}, 'RESOURCEID'], [{FILTER: '<Filter><ResourceId rid="places.1"/><ResourceId rid="zones.1"/></Filter>'}, 'RESOURCEID']])
        await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', ...params}), 400, 'InvalidParameterValue', locator);
    await exception(await raw({REQUEST: 'GetPropertyValue', TYPENAMES: 'places', VALUEREFERENCE: ''}), 400, 'InvalidParameterValue', 'valueReference');
    await exception(await raw({REQUEST: 'GetPropertyValue', TYPENAMES: 'places'}), 400, 'MissingParameterValue', 'valueReference');
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', FILTER: '<Filter>'}), 400, 'OperationParsingFailed', 'filter');
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', FILTER: '<Filter><PropertyIsEqualTo><ValueReference>secret</ValueReference><Literal>s1</Literal></PropertyIsEqualTo></Filter>'}), 400, 'InvalidParameterValue', null, /secret/);
});

test('CQL_FILTER, as clients of GeoServer send it', async () => {
    const ids = async (params) => [...(await features({TYPENAMES: 'places', ...params})).matchAll(/<mm:places gml:id="places\.(\d+)"/g)].map((m) => m[1]);
    assert.deepEqual(await ids({CQL_FILTER: 'n > 1'}), await ids({FILTER: '<Filter><PropertyIsGreaterThan><ValueReference>n</ValueReference><Literal>1</Literal></PropertyIsGreaterThan></Filter>'}));
    assert.deepEqual(await ids({CQL_FILTER: 'S_INTERSECTS(geometry, BBOX(39.05, 52.25, 39.15, 52.35))'}), ['1'], 'east first, whatever the axes of the answer');
    assert.deepEqual(await ids({CQL_FILTER: 'n > 1', RESOURCEID: 'places.1,places.2'}), ['2']);
    assert.deepEqual(await ids({VERSION: '1.1.0', TYPENAMES: null, TYPENAME: 'places', cql_filter: 'n = 1'}), ['1']);
    const page = await features({TYPENAMES: 'many', CQL_FILTER: 'num >= 12000', COUNT: 100});
    assert.match(page, /numberMatched="345"/);
    assert.match(page, /next="[^"]*CQL_FILTER=/i);
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', CQL_FILTER: 'nope = 1'}), 400, 'InvalidParameterValue', 'filter', /no property/);
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', CQL_FILTER: 'n = '}), 400, 'InvalidParameterValue', 'filter', /at character/);
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', CQL_FILTER: 'n = 1', FILTER: '<Filter/>'}), 400, 'InvalidParameterValue', 'CQL_FILTER', /one condition/);
});

test('pages are whole, and follow each other', async () => {
    const first = await features({TYPENAMES: 'many'});
    assert.deepEqual([number(first, 'numberMatched'), number(first, 'numberReturned')], [12345, 10000]);
    let text = await features({TYPENAMES: 'many', COUNT: 5000, STARTINDEX: 0}), all = [];
    for (let pages = 0; ; pages++) {
        assert.ok(pages < 3);
        all = all.concat(ids(text));
        const next = / next="([^"]*)"/.exec(text)?.[1];
        if (!next)
            break;
        text = await xml(await fetch(next.replaceAll('&amp;', '&')));
    }
    assert.deepEqual(all, Array.from({length: 12345}, (_, i) => `many.${i + 1}`));
    assert.match(text, / previous="[^"]*startIndex=5000&amp;count=5000/);
    assert.equal(number(await features({TYPENAMES: 'many', COUNT: 10, STARTINDEX: 12340}), 'numberReturned'), 5);
    assert.equal(ids(await features({TYPENAME: 'many', VERSION: '1.0.0'})).length, 12345);
    const hits = await features({TYPENAMES: 'many', RESULTTYPE: 'hits'});
    assert.deepEqual([number(hits, 'numberMatched'), number(hits, 'numberReturned'), ids(hits).length], [12345, 0, 0]);
    assert.equal(number(await features({TYPENAME: 'many', VERSION: '1.1.0', RESULTTYPE: 'hits'}), 'numberOfFeatures'), 12345);
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'many', DATAVERSION: '0123456789abcdef'}), 410, 'OperationProcessingFailed');
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'many', DATAVERSION: 'x'}), 400, 'InvalidParameterValue', 'dataVersion');
    assert.equal((await server.get(`/wfs?${query({REQUEST: 'GetFeature', TYPENAMES: 'many'})}`, {method: 'HEAD'})).status, 200);
});

test('several queries in one request', async () => {
    const text = await features({TYPENAMES: 'places,fixed'});
    assert.deepEqual(ids(text), ['places.1', 'places.2', 'places.3', 'fixed.1']);
    assert.equal(number(text, 'numberMatched'), 4);
    assert.equal(text.match(/<wfs:FeatureCollection /g).length, 3);
    assert.deepEqual(ids(await features({TYPENAMES: '(places)(fixed)', STARTINDEX: 2, COUNT: 2})), ['places.3', 'fixed.1']);
    assert.deepEqual(ids(await features({TYPENAMES: '(places)(fixed)', FILTER: '(<Filter><ResourceId rid="places.2"/></Filter>)(<Filter><ResourceId rid="fixed.1"/></Filter>)'})), ['places.2', 'fixed.1']);
    assert.deepEqual(ids(await features({TYPENAMES: null, RESOURCEID: 'fixed.1,places.1'})), ['fixed.1', 'places.1']);
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: Array(17).fill('places').join()}), 400, 'InvalidParameterValue', 'typeNames');
});

test('bodies in XML', async () => {
    const body = (inside, attributes = '') => `<?xml version="1.0"?><wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:mm="urn:munimap:features" service="WFS" version="2.0.0" ${attributes}>${inside}</wfs:GetFeature>`;
    assert.deepEqual(ids(await post(body('<wfs:Query typeNames="mm:places"><fes:SortBy><fes:SortProperty><fes:ValueReference>mm:n</fes:ValueReference><fes:SortOrder>DESC</fes:SortOrder></fes:SortProperty></fes:SortBy></wfs:Query>', 'count="2"'))), ['places.3', 'places.2']);
    assert.deepEqual(ids(await post(body('<wfs:Query typeNames="mm:places"><wfs:PropertyName>n</wfs:PropertyName><fes:Filter><fes:PropertyIsNull><fes:ValueReference>name</fes:ValueReference></fes:PropertyIsNull></fes:Filter></wfs:Query><wfs:Query typeNames="fixed"/>'))), ['places.3', 'fixed.1']);
    assert.equal(number(await post(body('<wfs:Query typeNames="mm:places"/>', 'resultType="hits"')), 'numberMatched'), 3);
    assert.match(await post('<GetFeature xmlns="http://www.opengis.net/wfs" service="WFS" version="1.1.0" maxFeatures="1"><Query typeName="places" srsName="EPSG:4326"/></GetFeature>'), /gml:featureMembers[^]*>39.1 52.3</);
    assert.match(await post('<GetFeature xmlns="http://www.opengis.net/wfs" service="WFS" version="1.0.0" maxFeatures="1"><Query typeName="places"/></GetFeature>'), /fid="places.1"/);
    assert.match(await post('<DescribeFeatureType xmlns="http://www.opengis.net/wfs" service="WFS" version="1.1.0"><TypeName>mm:fixed</TypeName></DescribeFeatureType>'), /name="fixed"/);
    assert.match(await post('<wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0"><wfs:StoredQuery id="urn:ogc:def:query:OGC-WFS::GetFeatureById"><wfs:Parameter name="id">places.2</wfs:Parameter></wfs:StoredQuery></wfs:GetFeature>'), /^<\?xml[^>]*>\n<mm:places/);
    assert.equal((await post('<wfs:GetPropertyValue xmlns:wfs="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0" valueReference="mm:n"><wfs:Query typeNames="mm:places"/></wfs:GetPropertyValue>')).match(/<wfs:member><mm:n>/g).length, 3);
    const bad = (text) => server.get('/wfs', {method: 'POST', body: text, headers: {'content-type': 'text/xml'}});
    await exception(await bad('<GetFeature'), 400, 'OperationParsingFailed');
    await exception(await bad(''), 400, 'OperationParsingFailed');
    await exception(await bad('<!DOCTYPE a [<!ENTITY b "c">]><GetFeature/>'), 400, 'OperationParsingFailed');
    await exception(await bad('<LockFeature xmlns="http://www.opengis.net/wfs/2.0"/>'), 400, 'OperationNotSupported', 'LockFeature');
    await exception(await bad(body('')), 400, 'MissingParameterValue', 'Query');
});

test('parameters in a form, of any length; XML under the name of a form', async () => {
    const send = (body) => server.get('/wfs', {method: 'POST', body, headers: {'content-type': 'application/x-www-form-urlencoded; charset=UTF-8'}});
    const list = Array.from({length: 3000}, (_, i) => i).join();
    assert.match(await xml(await send(query({REQUEST: 'GetFeature', TYPENAMES: 'many', CQL_FILTER: `num IN (${list})`, RESULTTYPE: 'hits'}))), /numberMatched="3000"/);
    assert.match(await xml(await send('service=WFS&version=1.1.0&request=GetFeature&typeName=places&maxFeatures=1')), /<gml:featureMember/);
    assert.match(await xml(await send('<GetFeature service="WFS" version="2.0.0" resultType="hits" xmlns="http://www.opengis.net/wfs/2.0"><Query typeNames="many"/></GetFeature>')), /numberMatched="12345"/);
    await exception(await send(query({REQUEST: 'Transaction'})), 400, 'OperationNotSupported', 'request');
    await exception(await send('service=WFS&request=GetFeature&typeNames=%zz'), 400, 'InvalidParameterValue', null, /percent/);
    await exception(await send('service=WFS&request=GetFeature&typeNames=many&filter=<Filter/>'), 400, 'InvalidParameterValue', 'filter', /one condition/);
    await exception(await send('nothing'), 400, 'OperationParsingFailed', 'XML');
});

test('what is missing, nil or without an order', async () => {
    const filter = (inside) => `<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2">${inside}</fes:Filter>`;
    const of = (operator, name) => filter(`<fes:${operator}><fes:ValueReference>${name}</fes:ValueReference></fes:${operator}>`);
    const nil = await features({TYPENAMES: 'places', FILTER: of('PropertyIsNil', 'mm:name')});
    assert.deepEqual(ids(nil), ['places.3']);
    assert.match(nil, /<mm:name xsi:nil="true"\/>.*<mm:ratio xsi:nil="true"\/>/);
    assert.doesNotMatch(nil, /secret/);
    const missing = await features({TYPENAMES: 'places', FILTER: of('PropertyIsNull', 'mm:name')});
    assert.deepEqual(ids(missing), ['places.3']);
    assert.doesNotMatch(missing, /nil=|mm:name/);
    assert.equal(number(await features({TYPENAMES: 'zones', FILTER: of('PropertyIsNull', 'gml:name')}), 'numberReturned'), 2);
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'zones', FILTER: of('PropertyIsNull', 'mm:name')}), 400, 'InvalidParameterValue', 'filter');
    const box = '<gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>-90 -180</gml:lowerCorner><gml:upperCorner>90 180</gml:upperCorner></gml:Envelope>';
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', FILTER: filter(`<fes:PropertyIsLessThan><fes:Literal>${box}</fes:Literal><fes:ValueReference>gml:boundedBy</fes:ValueReference></fes:PropertyIsLessThan>`)}),
        400, 'OperationProcessingFailed', 'filter');
});

test('values, stored queries, and other formats', async () => {
    const values = await get({REQUEST: 'GetPropertyValue', TYPENAMES: 'places', VALUEREFERENCE: 'name'});
    assert.deepEqual([number(values, 'numberMatched'), number(values, 'numberReturned')], [3, 2]);
    assert.match(values, /<wfs:member><mm:name>первый<\/mm:name><\/wfs:member>/);
    assert.match(await get({REQUEST: 'GetPropertyValue', TYPENAMES: 'places', VALUEREFERENCE: '@gml:id', COUNT: 1}), /<wfs:member>places.1<\/wfs:member>/);
    assert.match(await get({REQUEST: 'GetPropertyValue', TYPENAMES: 'places', VALUEREFERENCE: 'geometry', COUNT: 1}), /<wfs:member><mm:geometry><gml:Point/);
    await exception(await raw({REQUEST: 'GetPropertyValue', TYPENAMES: 'places'}), 400, 'MissingParameterValue', 'valueReference');
    await exception(await raw({REQUEST: 'GetPropertyValue', TYPENAMES: 'places', VALUEREFERENCE: 'secret'}), 400, 'InvalidParameterValue', 'valueReference');
    const id = 'urn:ogc:def:query:OGC-WFS::GetFeatureById';
    assert.match(await get({REQUEST: 'ListStoredQueries'}), new RegExp(`StoredQuery id="${id}"[^]*<wfs:ReturnFeatureType>mm:places<`));
    assert.match(await get({REQUEST: 'DescribeStoredQueries', STOREDQUERY_ID: id}), /<wfs:Parameter name="id" type="xsd:string">/);
    await exception(await raw({REQUEST: 'DescribeStoredQueries', STOREDQUERY_ID: 'x'}), 400, 'InvalidParameterValue', 'storedQuery_Id');
    assert.match(await features({STOREDQUERY_ID: id, ID: 'zones.a_x002F_1'}), /^<\?xml[^>]*>\n<mm:zones xmlns:mm="urn:munimap:features" xmlns:gml="[^"]*" gml:id="zones.a_x002F_1">/);
    for (const missing of ['places.99', 'nope.1', 'x'])
        await exception(await raw({REQUEST: 'GetFeature', STOREDQUERY_ID: id, ID: missing}), 404, 'NotFound', 'id');
    await exception(await raw({REQUEST: 'GetFeature', STOREDQUERY_ID: id}), 400, 'MissingParameterValue', 'id');
    const json = await (await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', OUTPUTFORMAT: 'application/json', COUNT: 2})).json();
    assert.deepEqual([json.features.length, json.numberMatched, json.features[0].geometry.coordinates], [2, 3, [39.1, 52.3]]);
    const csv = await (await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', OUTPUTFORMAT: 'csv'})).text();
    assert.match(csv, /первый/);
    const zip = await raw({REQUEST: 'GetFeature', TYPENAMES: 'places', OUTPUTFORMAT: 'SHAPE-ZIP'}), bytes = Buffer.from(await zip.arrayBuffer());
    assert.deepEqual([zip.status, zip.headers.get('content-type'), bytes.subarray(0, 2).toString()], [200, 'application/zip', 'PK']);
    assert.ok(bytes.includes('.shp') && bytes.includes('.dbf'));
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'nope', OUTPUTFORMAT: 'SHAPE-ZIP'}), 400, 'InvalidParameterValue', 'typeNames');
    await exception(await raw({REQUEST: 'GetFeature', TYPENAMES: 'places,many', OUTPUTFORMAT: 'SHAPE-ZIP'}), 400, 'InvalidParameterValue', 'outputFormat');
    assert.equal((await (await raw({REQUEST: 'GetFeature', TYPENAMES: 'many', OUTPUTFORMAT: 'json'})).json()).features.length, 12345);
});

test('items are given as GML, too', async () => {
    const answer = await server.get('/collections/places/items?f=gml&limit=2'), type = answer.headers.get('content-type');
    assert.match(type, /^application\/gml\+xml;version=3.2/);
    const text = await xml(answer);
    assert.deepEqual(ids(text), ['places.1', 'places.2']);
    assert.match(text, /<sf:featureMember><mm:places gml:id="places.1"><mm:geometry><gml:Point [^>]*srsName="http:\/\/www.opengis.net\/def\/crs\/OGC\/1.3\/CRS84"[^>]*><gml:pos>39.1 52.3</);
    const north = await xml(await server.get(`/collections/places/items/?f=gml&limit=1&crs=${encodeURIComponent('http://www.opengis.net/def/crs/EPSG/0/4326')}`));
    assert.match(north, /<gml:pos>52.3 39.1</);
    assert.match((await server.get('/collections/places/items', {headers: {accept: 'application/gml+xml'}})).headers.get('content-type'), /gml/);
});

test('failures are reports of the version that is spoken', async () => {
    const service = (path) => server.get(`/wfs${path}`);
    await exception(await service(''), 400, 'MissingParameterValue', 'service');
    await exception(await service('?service=WMS&request=GetMap'), 400, 'InvalidParameterValue', 'service');
    await exception(await service('?service=WFS'), 400, 'MissingParameterValue', 'request');
    await exception(await service('?service=WFS&request=Fly'), 400, 'OperationNotSupported', 'request', /there is no operation Fly/);
    await exception(await service('?service=WFS&request=Transaction'), 400, 'OperationNotSupported', 'request');
    await exception(await raw({REQUEST: 'GetFeature'}), 400, 'MissingParameterValue', 'typeNames');
    await exception(await raw({REQUEST: 'GetFeature', VERSION: '3.0.0', TYPENAMES: 'places'}), 400, 'InvalidParameterValue', 'version');
    await exception(await raw({REQUEST: 'ListStoredQueries', VERSION: '1.1.0'}), 400, 'OperationNotSupported');
    assert.match(await get({REQUEST: 'GetFeature', VERSION: '1.0.0', TYPENAME: 'nope'}, 400), /<ServiceExceptionReport[^>]*><ServiceException code="InvalidParameterValue" locator="typeName">/);
    assert.match(await get({REQUEST: 'GetFeature', VERSION: '1.1.0', TYPENAME: 'a<b'}, 400), /ows" version="1.1.0"[^]*a&lt;b/);
});

test('refusals that need no reading are reports, too', async () => {
    const put = await server.get('/wfs', {method: 'PUT', body: 'x'});
    assert.equal(put.headers.get('allow'), 'GET, HEAD, OPTIONS, POST');
    await exception(put, 405, 'OperationNotSupported', 'request');
    await exception(await server.get('/wfs', {method: 'DELETE'}), 405, 'OperationNotSupported', 'request');
    const old = await server.get('/wfs?VERSION=1.0.0', {method: 'DELETE'});
    assert.match(await old.text(), /<ServiceExceptionReport[^>]*><ServiceException code="OperationNotSupported"/);
    const announced = await new Promise((resolve, reject) => { // refused before any of it is sent
        const asked = request(`${server.url}/wfs`, {method: 'POST', headers: {'content-type': 'text/xml', 'content-length': 9 << 20}}, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part)).on('end', () => {
                asked.destroy();
                resolve(new Response(Buffer.concat(parts), {status: answer.statusCode, headers: answer.headers}));
            });
        });
        asked.on('error', reject).flushHeaders();
    });
    await exception(announced, 413, 'OperationProcessingFailed');
    const chunked = new Blob([`<a>${'x'.repeat(4400000)}</a>`]).stream();
    await exception(await server.get('/wfs', {method: 'POST', body: chunked, duplex: 'half', headers: {'content-type': 'text/xml'}}), 413, 'OperationProcessingFailed');
    assert.match((await server.get('/wfs/more', {method: 'DELETE'})).headers.get('content-type'), /^application\/problem\+json/);
    const multipart = {method: 'POST', headers: {'content-type': 'multipart/form-data; boundary=x'}, body: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n<a/>\r\n--x--\r\n'};
    const refused = await server.get('/wfs', multipart);
    assert.match(await refused.clone().text(), /ows:ExceptionText>send the request as text\/xml/);
    await exception(refused, 415, 'InvalidParameterValue', 'Content-Type');
});

// as QGIS 3.22 sends it, whatever version the layer is read in
const transaction10 = (inside, type = 'places') => `<Transaction xmlns="http://www.opengis.net/wfs" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:gml="http://www.opengis.net/gml" xmlns:mm="urn:munimap:features" version="1.0.0" service="WFS" xsi:schemaLocation="urn:munimap:features http://localhost/wfs?SERVICE=WFS&amp;REQUEST=DescribeFeatureType&amp;VERSION=1.0.0&amp;TYPENAME=mm:${type}">${inside}</Transaction>`;
const transaction20 = (inside) => `<wfs:Transaction xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:mm="urn:munimap:features" service="WFS" version="2.0.0">${inside}</wfs:Transaction>`;
const item = async (layer, id) => (await server.get(`/collections/${layer}/items/${encodeURIComponent(id)}`)).json();
const intact = () => assert.deepEqual(soundness(join(dir, 'places.gpkg')), sound);

test('a feature is made, changed and deleted as QGIS does it', async () => {
    const made = await post(transaction10('<Insert xmlns="http://www.opengis.net/wfs"><places xmlns="urn:munimap:features"><name xmlns="urn:munimap:features">новый «дом»</name><n xmlns="urn:munimap:features">-5</n><open xmlns="urn:munimap:features">true</open><at xmlns="urn:munimap:features">2026-05-06T07:00:00.500Z</at><geometry xmlns="urn:munimap:features"><gml:Point srsName="EPSG:4326"><gml:coordinates cs="," ts=" ">39.15,52.35</gml:coordinates></gml:Point></geometry></places></Insert>'));
    const id = /<ogc:FeatureId fid="places\.(\d+)"\/>/.exec(made)[1];
    assert.match(made, /<wfs:WFS_TransactionResponse version="1.0.0"[^]*<wfs:InsertResult>[^]*<wfs:Status><wfs:SUCCESS\/>/);
    const {properties, geometry} = await item('places', id);
    assert.deepEqual([properties, geometry], [{name: 'новый «дом»', n: -5, ratio: null, open: true, day: null, at: '2026-05-06T07:00:00.500Z'}, point(39.15, 52.35)]);
    const filter = `<Filter xmlns="http://www.opengis.net/ogc"><FeatureId xmlns="http://www.opengis.net/ogc" fid="places.${id}"/></Filter>`;
    assert.match(await post(transaction10(`<Update xmlns="http://www.opengis.net/wfs" typeName="mm:places"><Property><Name>mm:name</Name><Value>иначе</Value></Property><Property><Name>n</Name></Property>${filter}</Update>`)), /SUCCESS/);
    assert.deepEqual([(await item('places', id)).properties.name, (await item('places', id)).properties.n], ['иначе', null]);
    assert.match(await post(transaction10(`<Update typeName="mm:places"><Property><Name>geometry</Name><Value><gml:Point srsName="EPSG:4326"><gml:coordinates>39.25,52.45</gml:coordinates></gml:Point></Value></Property>${filter}</Update>`)), /SUCCESS/);
    assert.deepEqual((await item('places', id)).geometry, point(39.25, 52.45));
    assert.match(await post(transaction10(`<Delete typeName="mm:places">${filter}</Delete>`)), /SUCCESS/);
    assert.equal((await server.get(`/collections/places/items/${id}`)).status, 404);
    intact();
});

test('transactions of 2.0 and 1.1', async () => {
    const feature20 = (name, pos) => `<mm:places gml:id="x"><mm:name>${name}</mm:name><mm:geometry><gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>${pos}</gml:pos></gml:Point></mm:geometry></mm:places>`;
    const made = await post(transaction20(`<wfs:Insert handle="two">${feature20('a', '52.5 39.5')}${feature20('b', '52.6 39.6')}</wfs:Insert>`));
    assert.match(made, /<wfs:totalInserted>2<[^]*<wfs:Feature handle="two"><fes:ResourceId rid="places.\d+"\/>/);
    const [first, second] = [...made.matchAll(/rid="places\.(\d+)"/g)].map((m) => m[1]);
    assert.deepEqual((await item('places', second)).geometry, point(39.6, 52.6));
    const named = (name) => `<fes:Filter><fes:PropertyIsEqualTo><fes:ValueReference>mm:name</fes:ValueReference><fes:Literal>${name}</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>`;
    assert.match(await post(transaction20(`<wfs:Replace>${feature20('c', '52.7 39.7')}${named('a')}</wfs:Replace>`)), /<wfs:totalReplaced>1</);
    assert.deepEqual([(await item('places', first)).properties.name, (await item('places', first)).geometry], ['c', point(39.7, 52.7)]);
    const mixed = await post(transaction20(`<wfs:Update typeName="mm:places"><wfs:Property><wfs:ValueReference>mm:day</wfs:ValueReference><wfs:Value>2026-07-08</wfs:Value></wfs:Property>${named('c')}</wfs:Update><wfs:Delete typeName="mm:places">${named('b')}</wfs:Delete>`));
    assert.match(mixed, /<wfs:totalUpdated>1<[^]*<wfs:totalDeleted>1</);
    assert.equal((await item('places', first)).properties.day, '2026-07-08');
    assert.match(await post(transaction20(`<wfs:Delete typeName="mm:places">${named('nothing')}</wfs:Delete>`)), /<wfs:totalDeleted>0</);
    const gone = await post(`<wfs:Transaction xmlns:wfs="http://www.opengis.net/wfs" xmlns:ogc="http://www.opengis.net/ogc" service="WFS" version="1.1.0"><wfs:Delete typeName="places"><ogc:Filter><ogc:FeatureId fid="places.${first}"/></ogc:Filter></wfs:Delete></wfs:Transaction>`);
    assert.match(gone, /<wfs:TransactionResponse xmlns:wfs="http:\/\/www.opengis.net\/wfs" [^>]*version="1.1.0">[^]*<wfs:totalDeleted>1</);
    const zone = await post(transaction20('<wfs:Insert><mm:zones><mm:code>в 3</mm:code><mm:имя_x0020_поля>да</mm:имя_x0020_поля><mm:_x0032_nd>7</mm:_x0032_nd><mm:geometry><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::28407"><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>5796829.5 7506936.25 5796829.5 7507036.25 5796929.5 7507036.25 5796829.5 7506936.25</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></mm:geometry></mm:zones></wfs:Insert>'));
    assert.match(zone, /rid="zones.в_x0020_3"/);
    assert.match(await features({RESOURCEID: 'zones.в_x0020_3', TYPENAMES: 'zones'}), /<gml:posList>5796829.5 7506936.25 5796829.5 7507036.25 /);
    assert.equal((await item('zones', 'в 3')).properties['2nd'], 7);
    intact();
});

test('a transaction that is not right changes nothing', async () => {
    const before = sqlite(join(dir, 'places.gpkg'), 'SELECT * FROM data'), names = sqlite(join(dir, 'zones.gpkg'), 'SELECT count(*) FROM data');
    const send = (body, headers = {}) => server.get('/wfs', {method: 'POST', body, headers: {'content-type': 'text/xml', ...headers}});
    const one = (inside) => transaction20(`<wfs:Insert><mm:places>${inside}</mm:places></wfs:Insert>`);
    const all = '<fes:Filter><fes:PropertyIsGreaterThan><fes:ValueReference>n</fes:ValueReference><fes:Literal>-99</fes:Literal></fes:PropertyIsGreaterThan></fes:Filter>';
    for (const [body, status, code, pattern] of [
        [one('<mm:secret>x</mm:secret>'), 400, 'InvalidValue', /no property secret/],
        [one('<mm:n>x</mm:n>'), 400, 'InvalidValue', /write a whole number/],
        [one('<mm:day>1.2.2026</mm:day>'), 400, 'InvalidValue', /write a date/],
        [one('<mm:n>1</mm:n><mm:n>2</mm:n>'), 400, 'InvalidValue', /twice/],
        [one('<mm:geometry><gml:Point srsName="EPSG:99999"><gml:pos>1 2</gml:pos></gml:Point></mm:geometry>'), 400, 'InvalidValue', /given in/],
        [one('<mm:geometry><gml:Circle/></mm:geometry>'), 400, 'InvalidValue'],
        [one('<mm:geometry><gml:Point srsName="EPSG:4326"><gml:pos>-120 10</gml:pos></gml:Point></mm:geometry>'), 400, 'InvalidValue', /outside/],
        [transaction20(`<wfs:Update typeName="places"><wfs:Property><wfs:ValueReference>gml:name</wfs:ValueReference><wfs:Value>x</wfs:Value></wfs:Property>${all}</wfs:Update>`), 400, 'InvalidValue', /from GML itself/],
        [transaction20(`<wfs:Update typeName="places"><wfs:Property><wfs:ValueReference>gml:boundedBy</wfs:ValueReference><wfs:Value/></wfs:Property>${all}</wfs:Update>`), 400, 'InvalidValue', /from GML itself/],
        [transaction20(`<wfs:Update typeName="nope">${all}</wfs:Update>`), 400, 'InvalidParameterValue', /no feature type/],
        [one('<mm:n>x</mm:n>').replace('2.0.0', '1.1.0').replaceAll('wfs/2.0', 'wfs').replaceAll('gml/3.2', 'gml'), 400, 'InvalidParameterValue', /write a whole number/],
        [transaction20('<wfs:Insert><mm:nope/></wfs:Insert>'), 400, 'InvalidValue', /no feature type/],
        [transaction20('<wfs:Insert/>'), 400, 'InvalidParameterValue'],
        [transaction20('<wfs:Insert><mm:places/><mm:zones/></wfs:Insert>'), 400, 'InvalidParameterValue', /one feature type/],
        [transaction20('<wfs:Delete typeName="places"/>'), 400, 'InvalidParameterValue', /Filter/],
        [transaction20(`<wfs:Update typeName="places">${all}</wfs:Update>`), 400, 'InvalidParameterValue', /Property/],
        [transaction20(`<wfs:Replace><mm:places/>${all}</wfs:Replace>`), 400, 'InvalidParameterValue', /several/],
        [transaction20('<wfs:Native vendorId="x" safeToIgnore="false"/>'), 400, 'InvalidParameterValue'],
        [transaction20('<wfs:Insert><mm:fixed/></wfs:Insert>'), 403, 'OperationNotSupported', /cannot be edited/],
        [transaction20(`<wfs:Insert>${'<mm:places/>'.repeat(1001)}</wfs:Insert>`), 413, 'OperationProcessingFailed', /at most 1000/],
    ])
        await exception(await send(body), status, code, null, pattern);
    await exception(await send(one(''), {'content-type': 'text/plain'}), 400, 'InvalidParameterValue', 'Content-Type');
    await exception(await send(one(''), {origin: 'http://evil.example'}), 403, 'OperationNotSupported', 'Transaction');
    const foreign = await send(one(''), {'x-forwarded-for': '10.1.2.3'});
    assert.match(foreign.headers.get('www-authenticate'), /^Bearer/);
    await exception(foreign, 401, 'OperationNotSupported');
    assert.match(await post(transaction20('<wfs:Delete typeName="places"><fes:Filter><fes:ResourceId rid="places.12345"/></fes:Filter></wfs:Delete>'), {'x-forwarded-for': '10.1.2.3', authorization: `Bearer ${token}`}), /<wfs:totalDeleted>0</);
    assert.deepEqual(sqlite(join(dir, 'places.gpkg'), 'SELECT * FROM data'), before);
    assert.deepEqual(sqlite(join(dir, 'zones.gpkg'), 'SELECT count(*) FROM data'), names);
    intact();
});

test('an area of 60 000 vertices is taken in', async () => {
    const ring = Array.from({length: 60001}, (_, i) => [52.35 + 0.01 * Math.sin(i % 60000 / 30000 * Math.PI), 39.1 + 0.01 * Math.cos(i % 60000 / 30000 * Math.PI)].map((v) => v.toFixed(12)).join(' '));
    const body = transaction20(`<wfs:Insert><mm:zones><mm:code>большая</mm:code><mm:geometry><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::4326"><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>${ring.join(' ')}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></mm:geometry></mm:zones></wfs:Insert>`);
    assert.ok(body.length > 1 << 20);
    assert.match(await post(body), /<wfs:totalInserted>1</);
    // an answer does not wait for ever for the layer to be read again
    const {geometry} = await until('the area', async () => (await server.get(`/collections/zones/items/${encodeURIComponent('большая')}`)).status === 200 && item('zones', 'большая'));
    assert.equal(geometry.coordinates[0][0].length, 60001);
});

test('a copied feature gets a number of its own; a key that is a text is not made up', async () => {
    const copy = (inside) => post(transaction20(`<wfs:Insert>${inside}</wfs:Insert>`));
    const plot = (number) => `<mm:plots gml:id="plots.${number}"><mm:number>${number}</mm:number><mm:name>копия</mm:name></mm:plots>`;
    assert.deepEqual([...(await copy(plot(1) + plot(20) + plot(20) + plot(7))).matchAll(/rid="plots\.(\d+)"/g)].map((m) => m[1]), ['8', '20', '21', '22']);
    assert.equal((await item('plots', '8')).properties.number, 8);
    assert.equal((await item('plots', '1')).properties.name, 'один');
    await exception(await server.get('/wfs', {method: 'POST', headers: {'content-type': 'text/xml'}, body: transaction20('<wfs:Insert><mm:zones><mm:code>a/1</mm:code></mm:zones></wfs:Insert>')}),
        409, 'OperationProcessingFailed', null, /the id &quot;a\/1&quot; is taken/);
    const posted = await server.get('/collections/plots/items', {method: 'POST', headers: {'content-type': 'application/geo+json'}, body: JSON.stringify(feature({number: 1}, null))});
    assert.equal(posted.status, 409, 'who names an id there means it');
});

// QGIS that reads 2.0.0 writes transactions of 1.0.0: the URN of its layer, but east before north
test('a transaction of 1.0.0 has east before north under any name', async () => {
    const {features: [{id, geometry}]} = await server.json('/collections/places/items?limit=1');
    const moved = (x, y) => transaction10('<Update typeName="mm:places"><Property><Name>mm:geometry</Name><Value>' +
        `<gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:coordinates cs="," ts=" ">${x},${y}</gml:coordinates></gml:Point></Value></Property>` +
        `<Filter xmlns="http://www.opengis.net/ogc"><FeatureId fid="places.${id}"/></Filter></Update>`);
    const before = geometry?.coordinates ?? [39.1, 52.3];
    for (const [x, y] of [[39.375, 52.25], before]) {
        const answer = await server.get('/wfs', {method: 'POST', body: moved(x, y), headers: {'content-type': 'text/xml'}});
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        assert.deepEqual((await server.json(`/collections/places/items/${id}`)).geometry.coordinates, [x, y]);
    }
});

test('filters of several lines, and of OWSLib, which calls them query', async () => {
    const filter = '<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0">\n\t<fes:PropertyIsEqualTo>\r\n<fes:ValueReference>num</fes:ValueReference>\n' +
        '<fes:Literal>5</fes:Literal></fes:PropertyIsEqualTo>\n</fes:Filter>\n';
    for (const name of ['FILTER', 'query'])
        assert.match(await xml(await raw({REQUEST: 'GetFeature', TYPENAMES: 'many', RESULTTYPE: 'hits', [name]: filter})), /numberMatched="1"/);
});
