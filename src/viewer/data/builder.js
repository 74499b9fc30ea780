// The filter of a layer, put together from rows of conditions or written as text; both show the same.
import {byId, element, iconButton} from '../base/dom.js';
import {askJson, latest} from '../base/server.js';
import {count, say, title, unitOf} from '../base/text.js';
import {PLACE, formatFilter, isValue, operatorsOf, parseFilter, valuesOf} from './conditions.js';
import {isAskable, itemsOf} from './filters.js';

const newest = latest(), newestCheck = latest();
const INPUTS = {integer: 'number', real: 'number', date: 'date', datetime: 'datetime-local'};

// what is being put together, of one layer: rows may still lack values, the text may be wrong
let draft = {layer: '', text: '', join: 'and', rows: []}, wrong = null;

const layerOf = ({map, store}) => {
    const askable = map.layers.filter(isAskable); // a link may name one that has no features
    return askable.find((l) => l.id === store.get('subject')) ?? askable.find((l) => l.role === 'project') ?? askable[0];
};
const fieldsOf = (layer) => [...layer.fields, PLACE];
const nameOf = (field) => field.type === 'place' ? say('filter.place') : title(field.title, field.name);

function take(layer, app) {
    const text = app.filterOf(layer.id);
    if (draft.layer === layer.id && text === draft.text)
        return;
    draft = {layer: layer.id, text, ...parseFilter(text, layer.fields)};
    wrong = null;
}

/** What the rows say becomes the filter. */
function apply(app) {
    newestCheck(Promise.resolve()); // a text that is being checked is of before
    draft.text = formatFilter(draft);
    wrong = null;
    app.setFilter(draft.layer, draft.text);
    refresh(app);
}

// ---- rows ----

function change(i, changes, app) {
    draft.rows[i] = {...draft.rows[i], ...changes};
    apply(app);
    app.drawPanel('filter');
}

const options = (all, chosen) => all.map(([value, text]) => element('option', {value, selected: value === chosen}, text));

function codeChoice(row, i, app) {
    return element('div', {class: 'codes', role: 'group', 'aria-label': say('filter.values')}, ...row.field.codes.map((code) => {
        const box = element('input', {type: 'checkbox', id: `condition-${i}-${code.value}`, onchange(event) {
            const others = row.values.filter((v) => v !== code.value);
            change(i, {values: event.target.checked ? [...others, code.value] : others}, app);
        }});
        box.checked = row.values.includes(code.value);
        return element('label', {}, box, element('span', {}, title(code.title, code.value)));
    }));
}

function valueInput(row, i, k, app) {
    const {field} = row, type = INPUTS[field.type] ?? 'text', label = say(valuesOf(row.op) === 2 ? k ? 'filter.to' : 'filter.from' : 'filter.value');
    const input = element('input', {type, id: `condition-${i}-value-${k}`, 'aria-label': unitOf(field) ? `${label}, ${unitOf(field)}` : label, placeholder: type === 'text' ? label : null,
        step: type !== 'number' ? null : field.type === 'integer' ? 1 : 'any', autocomplete: 'off', onchange(event) {
            const values = [...draft.rows[i].values];
            values[k] = event.target.value;
            draft.rows[i] = {...draft.rows[i], values};
            input.setAttribute('aria-invalid', String(Boolean(event.target.value) && !isValue(field, event.target.value)));
            apply(app);
        }});
    input.value = row.values[k] ?? '';
    return element('span', {class: 'value'}, input, unitOf(field) ? element('span', {class: 'unit'}, unitOf(field)) : null);
}

function conditionRow(row, i, layer, app) {
    const remove = iconButton('close', say('filter.remove'), {id: `condition-${i}-remove`, onclick() {
        draft.rows.splice(i, 1);
        apply(app);
        app.drawPanel('filter');
        (byId(`condition-${Math.min(i, draft.rows.length - 1)}-remove`) ?? byId('filter-add')).focus();
    }});
    if (row.raw !== undefined)
        return element('li', {class: 'condition'}, element('code', {title: say('filter.raw')}, row.raw), remove);
    const field = element('select', {'aria-label': say('filter.field'), id: `condition-${i}-field`, onchange(event) {
        const chosen = fieldsOf(layer).find((f) => f.name === event.target.value);
        change(i, {field: chosen, op: operatorsOf(chosen)[0], values: []}, app);
    }}, ...options(fieldsOf(layer).map((f) => [f.name, nameOf(f)]), row.field.name));
    const op = element('select', {'aria-label': say('filter.operator'), id: `condition-${i}-op`, onchange: (event) => change(i, {op: event.target.value}, app)},
        ...options(operatorsOf(row.field).map((o) => [o, say(`op.${['date', 'datetime'].includes(row.field.type) && `date.${o}` in DATE_OPS ? `date.${o}` : o}`)]), row.op));
    const need = valuesOf(row.op);
    return element('li', {class: 'condition'}, field, remove, op,
        ...(need < 0 ? [codeChoice(row, i, app)] : Array.from({length: need}, (_, k) => valueInput(row, i, k, app))));
}

// of days one says "from" and "until", not "at least" and "at most"
const DATE_OPS = {'date.ge': true, 'date.le': true, 'date.gt': true, 'date.lt': true};

function add(layer, app) {
    const used = new Set(draft.rows.map((r) => r.field?.name));
    const field = layer.fields.find((f) => f.codes.length && !used.has(f.name)) ?? layer.fields[0] ?? PLACE;
    draft.rows.push({field, op: operatorsOf(field)[0], values: []});
    apply(app);
    app.drawPanel('filter');
    byId(`condition-${draft.rows.length - 1}-field`).focus();
}

function joinChoice(app) {
    const choice = (join) => {
        const input = element('input', {type: 'radio', name: 'filter-join', id: `filter-${join}`, onchange() {
            draft.join = join;
            apply(app);
        }});
        input.checked = draft.join === join;
        return element('label', {}, input, say(`filter.${join}`));
    };
    return draft.rows.length > 1 ? element('div', {class: 'join', role: 'radiogroup', 'aria-label': say('filter.join')}, choice('and'), choice('or')) : null;
}

// ---- the text ----

/** "filter: at character 15: expected ...", in the language of the page: the place is a number of characters, from 1. */
function placeOf(message) {
    const match = /(?:at character|знак) (\d+)/.exec(message);
    return match ? Number(match[1]) - 1 : -1;
}

const countOf = (layer, params) => askJson(itemsOf(layer), {...params, limit: 1, 'skip-geometry': 'true'}).then((answer) => answer.numberMatched);

/** A text that the server understands becomes the filter; of another it is shown where it is wrong. */
async function applyText(text, layer, app) {
    const trimmed = text.trim();
    if (trimmed === (wrong?.text ?? draft.text).trim()) {
        newestCheck(Promise.resolve()); // another that is being checked is wanted no more
        return;
    }
    try {
        if (await newestCheck(trimmed ? countOf(layer, {filter: trimmed}) : Promise.resolve(0)) === null)
            return; // another text was written meanwhile
        if (draft.layer === layer.id) {
            wrong = null;
            draft = {layer: layer.id, text: trimmed, ...parseFilter(trimmed, layer.fields)};
        }
        app.setFilter(layer.id, trimmed);
    } catch (error) {
        if (draft.layer !== layer.id)
            return; // another layer is being filtered by now
        wrong = {text, message: error.message, at: placeOf(error.message)};
    }
    app.drawPanel('filter');
    byId('filter-wrong')?.scrollIntoView({block: 'nearest'});
}

function mistake() {
    if (!wrong)
        return null;
    const chars = [...wrong.text], at = wrong.at;
    const place = at < 0 ? [] : [element('code', {}, chars.slice(Math.max(0, at - 20), at).join(''), element('mark', {}, chars[at] ?? '⌶'), chars.slice(at + 1, at + 20).join(''))];
    return element('div', {class: 'error', role: 'alert', id: 'filter-wrong'}, element('p', {}, say('filter.wrong', {what: wrong.message})), ...place,
        at < 0 ? null : element('button', {type: 'button', class: 'chip', id: 'filter-goto', onclick() {
            const unit = chars.slice(0, at).join('').length; // of a text with pairs of units
            byId('filter-text').focus();
            byId('filter-text').setSelectionRange(unit, unit + (chars[at]?.length ?? 0));
        }}, say('filter.goto')));
}

function textBox(layer, app) {
    const area = element('textarea', {id: 'filter-text', rows: 4, spellcheck: 'false', autocapitalize: 'off', 'aria-describedby': wrong ? 'filter-wrong filter-hint' : 'filter-hint',
        'aria-invalid': String(Boolean(wrong)), onchange: (event) => applyText(event.target.value, layer, app), onkeydown(event) {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
                applyText(event.target.value, layer, app);
        }});
    area.value = wrong?.text ?? draft.text;
    return element('div', {class: 'text'}, element('label', {for: 'filter-text'}, say('filter.text')), area, mistake(),
        element('p', {class: 'hint', id: 'filter-hint'}, say('filter.hint')));
}

// ---- all of it ----

/** How many there are, and the text, without drawing the rows anew: one may be typing there. */
async function refresh(app) {
    const layer = layerOf(app), status = byId('filter-count');
    if (!layer || !status)
        return;
    if (!wrong && byId('filter-text') !== document.activeElement)
        byId('filter-text').value = draft.text;
    byId('filter-clear').hidden = !app.filterOf(layer.id);
    try {
        const n = await newest(countOf(layer, app.askedOf(layer.id)));
        if (n !== null && status.isConnected)
            status.textContent = say('filter.count', {n: count(n), all: count(layer.count)});
    } catch (error) { // a filter of a link that does not hold any more
        wrong = {text: app.filterOf(layer.id), message: error.message, at: placeOf(error.message) - (app.askedOf(layer.id).filter !== app.filterOf(layer.id) ? 1 : 0)};
        if (status.isConnected && !byId('filter-wrong'))
            app.drawPanel('filter');
    }
}

function draw(body, app) {
    const layer = layerOf(app);
    if (!layer) {
        body.replaceChildren(element('p', {}, say('empty')));
        return;
    }
    take(layer, app);
    const focused = body.contains(document.activeElement) ? document.activeElement.id : '';
    const choice = element('select', {id: 'filter-layer', 'aria-label': say('table.layer'), onchange: (event) => app.openFilter(event.target.value)},
        ...app.map.layers.filter(isAskable).map((l) => element('option', {value: l.id, selected: l.id === layer.id}, (app.filterOf(l.id) ? '• ' : '') + title(l.title, l.id))));
    body.replaceChildren(choice, element('p', {class: 'big', id: 'filter-count', role: 'status'}),
        joinChoice(app) ?? '', element('ul', {class: 'conditions'}, ...draft.rows.map((row, i) => conditionRow(row, i, layer, app))),
        draft.rows.length ? '' : element('p', {class: 'hint'}, say('filter.empty')),
        element('p', {class: 'buttons'},
            element('button', {type: 'button', class: 'chip', id: 'filter-add', onclick: () => add(layer, app)}, say('filter.add')),
            element('button', {type: 'button', class: 'chip', id: 'filter-clear', disabled: !draft.rows.length && !draft.text, onclick() {
                newestCheck(Promise.resolve());
                app.setFilter(layer.id, '');
            }}, say('filter.clear')),
            element('button', {type: 'button', class: 'chip', id: 'filter-table', onclick: () => app.openTable(layer.id)}, say('filter.table'))),
        textBox(layer, app));
    refresh(app);
    byId(focused)?.focus();
}

export const filterPanel = {
    id: 'filter', icon: 'filter', title: 'filter',
    make(app) {
        const {store} = app;
        store.declare('subject', {param: 'fl', canUndo: false, parse: (text) => text, format: (id) => id});
        app.openFilter = (id) => {
            store.set({subject: id, panel: 'filter'});
            byId('filter-layer')?.focus();
        };
        store.follow(['subject'], () => app.drawPanel?.('filter'));
        store.follow(['filters', 'at', 'version'], () => {
            if (store.get('panel') !== 'filter' || !app.map || !app.style)
                return;
            if (draft.layer && draft.text !== app.filterOf(draft.layer))
                app.drawPanel('filter'); // it was changed elsewhere
            else
                refresh(app);
        });
    },
    draw,
    refresh,
};
