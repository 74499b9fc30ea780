// Everything within a box, layer by layer: the server finds it, also what is not drawn at this zoom.
import {cqlBoth} from '../base/cql.js';
import {element, icon} from '../base/dom.js';
import {askJson} from '../base/server.js';
import {count, say, title} from '../base/text.js';
import {drawBoxes, ringOf} from '../map/box.js';
import {inTurn} from './counts.js';
import {isAskable, itemsOf} from './filters.js';
import {NOTHING} from '../map/nothing.js';

const FIRST = 10, MORE = 20, MOST = 200, AT_ONCE = 3;
let isOn = false;

const within = (ring) => `S_INTERSECTS(geometry, POLYGON((${ring.map(([x, y]) => `${x.toFixed(8)} ${y.toFixed(8)}`).join(', ')})))`;

async function askLayer(layer, ring, offset, limit, app) {
    const {filter, ...params} = app.askedOf(layer.id);
    const answer = await askJson(itemsOf(layer), {...params, filter: cqlBoth(filter, within(ring)), limit, offset, 'skip-geometry': 'true'});
    return {matched: answer.numberMatched, features: answer.features.map((f) => ({layer: layer.id, id: String(f.id), properties: f.properties}))};
}

/** Shows what is in the ring: {layer, matched, features, error, more()} for each layer that has anything there. */
async function showWithin(ring, app, takesFocus) {
    const isCurrent = app.newCard(), groups = new Map();
    const themes = app.map.themes.map((t) => t.id), layers = app.map.layers.filter((l) => isAskable(l) && app.store.get('on').has(l.id))
        .sort((a, b) => (themes.indexOf(a.theme) + 1 || Infinity) - (themes.indexOf(b.theme) + 1 || Infinity)); // as the list of layers has them
    app.message(''); // how it is drawn is known by now
    app.showGroups(null, app);
    app.outlineBox(ring);
    await inTurn(layers, AT_ONCE, async (layer) => {
        if (!isCurrent())
            return;
        try {
            const group = {layer: layer.id, ...await askLayer(layer, ring, 0, FIRST, app)};
            /** More of the layer; not without end: who needs all of them has the table. */
            group.more = group.matched > FIRST ? async () => {
                const next = await askLayer(layer, ring, group.features.length, MORE, app);
                group.features.push(...next.features);
                if (group.features.length >= Math.min(MOST, group.matched))
                    group.more = null;
            } : null;
            if (group.matched)
                groups.set(layer.id, group);
        } catch (error) {
            groups.set(layer.id, {layer: layer.id, matched: 0, features: [], error, more: null});
        }
    });
    if (isCurrent())
        app.showGroups(layers.filter((l) => groups.has(l.id)).map((l) => groups.get(l.id)), app, takesFocus);
}

/** The heading of a layer's part of the list. */
export const groupHeading = (group, app) => {
    const layer = app.layer(group.layer);
    return element('h3', {class: 'group', 'data-layer': group.layer}, element('span', {}, title(layer.title, layer.id)), element('span', {class: 'count'}, count(group.matched)));
};

function tools(app) {
    const button = (id, name, onclick) => element('button', {type: 'button', id, 'aria-pressed': 'false', onclick}, icon(name));
    const node = element('div', {class: 'maplibregl-ctrl maplibregl-ctrl-group', id: 'tools', role: 'group'},
        button('tool-box', 'box', () => setOn(!isOn, app)), button('tool-table', 'table', () => app.openTable(app.store.get('table') ? '' : firstTable(app))));
    return {onAdd: () => node, onRemove: () => node.remove()};
}

/** The table one most likely wants: that of the projects, else of the first layer that is on. */
const firstTable = (app) => (app.map.layers.find((l) => l.role === 'project') ?? app.map.layers.find((l) => isAskable(l) && app.store.get('on').has(l.id)) ?? app.map.layers.find(isAskable))?.id ?? '';

function setOn(next, app) {
    isOn = next;
    document.getElementById('tool-box').setAttribute('aria-pressed', String(isOn));
    app.gl.getContainer().classList.toggle('drawing-box', isOn);
    app.gl.dragPan[isOn ? 'disable' : 'enable']();
    if (isOn)
        app.message(say('box.how'));
}

export const boxTool = {
    ready(gl, app) {
        app.isBoxing = () => isOn; // then a drag is not for others
        gl.addControl(tools(app), 'top-left');
        drawBoxes(gl, {isOn: () => isOn, isFree: () => !app.taking, done: (ring) => showWithin(ring, app, false)});
        gl.getCanvas().addEventListener('keydown', (event) => {
            if (event.key !== 'Enter' || !event.shiftKey || app.taking)
                return;
            const canvas = gl.getCanvas();
            showWithin(ringOf(gl, {x: 0, y: 0}, {x: canvas.clientWidth, y: canvas.clientHeight}), app, true); // all in view
        });
        document.addEventListener('keydown', (event) => event.key === 'Escape' && isOn && setOn(false, app));
        /** The box that is listed, on the map; null: none is. */
        app.outlineBox = (ring) => gl.getSource('box')?.setData(ring ? {type: 'Feature', properties: {}, geometry: {type: 'Polygon', coordinates: [ring]}} : NOTHING);
        gl.once('load', () => {
            gl.addSource('box', {type: 'geojson', data: NOTHING});
            gl.addLayer({id: 'box', type: 'line', source: 'box', paint: {'line-color': '#7a3fb0', 'line-width': 2, 'line-dasharray': [3, 1.5]}});
        });
        this.draw(app);
    },
    draw(app) {
        for (const [id, key] of [['tool-box', 'box'], ['tool-table', 'table']]) {
            const node = document.getElementById(id);
            if (!node)
                return;
            node.title = say(key);
            node.setAttribute('aria-label', say(key));
        }
        document.getElementById('tools').setAttribute('aria-label', say('tools'));
        document.getElementById('tool-table').setAttribute('aria-pressed', String(Boolean(app.store.get('table'))));
    },
};
