// Conditions made by hand, and the CQL2 text behind them: either changes the other. Nothing reaches the map before the
// server has understood it.
import {byId, element, iconButton} from '../base/dom.js';
import {latest} from '../base/server.js';
import {count, say, title} from '../base/text.js';
import {conditionsText, operatorsOf, readConditions, takesValue} from './conditions.js';
import {countOf, questionOf} from './filters.js';

const TRY_AFTER_MS = 350, CONDITIONS_MAX = 20;
const newest = latest();
const drafts = new Map(); // by layer: {text, any, list}; a list of null: the text says more than conditions can

/** Whether what is being made here is what the map shows. */
export const isFresh = (layer, app) => drafts.get(layer.id)?.applied === app.filterOf(layer.id);

function draftOf(layer, app) {
    const text = app.filterOf(layer.id);
    if (isFresh(layer, app))
        return drafts.get(layer.id);
    const read = readConditions(text, layer.fields);
    const fresh = {applied: text, text, any: read?.any ?? false, list: read ? read.list : null};
    if (fresh.list && !fresh.list.length)
        fresh.list.push(firstCondition(layer));
    drafts.set(layer.id, fresh);
    return fresh;
}

function firstCondition(layer) {
    const field = layer.fields.find((f) => f.codes.length) ?? layer.fields.find((f) => f.name === 'name') ?? layer.fields[0];
    return {field, operator: operatorsOf(field)[0], value: field.codes.length ? [] : ''};
}

let trying = 0;

/** Asks the server, says what it says, and lets the map follow when all is well. */
function attempt(layer, app) {
    clearTimeout(trying);
    trying = setTimeout(async () => {
        const draft = drafts.get(layer.id), {text} = draft;
        try {
            const n = await newest(countOf(layer.id, {...questionOf(app, layer.id), filter: text}));
            if (n === null || drafts.get(layer.id) !== draft)
                return;
            tell(text ? say('filter.found', {n: count(n)}) : say('filter.none'), false);
            draft.applied = text;
            app.setFilter(layer.id, text);
        } catch (error) {
            tell(error.message.replace(/^filter: /, ''), true, error.message);
        }
    }, TRY_AFTER_MS);
}

function tell(text, isWrong, whole = '') {
    const status = byId('builder-status'), area = byId('builder-text');
    if (!status)
        return;
    status.textContent = isWrong ? say('filter.wrong', {what: text}) : text;
    status.classList.toggle('error', isWrong);
    area.setAttribute('aria-invalid', String(isWrong));
    const at = /at character (\d+)/.exec(whole);
    if (isWrong && at && document.activeElement === area)
        area.dataset.at = at[1];
}

/** The conditions have changed: the text follows. */
function fromList(layer, app) {
    const draft = drafts.get(layer.id);
    draft.text = conditionsText(draft);
    byId('builder-text').value = draft.text;
    attempt(layer, app);
}

/** The text has changed: the conditions follow where they can. */
function fromText(layer, app) {
    const draft = drafts.get(layer.id), read = readConditions(draft.text, layer.fields);
    draft.list = read?.list ?? null;
    draft.any = read?.any ?? draft.any;
    drawList(layer, app);
    attempt(layer, app);
}

function valueInput(condition, i, layer, app) {
    const {field, operator} = condition, set = (v) => {
        condition.value = v;
        fromList(layer, app);
    };
    const label = say('filter.value', {name: title(field.title, field.name)});
    if (!takesValue(operator))
        return element('span');
    if (field.codes.length) {
        const chosen = new Set(condition.value ?? []);
        return element('fieldset', {class: 'codes'}, element('legend', {class: 'hidden'}, label), ...field.codes.map((code, k) => {
            const input = element('input', {type: 'checkbox', id: `value-${i}-${k}`, value: code.value, onchange() {
                if (!chosen.delete(code.value))
                    chosen.add(code.value);
                set(field.codes.map((c) => c.value).filter((v) => chosen.has(v)));
            }});
            input.checked = chosen.has(code.value);
            return element('label', {}, input, title(code.title, code.value));
        }));
    }
    if (field.type === 'bool')
        return element('select', {id: `value-${i}`, 'aria-label': label, onchange: (e) => set(e.target.value)},
            ...['', 'true', 'false'].map((v) => element('option', {value: v, selected: condition.value === v}, v ? say(v === 'true' ? 'value.yes' : 'value.no') : '')));
    const type = {integer: 'number', real: 'number', date: 'date', datetime: 'date'}[field.type] ?? 'text';
    return element('input', {id: `value-${i}`, type, step: field.type === 'integer' ? 1 : 'any', value: condition.value ?? '', 'aria-label': label, maxlength: 200,
        oninput: (e) => set(e.target.value)});
}

function conditionRow(condition, i, layer, app) {
    const draft = drafts.get(layer.id);
    const change = (part) => {
        Object.assign(condition, part);
        drawList(layer, app);
        fromList(layer, app);
    };
    return element('li', {},
        element('select', {id: `field-${i}`, 'aria-label': say('filter.field'), onchange(e) {
            const field = layer.fields.find((f) => f.name === e.target.value);
            change({field, operator: operatorsOf(field)[0], value: field.codes.length ? [] : ''});
        }}, ...layer.fields.map((f) => element('option', {value: f.name, selected: f === condition.field || f.name === condition.field.name}, title(f.title, f.name)))),
        element('select', {id: `operator-${i}`, 'aria-label': say('filter.operator'), onchange: (e) => change({operator: e.target.value})},
            ...operatorsOf(condition.field).map((o) => element('option', {value: o, selected: o === condition.operator}, say(`filter.op.${o}`)))),
        valueInput(condition, i, layer, app),
        iconButton('close', say('filter.remove'), {id: `remove-${i}`, onclick() {
            draft.list.splice(i, 1);
            drawList(layer, app);
            fromList(layer, app);
        }}));
}

function drawList(layer, app) {
    const draft = drafts.get(layer.id), list = byId('builder-list');
    if (!list)
        return;
    const focused = list.contains(document.activeElement) ? document.activeElement.id : '';
    byId('builder-any').value = draft.any ? 'any' : 'all';
    byId('builder-any').disabled = !draft.list;
    byId('builder-add').disabled = !draft.list || draft.list.length >= CONDITIONS_MAX;
    if (draft.list)
        list.replaceChildren(...draft.list.map((c, i) => conditionRow(c, i, layer, app)));
    else
        list.replaceChildren(element('li', {class: 'hint'}, say('filter.byhand')));
    byId(focused)?.focus();
}

/** The builder for one layer. */
export function builder(layer, app) {
    const draft = draftOf(layer, app);
    const area = element('textarea', {id: 'builder-text', rows: 2, spellcheck: 'false', maxlength: 4000, 'aria-label': say('filter.text'), 'aria-describedby': 'builder-status', placeholder: say('filter.example'),
        oninput(event) {
            draft.text = event.target.value.trim();
            fromText(layer, app);
        }});
    area.value = draft.text;
    const node = element('div', {id: 'builder', role: 'group', 'aria-label': say('filter')},
        element('p', {class: 'line'}, element('select', {id: 'builder-any', 'aria-label': say('filter.join'), onchange(event) {
            draft.any = event.target.value === 'any';
            fromList(layer, app);
        }}, element('option', {value: 'all'}, say('filter.all')), element('option', {value: 'any'}, say('filter.any'))),
        element('button', {type: 'button', class: 'chip', id: 'builder-add', onclick() {
            draft.list.push(firstCondition(layer));
            drawList(layer, app);
            byId(`field-${draft.list.length - 1}`).focus();
        }}, say('filter.add')),
        element('button', {type: 'button', class: 'chip', id: 'builder-clear', onclick() {
            Object.assign(draft, {text: '', list: [firstCondition(layer)], any: false, applied: ''});
            area.value = '';
            drawList(layer, app);
            attempt(layer, app);
        }}, say('filter.clear'))),
        element('ul', {id: 'builder-list'}),
        element('label', {class: 'cql'}, element('span', {}, say('filter.text')), area),
        element('p', {id: 'builder-status', role: 'status'}));
    queueMicrotask(() => drawList(layer, app)); // once it is in the page
    return node;
}

