// The list of layers by theme, with switches, legends, counts in view, and what else there is to a layer.
import {byId, element, icon} from '../base/dom.js';
import {about, refreshOpacity} from '../data/about.js';
import {countInView} from '../data/counts.js';
import {isAskable} from '../data/filters.js';
import {legend, swatch} from '../map/swatch.js';
import {count, say, title} from '../base/text.js';

// legends that are open, themes that are closed, layers whose sheet is open
const unfolded = new Set(), folded = new Set(), told = new Set();
const inView = new Map(); // {total, classes} or {error}, by layer
let countAgain = () => {};

/** What the server has counted, where a row shows it. Of a layer that is off nothing is in view. */
function showCount(row, layer, app) {
    const found = app.store.get('on').has(layer.id) ? inView.get(layer.id) : undefined, cell = row.querySelector('.count');
    const all = isAskable(layer) ? count(layer.count) : '';
    cell.textContent = found?.total === undefined || found.total === layer.count ? all : `${count(found.total)} / ${all}`;
    cell.title = found?.total === undefined ? '' : say('layer.inview', {n: count(found.total), all});
    const wrong = row.querySelector('.wrong');
    wrong.hidden = !found?.error;
    wrong.textContent = found?.error ? say('layer.nocount', {what: found.error.message}) : '';
    const items = [...row.querySelectorAll('.legend li[data-value]')];
    items.forEach((li) => li.hidden = Boolean(found?.classes) && !found.classes[li.dataset.field]?.[li.dataset.value]);
    const away = items.filter((li) => li.hidden).length, rest = row.querySelector('.legend .away');
    if (rest) {
        rest.hidden = !away;
        rest.textContent = away ? say('layer.away', {n: count(away)}) : '';
    }
}

function legendParts(layer, app) {
    const rows = legend(layer, app.styleLayersOf(layer.id));
    if (rows.length < 2)
        return {};
    const id = `legend-${layer.id}`;
    const list = element('ul', {class: 'legend', id}, ...rows.map((r) => element('li', {'data-field': r.field, 'data-value': r.value}, r.picture, element('span', {}, r.name))),
        element('li', {class: 'away', hidden: true}));
    const button = element('button', {type: 'button', class: 'unfold', 'aria-controls': id, 'aria-label': say('layer.legend')});
    const show = (open) => {
        list.hidden = !open;
        button.setAttribute('aria-expanded', String(open));
    };
    button.addEventListener('click', () => {
        const open = list.hidden;
        if (open)
            unfolded.add(layer.id);
        else
            unfolded.delete(layer.id);
        show(open);
        countAgain(); // by class, now that somebody sees them
    });
    show(unfolded.has(layer.id));
    return {button, list};
}

/** What there is of it, in words. */
const holds = (layer) => isAskable(layer) ? say('layer.count', {n: count(layer.count)}) : say(layer.raster ? 'layer.raster' : 'layer.tiles');

function layerRow(layer, app) {
    const id = `layer-${layer.id}`;
    const box = element('input', {type: 'checkbox', id, 'data-layer': layer.id,
        onchange: (event) => app.setLayers([layer.id], event.target.checked)});
    box.checked = app.store.get('on').has(layer.id);
    const label = element('label', {for: id, title: holds(layer)},
        swatch(app.styleLayersOf(layer.id)), element('span', {class: 'name'}, title(layer.title, layer.id)));
    const {button, list} = legendParts(layer, app);
    const from = app.firstZoom(layer.id);
    const nearer = element('button', {type: 'button', class: 'nearer', hidden: true, title: say('map.nearer'),
        'data-from': from, onclick: () => app.zoomTo(from)});
    const more = element('button', {type: 'button', class: 'more', id: `more-${layer.id}`, 'aria-controls': `about-${layer.id}`,
        'aria-label': say('layer.more', {name: title(layer.title, layer.id)}), title: say('layer.about')}, icon('more'));
    const sheet = element('div', {id: `about-${layer.id}`});
    const show = (open) => {
        sheet.hidden = !open;
        sheet.replaceChildren(...(open ? [about(layer, app)] : []));
        more.setAttribute('aria-expanded', String(open));
    };
    more.addEventListener('click', () => {
        if (!told.delete(layer.id))
            told.add(layer.id);
        show(told.has(layer.id));
    });
    show(told.has(layer.id));
    const isFiltered = Boolean(app.filterOf(layer.id));
    const row = element('li', {class: `layer${isFiltered ? ' narrowed' : ''}`, 'data-id': layer.id},
        element('div', {class: 'row'}, box, label, button,
            isFiltered ? element('button', {type: 'button', class: 'funnel', title: say('layer.isfiltered'), 'aria-label': say('layer.isfiltered'), onclick: () => app.openFilter(layer.id)}, icon('filter')) : null,
            element('span', {class: 'count'}), more),
        nearer,
        layer.error ? element('p', {class: 'error', title: layer.error}, say('layer.error')) : null,
        element('p', {class: 'error wrong', hidden: true}), list, sheet);
    showCount(row, layer, app);
    return row;
}

function themeGroup(theme, layers, app) {
    const name = title(theme.title, theme.id), id = `theme-${theme.id}`;
    const box = element('input', {type: 'checkbox', 'aria-label': name, id,
        onchange: (event) => app.setLayers(layers.map((l) => l.id), event.target.checked)});
    const list = element('ul', {id: `${id}-list`}, ...layers.map((l) => layerRow(l, app)));
    const button = element('button', {type: 'button', class: 'fold', 'aria-controls': list.id}, element('span', {class: 'name'}, name));
    const show = () => {
        list.hidden = folded.has(theme.id);
        button.setAttribute('aria-expanded', String(!list.hidden));
    };
    button.addEventListener('click', () => {
        if (!folded.delete(theme.id))
            folded.add(theme.id);
        show();
    });
    show();
    return element('section', {class: 'theme', 'data-theme': theme.id, 'aria-label': name},
        element('h3', {}, box, button), list);
}

/** Draws the tree anew. */
function drawTree(container, app) {
    const known = new Set(app.map.themes.map((t) => t.id));
    const groups = app.map.themes.map((theme) => [theme, app.map.layers.filter((l) => l.theme === theme.id)]);
    const rest = app.map.layers.filter((l) => !known.has(l.theme));
    if (rest.length)
        groups.push([{id: '', title: {ru: say('layers.other'), en: say('layers.other')}}, rest]);
    const shown = groups.filter(([, layers]) => layers.length);
    container.replaceChildren(...shown.map(([theme, layers]) => themeGroup(theme, layers, app)),
        ...(app.map.layers.length || app.map.failed.length ? [] : [element('p', {}, say('empty'))]),
        element('p', {class: 'warn', id: 'failed'}, element('span'), ' ', element('a', {href: 'status'}, say('layers.why'))));
    refreshTree(container, app);
}

/** Which layers the server could not load. */
function showFailed(container, app) {
    const names = app.map.failed.join(', '), line = container.querySelector('#failed');
    line.hidden = !names;
    line.firstChild.textContent = say('layers.failed', {names});
}

/** Puts switches and hints right without drawing anew, so that the focus stays. */
function refreshTree(container, app) {
    showFailed(container, app);
    const zoom = app.gl?.getZoom() ?? Infinity;
    for (const row of container.querySelectorAll('li.layer')) {
        const box = row.querySelector('input'), nearer = row.querySelector('.nearer'), from = Number(nearer.dataset.from);
        box.checked = app.store.get('on').has(box.dataset.layer);
        nearer.hidden = !box.checked || zoom >= from;
        nearer.textContent = nearer.hidden ? '' : say('layer.zoomed', {z: count(Math.ceil(from))});
        showCount(row, app.layer(row.dataset.id), app);
    }
    for (const group of container.querySelectorAll('.theme')) {
        const boxes = [...group.querySelectorAll('input[data-layer]')], on = boxes.filter((b) => b.checked).length;
        const all = group.querySelector('h3 input');
        all.checked = on === boxes.length;
        all.indeterminate = on > 0 && on < boxes.length;
    }
}

export const layersPanel = {
    id: 'layers', icon: 'layers', title: 'layers',
    make(app) {
        app.store.follow(['on'], () => byId('tree') && refreshTree(byId('tree'), app));
        app.store.follow(['opacity'], () => byId('tree') && refreshOpacity(byId('tree')));
        app.store.follow(['filters'], () => app.drawPanel?.('layers'));
        countAgain = countInView(app, {isWanted: () => app.store.get('panel') === 'layers', wantsClasses: (id) => unfolded.has(id), tell(id, found) {
            inView.set(id, found);
            const row = document.querySelector(`#tree li[data-id="${id}"]`);
            if (row)
                showCount(row, app.layer(id), app);
        }});
    },
    draw(body, app) {
        const focused = body.contains(document.activeElement) ? document.activeElement.id : '';
        const tree = element('div', {id: 'tree'});
        drawTree(tree, app);
        body.replaceChildren(tree);
        byId(focused)?.focus();
    },
    ready: () => countAgain(),
    /** After the zoom has changed. */
    refresh: (app) => byId('tree') && refreshTree(byId('tree'), app),
};
