// The page: one map, the list of its layers, and what is where one clicks. Modules load each other by plain paths, so
// that neither an import map nor a bundler is needed under a policy that forbids inline script.
import {Map as GlMap, NavigationControl} from './maplibre-gl.mjs';
import {byId, element} from './dom.js';
import {follow} from './events.js';
import {refreshAll, refreshLayer} from './fresh.js';
import {drawCards, featuresAt, highlight, highlightLayers, isAnythingAt, layerOf} from './identify.js';
import {drawScale} from './scale.js';
import * as state from './state.js';
import {loadSprite} from './swatch.js';
import {language, say, setLanguage, title} from './text.js';
import {drawTree, refreshTree} from './tree.js';

const MESSAGE_MS = 8000, SETTLE_MS = 300, MAX_ZOOM = 21;

const app = {
    base: new URL('.', location.href),
    map: null,         // map.json
    style: null,
    gl: null,
    on: new Set(),     // ids of the layers that are shown
    shownAtFirst: new Set(),
    closed: new Set(), // themes folded in the list
    legends: new Set(), // layers whose legend is unfolded
    features: [],      // what the panel shows
    isLive: null,      // whether changes come; null: not known yet
    layer: (id) => app.map.layers.find((l) => l.id === id),
    styleLayersOf: (id) => app.style.layers.filter((l) => layerOf(l) === id),
    /** The zoom from which anything of a layer is drawn. */
    firstZoom: (id) => Math.max(app.layer(id).minzoom, Math.min(...app.styleLayersOf(id).map((l) => l.minzoom ?? 0), MAX_ZOOM)),
    zoomTo: (zoom) => app.gl?.easeTo({zoom: zoom + 0.05}),
    highlight: (feature) => highlight(app.gl, feature, app),
    setLayers,
};

let silence = 0;

/** A word to the user; one that is not `lasting` goes away by itself. */
function message(text, lasting = false) {
    byId('message').textContent = text;
    byId('message').hidden = !text;
    clearTimeout(silence);
    if (text && !lasting)
        silence = setTimeout(() => message(''), MESSAGE_MS);
}

async function get(path) {
    const answer = await fetch(new URL(path, app.base));
    if (!answer.ok)
        throw new Error(`${path}: ${answer.status}`);
    return answer.json();
}

const ids = () => app.map.layers.map((l) => l.id);

/** Layers are shown at first unless the style hides them. */
function readStyle() {
    for (const id of ids())
        if (app.styleLayersOf(id).some((l) => l.metadata?.['munimap:visible'] !== false))
            app.shownAtFirst.add(id);
    app.on = state.visibleLayers(ids(), app.shownAtFirst);
    for (const layer of app.style.layers)
        if (layerOf(layer))
            layer.layout = {...layer.layout, visibility: app.on.has(layerOf(layer)) ? 'visible' : 'none'};
}

function showLayers(changed, on) {
    for (const id of changed) {
        if (on)
            app.on.add(id);
        else
            app.on.delete(id);
        for (const layer of app.styleLayersOf(id))
            app.gl?.setLayoutProperty(layer.id, 'visibility', on ? 'visible' : 'none');
    }
    refreshTree(byId('tree'), app);
}

function setLayers(changed, on) {
    showLayers(changed, on);
    state.keepLayers(ids(), app.shownAtFirst, app.on);
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
    byId('info-title').textContent = say('info');
    byId('info-close').setAttribute('aria-label', say('info.close'));
    byId('attribution').textContent = title(app.map?.attribution);
    for (const button of byId('languages').querySelectorAll('button'))
        button.setAttribute('aria-pressed', String(button.dataset.lang === language()));
    drawMenu();
    drawLive();
    drawMapTexts();
    if (app.map && app.style)
        drawTree(byId('tree'), app);
    if (!byId('info').hidden)
        drawCards(byId('info-body'), app.features, app);
}

/** The words that the map library has put on its own parts. */
function drawMapTexts() {
    byId('map').setAttribute('aria-label', say('map'));
    app.gl?.getCanvas().setAttribute('aria-label', say('map'));
    for (const [part, key] of [['zoom-in', 'map.nearer'], ['zoom-out', 'map.farther'], ['compass', 'map.north']])
        for (const button of byId('map').querySelectorAll(`.maplibregl-ctrl-${part}`)) {
            button.title = say(key);
            button.setAttribute('aria-label', say(key));
        }
    if (app.gl)
        drawScale(byId('scale'), app.gl);
}

function drawLive() {
    const live = byId('live');
    live.hidden = app.isLive === null;
    live.dataset.state = app.isLive ? 'on' : 'off';
    live.textContent = app.isLive ? '' : say('live.off');
    live.title = say(app.isLive ? 'live.on' : 'live.off');
    live.setAttribute('aria-label', live.title);
}

let settling = 0;

/** Counts, versions and errors of the layers as they now are, a moment after the last change. */
function rereadMap() {
    clearTimeout(settling);
    settling = setTimeout(async () => {
        const map = await get('map.json').catch(() => null);
        if (!map)
            return; // the connection is lost: the next greeting tells
        const before = ids().join();
        app.map = {...map, layers: map.layers.filter((l) => app.layer(l.id))};
        if (map.layers.map((l) => l.id).join() !== before)
            message(say('live.new'), true);
        const focused = byId('tree').contains(document.activeElement) ? document.activeElement.id : '';
        drawTree(byId('tree'), app);
        byId(focused)?.focus();
    }, SETTLE_MS);
}

/** What changes on the server changes here. */
function followMap() {
    follow(app.base, {
        state(isConnected) {
            app.isLive = isConnected;
            drawLive();
        },
        version(version) {
            if (version === app.map.version)
                return;
            refreshAll(app.gl, app.style);
            rereadMap();
        },
        missed() {
            refreshAll(app.gl, app.style);
            rereadMap();
        },
        layer({layer, boxes}) {
            if (boxes.length)
                refreshLayer(app.gl, app.style, layer, boxes);
            rereadMap();
        },
    });
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
    if (byId('info').contains(document.activeElement))
        app.gl.getCanvas().focus();
    byId('info').hidden = true;
    app.features = [];
    app.highlight(null);
}

function identify(point) {
    app.features = featuresAt(app.gl, point, app);
    const {lng, lat} = app.gl.unproject(point);
    byId('info').hidden = false;
    byId('info-place').textContent = `${lat.toFixed(6)}, ${lng.toFixed(6)}`;
    byId('info-place').title = say('info.place');
    drawCards(byId('info-body'), app.features, app);
    byId('info-body').scrollTop = 0;
    app.highlight(app.features[0] ?? null);
}

function firstView() {
    const {view, bounds} = app.map;
    if (view)
        return {center: view.center, zoom: view.zoom};
    if (!bounds)
        return {center: [60, 60], zoom: 2};
    return {bounds: [[bounds[0], bounds[1]], [bounds[2], bounds[3]]], fitBoundsOptions: {padding: 30, maxZoom: 16}};
}

function makeMap() {
    const gl = new GlMap({container: 'map', style: app.style, hash: 'map', ...firstView(), attributionControl: false, maxZoom: MAX_ZOOM,
        zoomLevelsToOverscale: undefined}); // tiles are not split past their last zoom: a split shape is labelled twice
    let hovering = 0;
    gl.addControl(new NavigationControl({visualizePitch: false}), 'top-right');
    gl.on('load', () => {
        gl.addSource('chosen', {type: 'geojson', data: {type: 'FeatureCollection', features: []}});
        highlightLayers.forEach((layer) => gl.addLayer(layer));
    });
    gl.on('click', (event) => identify(event.point));
    gl.on('mousemove', (event) => { // at most once a frame: the question is not free
        cancelAnimationFrame(hovering);
        hovering = requestAnimationFrame(() => {
            gl.getCanvas().style.cursor = isAnythingAt(gl, event.point, app) ? 'pointer' : '';
        });
    });
    gl.on('move', () => drawScale(byId('scale'), gl));
    gl.on('zoomend', () => refreshTree(byId('tree'), app));
    gl.on('error', (event) => {
        console.error(event.error);
        if (event.sourceId)
            message(say('error.tiles'));
    });
    gl.getCanvas().addEventListener('keydown', (event) => {
        if (event.key !== 'Enter')
            return;
        identify(gl.project(gl.getCenter()));
        byId('info').focus();
    });
    return gl;
}

function chooseLanguage(lang) {
    setLanguage(lang);
    drawTexts();
}

function listen() {
    byId('menu').addEventListener('click', () => setPanel(document.body.classList.contains('no-layers')));
    byId('info-close').addEventListener('click', closeInfo);
    byId('languages').addEventListener('click', (event) => {
        const lang = event.target.dataset?.lang;
        if (!lang)
            return;
        state.keepLanguage(lang);
        chooseLanguage(lang);
    });
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && !byId('info').hidden)
            closeInfo();
    });
    addEventListener('hashchange', () => { // the address was changed by hand
        if (!app.map || !app.style)
            return;
        const on = state.visibleLayers(ids(), app.shownAtFirst);
        showLayers(ids().filter((id) => on.has(id) && !app.on.has(id)), true);
        showLayers(ids().filter((id) => !on.has(id) && app.on.has(id)), false);
        if (state.language() !== language())
            chooseLanguage(state.language());
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
        message(say('error.load', {what: error.message}), true);
        return;
    }
    readStyle();
    await loadSprite(app.style.sprite).catch(() => {}); // swatches then show colours only
    try {
        app.gl = makeMap();
    } catch {
        byId('map').replaceChildren(element('p', {class: 'empty'}, say('error.webgl')));
    }
    drawTexts();
    if (app.gl)
        followMap();
    window.munimap = app; // for tests and for the curious
}

start();
