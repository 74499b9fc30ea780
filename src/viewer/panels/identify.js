// What is at a place: all features there with their attributes.
import {byId, element} from '../base/dom.js';
import {count, say, title, value} from '../base/text.js';
import {featureOf} from '../map/chosen.js';
import {groupHeading} from '../data/box.js';
import {extras} from './cards.js';
import {layerOf} from '../map/dress.js';

const REACH_PX = 6, CARDS_MAX = 20;
const LABELS = ['name', 'title', 'address', 'number'];

// features of ready-made tiles may have no id: then their attributes tell them apart
const idOf = (feature) => String(feature.properties['@id'] ?? feature.id ?? JSON.stringify(feature.properties));

const isThere = (raw) => raw !== undefined && raw !== null;

const around = (point) => [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];

const isAnythingAt = (gl, point, app) => gl.queryRenderedFeatures(around(point)).some((f) => app.layer(layerOf(f.layer)));

// several points that are drawn as one: no feature that could have a card (tiles that come ready may have what is called so)
const isCluster = (feature, app) => feature.properties.cluster === true && 'point_count' in feature.properties && !app.layer(layerOf(feature.layer))?.tiles;

/** Nearer to what lies under a point, when that is a cluster: gives whether it is. */
function openCluster(gl, point, app) {
    const top = gl.queryRenderedFeatures(around(point)).find((f) => app.layer(layerOf(f.layer)));
    if (!top || !isCluster(top, app))
        return false;
    gl.easeTo({center: top.geometry.coordinates, zoom: Math.min(gl.getZoom() + 2, gl.getMaxZoom())});
    return true;
}

/** Features of the map's own layers under a point of the screen, each once, topmost first. */
function featuresAt(gl, point, app) {
    const found = new Map();
    for (const feature of gl.queryRenderedFeatures(around(point))) {
        const layer = layerOf(feature.layer), id = idOf(feature), key = `${layer}/${app.layer(layer)?.tiles ? feature.sourceLayer : ''}/${id}`;
        if (!layer || !app.layer(layer) || isCluster(feature, app))
            continue;
        if (!found.has(key))
            found.set(key, {layer, id, properties: feature.properties});
    }
    return [...found.values()];
}

/** Addresses can be followed; a picture of this server's own is shown, one from elsewhere would be a request to there. */
function link(text) {
    if (/\.(jpe?g|png|webp|avif)$/i.test(text) && URL.canParse(text) && new URL(text).origin === location.origin)
        return element('a', {href: text, target: '_blank', rel: 'noopener'}, element('img', {src: text, alt: say('card.photo'), loading: 'lazy'}));
    return /^https?:\/\//.test(text) ? element('a', {href: text, rel: 'noopener noreferrer', target: '_blank'}, text) : text;
}

function row(field, raw) {
    return element('tr', {}, element('th', {scope: 'row'}, title(field.title, field.name)),
        element('td', {}, link(value(field, raw))));
}

/** Of ready-made tiles nobody has told which attributes there are: those that are there. */
const fieldsOf = (layer, feature) => layer.tiles
    ? Object.keys(feature.properties).map((name) => ({name, title: null, type: 'text', unit: null, codes: []})) : layer.fields;

function heading(layer, feature) {
    // a name of blanks is none
    const known = fieldsOf(layer, feature).filter((f) => isThere(feature.properties[f.name]) && String(value(f, feature.properties[f.name])).trim());
    const field = LABELS.map((name) => known.find((f) => f.name === name)).find(Boolean) ?? known.find((f) => f.codes.length);
    return field ? value(field, feature.properties[field.name]) : layer.tiles ? title(layer.title, layer.id) : String(feature.id);
}

const isOf = (feature, chosen) => feature.layer === chosen?.layer && feature.id === chosen.id;

let turn = 0;

/** What the card is to show now is another matter than before: gives whether it still is, for answers that come late. */
function newCard() {
    const mine = ++turn;
    return () => mine === turn;
}

const choose = (feature, app) => app.store.set({chosen: feature && {layer: feature.layer, id: feature.id}}, {canUndo: false});

function card(feature, open, app) {
    const layer = app.layer(feature.layer);
    const fields = fieldsOf(layer, feature);
    const rows = fields.filter((f) => isThere(feature.properties[f.name])).map((f) => row(f, feature.properties[f.name]));
    const path = `collections/${layer.id}/items/${encodeURIComponent(feature.id)}?f=html`;
    return element('details', {'data-layer': layer.id, open, ontoggle: (event) => event.target.open && choose(feature, app)},
        element('summary', {},
            element('span', {class: 'kind'}, title(layer.title, layer.id)),
            element('span', {class: 'name'}, heading(layer, feature))),
        ...extras(layer, feature.properties),
        element('table', {}, element('tbody', {}, ...rows)),
        layer.tiles ? null : element('p', {class: 'buttons'}, element('button', {type: 'button', class: 'chip', onclick() {
            choose(feature, app);
            app.askInside(layer.id, feature.id);
        }}, say('inside.near')), element('a', {href: new URL(path, app.base).href, target: '_blank', rel: 'noopener'}, say('info.open'))));
}

/** The one that is chosen is open. */
function drawCards(container, features, app) {
    const chosen = app.store.get('chosen'), open = Math.max(0, features.findIndex((f) => isOf(f, chosen)));
    const cards = features.slice(0, CARDS_MAX).map((f, i) => card(f, i === open, app));
    if (!cards.length)
        cards.push(element('p', {}, say('info.none')));
    if (features.length > CARDS_MAX)
        cards.push(element('p', {}, say('info.more', {n: count(features.length - CARDS_MAX)})));
    container.replaceChildren(...cards);
}

/** What is in a box, layer by layer; null: it is being asked for. */
function drawGroups(container, groups, app) {
    const nodes = [element('p', {class: 'total', role: 'status'}, !groups ? say('info.reading') : !groups.some((g) => g.matched || g.error) ? say('info.none')
        : say('info.total', {n: count(groups.reduce((n, g) => n + g.matched, 0)), layers: count(groups.length)}))];
    for (const group of groups ?? []) {
        const left = group.matched - group.features.length;
        nodes.push(element('section', {class: 'group', 'aria-label': title(app.layer(group.layer).title, group.layer)}, groupHeading(group, app),
            ...group.features.map((f) => card(f, false, app)),
            group.error ? element('p', {class: 'warn'}, say('info.failed', {what: group.error.message})) : null,
            left > 0 && !group.more ? element('p', {}, say('info.rest', {n: count(left)})) : null,
            left > 0 && group.more ? element('button', {type: 'button', class: 'chip', 'data-more': group.layer, async onclick(event) {
                const shown = group.features.length, mine = turn;
                event.target.disabled = true;
                group.error = null;
                await group.more().catch((error) => group.error = error);
                if (mine !== turn)
                    return; // the card shows something else by now
                drawGroups(container, groups, app);
                container.querySelectorAll(`[data-layer="${group.layer}"] summary`)[shown]?.focus();
            }}, say('info.next', {n: count(left)})) : null));
    }
    container.replaceChildren(...nodes);
}

/** The chosen feature in the address: "layer/id". */
const chosenValue = {
    param: 'sel', canUndo: false,
    parse(text) {
        const cut = text.indexOf('/');
        return cut > 0 ? {layer: text.slice(0, cut), id: text.slice(cut + 1)} : null;
    },
    format: (chosen) => chosen ? `${chosen.layer}/${chosen.id}` : '',
};

function draw(app) {
    byId('info-title').textContent = say(app.groups === undefined ? 'info' : 'info.box');
    byId('info-close').setAttribute('aria-label', say('info.close'));
    byId('info-place').title = say('info.place');
    if (app.groups !== undefined)
        drawGroups(byId('info-body'), app.groups, app);
    else
        drawCards(byId('info-body'), app.features, app);
}

/** Shows what is in a box, [{layer, features, matched, error, more}]; null: it is on its way. */
function showGroups(groups, app, takesFocus = false) {
    app.features = [];
    app.groups = groups;
    byId('info').hidden = false;
    byId('info-place').textContent = '';
    draw(app);
    byId('info-body').scrollTop = 0;
    choose(null, app);
    if (takesFocus)
        byId('info').focus();
}

/** Shows features, [{layer, id, properties}], of a place {lng, lat}. */
function showFeatures(features, place, app) {
    app.features = features;
    app.groups = undefined;
    app.outlineBox?.(null);
    byId('info').hidden = false;
    byId('info-place').textContent = place ? `${place.lat.toFixed(6)}, ${place.lng.toFixed(6)}` : '';
    choose(features[0] ?? null, app);
    draw(app);
    byId('info-body').scrollTop = 0;
}

function identify(point, app) {
    if (openCluster(app.gl, point, app))
        return;
    newCard();
    showFeatures(featuresAt(app.gl, point, app), app.gl.unproject(point), app);
}

function close(app) {
    newCard();
    if (byId('info').contains(document.activeElement))
        app.gl.getCanvas().focus();
    byId('info').hidden = true;
    app.features = [];
    app.groups = undefined;
    app.outlineBox?.(null);
    choose(null, app);
}

/** The one feature that the address, a search or a table names. */
async function showFeature(layer, id, app) {
    const isCurrent = newCard(), feature = app.layer(layer) ? await featureOf(layer, id) : null;
    if (feature && isCurrent())
        showFeatures([{layer, id: String(id), properties: feature.properties}], null, app);
    return feature;
}

export const identifyPanel = {
    make(app) {
        app.features = [];
        app.showGroups = showGroups;
        app.newCard = newCard;
        app.store.declare('chosen', chosenValue);
        app.showFeature = (layer, id) => showFeature(layer, id, app);
        app.store.follow(['chosen'], () => { // the address was changed by hand
            const chosen = app.store.get('chosen'), shown = [...app.features, ...(app.groups ?? []).flatMap((g) => g.features)];
            if (chosen && app.gl && !shown.some((f) => isOf(f, chosen)))
                showFeature(chosen.layer, chosen.id, app);
        });
        byId('info-close').addEventListener('click', () => close(app));
        document.addEventListener('keydown', (event) => {
            if (event.key === 'Escape' && !byId('info').hidden)
                close(app);
        });
    },
    draw: (app) => !byId('info').hidden && draw(app),
    ready(gl, app) {
        let hovering = 0;
        gl.on('click', (event) => app.taking || identify(event.point, app)); // a tool may take the clicks
        gl.on('mousemove', (event) => { // at most once a frame: the question is not free
            cancelAnimationFrame(hovering);
            hovering = requestAnimationFrame(() => {
                if (!app.taking)
                    gl.getCanvas().style.cursor = isAnythingAt(gl, event.point, app) ? 'pointer' : '';
            });
        });
        gl.getCanvas().addEventListener('keydown', (event) => {
            if (event.key !== 'Enter' || event.shiftKey || app.taking)
                return;
            identify(gl.project(gl.getCenter()), app);
            byId('info').focus();
        });
        const chosen = app.store.get('chosen');
        if (chosen)
            showFeature(chosen.layer, chosen.id, app);
    },
};
