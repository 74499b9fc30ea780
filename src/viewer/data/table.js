// The attribute table of a layer, below the map: any number of rows, sorted, with the columns that one wants, of the
// filter that the map has too.
import {byId, element, icon, iconButton} from '../base/dom.js';
import {askJson} from '../base/server.js';
import {count, say, title} from '../base/text.js';
import {bboxOf, extentOf} from '../map/extent.js';
import {cellText, columnsOf, declareColumns, fieldsShown, orderOf, showFields, turnOrder} from './columns.js';
import {fileLinks} from './files.js';
import {isAskable, itemsOf} from './filters.js';
import {makeGrid} from './grid.js';
import {menu} from './menu.js';
import {makeRows} from './rows.js';
import {resizer} from './resizer.js';

const MOVED_MS = 300, GONE = 410;
let rows = null, grid = null, totalShown = null, version = '', isMeasured = false, isVersionGone = false, moved = 0;

/** The layer of the table; none for one that has no features, which a link may name. */
const layerShown = (app) => app.map?.layers.find((l) => l.id === app.store.get('table') && isAskable(l));
const isInView = ({store}) => store.get('tableView');

/** What is asked for, beside the page. */
function question(layer, app) {
    const order = orderOf(layer, app), shown = fieldsShown(layer, app);
    return {...app.askedOf(layer.id), ...(isInView(app) && app.gl ? {bbox: bboxOf(app.gl)} : {}),
        ...(order ? {sortby: (order.isDown ? '-' : '') + order.name} : {}),
        ...(shown.length < layer.fields.length ? {properties: shown.map((f) => f.name).join(',')} : {})};
}

/** One page of the version that the map knows, so that rows neither repeat nor get lost while the data change; of the
 *  newest when the server keeps that no more. */
async function askPage(offset, limit, signal, app) {
    const layer = layerShown(app);
    const params = {...question(layer, app), limit, 'skip-geometry': 'true'};
    if (!isVersionGone && layer.version)
        try {
            return await askJson(itemsOf(layer), {...params, page: `${layer.version}-${offset}`}, {signal});
        } catch (error) {
            if (error.status !== GONE)
                throw error;
            isVersionGone = true;
        }
    return askJson(itemsOf(layer), {...params, offset}, {signal});
}

function drawState(layer, app, error = null) {
    const box = byId('table-state'), total = rows.total();
    const button = (key, onclick) => element('button', {type: 'button', class: 'chip', onclick}, say(key));
    const parts = [];
    if (error) {
        parts.push(element('p', {class: 'error', role: 'alert'}, say('table.error', {what: error.message})), button('table.again', () => read(app)));
        if (app.filterOf(layer.id))
            parts.push(button('table.mend', () => app.openFilter(layer.id)));
    } else if (total === 0) {
        const when = app.whenOf(layer.id), hasDay = Boolean(when.filter || when.datetime);
        parts.push(element('p', {}, say(app.filterOf(layer.id) ? 'table.nomatch' : isInView(app) ? 'table.noview' : hasDay ? 'table.noday' : 'table.none')));
        if (app.filterOf(layer.id))
            parts.push(button('filter.clear', () => app.setFilter(layer.id, '')));
        if (hasDay)
            parts.push(button('time.close', () => app.store.set({at: null})));
        if (isInView(app))
            parts.push(button('table.whole', () => app.store.set({tableView: false}, {canUndo: false})));
    }
    box.replaceChildren(...parts);
    box.hidden = !parts.length;
    byId('table-grid').hidden = Boolean(parts.length);
    byId('table-count').textContent = error ? '' : total === null ? say('table.reading') :
        say(total === layer.count ? 'table.count' : 'table.some', {n: count(total), all: count(layer.count)});
}

function rowsCame(from, to, app) {
    const isOther = totalShown !== rows.total();
    totalShown = rows.total();
    if (isOther) {
        drawState(layerShown(app), app);
        grid.draw();
        drawFiles(layerShown(app), app);
    } else {
        grid.refresh(from, to);
    }
    if (!isMeasured && totalShown) {
        isMeasured = true;
        grid.measure();
    }
}

/** Something else is asked for: all anew, from the top. */
function read(app) {
    const layer = layerShown(app);
    rows.reset();
    totalShown = null;
    version = layer.version;
    isVersionGone = false;
    byId('table-grid').setAttribute('aria-label', say('table.of', {name: title(layer.title, layer.id)}));
    drawState(layer, app);
    drawFiles(layer, app);
    grid.draw({toTop: true});
    rows.show(0, 1);
}

/** The data have changed: what is on screen is replaced where one is. */
function reread(app) {
    version = layerShown(app).version;
    isVersionGone = false;
    rows.reset(true);
    grid.place();
}

async function openRow(i, app) {
    const layer = layerShown(app), row = rows.at(i);
    if (!row)
        return;
    if (!app.store.get('on').has(layer.id))
        app.setLayers([layer.id], true);
    const feature = await app.showFeature(layer.id, String(row.id));
    if (!feature) {
        app.message(say('table.gone'));
        return;
    }
    if (extentOf(feature.geometry))
        app.zoomToGeometry(feature.geometry, app.firstZoom(layer.id));
    else
        app.message(say('table.placeless'));
}

// ---- the bar above the grid ----

function columnMenu(layer, app) {
    const shown = new Set(fieldsShown(layer, app).map((f) => f.name));
    const choose = (name, isOn) => {
        if (isOn)
            shown.add(name);
        else if (shown.size > 1)
            shown.delete(name);
        else
            byId('table-columns').querySelector(`[data-field="${CSS.escape(name)}"]`).checked = true; // a table has a column
        showFields(layer, layer.fields.map((f) => f.name).filter((n) => shown.has(n)), app);
    };
    return menu('table-columns', 'columns', say('table.columns'), ...layer.fields.map((f) => {
        const box = element('input', {type: 'checkbox', 'data-field': f.name, onchange: (event) => choose(f.name, event.target.checked)});
        box.checked = shown.has(f.name);
        return element('label', {}, box, element('span', {}, title(f.title, f.name)));
    }));
}

function drawFiles(layer, app) {
    const {properties, sortby, bbox} = question(layer, app);
    byId('table-files')?.querySelector('.menu-body').replaceChildren(element('p', {}, say('table.files')),
        ...fileLinks(layer, app, {more: {properties, sortby, bbox}, matched: rows.total()}));
}

function drawFilter(layer, app) {
    const text = app.filterOf(layer.id), button = byId('table-filter');
    button.setAttribute('aria-pressed', String(Boolean(text)));
    button.title = text || say('filter.open');
}

function bar(layer, app) {
    const layers = app.map.layers.filter(isAskable);
    const choice = element('select', {id: 'table-layer', 'aria-label': say('table.layer'), onchange: (event) => app.openTable(event.target.value)},
        ...layers.map((l) => element('option', {value: l.id, selected: l.id === layer.id}, title(l.title, l.id))));
    const inView = element('input', {type: 'checkbox', id: 'table-view', onchange: (event) => app.store.set({tableView: event.target.checked}, {canUndo: false})});
    inView.checked = isInView(app);
    return element('div', {class: 'table-bar'},
        choice, element('p', {id: 'table-count', role: 'status'}),
        element('label', {class: 'in-view'}, inView, element('span', {}, say('table.view'))),
        element('button', {type: 'button', class: 'menu-button', id: 'table-filter', 'aria-label': say('filter.open'), onclick: () => app.openFilter(layer.id)}, icon('filter'), element('span', {}, say('filter'))),
        columnMenu(layer, app), menu('table-files', 'download', say('files')),
        iconButton('close', say('table.close'), {id: 'table-close', onclick: () => app.openTable('')}));
}

function draw(app) {
    const layer = layerShown(app), dock = byId('dock');
    byId('tool-table')?.setAttribute('aria-pressed', String(Boolean(layer)));
    if (!layer) {
        const hadFocus = byId('table')?.contains(document.activeElement);
        byId('table')?.remove();
        clearTimeout(moved);
        rows = grid = null;
        if (hadFocus)
            app.gl?.getCanvas().focus();
        return;
    }
    const focused = dock.contains(document.activeElement) ? document.activeElement.id : '';
    byId('table')?.remove();
    const gridBox = element('div', {id: 'table-grid', class: 'grid'});
    dock.append(element('section', {id: 'table', 'aria-label': say('table')}, resizer(dock, say('table.size'), () => app.gl?.resize()),
        bar(layer, app), element('div', {id: 'table-state', class: 'state', hidden: true}), gridBox));
    // what comes after the table was closed, or another one was opened, is nobody's
    const mine = rows = makeRows({ask: (offset, limit, signal) => askPage(offset, limit, signal, app), changed: (from, to) => rows === mine && rowsCame(from, to, app),
        failed: (error) => rows === mine && drawState(layerShown(app), app, error)});
    isMeasured = false;
    grid = makeGrid(gridBox, {
        columns: () => columnsOf(layer, app), total: () => totalShown, cell: (i, column) => mine.at(i) && cellText(mine.at(i), column),
        isChosen: (i) => mine.at(i) !== null && app.store.get('chosen')?.layer === layer.id && app.store.get('chosen').id === String(mine.at(i).id),
        show: (from, to) => mine.show(from, to), sort: (name) => turnOrder(layer, name, app), open: (i) => openRow(i, app)});
    drawFilter(layer, app);
    read(app);
    byId(focused)?.focus();
}

export const tablePanel = {
    make(app) {
        const {store} = app;
        store.declare('table', {param: 'tb', canUndo: false, parse: (text) => text, format: (id) => id});
        store.declare('tableView', {param: 'tbv', canUndo: false, parse: (text) => text === '1', format: (isOn) => isOn ? '1' : ''});
        declareColumns(app);
        /** Opens the table of a layer, '' closes it. */
        app.openTable = (id) => store.set({table: id});
        const isReady = () => app.map && app.style;
        store.follow(['table'], () => isReady() && draw(app));
        store.follow(['filters', 'at'], () => {
            if (isReady() && grid) {
                drawFilter(layerShown(app), app);
                read(app);
            }
        });
        store.follow(['tableView'], () => {
            if (isReady() && grid) {
                byId('table-view').checked = isInView(app);
                read(app);
            }
        });
        store.follow(['columns', 'order'], (before) => {
            if (isReady() && grid) {
                isMeasured &&= !before.columns;
                read(app);
            }
        });
        store.follow(['map'], () => {
            if (grid && isInView(app)) {
                clearTimeout(moved);
                moved = setTimeout(() => read(app), MOVED_MS);
            }
        });
        store.follow(['version'], () => {
            if (grid && !layerShown(app))
                draw(app); // the layer is gone
            else if (grid && layerShown(app).version !== version)
                reread(app);
        });
        store.follow(['chosen'], () => grid?.refresh(0, Infinity));
    },
    draw,
};
