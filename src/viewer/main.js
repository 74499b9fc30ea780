// The page: one map, the list of its layers, and what is where one clicks. Modules load each other by plain paths, so
// that neither an import map nor a bundler is needed under a policy that forbids inline script.
import {Map as GlMap, NavigationControl, ScaleControl} from './maplibre-gl.mjs';
import {byId, element} from './dom.js';
import {drawCards, featuresAt, highlight, highlightLayers} from './identify.js';
import * as state from './state.js';
import {loadSprite} from './swatch.js';
import {language, say, setLanguage, title} from './text.js';
import {drawTree, refreshTree} from './tree.js';

const app = {
    base: new URL('.', location.href),
    map: null,      // map.json
    style: null,
    gl: null,
    on: new Set(),  // ids of the layers that are shown
    shownAtFirst: new Set(),
    closed: new Set(),
    features: [],   // what the panel shows
    layer: (id) => app.map.layers.find((l) => l.id === id),
    styleLayersOf: (id) => app.style.layers.filter((l) => l['source-layer'] === id),
    setLayers,
};

function message(text) {
    byId('message').textContent = text;
    byId('message').hidden = !text;
}

async function get(path) {
    const answer = await fetch(new URL(path, app.base));
    if (!answer.ok)
        throw new Error(`${path}: ${answer.status}`);
    return answer.json();
}

/** Layers are shown at first unless the style hides them. */
function readStyle() {
    for (const layer of app.map.layers)
        if (app.styleLayersOf(layer.id).some((l) => l.metadata?.['munimap:visible'] !== false))
            app.shownAtFirst.add(layer.id);
    const ids = app.map.layers.map((l) => l.id);
    app.on = state.visibleLayers(ids, app.shownAtFirst);
    for (const layer of app.style.layers)
        if (layer['source-layer'])
            layer.layout = {...layer.layout, visibility: app.on.has(layer['source-layer']) ? 'visible' : 'none'};
}

function setLayers(ids, on) {
    for (const id of ids) {
        if (on)
            app.on.add(id);
        else
            app.on.delete(id);
        for (const layer of app.styleLayersOf(id))
            app.gl?.setLayoutProperty(layer.id, 'visibility', on ? 'visible' : 'none');
    }
    state.keepLayers(app.map.layers.map((l) => l.id), app.shownAtFirst, app.on);
    refreshTree(byId('tree'), app);
}

/** Every text of the page in the language chosen. */
function drawTexts() {
    const name = title(app.map?.title, 'munimap');
    document.title = name;
    byId('title').textContent = name;
    byId('skip').textContent = say('skip');
    byId('layers-title').textContent = say('layers');
    byId('data').textContent = say('data');
    byId('data').href = new URL(`?f=html&lang=${language()}`, app.base);
    byId('languages').setAttribute('aria-label', say('language'));
    byId('map').setAttribute('aria-label', say('map'));
    byId('info-title').textContent = say('info');
    byId('info-close').setAttribute('aria-label', say('info.close'));
    byId('attribution').textContent = title(app.map?.attribution);
    for (const button of byId('languages').querySelectorAll('button'))
        button.setAttribute('aria-pressed', String(button.dataset.lang === language()));
    drawMenu();
    if (app.map && app.style)
        drawTree(byId('tree'), app);
    if (!byId('info').hidden)
        drawCards(byId('info-body'), app.features, app);
}

function drawMenu() {
    const open = !document.body.classList.contains('no-layers');
    byId('menu').setAttribute('aria-expanded', String(open));
    byId('menu').setAttribute('aria-label', say(open ? 'layers.hide' : 'layers.show'));
}

function setPanel(open) {
    document.body.classList.toggle('no-layers', !open);
    drawMenu();
}

function closeInfo() {
    byId('info').hidden = true;
    app.features = [];
    highlight(app.gl, null, app);
}

function identify(event) {
    app.features = featuresAt(app.gl, event.point, app);
    const found = drawCards(byId('info-body'), app.features, app);
    byId('info').hidden = false;
    byId('info-body').scrollTop = 0;
    highlight(app.gl, found ? app.features[0] : null, app);
}

function firstView() {
    const {view, bounds} = app.map;
    if (view)
        return {center: view.center, zoom: view.zoom};
    return bounds ? {bounds: [[bounds[0], bounds[1]], [bounds[2], bounds[3]]], fitBoundsOptions: {padding: 30}} : {center: [60, 60], zoom: 2};
}

function makeMap() {
    const gl = new GlMap({container: 'map', style: app.style, hash: 'map', ...firstView(), attributionControl: false,
        maxZoom: 21, locale: {}});
    gl.addControl(new NavigationControl({visualizePitch: false}), 'top-right');
    gl.addControl(new ScaleControl({maxWidth: 140, unit: 'metric'}), 'bottom-left');
    gl.on('load', () => {
        gl.addSource('chosen', {type: 'geojson', data: {type: 'FeatureCollection', features: []}});
        highlightLayers.forEach((layer) => gl.addLayer(layer));
    });
    gl.on('click', identify);
    gl.on('mousemove', (event) => {
        gl.getCanvas().style.cursor = featuresAt(gl, event.point, app).length ? 'pointer' : '';
    });
    let failed = 0;
    gl.on('error', (event) => {
        if (event.sourceId && ++failed === 3)
            message(say('error.tiles'));
    });
    return gl;
}

function listen() {
    byId('menu').addEventListener('click', () => setPanel(document.body.classList.contains('no-layers')));
    byId('info-close').addEventListener('click', closeInfo);
    byId('languages').addEventListener('click', (event) => {
        const lang = event.target.dataset?.lang;
        if (!lang)
            return;
        setLanguage(lang);
        state.keepLanguage(lang);
        drawTexts();
    });
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !byId('info').hidden)
            closeInfo();
    });
    if (matchMedia('(max-width: 48rem)').matches)
        setPanel(false);
}

async function start() {
    setLanguage(state.language());
    listen();
    drawTexts();
    try {
        [app.map, app.style] = await Promise.all([get('map.json'), get(`styles/munimap?lang=${language()}`)]);
    } catch (error) {
        message(say('error.load', {what: error.message}));
        return;
    }
    readStyle();
    await loadSprite(app.style.sprite).catch(() => {}); // swatches then show colours only
    drawTexts();
    try {
        app.gl = makeMap();
    } catch {
        byId('map').replaceChildren(element('p', {class: 'empty'}, say('error.webgl')));
    }
    window.munimap = app; // for tests and for the curious
}

start();
