// What is at a place: all features there with their attributes.
import {element} from './dom.js';
import {count, say, title, value} from './text.js';

const REACH_PX = 6, CARDS_MAX = 20;
const LABELS = ['name', 'title', 'address', 'number'];

/** The layer of the map that a style layer draws: the server names that of labels. */
export const layerOf = (styleLayer) => styleLayer.metadata?.['munimap:layer'] ?? styleLayer['source-layer'];

// features of ready-made tiles may have no id: then their attributes tell them apart
const idOf = (feature) => String(feature.properties['@id'] ?? feature.id ?? JSON.stringify(feature.properties));

const around = (point) => [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];

export const isAnythingAt = (gl, point, app) => gl.queryRenderedFeatures(around(point)).some((f) => app.layer(layerOf(f.layer)));

/** Features of the map's own layers under a point of the screen, each once, topmost first. */
export function featuresAt(gl, point, app) {
    const found = new Map();
    for (const feature of gl.queryRenderedFeatures(around(point))) {
        const layer = layerOf(feature.layer), id = idOf(feature), key = `${layer}/${app.layer(layer)?.tiles ? feature.sourceLayer : ''}/${id}`;
        if (!layer || !app.layer(layer))
            continue;
        if (!found.has(key))
            found.set(key, {layer, id, properties: feature.properties});
    }
    return [...found.values()];
}

function link(text) {
    return /^https?:\/\//.test(text) ? element('a', {href: text, rel: 'noopener noreferrer', target: '_blank'}, text) : text;
}

function row(field, raw) {
    return element('tr', {}, element('th', {scope: 'row'}, title(field.title, field.name)),
        element('td', {}, link(value(field, raw))));
}

/** Of ready-made tiles nobody has told which attributes there are: those that are there. */
const fieldsOf = (layer, feature) => layer.tiles
    ? Object.keys(feature.properties).map((name) => ({name, title: null, type: 'text', unit: '', codes: []})) : layer.fields;

function heading(layer, feature) {
    const known = fieldsOf(layer, feature).filter((f) => feature.properties[f.name] !== undefined);
    const field = LABELS.map((name) => known.find((f) => f.name === name)).find(Boolean) ?? known.find((f) => f.codes.length);
    return field ? value(field, feature.properties[field.name]) : layer.tiles ? '' : feature.id;
}

function card(feature, open, app) {
    const layer = app.layer(feature.layer);
    const fields = fieldsOf(layer, feature);
    const rows = fields.filter((f) => feature.properties[f.name] !== undefined).map((f) => row(f, feature.properties[f.name]));
    const path = `collections/${layer.id}/items/${encodeURIComponent(feature.id)}?f=html`;
    return element('details', {'data-layer': layer.id, open, ontoggle: (event) => event.target.open && app.highlight(feature)},
        element('summary', {},
            element('span', {class: 'kind'}, title(layer.title, layer.id)),
            element('span', {class: 'name'}, heading(layer, feature))),
        element('table', {}, element('tbody', {}, ...rows)),
        layer.tiles ? null : element('p', {}, element('a', {href: new URL(path, app.base).href, target: '_blank', rel: 'noopener'}, say('info.open'))));
}

/** Fills the panel; the first feature is open. */
export function drawCards(container, features, app) {
    const cards = features.slice(0, CARDS_MAX).map((f, i) => card(f, i === 0, app));
    if (!cards.length)
        cards.push(element('p', {}, say('info.none')));
    if (features.length > CARDS_MAX)
        cards.push(element('p', {}, say('info.more', {n: count(features.length - CARDS_MAX)})));
    container.replaceChildren(...cards);
}

let asked = 0;

/** The exact outline of a feature over the map; null takes it away. */
export async function highlight(gl, feature, app) {
    const mine = ++asked;
    let data = {type: 'FeatureCollection', features: []};
    if (feature && !app.layer(feature.layer).tiles) {
        const path = `collections/${feature.layer}/items/${encodeURIComponent(feature.id)}`;
        const answer = await fetch(new URL(path, app.base), {headers: {accept: 'application/geo+json'}}).catch(() => null);
        if (answer?.ok)
            data = await answer.json();
    }
    if (mine === asked) // a later click is not overtaken by an earlier answer
        gl.getSource('chosen')?.setData(data);
}

export const highlightLayers = [
    {id: 'chosen-fill', type: 'fill', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'],
        paint: {'fill-color': '#ffb000', 'fill-opacity': 0.16}},
    {id: 'chosen-line', type: 'line', source: 'chosen', filter: ['!=', ['geometry-type'], 'Point'],
        layout: {'line-join': 'round', 'line-cap': 'round'}, paint: {'line-color': '#e07b00', 'line-width': 3}},
    {id: 'chosen-point', type: 'circle', source: 'chosen', filter: ['==', ['geometry-type'], 'Point'],
        paint: {'circle-radius': 15, 'circle-color': 'rgba(255,176,0,0.2)', 'circle-stroke-color': '#e07b00', 'circle-stroke-width': 3}},
];
