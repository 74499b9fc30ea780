// What a table shows of a layer, and in which order: both in the address.
import {textsValue} from '../base/store.js';
import {title, unitOf, value} from '../base/text.js';

const list = (names) => names.map(encodeURIComponent).join(',');
const NUMBERS = new Set(['integer', 'real']);

export function declareColumns({store}) {
    store.declare('columns', {...textsValue('c.'), canUndo: false}); // {layer: "name,name"}; none: all there are
    store.declare('order', {...textsValue('s.'), canUndo: false}); // {layer: "name" or "-name"}
}

function put(key, id, text, {store}) {
    const all = {...store.get(key)};
    delete all[id];
    if (text)
        all[id] = text;
    store.set({[key]: all}, {canUndo: false});
}

/** The fields that are shown, in the source's order; all when none is named. */
export function fieldsShown(layer, {store}) {
    const names = (store.get('columns')[layer.id] ?? '').split(',').filter(Boolean).map(decode);
    const shown = layer.fields.filter((f) => names.includes(f.name));
    return shown.length ? shown : layer.fields;
}

function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch { // of an address that somebody has cut short
        return text;
    }
}

export const showFields = (layer, names, app) => put('columns', layer.id, names.length === layer.fields.length ? '' : list(names), app);

/** {name, isDown} of the order, null: as the source has it. */
export function orderOf(layer, {store}) {
    const text = store.get('order')[layer.id] ?? '', isDown = text.startsWith('-');
    const field = layer.fields.find((f) => f.name === text.slice(isDown ? 1 : 0));
    return field ? {name: field.name, isDown} : null;
}

/** By a field upwards, then downwards, then as the source has it. */
export function turnOrder(layer, name, app) {
    const order = orderOf(layer, app);
    put('order', layer.id, order?.name !== name ? name : order.isDown ? '' : `-${name}`, app);
}

/** The columns as the grid wants them; of a layer without fields, the ids. */
export function columnsOf(layer, app) {
    const order = orderOf(layer, app);
    if (!layer.fields.length)
        return [{name: '', field: null, title: 'id', isNumber: false, sort: null}];
    return fieldsShown(layer, app).map((field) => ({name: field.name, field, title: title(field.title, field.name) + (isUnitApart(field) ? `, ${unitOf(field)}` : ''),
        isNumber: NUMBERS.has(field.type) && !field.codes.length, sort: order?.name === field.name ? order.isDown ? 'down' : 'up' : ''}));
}

/** In a column of numbers the unit stands in the title, once. */
const isUnitApart = (field) => Boolean(unitOf(field)) && NUMBERS.has(field.type) && !field.codes.length;

/** A cell's text: decoded, in the language's format; '' for nothing. */
export function cellText(feature, {field}) {
    const raw = field ? feature.properties[field.name] : feature.id;
    if (raw === null || raw === undefined)
        return '';
    const text = field ? value(field, raw) : String(raw);
    return field && isUnitApart(field) ? text.slice(0, text.length - unitOf(field).length - 1) : text;
}
