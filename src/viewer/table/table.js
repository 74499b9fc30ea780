// The attribute table under the map: any layer, any length, in any order; what it shows is what the filter lets through.
import {byId, element, icon, iconButton} from '../base/dom.js';
import {count, say, title, value} from '../base/text.js';
import {builder, isFresh} from './builder.js';
import {downloadMenu} from './downloads.js';
import {questionOf, viewBox} from './filters.js';
import {makeRows} from './rows.js';

const ROW_PX = 30, HEAD_PX = 34, AROUND = 12, HEIGHT_MAX_PX = 6e6, REREAD_MS = 300;
const RIGHT = new Set(['integer', 'real']);
const WIDE = new Set(['text', 'json']);

/** "layer;-sort;a.b;v": the layer, the order, the columns when not all, and whether only what is in view. */
const tableValue = {
    param: 'tb', canUndo: false,
    parse(text) {
        const [layer, sort = '', columns = '', view = ''] = text.split(';').map(decodeURIComponent);
        return layer ? {layer, sort, columns: columns ? columns.split('.') : [], isInView: view === 'v'} : null;
    },
    format: (t) => t ? [t.layer, t.sort, t.columns.join('.'), t.isInView ? 'v' : ''].map((p) => encodeURIComponent(p)).join(';').replace(/;+$/, '') : '',
};

let rows = null, active = -1, scroller = null, body = null, isBuilding = false, shownError = '';

const tablesOf = (app) => app.map?.layers.filter((l) => !l.tiles && l.fields.length) ?? [];
const layerShown = (app) => tablesOf(app).find((l) => l.id === app.store.get('table')?.layer);
const change = (app, part) => app.store.set({table: {...app.store.get('table'), ...part}});

function columnsOf(layer, app) {
    const chosen = app.store.get('table').columns;
    const fields = layer.fields.filter((f) => chosen.includes(f.name));
    return fields.length ? fields : layer.fields;
}

// a bar cannot be longer than browsers draw: past that, a pixel of it is more than a row
const heightOf = (total) => Math.min(total * ROW_PX, HEIGHT_MAX_PX);
const fitting = () => Math.max(1, Math.floor((scroller.clientHeight - HEAD_PX) / ROW_PX));

function firstRow() {
    const total = rows.total ?? 0, most = heightOf(total) - scroller.clientHeight + HEAD_PX;
    if (total * ROW_PX <= HEIGHT_MAX_PX)
        return Math.floor(scroller.scrollTop / ROW_PX);
    return Math.round(Math.min(1, scroller.scrollTop / most) * Math.max(0, total - fitting()));
}

function scrollToRow(i) {
    const total = rows.total ?? 0, first = firstRow(), fit = fitting();
    if (i >= first && i < first + fit)
        return;
    const target = Math.max(0, Math.min(total - fit, i < first ? i : i - fit + 1));
    scroller.scrollTop = total * ROW_PX <= HEIGHT_MAX_PX ? target * ROW_PX
        : target / Math.max(1, total - fit) * (heightOf(total) - scroller.clientHeight + HEAD_PX);
}

function tableRow(i, fields, app) {
    const feature = rows.at(i), chosen = app.store.get('chosen');
    const isChosen = feature && chosen?.layer === app.store.get('table').layer && chosen.id === String(feature.id);
    const cell = (f) => {
        const raw = feature?.properties[f.name], text = raw === undefined || raw === null ? '' : value(f, raw);
        return element('td', {role: 'gridcell', class: RIGHT.has(f.type) && !f.codes.length ? 'right' : null, title: text}, feature ? text : '…');
    };
    return element('tr', {role: 'row', id: `row-${i}`, 'aria-rowindex': i + 2, 'aria-selected': String(Boolean(isChosen)), class: i === active ? 'active' : null,
        onclick: () => openRow(i, app)}, ...fields.map(cell));
}

/** The rows in view and some around them; above and below a gap of the height of the rest. */
function drawRows(app) {
    const layer = layerShown(app);
    if (!layer || !rows || !body)
        return;
    const total = rows.total ?? 0, fields = columnsOf(layer, app), visible = firstRow();
    const first = Math.max(0, visible - AROUND), end = Math.min(total, visible + fitting() + 1 + AROUND);
    rows.want(first, rows.total === null ? 1 : end);
    const isCompressed = total * ROW_PX > HEIGHT_MAX_PX;
    const above = isCompressed ? Math.max(0, scroller.scrollTop - (visible - first) * ROW_PX) : first * ROW_PX;
    const below = Math.max(0, heightOf(total) - above - (end - first) * ROW_PX);
    const gap = (px) => {
        const node = element('tr', {'aria-hidden': 'true', class: 'gap'}, element('td', {colspan: fields.length}));
        node.style.height = `${px}px`;
        return node;
    };
    body.replaceChildren(gap(above), ...Array.from({length: Math.max(0, end - first)}, (_, i) => tableRow(first + i, fields, app)), gap(below));
    scroller.setAttribute('aria-rowcount', String(total + 1));
    if (active >= first && active < end)
        scroller.setAttribute('aria-activedescendant', `row-${active}`);
    else
        scroller.removeAttribute('aria-activedescendant');
    drawCount(app);
}

function drawCount(app) {
    const layer = layerShown(app), node = byId('table-count');
    if (!node || !layer)
        return;
    const total = rows?.total ?? null;
    node.textContent = total === null ? '' : say(total === layer.count ? 'table.all' : 'table.some', {n: count(total), all: count(layer.count)});
    byId('table-empty').hidden = Boolean(shownError) || total !== 0;
    byId('table-empty').textContent = say(app.filterOf(layer.id) || app.store.get('table').isInView ? 'table.none' : 'table.empty');
    byId('table-wrong').hidden = !shownError;
    byId('table-wrong').textContent = shownError && say('table.error', {what: shownError});
}

async function openRow(i, app) {
    const feature = rows.at(i), {layer} = app.store.get('table');
    active = i;
    drawRows(app);
    if (!feature)
        return;
    if (!app.store.get('on').has(layer))
        app.setLayers([layer], true);
    const whole = await app.showFeature(layer, feature.id);
    if (whole?.geometry)
        app.zoomToGeometry(whole.geometry, app.firstZoom(layer));
    else if (whole)
        app.message(say('table.placeless'));
}

function onKey(event, app) {
    const total = rows?.total ?? 0, fit = fitting();
    const step = {ArrowDown: 1, ArrowUp: -1, PageDown: fit, PageUp: -fit, Home: -Infinity, End: Infinity}[event.key];
    if (event.key === 'Enter' && active >= 0 && event.target === scroller) {
        event.preventDefault();
        openRow(active, app);
    } else if (step && event.target === scroller && total) {
        event.preventDefault();
        active = Math.max(0, Math.min(total - 1, (active < 0 ? firstRow() - Math.sign(step) : active) + step));
        scrollToRow(active);
        drawRows(app);
    }
}

/** Up, down, as the source has it. */
function sortBy(field, app) {
    const {sort} = app.store.get('table');
    change(app, {sort: sort === field.name ? `-${field.name}` : sort === `-${field.name}` ? '' : field.name});
}

function head(fields, app) {
    const {sort} = app.store.get('table');
    const order = (f) => sort === f.name ? 'ascending' : sort === `-${f.name}` ? 'descending' : 'none';
    return element('thead', {}, element('tr', {role: 'row', 'aria-rowindex': 1}, ...fields.map((f) =>
        element('th', {role: 'columnheader', scope: 'col', 'aria-sort': order(f), class: RIGHT.has(f.type) && !f.codes.length ? 'right' : null},
            element('button', {type: 'button', id: `sort-${f.name}`, title: say('table.sort'), onclick: () => sortBy(f, app)},
                title(f.title, f.name))))));
}

function columnMenu(layer, app) {
    const shown = new Set(columnsOf(layer, app).map((f) => f.name));
    const box = (f) => {
        const input = element('input', {type: 'checkbox', id: `column-${f.name}`, onchange() {
            if (!shown.delete(f.name))
                shown.add(f.name);
            change(app, {columns: shown.size === layer.fields.length ? [] : layer.fields.map((x) => x.name).filter((n) => shown.has(n))});
        }});
        input.checked = shown.has(f.name);
        return element('label', {}, input, title(f.title, f.name));
    };
    return element('details', {class: 'menu', id: 'table-columns'}, element('summary', {title: say('table.columns')}, say('table.columns')),
        element('div', {class: 'menu-body'}, ...layer.fields.map(box)));
}

function bar(layer, app) {
    const select = element('select', {id: 'table-layer', 'aria-label': say('table.layer'),
        onchange: (event) => app.openTable(event.target.value)},
    ...tablesOf(app).map((l) => element('option', {value: l.id, selected: l === layer}, title(l.title, l.id))));
    const inView = element('input', {type: 'checkbox', id: 'table-view', onchange: (event) => change(app, {isInView: event.target.checked})});
    inView.checked = app.store.get('table').isInView;
    return element('header', {},
        select, element('p', {id: 'table-count', role: 'status'}),
        element('button', {type: 'button', class: 'chip', id: 'table-filter', 'aria-expanded': String(isBuilding), 'aria-controls': 'builder', onclick() {
            isBuilding = !isBuilding;
            draw(app);
        }}, icon('filter'), say(app.filterOf(layer.id) ? 'filter.on' : 'filter')),
        element('label', {class: 'check'}, inView, say('table.inview')),
        columnMenu(layer, app),
        downloadMenu(layer, app, () => app.store.get('table').isInView ? viewBox(app.gl) : ''),
        iconButton('close', say('table.close'), {id: 'table-close', onclick: () => app.store.set({table: null})}));
}

function newRows(app) {
    const layer = layerShown(app), {sort, isInView} = app.store.get('table');
    rows?.end();
    shownError = '';
    // columns that are not shown are not sent
    const properties = app.store.get('table').columns.length ? columnsOf(layer, app).map((f) => f.name).join(',') : '';
    rows = makeRows(layer.id, {...questionOf(app, layer.id, isInView ? viewBox(app.gl) : ''), sortby: sort, properties}, {
        changed: () => drawRows(app),
        failed(error) {
            shownError = error.message;
            drawCount(app);
        },
    });
    active = -1;
}

/** The dock anew, as the store says; the place in the rows goes back to the top. */
function draw(app) {
    const layer = layerShown(app), dock = byId('dock');
    const focused = dock.contains(document.activeElement) ? document.activeElement.id : '';
    const openMenu = dock.querySelector('details.menu[open]')?.id;
    byId('table-button').setAttribute('aria-pressed', String(Boolean(layer)));
    if (!layer) {
        rows?.end();
        [rows, body, scroller] = [null, null, null];
        dock.replaceChildren();
        return;
    }
    const fields = columnsOf(layer, app);
    newRows(app);
    body = element('tbody', {});
    const columns = element('colgroup', {}, ...fields.map((f) => element('col', {class: WIDE.has(f.type) || f.codes.length ? 'wide' : 'narrow'})));
    scroller = element('div', {class: 'table-scroll', id: 'table-scroll', tabindex: '0', role: 'grid', 'aria-label': say('table.of', {name: title(layer.title, layer.id)}),
        'aria-colcount': fields.length, 'aria-describedby': 'table-help', onscroll: () => drawRows(app), onkeydown: (event) => onKey(event, app)},
    element('table', {role: 'presentation'}, columns, head(fields, app), body));
    dock.replaceChildren(element('section', {id: 'table', 'aria-label': say('table')}, bar(layer, app),
        isBuilding ? builder(layer, app) : '',
        element('p', {class: 'error', id: 'table-wrong', role: 'alert', hidden: true}), element('p', {id: 'table-empty', hidden: true}),
        scroller, element('p', {id: 'table-help', class: 'hidden'}, say('table.help'))));
    if (openMenu && byId(openMenu))
        byId(openMenu).open = true;
    byId(focused)?.focus();
    rows.want(0, 1);
    drawRows(app);
}

/** The rows anew, and what the filter's buttons say; the controls stay, since somebody may be typing in them. */
function reread(app) {
    const layer = layerShown(app);
    if (!layer || !scroller) {
        draw(app);
        return;
    }
    newRows(app);
    rows.want(0, 1);
    drawRows(app);
    byId('table-filter').lastChild.textContent = say(app.filterOf(layer.id) ? 'filter.on' : 'filter');
    if (isBuilding && !isFresh(layer, app))
        byId('builder').replaceWith(builder(layer, app));
}

let rereading = 0;

const again = (app) => {
    clearTimeout(rereading);
    rereading = setTimeout(() => app.store.get('table') && app.map && reread(app), REREAD_MS);
};

export const tablePanel = {
    make(app) {
        const {store} = app;
        store.declare('table', tableValue);
        app.openTable = (layer, {filter = false} = {}) => {
            isBuilding = filter || (isBuilding && store.get('table')?.layer === layer);
            const now = store.get('table');
            if (now?.layer === layer)
                draw(app);
            else
                store.set({table: {layer, sort: '', columns: [], isInView: now?.isInView ?? false}});
        };
        byId('undo').before(element('button', {type: 'button', class: 'tool', id: 'table-button', onclick() {
            if (store.get('table'))
                store.set({table: null});
            else
                app.openTable((tablesOf(app).find((l) => l.role === 'project') ?? tablesOf(app).find((l) => store.get('on').has(l.id)) ?? tablesOf(app)[0])?.id);
        }}, icon('table')));
        store.follow(['table'], () => app.map && app.style && draw(app));
        store.follow(['filters'], () => store.get('table') && app.map && app.style && reread(app));
        store.follow(['at', 'version'], () => store.get('table') && again(app));
        store.follow(['chosen'], () => drawRows(app));
        document.addEventListener('click', (event) => { // a menu closes when something else is clicked
            for (const menu of document.querySelectorAll('details.menu[open]'))
                if (!menu.contains(event.target))
                    menu.open = false;
        });
    },
    draw(app) {
        byId('table-button').title = say('table');
        byId('table-button').setAttribute('aria-label', say('table'));
        byId('table-button').hidden = !tablesOf(app).length;
        draw(app);
    },
    ready(gl, app) {
        gl.on('moveend', () => app.store.get('table')?.isInView && again(app));
        new ResizeObserver(() => drawRows(app)).observe(byId('dock'));
    },
};
