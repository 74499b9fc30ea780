// The plan that the panel makes, as POST /print and `munimap print` take it, and what of it is remembered.
import {questions} from '../map/map.js';
import {conditionOf} from '../panels/time.js';

const KEY = 'munimap.print';

export const FORMATS = ['A4', 'A3', 'A2', 'A1', 'A0', 'A4x3', 'A3x3', '500x500'];
export const SCALES = [500, 1000, 2000, 5000, 10000, 25000, 50000, 100000];
export const ELEMENTS = ['legend', 'grid', 'scale_bar', 'north', 'overview', 'qr', 'form'];

const FIRST = {template: '', title: '', subtitle: '', format: 'A3', orientation: 'landscape', scale: 5000, rotation: 0, style: 'print', output: 'pdf', about: false,
    elements: {legend: true, grid: true, scale_bar: true, north: true, overview: false, qr: true, form: false}};

/** What was set last time; what is not as it should be is as at first. */
export function remembered() {
    let kept = {};
    try {
        kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {};
    } catch { // no storage, or not ours
    }
    const fits = ([name, value]) => typeof value === typeof FIRST[name] && name !== 'elements';
    return {...FIRST, ...Object.fromEntries(Object.entries(kept).filter(fits)), center: null,
        elements: Object.fromEntries(ELEMENTS.map((e) => [e, typeof kept.elements?.[e] === 'boolean' ? kept.elements[e] : FIRST.elements[e]]))};
}

export function remember(settings) {
    const {center, ...kept} = settings;
    try {
        localStorage.setItem(KEY, JSON.stringify(kept));
    } catch { // then not
    }
}

/**
 * The layers that are on, the filters and the time of the map are those of the paper. A plan has one time for all its
 * layers: where the map has one for some of them only, it becomes a filter of theirs.
 */
function shown(app) {
    const on = app.store.get('on'), asked = questions(app);
    const isPrinted = (id) => on.has(id) && app.layer(id) && !app.layer(id).tiles && !app.layer(id).error;
    const layers = app.map.layers.map((l) => l.id).filter(isPrinted);
    const timed = layers.filter((id) => app.layer(id).time), dated = layers.filter((id) => asked[id]?.datetime);
    const isForAll = dated.length > 0 && dated.length === timed.length;
    const filter = {};
    for (const id of layers) {
        const condition = conditionOf(app.layer(id), isForAll ? {filter: asked[id]?.filter} : asked[id]);
        if (condition)
            filter[id] = condition;
    }
    return {layers, ...(Object.keys(filter).length ? {filter} : {}), ...(isForAll ? {datetime: asked[dated[0]].datetime} : {})};
}

/** The object that is chosen on the map and may be what a plan is about, {layer, id}; null: there is none. */
export function objectOf(app) {
    const chosen = app.store.get('chosen'), layer = chosen && app.layer(chosen.layer);
    return layer && !layer.tiles && !layer.error ? {layer: chosen.layer, id: chosen.id} : null;
}

export function planOf(settings, app) {
    const {template, elements, scale, center, subtitle, rotation, about, ...rest} = settings;
    const {form, ...others} = elements, object = about && objectOf(app);
    return {
        ...(template ? {template} : {}), ...(object ? {object} : {}), ...rest, ...(subtitle ? {subtitle} : {}), ...(rotation ? {rotation} : {}), center, scale,
        language: document.documentElement.lang === 'en' ? 'en' : 'ru', ...shown(app), elements: {...others, form: form ? 'gost-21.101-3' : false},
    };
}
