// The list of layers by theme, with switches and legends.
import {byId, element} from '../base/dom.js';
import {legend, swatch} from '../map/swatch.js';
import {count, say, title} from '../base/text.js';

const unfolded = new Set(), folded = new Set(); // legends that are open, themes that are closed

function legendParts(layer, app) {
    const rows = legend(layer, app.styleLayersOf(layer.id));
    if (rows.length < 2)
        return {};
    const id = `legend-${layer.id}`;
    const list = element('ul', {class: 'legend', id}, ...rows.map((r) => element('li', {}, r.picture, element('span', {}, r.name))));
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
    });
    show(unfolded.has(layer.id));
    return {button, list};
}

function layerRow(layer, app) {
    const id = `layer-${layer.id}`;
    const box = element('input', {type: 'checkbox', id, 'data-layer': layer.id,
        onchange: (event) => app.setLayers([layer.id], event.target.checked)});
    box.checked = app.store.get('on').has(layer.id);
    const label = element('label', {for: id, title: layer.tiles ? say('layer.tiles') : say('layer.count', {n: count(layer.count)})},
        swatch(app.styleLayersOf(layer.id)), element('span', {class: 'name'}, title(layer.title, layer.id)));
    const {button, list} = legendParts(layer, app);
    const from = app.firstZoom(layer.id);
    const nearer = element('button', {type: 'button', class: 'nearer', hidden: true, title: say('map.nearer'),
        'data-from': from, onclick: () => app.zoomTo(from)});
    return element('li', {class: 'layer'},
        element('div', {class: 'row'}, box, label, button, element('span', {class: 'count'}, layer.tiles ? '' : count(layer.count))),
        nearer,
        layer.error ? element('p', {class: 'error', title: layer.error}, say('layer.error')) : null,
        list);
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
        ...(app.map.layers.length ? [] : [element('p', {}, say('empty'))]));
    refreshTree(container, app);
}

/** Puts switches and hints right without drawing anew, so that the focus stays. */
function refreshTree(container, app) {
    const zoom = app.gl?.getZoom() ?? Infinity;
    for (const row of container.querySelectorAll('li.layer')) {
        const box = row.querySelector('input'), nearer = row.querySelector('.nearer'), from = Number(nearer.dataset.from);
        box.checked = app.store.get('on').has(box.dataset.layer);
        nearer.hidden = !box.checked || zoom >= from;
        nearer.textContent = nearer.hidden ? '' : say('layer.zoomed', {z: count(Math.ceil(from))});
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
    },
    draw(body, app) {
        const focused = body.contains(document.activeElement) ? document.activeElement.id : '';
        const tree = element('div', {id: 'tree'});
        drawTree(tree, app);
        body.replaceChildren(tree);
        byId(focused)?.focus();
    },
    /** After the zoom has changed. */
    refresh: (app) => byId('tree') && refreshTree(byId('tree'), app),
};
