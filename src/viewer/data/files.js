// A layer to take away, in each format that the server writes, and of it what is asked for now: the filter, the day, the
// columns, the order.
import {element} from '../base/dom.js';
import {address} from '../base/server.js';
import {count, language, say} from '../base/text.js';
import {itemsOf} from './filters.js';

const FILES = [['csv', 'CSV'], ['xlsx', 'Excel'], ['json', 'GeoJSON'], ['gpkg', 'GeoPackage'], ['shp', 'Shapefile'], ['fgb', 'FlatGeobuf'],
    ['tab', 'MapInfo TAB'], ['dxf', 'DXF'], ['kml', 'KML']];
const PAGE_MAX = 10000; // features of an answer in GeoJSON: the server's limit

/** What a spreadsheet in Russian reads without questions. */
const csvParams = () => language() === 'ru' ? {separator: 'semicolon', decimal: 'comma', bom: 'true'} : {};

/** Links to the layer as files. `more`: other parameters of items, {properties, sortby, bbox}; `matched`: how many there are, if that is known. */
export function fileLinks(layer, app, {more = {}, matched = null} = {}) {
    return FILES.map(([f, name]) => {
        const url = address(itemsOf(layer), {...app.askedOf(layer.id), ...more, f, lang: language(), ...(f === 'csv' ? csvParams() : {}),
            ...(f === 'json' ? {limit: PAGE_MAX} : {})});
        const isCut = f === 'json' && (matched ?? layer.count) > PAGE_MAX;
        return element('a', {href: url.href, download: `${layer.id}.${f === 'json' ? 'geojson' : ['shp', 'tab'].includes(f) ? 'zip' : f}`, 'data-format': f},
            isCut ? say('files.first', {name, n: count(PAGE_MAX)}) : name);
    });
}
