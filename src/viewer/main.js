// The page: one map, the panels around it, and what all of them share (`app`). Modules load each other by plain paths,
// so that neither an import map nor a bundler is needed under a policy that forbids inline script.
import {byId, element, icon} from './base/dom.js';
import {askJson, base, latest} from './base/server.js';
import {makeStore} from './base/store.js';
import {keepLanguage, language, languageValue, say, setLanguage, title} from './base/text.js';
import {THEMES, followSystem, keepTheme, themeShown, themeValue, wearTheme} from './base/theme.js';
import {boxTool} from './data/box.js';
import {filterPanel} from './data/builder.js';
import {declareFilters} from './data/filters.js';
import {tablePanel} from './data/table.js';
import {layerOf} from './map/dress.js';
import {drawPanel} from './draw/panel.js';
import {pointerBox} from './draw/pointer.js';
import {encodingFor} from './map/encoding.js';
import {follow} from './map/events.js';
import {extentOf, goTo} from './map/extent.js';
import {refreshAll, refreshLayer} from './map/fresh.js';
import {MAX_ZOOM, makeMap, redress, viewValue} from './map/map.js';
import {drawScale} from './map/scale.js';
import {loadSprite} from './map/swatch.js';
import {identifyPanel} from './panels/identify.js';
import {insidePanel} from './panels/inside.js';
import {layersPanel} from './panels/layers.js';
import {portfolioPanel} from './panels/portfolio.js';
import {searchBox} from './panels/search.js';
import {makeSide} from './panels/side.js';
import {timePanel} from './panels/time.js';
import {printPanel} from './print/panel.js';

const MESSAGE_MS = 8000, SETTLE_MS = 300, AGAIN_MS = 2000, NOT_READY = 503;

// at the side, one at a time; each is {id, icon, title, make(app)?, draw(body, app), open(app)?, close(app)?}
const sidePanels = [layersPanel, filterPanel, portfolioPanel, insidePanel, drawPanel, printPanel];
// with places of their own: {make(app)?, draw(app): its texts, ready(gl, app)?: the map is there}
const otherPanels = [searchBox, identifyPanel, timePanel, tablePanel, boxTool, pointerBox];

const store = makeStore();

const app = {
    base, store,
    map: null,       // map.json
    style: null,     // as the server sent it
    shown: null,     // the style as it is dressed now
    gl: null,
    questions: [],   // (app) => {layer: {filter, datetime}}: what narrows the tiles of layers
    taking: null,    // the tool that takes clicks on the map, if one does
    isLive: null,    // whether changes come; null: not known yet
    hasMissed: false, // something changed while updates were paused
    layer: (id) => app.map.layers.find((l) => l.id === id),
    styleLayersOf: (id) => app.style.layers.filter((l) => layerOf(l) === id),
    /** The zoom from which anything of a layer is drawn. */
    firstZoom: (id) => Math.max(app.layer(id).minzoom, Math.min(...app.styleLayersOf(id).map((l) => l.minzoom ?? 0), MAX_ZOOM)),
    zoomTo: (zoom) => app.gl?.easeTo({zoom: zoom + 0.05}),
    /** Shows a place of the map: [west, south, east, north], no farther away than `least`. */
    zoomToBox: (box, least = 0) => app.gl && goTo(app.gl, box, least),
    zoomToGeometry: (geometry, least) => extentOf(geometry) && app.zoomToBox(extentOf(geometry), least),
    redress: () => redress(app),
    message,
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

const ids = () => app.map.layers.map((l) => l.id);

/** Which layers are on; in the address: which differ from what the style shows at first. */
function layersValue() {
    const atFirst = new Set(ids().filter((id) => app.styleLayersOf(id).some((l) => l.metadata?.['munimap:visible'] !== false)));
    return {
        param: 'l',
        parse(text) {
            const on = new Set(atFirst);
            for (const part of text.split(',').filter(Boolean)) {
                const id = part.slice(1);
                if (part[0] === '+' && ids().includes(id))
                    on.add(id);
                else if (part[0] === '-')
                    on.delete(id);
            }
            return on;
        },
        format: (on) => ids().filter((id) => on.has(id) !== atFirst.has(id)).map((id) => (on.has(id) ? '+' : '-') + id).join(','),
    };
}

/** Opacities below 1 as percentages, "buildings:40,green:70". */
const opacityValue = {
    param: 'o',
    parse: (text) => Object.fromEntries(text.split(',').map((part) => [part.slice(0, part.lastIndexOf(':')), Number(part.slice(part.lastIndexOf(':') + 1)) / 100])
        .filter(([id, value]) => id && value >= 0 && value < 1)),
    format: (all) => Object.entries(all).filter(([, v]) => v < 1).map(([id, v]) => `${id}:${Math.round(v * 100)}`).join(','),
};

function setLayers(changed, on) {
    const next = new Set(store.get('on'));
    changed.forEach((id) => on ? next.add(id) : next.delete(id));
    store.set({on: next});
}

/** Whose data it is: the map's own word, and the owners of the pictures below it. */
function drawAttribution() {
    const owners = (app.map?.layers ?? []).filter((l) => l.raster && store.get('on')?.has(l.id)).map((l) => title(l.owner));
    byId('attribution').textContent = [...new Set([title(app.map?.attribution), ...owners])].filter(Boolean).join(' · ');
}

/** Every text of the page in the language chosen. */
function drawTexts() {
    const name = title(app.map?.title, 'munimap');
    document.title = name;
    byId('title').textContent = name;
    byId('skip').textContent = say('skip');
    byId('data').textContent = say('data');
    byId('data').href = new URL(`?f=html&lang=${language()}`, base);
    byId('languages').setAttribute('aria-label', say('language'));
    drawAttribution();
    for (const button of byId('languages').querySelectorAll('button'))
        button.setAttribute('aria-pressed', String(button.dataset.lang === language()));
    for (const [id, key] of [['undo', 'undo'], ['share', 'share'], ['theme', `theme.${store.get('theme')}`]]) {
        byId(id).title = say(key);
        byId(id).setAttribute('aria-label', say(key));
    }
    byId('whole').textContent = say('whole', {name});
    drawLive();
    drawMapTexts();
    app.drawSide();
    if (app.map && app.style)
        otherPanels.forEach((p) => p.draw(app));
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

/** Whether changes come by themselves: a switch, since nobody can read a page that moves when he does not want it to. */
function drawLive() {
    const live = byId('live'), isPaused = store.get('paused');
    const state = isPaused ? 'paused' : app.isLive ? 'on' : 'off';
    live.hidden = app.isLive === null;
    live.dataset.state = state;
    byId('live-text').textContent = state === 'on' ? '' : say(`live.${state}`);
    live.title = say(isPaused ? 'live.resume' : 'live.pause');
    live.setAttribute('aria-pressed', String(isPaused));
    live.setAttribute('aria-label', `${say(`live.${state}`)} ${live.title}`);
}

/** What came in the meantime shows when updates go on. */
function changePause() {
    drawLive();
    if (store.get('paused') || !app.hasMissed || !app.gl)
        return;
    app.hasMissed = false;
    refreshAll(app.gl, app.shown);
    rereadMap();
}

let settling = 0, announced = '';
const newestMap = latest(), newestStyle = latest();

/** Counts, versions and errors of the layers as they now are, a moment after the last change. */
function rereadMap() {
    clearTimeout(settling);
    settling = setTimeout(async () => {
        const map = await newestMap(askJson('map.json').catch(() => null));
        if (!map)
            return; // a newer one is on its way, or the connection is lost: the next greeting tells
        const before = ids().join(), now = map.layers.map((l) => l.id).join();
        app.map = {...map, layers: map.layers.filter((l) => app.layer(l.id))};
        if (now !== before && now !== announced) {
            announced = now;
            message(say('live.new'), true);
        }
        if (ids().join() === before)
            app.refreshPanel();
        else
            app.drawPanel();
        store.set({version: map.version}, {canUndo: false});
    }, SETTLE_MS);
}

/** True while the user wants no changes; then there is something to catch up with. */
function isPaused() {
    app.hasMissed ||= store.get('paused');
    return store.get('paused');
}

/** What changes on the server changes here. */
function followMap() {
    follow(base, {
        state(isConnected) {
            app.isLive = isConnected;
            drawLive();
        },
        version(version) {
            if (version !== app.map.version && !isPaused()) {
                refreshAll(app.gl, app.shown);
                rereadMap();
            }
        },
        missed() {
            if (isPaused())
                return;
            refreshAll(app.gl, app.shown);
            rereadMap();
        },
        map() {
            if (!isPaused())
                rereadMap();
        },
        layer({layer, boxes}) {
            if (isPaused())
                return;
            if (boxes.length)
                refreshLayer(app.gl, app.shown, layer, boxes);
            rereadMap();
        },
    });
}

/** The town's style in the colours of the theme. */
async function loadStyle() {
    const style = await askJson(`styles/${themeShown(store.get('theme'))}`, {lang: language(), ...encodingFor(navigator.connection)});
    await loadSprite(style.sprite).catch(() => {}); // swatches then show colours only
    return style;
}

/** The map and its style. A server that has just begun, with a large folder, is not ready for some seconds: it is asked again. */
async function loadFirst() {
    for (;;) {
        try {
            const first = await Promise.all([askJson('map.json'), loadStyle()]);
            message('');
            return first;
        } catch (error) {
            if (error.status !== NOT_READY)
                throw error;
            message(say('error.again', {what: error.message}), true);
        }
        await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
}

async function changeTheme() {
    wearTheme(store.get('theme'));
    byId('theme').title = say(`theme.${store.get('theme')}`);
    byId('theme').setAttribute('aria-label', byId('theme').title);
    try {
        const style = await newestStyle(loadStyle());
        if (!style)
            return; // another theme was chosen meanwhile
        app.style = style;
    } catch (error) {
        message(say('error.load', {what: error.message}));
        return;
    }
    app.redress();
    app.drawPanel();
}

async function share() {
    try {
        await navigator.clipboard.writeText(location.href);
        message(say('share.done'));
    } catch { // not allowed, or not by https: the address bar has it
        message(say('share.bar'));
    }
}

function listen() {
    byId('skip').addEventListener('click', (event) => { // the fragment of the address is the state of the page
        event.preventDefault();
        (byId('side').hidden ? app.gl?.getCanvas() : byId('side'))?.focus();
    });
    byId('undo').append(icon('undo'));
    byId('undo').addEventListener('click', () => store.undo());
    byId('share').append(icon('share'));
    byId('share').addEventListener('click', share);
    byId('theme').append(icon('theme'));
    byId('theme').addEventListener('click', () => {
        const at = THEMES.indexOf(store.get('theme')), next = THEMES[(at + 1) % THEMES.length];
        keepTheme(next);
        store.set({theme: next});
        message(say(`theme.${next}`));
    });
    byId('languages').addEventListener('click', (event) => {
        const lang = event.target.dataset?.lang;
        if (!lang)
            return;
        keepLanguage(lang);
        store.set({lang});
    });
    document.addEventListener('keydown', (event) => {
        const isText = event.target.matches?.('input:not([type=checkbox], [type=radio], [type=range]), textarea');
        if ((event.ctrlKey || event.metaKey) && event.code === 'KeyZ' && !event.shiftKey && !isText) {
            event.preventDefault();
            store.undo();
        }
    });
    store.follow(['actions'], () => byId('undo').disabled = !store.get('actions'));
    store.follow(['lang'], () => {
        setLanguage(store.get('lang'));
        drawTexts();
    });
    byId('live').addEventListener('click', () => store.set({paused: !store.get('paused')}));
    store.follow(['paused'], changePause);
    store.follow(['theme'], changeTheme);
    followSystem(changeTheme);
    addEventListener('hashchange', () => app.map && app.style && store.reread()); // the address was changed by hand
}

function startMap() {
    const gl = app.gl = makeMap(app);
    gl.on('move', () => drawScale(byId('scale'), gl));
    gl.on('zoomend', () => layersPanel.refresh(app));
    gl.on('error', (event) => {
        console.error(event.error);
        if (event.sourceId && event.error?.status !== 400) // that is a filter which is wrong: its panel says so
            message(say('error.tiles'));
    });
    new ResizeObserver(() => gl.resize()).observe(byId('map'));
    otherPanels.forEach((p) => p.ready?.(gl, app));
    sidePanels.forEach((p) => p.ready?.(gl, app));
    followMap();
}

/** "?embed": the map alone, for a page of somebody else's; it leads to the whole one. */
function embed() {
    const url = new URL(location.href);
    if (!url.searchParams.has('embed'))
        return;
    document.body.classList.add('embed');
    byId('whole').hidden = false;
    const lead = () => {
        const whole = new URL(location.href);
        whole.searchParams.delete('embed');
        byId('whole').href = whole;
    };
    byId('whole').addEventListener('pointerdown', lead);
    byId('whole').addEventListener('focus', lead);
    lead();
}

async function start() {
    store.declare('lang', languageValue);
    store.declare('theme', themeValue);
    store.declare('map', viewValue);
    store.declare('version', {parse: () => '', format: (v) => v, isKept: false, canUndo: false}); // of the map's data
    store.declare('paused', {parse: () => false, format: String, isKept: false, canUndo: false}); // no updates for now
    declareFilters(app);
    setLanguage(store.get('lang'));
    wearTheme(store.get('theme'));
    embed();
    makeSide(sidePanels, app);
    otherPanels.forEach((p) => p.make?.(app));
    listen();
    drawTexts();
    try {
        [app.map, app.style] = await loadFirst();
    } catch (error) {
        message(say('error.load', {what: error.message}), true);
        return;
    }
    store.declare('on', layersValue());
    store.declare('opacity', opacityValue);
    store.follow(['on'], drawAttribution);
    try {
        startMap();
    } catch (error) {
        console.warn(error);
        byId('map').replaceChildren(element('p', {class: 'empty'}, say('error.webgl')));
    }
    drawTexts();
    window.munimap = app; // for tests and for the curious
}

start();
