// The list of layers by theme, with switches.
import {element} from './dom.js';
import {swatch} from './swatch.js';
import {count, say, title} from './text.js';

function layerRow(layer, app) {
    const id = `layer-${layer.id}`;
    const box = element('input', {type: 'checkbox', id, 'data-layer': layer.id,
        onchange: (event) => app.setLayers([layer.id], event.target.checked)});
    box.checked = app.on.has(layer.id);
    const label = element('label', {for: id, title: say('layer.count', {n: count(layer.count)})},
        swatch(app.styleLayersOf(layer.id)), element('span', {class: 'name'}, title(layer.title, layer.id)));
    return element('li', {class: layer.error ? 'failed' : null}, box, label,
        element('span', {class: 'count'}, count(layer.count)),
        layer.error ? element('span', {class: 'error', title: layer.error, role: 'img', 'aria-label': say('layer.error')}, '!') : null);
}

function themeBox(layers, app) {
    const box = element('input', {type: 'checkbox',
        onchange: (event) => app.setLayers(layers.map((l) => l.id), event.target.checked)});
    const on = layers.filter((l) => app.on.has(l.id)).length;
    box.checked = on === layers.length;
    box.indeterminate = on > 0 && on < layers.length;
    return box;
}

function themeGroup(theme, layers, app) {
    const name = title(theme.title, theme.id);
    const box = themeBox(layers, app);
    box.setAttribute('aria-label', name);
    const details = element('details', {'data-theme': theme.id},
        element('summary', {}, box, element('span', {class: 'name'}, name)),
        element('ul', {}, ...layers.map((l) => layerRow(l, app))));
    details.open = !app.closed.has(theme.id);
    box.addEventListener('click', (event) => event.stopPropagation());
    details.addEventListener('toggle', () => details.open ? app.closed.delete(theme.id) : app.closed.add(theme.id));
    return details;
}

/** Draws the tree anew. */
export function drawTree(container, app) {
    const known = new Set(app.map.themes.map((t) => t.id));
    const groups = app.map.themes.map((theme) => [theme, app.map.layers.filter((l) => l.theme === theme.id)]);
    const rest = app.map.layers.filter((l) => !known.has(l.theme));
    if (rest.length)
        groups.push([{id: 'other', title: {ru: say('layers.other'), en: say('layers.other')}}, rest]);
    const shown = groups.filter(([, layers]) => layers.length);
    container.replaceChildren(...shown.map(([theme, layers]) => themeGroup(theme, layers, app)),
        ...(app.map.layers.length ? [] : [element('p', {}, say('empty'))]));
}

/** Puts the switches right without drawing anew, so that the focus stays. */
export function refreshTree(container, app) {
    for (const box of container.querySelectorAll('input[data-layer]'))
        box.checked = app.on.has(box.dataset.layer);
    for (const details of container.querySelectorAll('details')) {
        const boxes = [...details.querySelectorAll('input[data-layer]')], on = boxes.filter((b) => b.checked).length;
        const all = details.querySelector('summary input');
        all.checked = on === boxes.length;
        all.indeterminate = on > 0 && on < boxes.length;
    }
}
