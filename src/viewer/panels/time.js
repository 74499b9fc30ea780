// What is under way on a day: a slider over the periods of layers that have them (projects, permits), with play. By plan
// the server's `datetime` decides, on tiles and counts alike; by fact the days of actual beginning and end do.
import {cqlBoth, cqlName, cqlValue} from '../base/cql.js';
import {byId, element, icon} from '../base/dom.js';
import {askJson, latest} from '../base/server.js';
import {count, say, title, value} from '../base/text.js';
import {questions} from '../map/map.js';

const DAY_MS = 86400000, STEP_DAYS = 7, PAUSE_MS = 900, COUNT_AFTER_MS = 250;
const newest = latest();

const day = (ms) => new Date(ms).toISOString().slice(0, 10);
const ms = (text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
const timeLayers = (app) => app.map?.layers.filter((l) => l.time) ?? [];
const hasFact = (app) => timeLayers(app).some((l) => l.time.begin_fact);

/** The first and the last day of all periods, [ms, ms]. */
function span(app) {
    const ends = timeLayers(app).flatMap((l) => l.time.interval.map(ms));
    return [Math.min(...ends), Math.max(...ends)];
}

/** "2026-06-15" or "2026-06-15,fact"; null: all times. */
const atValue = {
    param: 't',
    parse(text) {
        const [date, mode = 'plan'] = text.split(',');
        return /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(ms(date)) ? {date, mode: mode === 'fact' ? 'fact' : 'plan'} : null;
    },
    format: (at) => at ? at.date + (at.mode === 'fact' ? ',fact' : '') : '',
};

/** CQL2: begun by that day and not ended before it, by those fields of a layer. */
function underWay(layer, begin, end, date) {
    const field = (name) => layer.fields.find((f) => f.name === name);
    const at = (name, time) => cqlValue(field(name), field(name).type === 'datetime' ? `${date}T${time}Z` : date);
    const begun = `${cqlName(begin)} <= ${at(begin, '23:59:59')}`;
    return end ? `${begun} AND (${cqlName(end)} IS NULL OR ${cqlName(end)} >= ${at(end, '00:00:00')})` : begun;
}

/** One condition for what a layer is asked for, {filter, datetime}: its filter, and that it is under way by plan. */
export const conditionOf = (layer, {filter, datetime} = {}) =>
    cqlBoth(filter, datetime ? underWay(layer, layer.time.begin, layer.time.end, datetime) : '');

function narrow(app) {
    const at = app.store.get('at');
    return Object.fromEntries(at ? timeLayers(app).map((l) =>
        [l.id, at.mode === 'fact' && l.time.begin_fact ? {filter: underWay(l, l.time.begin_fact, l.time.end_fact, at.date)} : {datetime: at.date}]) : []);
}

let isPlaying = false, turn = 0; // what waits is for its own turn only
let since = null; // when play began: all that was played is one action

function stop({store}) {
    const at = store.get('at');
    isPlaying = false;
    turn++;
    if (since && at && at.date !== since.date)
        store.set({at}, {since: {at: since}});
    since = null;
    drawPlay();
}

const setDate = (date, app, canUndo = true) => app.store.set({at: {...app.store.get('at'), date}}, {canUndo});

/** A week on, after the map has drawn the one before. */
function step(app) {
    const [, last] = span(app), next = ms(app.store.get('at').date) + STEP_DAYS * DAY_MS;
    if (next > last) {
        stop(app);
        return;
    }
    setDate(day(next), app, false);
    const mine = turn, go = () => mine === turn && step(app);
    setTimeout(() => app.gl.areTilesLoaded() ? go() : app.gl.once('idle', go), PAUSE_MS);
}

function play(app) {
    if (isPlaying) {
        stop(app);
        return;
    }
    const [first, last] = span(app);
    since = app.store.get('at');
    if (ms(since.date) + STEP_DAYS * DAY_MS > last)
        setDate(day(first), app, false);
    isPlaying = true;
    drawPlay();
    step(app);
}

function drawPlay() {
    const button = byId('time-play');
    if (!button)
        return;
    button.replaceChildren(icon(isPlaying ? 'pause' : 'play'));
    button.title = say(isPlaying ? 'time.pause' : 'time.play');
    button.setAttribute('aria-label', button.title);
}

let counting = 0;

/** How many of each layer are under way, in words. */
function drawCounts(app) {
    clearTimeout(counting);
    counting = setTimeout(async () => {
        const asked = questions(app), layers = timeLayers(app);
        const counts = await newest(Promise.all(layers.map((l) => askJson(`collections/${encodeURIComponent(l.id)}/aggregate`,
            {functions: 'count', ...asked[l.id]})))).catch(() => null);
        if (counts && byId('time-counts'))
            byId('time-counts').textContent = layers.map((l, i) => `${title(l.title, l.id)}: ${count(counts[i].groups[0]?.count ?? 0)}`).join(' · ');
    }, COUNT_AFTER_MS);
}

const dayText = (date) => value({type: 'date', codes: []}, date);

/** Puts the controls right without drawing anew: the slider may be held. */
function refresh(app) {
    const at = app.store.get('at');
    if (!at || !byId('time-slider'))
        return;
    const days = Math.round((ms(at.date) - span(app)[0]) / DAY_MS);
    if (Number(byId('time-slider').value) !== days)
        byId('time-slider').value = days;
    byId('time-slider').setAttribute('aria-valuetext', dayText(at.date));
    byId('time-date').value = at.date;
    for (const mode of ['plan', 'fact'])
        if (byId(`time-${mode}`))
            byId(`time-${mode}`).checked = at.mode === mode;
    drawCounts(app);
}

function modes(app) {
    if (!hasFact(app))
        return null;
    const choice = (mode) => element('label', {}, element('input', {type: 'radio', name: 'time-mode', id: `time-${mode}`,
        onchange: () => app.store.set({at: {...app.store.get('at'), mode}})}), say(`time.${mode}`));
    return element('span', {class: 'modes', role: 'radiogroup', 'aria-label': say('time.mode')}, choice('plan'), choice('fact'));
}

function drawBar(app) {
    byId('time')?.remove();
    if (!app.store.get('at') || !timeLayers(app).length)
        return;
    const [first, last] = span(app);
    let isHeld = false; // a drag is one action, however many days it passes
    byId('bar').append(element('section', {id: 'time', 'aria-label': say('time')},
        element('button', {type: 'button', class: 'tool', id: 'time-play', onclick: () => play(app)}),
        element('label', {class: 'date'}, element('span', {}, say('time.on')), element('input', {type: 'date', id: 'time-date', min: day(first), max: day(last),
            onchange: (event) => event.target.value && setDate(event.target.value, app)})),
        element('input', {type: 'range', id: 'time-slider', min: 0, max: Math.round((last - first) / DAY_MS), 'aria-label': say('time.day'),
            oninput(event) {
                setDate(day(first + Number(event.target.value) * DAY_MS), app, !isHeld);
                isHeld = true;
            }, onchange: () => isHeld = false}),
        modes(app),
        element('button', {type: 'button', class: 'tool', id: 'time-close', title: say('time.close'), 'aria-label': say('time.close'),
            onclick: () => app.store.set({at: null})}, icon('close')),
        element('p', {id: 'time-counts', role: 'status'})));
    drawPlay();
    refresh(app);
}

/** Today where there is something, else the end that is nearer. */
function firstDate(app) {
    const [first, last] = span(app), now = Date.now();
    return day(Math.max(first, Math.min(last, now)));
}

function drawButton(app) {
    const button = byId('time-button');
    button.hidden = !timeLayers(app).length;
    button.title = say('time');
    button.setAttribute('aria-label', say('time'));
    button.setAttribute('aria-pressed', String(Boolean(app.store.get('at'))));
}

export const timePanel = {
    make(app) {
        const {store} = app;
        store.declare('at', atValue);
        app.questions.push(narrow);
        /** {filter, datetime}: what the chosen day asks of a layer. */
        app.whenOf = (id) => narrow(app)[id] ?? {};
        byId('undo').before(element('button', {type: 'button', class: 'tool', id: 'time-button', hidden: true,
            onclick: () => store.set({at: store.get('at') ? null : {date: firstDate(app), mode: 'plan'}})}, icon('time')));
        store.follow(['at'], ({at: before}) => {
            if (!app.map || !app.style)
                return;
            if (!store.get('at'))
                stop(app);
            if (Boolean(before) !== Boolean(store.get('at')))
                drawBar(app);
            refresh(app);
            drawButton(app);
            app.redress();
        });
        store.follow(['filters', 'version'], () => app.map && app.style && refresh(app));
    },
    draw(app) {
        drawButton(app);
        drawBar(app);
    },
};
