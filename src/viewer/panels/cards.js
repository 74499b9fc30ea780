// What a card shows above its table when the layer says what its features are (role: in its YAML): the time and the
// money of a project, the view of a camera, the state of a sensor and how old it is. Fields go by their usual names; what
// a layer lacks is left out.
import {element} from '../base/dom.js';
import {ago, money, say, title, value} from '../base/text.js';

const DAY_MS = 86400000;

const fieldOf = (layer, name) => layer.fields.find((f) => f.name === name);
const has = (raw) => raw !== undefined && raw !== null && raw !== '';
const ms = (text) => Date.parse(String(text).slice(0, 10));

/** One line of time: from a day to a day, as parts of all the time shown. */
function span(name, from, to, [first, last], kind) {
    const at = (t) => `${100 * (t - first) / (last - first || 1)}%`;
    const line = element('span', {class: `span ${kind}`});
    line.style.left = at(from);
    line.style.width = `max(3px, ${100 * (to - from) / (last - first || 1)}%)`;
    return element('div', {class: 'lane'}, element('span', {class: 'lane-name'}, name), element('span', {class: 'lane-time'}, line));
}

/** Plan and fact under one another; the words say the same. */
function timeline(layer, p) {
    const {begin, end, begin_fact: beginFact, end_fact: endFact} = layer.time ?? {};
    const days = [begin, end, beginFact, endFact, 'end_forecast'].map((name) => name && has(p[name]) ? ms(p[name]) : NaN);
    const [planFrom, planTo, factFrom, factTo, forecast] = days, known = days.filter(Number.isFinite);
    const backwards = planFrom > planTo ? element('p', {class: 'warn'}, say('card.backwards')) : null;
    if (!(planFrom <= planTo) && !Number.isFinite(factFrom))
        return backwards;
    const all = [Math.min(...known), Math.max(...known) + DAY_MS], today = Date.now();
    const now = Number.isFinite(factTo) ? factTo : Math.min(today, all[1]);
    const lanes = [];
    if (planFrom <= planTo)
        lanes.push(span(say('time.plan'), planFrom, planTo + DAY_MS, all, 'plan'));
    if (Number.isFinite(factFrom) && factFrom <= now)
        lanes.push(span(say('time.fact'), factFrom, now + DAY_MS, all, 'fact'));
    const late = Math.round(((Number.isFinite(factTo) ? factTo : forecast) - planTo) / DAY_MS);
    if (Number.isFinite(forecast) && !Number.isFinite(factTo) && late > 0)
        lanes.push(span(say('card.late'), planTo + DAY_MS, forecast + DAY_MS, all, 'late'));
    const ends = element('div', {class: 'lane-ends', 'aria-hidden': 'true'}, element('span', {}, day(all[0])), element('span', {}, day(all[1] - DAY_MS)));
    return element('div', {class: 'timeline', role: 'img', 'aria-label': say('card.timeline', {plan: `${day(planFrom)} – ${day(planTo)}`,
        fact: Number.isFinite(factFrom) ? `${day(factFrom)} – ${Number.isFinite(factTo) ? day(factTo) : '…'}` : '—'})},
    ...lanes, ends, backwards, late > 0 ? element('p', {class: 'warn'}, say('card.days', {n: late})) : null);
}

const day = (t) => Number.isFinite(t) ? value({type: 'date', codes: []}, new Date(t).toISOString().slice(0, 10)) : '—';

/** The stages as steps, the one that is reached told apart. */
function steps(layer, p) {
    const field = fieldOf(layer, 'stage'), at = field?.codes.findIndex((c) => c.value === String(p.stage)) ?? -1;
    if (at < 0)
        return null;
    return element('div', {class: 'steps'},
        element('ol', {'aria-hidden': 'true'}, ...field.codes.map((c, i) => element('li', {class: i < at ? 'past' : i === at ? 'now' : '', title: title(c.title, c.value)}))),
        element('p', {}, say('card.step', {i: at + 1, n: field.codes.length, name: title(field.codes[at].title, field.codes[at].value)})));
}

/** Where the money comes from, and how much of it is paid. */
function funds(layer, p) {
    const sources = layer.fields.filter((f) => /^budget_(federal|regional|local|other|extra)/.test(f.name) && Number(p[f.name]) > 0);
    const all = sources.reduce((sum, f) => sum + Number(p[f.name]), 0), plan = Number(p.budget_plan ?? p.budget);
    if (!(all > 0) && !(plan > 0))
        return null;
    const bar = element('div', {class: 'stack', 'aria-hidden': 'true'}, ...sources.map((f, i) => {
        const part = element('span', {class: `part-${i}`});
        part.style.width = `${100 * Number(p[f.name]) / all}%`;
        return part;
    }));
    const rows = sources.map((f, i) => element('li', {}, element('span', {class: `key part-${i}`, 'aria-hidden': 'true'}), title(f.title, f.name), ': ',
        money(Number(p[f.name]))));
    const paid = has(p.paid) && plan > 0 ? Math.round(1000 * Number(p.paid) / plan) / 10 : null;
    return element('div', {class: 'funds'}, all > 0 ? bar : null, rows.length ? element('ul', {}, ...rows) : null,
        paid === null ? null : element('p', {class: paid > 100 ? 'warn' : ''}, say('card.paid', {part: new Intl.NumberFormat(document.documentElement.lang).format(paid)})));
}

function camera(layer, p) {
    return p.kind === 'ptz' ? element('p', {}, say('card.turning'))
        : has(p.azimuth) ? null : element('p', {class: 'warn'}, say('card.noazimuth'));
}

function sensor(layer, p) {
    const field = fieldOf(layer, 'state'), last = p.last_t;
    return element('div', {class: 'state'}, field && has(p.state) ? element('p', {class: 'big'}, value(field, p.state)) : null,
        element('p', {class: has(last) ? '' : 'warn'}, has(last) ? say('card.age', {age: ago(Date.parse(last))}) : say('card.never')));
}

const kinds = {
    project: (layer, p) => [steps(layer, p), timeline(layer, p), funds(layer, p)],
    permit: (layer, p) => [timeline(layer, p)],
    camera: (layer, p) => [camera(layer, p)],
    sensor: (layer, p) => [sensor(layer, p)],
};

/** Nodes above the table of attributes; none for a layer without a role. */
export const extras = (layer, properties) => (kinds[layer.role]?.(layer, properties) ?? []).filter(Boolean);
