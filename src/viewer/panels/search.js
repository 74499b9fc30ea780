// One box for streets, addresses, objects and coordinates: a combobox with a list, by the pattern of WAI-ARIA.
import {byId, element, icon, iconButton} from '../base/dom.js';
import {askJson, latest} from '../base/server.js';
import {say} from '../base/text.js';
import {NOTHING} from '../map/nothing.js';

const WAIT_MS = 120, LIMIT = 10, LONGEST = 100, PLACE_ZOOM = 17;
const newest = latest();

/** The place that coordinates were found at, "39.098,52.353": its mark is in the link. */
const spotValue = {
    param: 'pt', canUndo: false,
    parse(text) {
        const [lon, lat] = text.split(',').map(Number);
        return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : null;
    },
    format: (spot) => spot ? spot.map((v) => Number(v.toFixed(7))).join() : '',
};

const spotData = (spot) => spot ? {type: 'Feature', properties: {}, geometry: {type: 'Point', coordinates: spot}} : NOTHING;

let results = [], active = -1, waiting = 0, stop = null, answered = null; // `answered`: the text that the list is of

/** The name with what was asked for marked; all of it is text. */
function marked(name, matches) {
    const parts = [];
    let at = 0;
    for (const [from, to] of [...matches].sort((a, b) => a[0] - b[0])) {
        if (from < at)
            continue;
        parts.push(name.slice(at, from), element('mark', {}, name.slice(from, to)));
        at = to;
    }
    return [...parts, name.slice(at)];
}

function option(result, i, app) {
    return element('li', {role: 'option', id: `found-${i}`, 'aria-selected': String(i === active), onpointerdown: (event) => event.preventDefault(), // the box keeps the focus
        onclick: () => choose(i, app)},
    element('span', {class: 'name'}, ...marked(result.name, result.matches)),
    element('span', {class: 'kind'}, result.title, result.detail ? ` · ${result.detail}` : ''));
}

function close() {
    const box = byId('search-box');
    byId('search-list').hidden = true;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
    active = -1;
}

function show(app, note = '') {
    const list = byId('search-list'), box = byId('search-box');
    list.replaceChildren(...results.map((r, i) => option(r, i, app)), ...(note ? [element('li', {class: 'note', role: 'presentation'}, note)] : []));
    list.hidden = !list.childElementCount;
    list.setAttribute('role', results.length ? 'listbox' : 'group'); // a word about nothing found is no option
    box.setAttribute('aria-expanded', String(results.length > 0));
    if (active >= 0)
        box.setAttribute('aria-activedescendant', `found-${active}`);
    else
        box.removeAttribute('aria-activedescendant');
    byId(`found-${active}`)?.scrollIntoView({block: 'nearest'});
}

function cancel() {
    clearTimeout(waiting);
    stop?.abort();
}

/** Asks, once typing pauses; an answer that is overtaken is not shown. `then()` is called when the list is there. */
function look(app, wait = WAIT_MS, then = null) {
    const text = byId('search-box').value.trim();
    cancel();
    byId('search-clear').hidden = !byId('search-box').value;
    if (!text) {
        [results, answered] = [[], null];
        close();
        byId('search-status').textContent = '';
        return;
    }
    waiting = setTimeout(async () => {
        stop = new AbortController();
        try {
            const center = app.gl?.getCenter();
            const answer = await newest(askJson('search', {q: text, limit: LIMIT, near: center && `${center.lng.toFixed(5)},${center.lat.toFixed(5)}`,
                lang: document.documentElement.lang}, {signal: stop.signal}));
            if (!answer)
                return;
            [results, active, answered] = [answer.results, -1, text];
            const note = results.length ? '' : say(answer.complete ? 'search.none' : 'search.wait', {what: text});
            show(app, note);
            byId('search-status').textContent = note || say('search.found', {n: results.length});
            then?.();
        } catch (error) {
            if (error.name === 'AbortError')
                return;
            [results, active, answered] = [[], -1, null];
            show(app, say('search.error', {what: error.message}));
            byId('search-status').textContent = say('search.error', {what: error.message});
        }
    }, wait);
}

async function choose(i, app) {
    const result = results[i];
    if (!result)
        return;
    cancel();
    byId('search-box').value = answered = result.name;
    app.store.set({found: result.name, spot: result.kind === 'place' ? result.point : null});
    close();
    if (result.kind === 'place') {
        app.gl?.flyTo({center: result.point, zoom: Math.max(app.gl.getZoom(), PLACE_ZOOM)});
        return;
    }
    if (!app.store.get('on').has(result.collection))
        app.setLayers([result.collection], true);
    if (result.bbox)
        app.zoomToBox(result.bbox, app.firstZoom(result.collection));
    else
        app.message(say('search.placeless'));
    await app.showFeature(result.collection, result.id);
}

function onKey(event, app) {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key], isOpen = !byId('search-list').hidden;
    if (step && results.length) {
        event.preventDefault();
        active = isOpen ? (active + step + results.length + (active < 0 && step < 0 ? 1 : 0)) % results.length : 0;
        show(app);
    } else if (event.key === 'Enter') {
        event.preventDefault();
        if (answered !== byId('search-box').value.trim()) // the list is of what was typed before
            look(app, 0, () => choose(0, app));
        else if (results.length)
            choose(Math.max(0, active), app);
    } else if (event.key === 'Escape' && isOpen) {
        event.stopPropagation();
        close();
    } else if (event.key === 'Escape' && byId('search-box').value) {
        event.stopPropagation();
        clear(app);
    }
}

function clear(app) {
    byId('search-box').value = '';
    app.store.set({found: '', spot: null});
    look(app);
    byId('search-box').focus();
}

export const searchBox = {
    make(app) {
        app.store.declare('found', {param: 'q', canUndo: false, parse: (text) => text.slice(0, LONGEST), format: (text) => text});
        app.store.declare('spot', spotValue);
        app.store.follow(['found'], () => { // the address was changed by hand
            if (byId('search-box').value !== app.store.get('found') && byId('search-box') !== document.activeElement)
                byId('search-box').value = app.store.get('found');
        });
        app.store.follow(['spot'], () => app.gl?.getSource('found')?.setData(spotData(app.store.get('spot'))));
        byId('search').append(icon('search'),
            element('input', {id: 'search-box', type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false', maxlength: LONGEST, 'aria-autocomplete': 'list',
                'aria-expanded': 'false', 'aria-controls': 'search-list', value: app.store.get('found'),
                oninput: () => look(app), onkeydown: (event) => onKey(event, app), onblur() {
                    cancel();
                    close();
                }, onfocus: () => results.length && byId('search-box').value && show(app)}),
            iconButton('close', '', {id: 'search-clear', hidden: true, onclick: () => clear(app)}),
            element('ul', {id: 'search-list', role: 'listbox', hidden: true}),
            element('p', {id: 'search-status', class: 'unseen', role: 'status', 'aria-live': 'polite'}));
        document.addEventListener('keydown', (event) => {
            if (event.code !== 'KeyK' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) // by its place: the layout may be Russian
                return;
            event.preventDefault();
            byId('search-box').select();
        });
    },
    draw() {
        byId('search-box').placeholder = say('search.hint') + (matchMedia('(hover: hover)').matches ? ' (Ctrl+K)' : ''); // fingers have no keys
        byId('search-box').setAttribute('aria-label', say('search'));
        byId('search-list').setAttribute('aria-label', say('search.list'));
        byId('search-clear').title = say('search.clear');
        byId('search-clear').setAttribute('aria-label', say('search.clear'));
        byId('search-clear').hidden = !byId('search-box').value;
    },
    ready(gl, app) {
        gl.once('load', () => {
            gl.addSource('found', {type: 'geojson', data: spotData(app.store.get('spot'))});
            gl.addLayer({id: 'found', type: 'circle', source: 'found', paint: {'circle-radius': 9, 'circle-color': '#d0342c', 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 3}});
        });
    },
};
