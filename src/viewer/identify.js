// What is at a place: all features there with their attributes.
import {element} from './dom.js';
import {say, title, value} from './text.js';

const REACH_PX = 6, CARDS_MAX = 20;
const LABELS = ['name', 'title', 'number', 'address'];

/** Features of the map's own layers under a point of the screen, each once, topmost first. */
export function featuresAt(gl, point, app) {
    const box = [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];
    const seen = new Set();
    return gl.queryRenderedFeatures(box).filter((f) => {
        const key = `${f.sourceLayer}/${f.id}`;
        if (!f.sourceLayer || !app.layer(f.sourceLayer) || seen.has(key))
            return false;
        seen.add(key);
        return true;
    });
}

export const idOf = (feature) => feature.properties['@id'] ?? String(feature.id);

function link(text) {
    return /^https?:\/\//.test(text) ? element('a', {href: text, rel: 'noopener noreferrer', target: '_blank'}, text) : text;
}

function row(field, raw) {
    const shown = value(field, raw);
    return element('tr', {}, element('th', {scope: 'row'}, title(field.title, field.name)), element('td', {}, link(shown)));
}

function heading(layer, feature) {
    const field = LABELS.map((name) => layer.fields.find((f) => f.name === name)).find((f) => f && feature.properties[f.name] !== undefined);
    return field ? value(field, feature.properties[field.name]) : idOf(feature);
}

function card(feature, app) {
    const layer = app.layer(feature.sourceLayer);
    const rows = layer.fields.filter((f) => feature.properties[f.name] !== undefined).map((f) => row(f, feature.properties[f.name]));
    const path = `collections/${layer.id}/items/${encodeURIComponent(idOf(feature))}?f=html`;
    return element('article', {'data-layer': layer.id},
        element('p', {class: 'kind'}, title(layer.title, layer.id)),
        element('h3', {}, heading(layer, feature)),
        element('table', {}, element('tbody', {}, ...rows)),
        element('p', {}, element('a', {href: new URL(path, app.base).href, target: '_blank', rel: 'noopener'}, say('info.open'))));
}

/** Fills the panel; returns how many features there are. */
export function drawCards(container, features, app) {
    const cards = features.slice(0, CARDS_MAX).map((f) => card(f, app));
    if (!cards.length)
        cards.push(element('p', {}, say('info.none')));
    if (features.length > CARDS_MAX)
        cards.push(element('p', {}, say('info.more', {n: features.length - CARDS_MAX})));
    container.replaceChildren(...cards);
    return features.length;
}

/** The exact outline of a feature over the map. */
export async function highlight(gl, feature, app) {
    const source = gl.getSource('chosen');
    if (!feature) {
        source.setData({type: 'FeatureCollection', features: []});
        return;
    }
    const path = `collections/${feature.sourceLayer}/items/${encodeURIComponent(idOf(feature))}`;
    const answer = await fetch(new URL(path, app.base), {headers: {accept: 'application/geo+json'}});
    if (answer.ok)
        source.setData(await answer.json());
}

export const highlightLayers = [
    {id: 'chosen-fill', type: 'fill', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'],
        paint: {'fill-color': '#ffb000', 'fill-opacity': 0.25}},
    {id: 'chosen-line', type: 'line', source: 'chosen', filter: ['!=', ['geometry-type'], 'Point'],
        layout: {'line-join': 'round', 'line-cap': 'round'}, paint: {'line-color': '#e07b00', 'line-width': 3}},
    {id: 'chosen-point', type: 'circle', source: 'chosen', filter: ['==', ['geometry-type'], 'Point'],
        paint: {'circle-radius': 13, 'circle-color': 'rgba(255,176,0,0.2)', 'circle-stroke-color': '#e07b00', 'circle-stroke-width': 3}},
];
