// Projects by direction, stage and status: how many, for how much money; those without a place as well. What is chosen
// here is a filter like any other: map, table, counts and link follow it.
import {cqlAllowed, cqlAnd, cqlIn, cqlParts} from '../base/cql.js';
import {element} from '../base/dom.js';
import {address, askJson, latest} from '../base/server.js';
import {count, money, say, title} from '../base/text.js';

const FACETS = ['direction', 'stage', 'status'], BUDGET = ['budget_plan', 'budget'];
const GROUPS_MAX = 10000, NO_PLACE = 'geometry IS NULL';
const newest = latest();

let byMoney = false, cube = null;

const projectsOf = (app) => app.map?.layers.find((l) => l.role === 'project');
const facetsOf = (layer) => FACETS.map((name) => layer.fields.find((f) => f.name === name)).filter((f) => f?.codes.length);
const budgetOf = (layer) => BUDGET.map((name) => layer.fields.find((f) => f.name === name)).find(Boolean);

/** {chosen: {field: [values]}, noPlace, rest: the conditions that are not made here} of the layer's filter. */
function takeApart(layer, app) {
    const found = {chosen: {}, noPlace: false, rest: []};
    for (const part of cqlParts(app.filterOf(layer.id))) {
        const facet = facetsOf(layer).find((f) => !found.chosen[f.name] && cqlAllowed(part, f));
        if (facet)
            found.chosen[facet.name] = cqlAllowed(part, facet);
        else if (part.toLowerCase() === NO_PLACE.toLowerCase())
            found.noPlace = true;
        else
            found.rest.push(part);
    }
    return found;
}

function setFilter(layer, {chosen, noPlace, rest}, app) {
    const parts = [...facetsOf(layer).map((f) => cqlIn(f, chosen[f.name] ?? [])), noPlace ? NO_PLACE : '', ...rest].filter(Boolean);
    app.setFilter(layer.id, cqlAnd(parts));
}

/** All combinations with their counts and sums, once for each state of the data: [{key, placed, count, kopecks}]. */
async function readCube(layer, rest, app) {
    const facets = facetsOf(layer), budget = budgetOf(layer), when = app.whenOf(layer.id);
    const sum = budget && `sum(${budget.name})`;
    const ask = (more) => askJson(`collections/${encodeURIComponent(layer.id)}/aggregate`, {
        'group-by': facets.map((f) => f.name).join(','), functions: ['count', sum].filter(Boolean).join(','),
        filter: cqlAnd([...rest, ...more, ...(when.filter ? [when.filter] : [])]), datetime: when.datetime, limit: GROUPS_MAX});
    const rows = (answer, isPlaced) => answer.groups.map((g) => ({key: g.key, isPlaced, count: g.count,
        kopecks: sum ? Math.round((g[sum] ?? 0) * 100) : 0}));
    const [all, without] = await Promise.all([ask([`NOT (${NO_PLACE})`]), ask([NO_PLACE])]);
    return [...rows(all, true), ...rows(without, false)];
}

const isChosen = (row, {chosen, noPlace}, but = '') => (!noPlace || !row.isPlaced) &&
    Object.entries(chosen).every(([name, values]) => name === but || values.includes(String(row.key[name])));

const total = (rows) => rows.reduce((t, r) => ({count: t.count + r.count, kopecks: t.kopecks + r.kopecks}), {count: 0, kopecks: 0});

const rub = (kopecks) => money(kopecks / 100);

/** One bar: a switch for one value. */
function bar(field, code, sum, most, state, layer, app) {
    const chosen = state.chosen[field.name] ?? [], isOn = chosen.includes(code.value);
    const share = most ? (byMoney ? sum.kopecks : sum.count) / most : 0;
    const fill = element('span', {class: 'bar-fill', 'aria-hidden': 'true'});
    fill.style.width = `${Math.max(share > 0 ? 0.5 : 0, share * 100)}%`;
    return element('button', {type: 'button', class: 'bar', id: `pf-${field.name}-${code.value}`, 'aria-pressed': String(isOn),
        'data-facet': field.name, 'data-value': code.value, onclick() {
            const values = isOn ? chosen.filter((v) => v !== code.value) : [...chosen, code.value];
            setFilter(layer, {...state, chosen: {...state.chosen, [field.name]: values}}, app);
        }},
    element('span', {class: 'bar-name'}, title(code.title, code.value)),
    element('span', {class: 'bar-count'}, count(sum.count)),
    element('span', {class: 'bar-sum'}, rub(sum.kopecks)), fill);
}

function facet(field, state, layer, app) {
    const sums = field.codes.map((code) => total(cube.filter((r) => String(r.key[field.name]) === code.value && isChosen(r, state, field.name))));
    const most = Math.max(...sums.map((s) => byMoney ? s.kopecks : s.count));
    return element('fieldset', {class: 'facet'}, element('legend', {}, title(field.title, field.name)),
        ...field.codes.map((code, i) => bar(field, code, sums[i], most, state, layer, app)));
}

/** Stages down, statuses across (or the first two facets there are). */
function crossTable(state, layer) {
    const [down, across] = [facetsOf(layer).find((f) => f.name === 'stage') ?? facetsOf(layer)[0], facetsOf(layer).find((f) => f.name === 'status') ?? facetsOf(layer)[1]];
    const rows = cube.filter((r) => isChosen(r, state));
    if (!down || !across || down === across)
        return null;
    const at = (d, a) => total(rows.filter((r) => (!d || String(r.key[down.name]) === d) && (!a || String(r.key[across.name]) === a)));
    const cell = (sum) => element('td', {title: rub(sum.kopecks)}, sum.count ? byMoney ? rub(sum.kopecks) : count(sum.count) : '·');
    const used = across.codes.filter((a) => at('', a.value).count);
    return element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': say('portfolio.table')},
        element('table', {class: 'numbers'},
            element('caption', {}, say('portfolio.table')),
            element('thead', {}, element('tr', {}, element('td'), ...used.map((a) => element('th', {scope: 'col'}, title(a.title, a.value))),
                element('th', {scope: 'col'}, say('portfolio.all')))),
            element('tbody', {}, ...down.codes.map((d) => element('tr', {}, element('th', {scope: 'row'}, title(d.title, d.value)),
                ...used.map((a) => cell(at(d.value, a.value))), cell(at(d.value, '')))),
            element('tr', {class: 'total'}, element('th', {scope: 'row'}, say('portfolio.all')),
                ...used.map((a) => cell(at('', a.value))), cell(at('', ''))))));
}

function summary(state, layer, app) {
    const shown = total(cube.filter((r) => isChosen(r, state))), all = total(cube);
    const placeless = total(cube.filter((r) => !r.isPlaced && isChosen(r, {...state, noPlace: false})));
    const isNarrowed = shown.count !== all.count || state.noPlace || Object.keys(state.chosen).length;
    return element('div', {class: 'summary'},
        element('p', {class: 'big', role: 'status'}, say(isNarrowed ? 'portfolio.some' : 'portfolio.total', {n: count(shown.count), all: count(all.count)}),
            element('br'), budgetOf(layer) ? rub(shown.kopecks) : ''),
        element('p', {class: 'buttons'},
            element('button', {type: 'button', id: 'pf-place', class: 'chip', 'aria-pressed': String(state.noPlace),
                onclick: () => setFilter(layer, {...state, noPlace: !state.noPlace}, app)}, say('portfolio.placeless', {n: count(placeless.count)})),
            element('button', {type: 'button', id: 'pf-all', class: 'chip', hidden: !isNarrowed,
                onclick: () => setFilter(layer, {chosen: {}, noPlace: false, rest: state.rest}, app)}, say('portfolio.clear'))),
        state.rest.length ? element('p', {class: 'hint'}, say('portfolio.rest', {what: cqlAnd(state.rest)}), ' ', element('button', {type: 'button', id: 'pf-rest', class: 'chip',
            onclick: () => setFilter(layer, {...state, rest: []}, app)}, say('filter.clear'))) : null);
}

const choice = (label, isOn, id, onchange) => {
    const input = element('input', {type: 'radio', name: 'pf-measure', id, onchange});
    input.checked = isOn;
    return element('label', {}, input, label);
};

function drawCube(body, layer, app) {
    const focused = body.contains(document.activeElement) ? document.activeElement.id : '';
    const state = takeApart(layer, app);
    const again = (isMoney) => () => {
        byMoney = isMoney;
        drawCube(body, layer, app);
    };
    const csv = address(`collections/${encodeURIComponent(layer.id)}/aggregate`, {f: 'csv', 'group-by': facetsOf(layer).map((f) => f.name).join(','),
        functions: ['count', budgetOf(layer) && `sum(${budgetOf(layer).name})`].filter(Boolean).join(','), ...app.askedOf(layer.id)});
    body.replaceChildren(summary(state, layer, app),
        element('div', {class: 'measure', role: 'radiogroup', 'aria-label': say('portfolio.measure')},
            choice(say('portfolio.count'), !byMoney, 'pf-count', again(false)), choice(say('portfolio.money'), byMoney, 'pf-money', again(true))),
        ...facetsOf(layer).map((f) => facet(f, state, layer, app)), crossTable(state, layer) ?? '',
        element('p', {class: 'buttons'}, element('a', {href: csv.href, download: `${layer.id}.csv`}, say('portfolio.csv'))));
    document.getElementById(focused)?.focus();
}

async function read(body, app) {
    const layer = projectsOf(app);
    if (!layer)
        return;
    try {
        const rows = await newest(readCube(layer, takeApart(layer, app).rest, app));
        if (!rows)
            return;
        cube = rows;
        drawCube(body, layer, app);
    } catch (error) {
        const chip = (id, key, onclick) => element('button', {type: 'button', id, class: 'chip', onclick}, say(key));
        body.replaceChildren(element('p', {class: 'error', role: 'alert'}, say('portfolio.error', {what: error.message})), element('p', {class: 'buttons'},
            chip('pf-again', 'table.again', () => read(body, app)),
            ...(app.filterOf(layer.id) ? [chip('pf-mend', 'table.mend', () => app.openFilter(layer.id)), chip('pf-clear', 'filter.clear', () => app.setFilter(layer.id, ''))] : [])));
    }
}

export const portfolioPanel = {
    id: 'portfolio', icon: 'portfolio', title: 'portfolio',
    make(app) {
        const {store} = app;
        store.follow(['filters', 'version', 'at'], () => {
            if (store.get('panel') === 'portfolio' && app.map)
                app.drawPanel('portfolio');
        });
    },
    draw(body, app) {
        const layer = projectsOf(app);
        if (!layer || !facetsOf(layer).length) {
            body.replaceChildren(element('p', {}, say('portfolio.none')));
            return;
        }
        if (cube)
            drawCube(body, layer, app); // what is known, at once
        read(body, app);
    },
    isUseful: (app) => Boolean(projectsOf(app)),
};
