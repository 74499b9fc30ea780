// What a layer can do and where it comes from: opacity, table, filter, files, owner, licence, age.
import {element, icon} from '../base/dom.js';
import {count, roughMetres, say, title, value} from '../base/text.js';
import {fileLinks} from './files.js';
import {isAskable} from './filters.js';

const percentage = (layer, {store}) => Math.round((store.get('opacity')[layer.id] ?? 1) * 100);

/** Puts the sliders right that are open, after an undo for one. */
export const refreshOpacity = (container) => container.querySelectorAll('.opacity-now').forEach((input) => input.dispatchEvent(new Event('opacity')));

function opacity(layer, app) {
    const {store} = app, shown = (n) => `${count(n)} %`;
    const output = element('output', {for: `opacity-${layer.id}`});
    let before = null; // while the slider is dragged
    const set = (event) => {
        const n = Number(event.target.value), all = {...store.get('opacity')};
        before ??= store.get('opacity');
        delete all[layer.id];
        if (n < 100)
            all[layer.id] = n / 100;
        store.set({opacity: all}, {canUndo: false});
    };
    /** All the way that the slider went is one action. */
    const keep = () => {
        const after = store.get('opacity');
        if (!before)
            return;
        store.set({opacity: after}, {since: {opacity: before}});
        before = null;
    };
    const input = element('input', {type: 'range', id: `opacity-${layer.id}`, class: 'opacity-now', 'data-layer': layer.id, min: 0, max: 100, step: 5, oninput: set, onchange: keep});
    const put = (n) => {
        input.value = n;
        input.setAttribute('aria-valuetext', shown(n));
        output.textContent = shown(n);
    };
    input.addEventListener('opacity', () => put(percentage(layer, app)));
    put(percentage(layer, app));
    return element('p', {class: 'opacity'}, element('label', {for: `opacity-${layer.id}`}, say('layer.opacity')), input, output);
}

function actions(layer, app) {
    const button = (name, key, onclick) => element('button', {type: 'button', class: 'chip', 'data-action': name, onclick}, icon(name), say(key));
    return element('p', {class: 'buttons'},
        layer.bounds && app.gl ? button('zoom', 'layer.zoom', () => app.zoomToBox(layer.bounds)) : null,
        ...(isAskable(layer) ? [button('table', 'table', () => app.openTable(layer.id)), button('filter', 'filter', () => app.openFilter(layer.id))] : []));
}

function filterNote(layer, app) {
    const text = app.filterOf(layer.id);
    return text ? element('p', {class: 'filtered'}, say('layer.filtered'), ' ', element('code', {}, text), ' ',
        element('button', {type: 'button', class: 'chip', onclick: () => app.setFilter(layer.id, '')}, say('filter.clear'))) : null;
}

function facts(layer, app) {
    const rows = [['layer.owner', title(layer.owner)], ['layer.license', layer.license],
        ['layer.changed', layer.source_changed && value({type: 'datetime', codes: []}, layer.source_changed)],
        isAskable(layer) ? ['layer.features', count(layer.count)] : ['layer.holds', say(layer.raster ? 'layer.raster' : 'layer.tiles')], ['layer.resolution', layer.resolution && roughMetres(layer.resolution)], ['layer.crs', layer.crs?.name || layer.crs?.code],
        ['layer.zooms', count(Math.ceil(app.firstZoom(layer.id)))]].filter(([, text]) => text);
    return element('dl', {}, ...rows.flatMap(([key, text]) => [element('dt', {}, say(key)), element('dd', {}, text)]));
}

/** The sheet below a layer's name. */
export function about(layer, app) {
    const description = title(layer.description);
    const url = new URL(`collections/${encodeURIComponent(layer.id)}?f=html`, app.base).href;
    return element('div', {class: 'about'},
        description ? element('p', {}, description) : null, opacity(layer, app), actions(layer, app), filterNote(layer, app), facts(layer, app),
        isAskable(layer) ? element('p', {class: 'files'}, element('span', {}, say('layer.files')), ...fileLinks(layer, app)) : null,
        isAskable(layer) ? element('p', {}, element('a', {href: url, target: '_blank', rel: 'noopener'}, say('layer.page'))) : null);
}
