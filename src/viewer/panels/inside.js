// What lies in an area, or near an object: the server counts with GEOS in metres of the map's own system. The area is what
// the map shows, what has been drawn, or the object that is chosen; it is in the link.
import {byId, element, save} from '../base/dom.js';
import {postJson} from '../base/server.js';
import {area, count, length, money, say, title, unitOf, value} from '../base/text.js';
import {isAskable} from '../data/filters.js';
import {questions} from '../map/map.js';
import {NOTHING} from '../map/nothing.js';
import {conditionOf} from './time.js';

const NEAR_M = 100, DISTANCE_MAX_M = 50000, LINK_VERTICES_MAX = 200, DIGITS = 6;
const KINDS = {A: 'Polygon', L: 'LineString', P: 'Point'};

/** "schools/12;300", "streets/7;50;name" with all of the same name, or "A39.09,52.34 39.1,52.34 ...;0": around an object or a shape, and how many metres. */
const insideValue = {
    param: 'in', canUndo: false,
    identity: (asked) => JSON.stringify(asked), // a large shape has no place in the address
    parse(text) {
        const alike = /;([a-z_]\w*)$/i.exec(text)?.[1] ?? '', rest = alike ? text.slice(0, -alike.length - 1) : text;
        const cut = rest.lastIndexOf(';'), distance = Number(rest.slice(cut + 1)), what = rest.slice(0, cut);
        if (cut < 1 || !(distance >= 0 && distance <= DISTANCE_MAX_M))
            return null;
        const slash = what.indexOf('/');
        if (slash > 0)
            return {collection: what.slice(0, slash), id: what.slice(slash + 1), distance, ...(alike ? {alike} : {})};
        const points = what.slice(1).split(' ').map((p) => p.split(',').map(Number));
        if (!KINDS[what[0]] || points.length > LINK_VERTICES_MAX || !points.every((p) => p.length === 2 && p.every(Number.isFinite)))
            return null;
        return {geometry: {type: KINDS[what[0]], coordinates: what[0] === 'P' ? points[0] : what[0] === 'L' ? points : [points]}, distance};
    },
    format(asked) {
        if (!asked)
            return '';
        if (asked.collection)
            return `${asked.collection}/${asked.id};${asked.distance}${asked.alike ? `;${asked.alike}` : ''}`;
        const {type, coordinates} = asked.geometry, letter = Object.keys(KINDS).find((k) => KINDS[k] === type);
        const points = letter === 'P' ? [coordinates] : letter === 'L' ? coordinates : letter && coordinates.length === 1 ? coordinates[0] : [];
        return points.length && points.length <= LINK_VERTICES_MAX
            ? `${letter}${points.map((p) => p.map((v) => Number(v.toFixed(DIGITS))).join(',')).join(' ')};${asked.distance}` : '';
    },
};

let what = 'view', distance = 0, isWhole = true, result = null, wrong = '', running = null, progress = 0;

/** The object that is chosen on the map, or else the one that was asked about: {layer, id}. */
function objectOf(app) {
    const chosen = app.store.get('chosen'), asked = app.store.get('inside');
    return chosen ?? (asked?.collection ? {layer: asked.collection, id: asked.id} : null);
}

/** The kinds of areas that there are now, the likeliest first. */
function choices(app) {
    const chosen = objectOf(app), layer = chosen && app.layer(chosen.layer);
    return [
        app.chosenShape?.() || app.shapes?.().length ? 'shape' : null,
        layer && isAskable(layer) ? 'chosen' : null,
        'view',
    ].filter(Boolean);
}

/** Lines come in pieces: what is called the same is one street. The field of the name; '': it is no line, or has none. */
function alikeOf(app) {
    const chosen = objectOf(app), layer = chosen && app.layer(chosen.layer);
    return layer && layer.geometry?.includes('line') && layer.fields.some((f) => f.name === 'name' && f.type === 'text') ? 'name' : '';
}

function viewRing(gl) {
    const b = gl.getBounds(), [w, s, e, n] = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => Number(v.toFixed(DIGITS)));
    return {type: 'Polygon', coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]]};
}

const shapeOf = (app) => (app.chosenShape?.() ?? app.shapes().at(-1))?.geometry;

/** Whether what is asked about surely has nothing inside: then it is asked how far around. */
const isFlat = (app) => what === 'shape' ? /Point|Line/.test(shapeOf(app)?.type) : what === 'chosen' && !app.layer(objectOf(app).layer).geometry.includes('polygon');

function questionOf(app) {
    const chosen = objectOf(app);
    if (what === 'chosen' && chosen)
        return {collection: chosen.layer, id: chosen.id, distance, ...(isWhole && alikeOf(app) ? {alike: alikeOf(app)} : {})};
    if (what === 'shape')
        return {geometry: shapeOf(app), distance};
    return {geometry: viewRing(app.gl), distance};
}

/** Lines of JSON as they come. */
async function* linesOf(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
        const {value: piece, done} = await reader.read();
        rest += piece ?? '';
        const lines = rest.split('\n');
        rest = done ? '' : lines.pop();
        yield* lines.filter(Boolean).map((l) => JSON.parse(l));
        if (done)
            return;
    }
}

/** The filters and the day of the map hold here too, so that the numbers are those of what is seen. */
function bodyOf(asked, app) {
    const filters = Object.fromEntries(Object.entries(questions(app)).filter(([id]) => isAskable(app.layer(id)))
        .map(([id, question]) => [id, conditionOf(app.layer(id), question)]));
    return {...asked, ...(Object.keys(filters).length ? {filters} : {})};
}

const post = (f, body, signal) => postJson('analysis/inside', body, {f, lang: document.documentElement.lang}, {signal});

/** Asks the server; again: the numbers stay until the new ones are there. */
async function run(app, isAgain = false) {
    const asked = app.store.get('inside');
    running?.abort();
    running = null;
    if (!asked) {
        [result, wrong] = [null, ''];
        show(app);
        return;
    }
    const mine = running = new AbortController();
    [result, wrong, progress] = [isAgain ? result : null, '', 0];
    show(app);
    let found = null;
    try {
        for await (const line of linesOf(await post('ndjson', bodyOf(asked, app), mine.signal))) {
            if (mine !== running)
                return;
            if (line.progress !== undefined) {
                progress = line.progress;
                if (byId('inside-progress'))
                    byId('inside-progress').value = progress;
            } else if (line.error) {
                throw new Error(line.error.detail);
            } else {
                found = line.result;
            }
        }
    } catch (error) {
        if (mine !== running)
            return;
        wrong = error.where === 'distance' ? say('inside.flat') : error.message;
    }
    running = null;
    result = found;
    if (!result && !wrong)
        wrong = say('inside.cut');
    show(app);
}

/** The panel anew, and the area on the map. */
function show(app) {
    app.drawPanel('inside');
    app.gl?.getSource('inside-area')?.setData(result && app.store.get('panel') === 'inside' ? {type: 'Feature', properties: {}, geometry: result.area.geometry} : NOTHING);
}

async function saveCsv(app) {
    try {
        save(await (await post('csv', bodyOf(app.store.get('inside'), app))).blob(), 'inside.csv');
    } catch (error) {
        app.message(say('inside.error', {what: error.message}));
    }
}

// ---- what has been found ----

const sumText = (sum, v) => unitOf(sum) === '₽' ? money(v) : value({name: sum.property, type: 'real', unit: sum.unit, codes: []}, v);

/** What there is to say of one layer, as short lines. */
function details(found) {
    const lines = (found.classes?.counts ?? []).map((c) => `${title(c.title, c.value)}: ${count(c.count)}`);
    if (found.classes?.other && found.classes.counts.length)
        lines.push(`${say('inside.other')}: ${count(found.classes.other)}`);
    if (found.length)
        lines.push(`${say('inside.length')}: ${length(found.length)}`);
    if (found.area)
        lines.push(`${say('inside.area')}: ${area(found.area)}`);
    for (const sum of found.sums.filter((s) => s.count))
        lines.push(`${title(sum.title, sum.property)}: ${sumText(sum, sum.inside)}${sum.inside === sum.whole ? '' : ` (${say('inside.whole', {n: sumText(sum, sum.whole)})})`}`);
    return lines;
}

function row(found, app) {
    return element('tr', {'data-collection': found.collection},
        element('th', {scope: 'row'}, element('button', {type: 'button', class: 'link', title: say('inside.table'), onclick: () => app.openTable(found.collection)},
            title(found.title, found.collection)), ...details(found).map((line) => element('span', {class: 'detail'}, line))),
        element('td', {}, count(found.count), found.crossing ? element('span', {class: 'detail'}, say('inside.crossing', {n: count(found.crossing)})) : ''));
}

function report(app) {
    const there = result.collections.filter((c) => c.count);
    const sums = (c) => c.sums.some((s) => s.count);
    there.sort((a, b) => sums(b) - sums(a)); // what has people and money comes first
    return element('div', {},
        element('p', {class: 'sentence', role: 'status', id: 'inside-sentence'}, result.sentence[document.documentElement.lang] ?? result.sentence.ru),
        result.area.mended ? element('p', {class: 'hint'}, say('inside.mended')) : '',
        there.length ? element('table', {class: 'numbers inside'}, element('caption', {}, say('inside.caption', {area: area(result.area.area)})),
            element('thead', {}, element('tr', {}, element('th', {scope: 'col'}, say('table.layer')), element('th', {scope: 'col'}, say('inside.count')))),
            element('tbody', {}, ...there.map((c) => row(c, app)))) : '',
        element('p', {class: 'hint'}, say('inside.note')),
        element('p', {class: 'buttons'}, element('button', {type: 'button', class: 'chip', id: 'inside-csv', onclick: () => saveCsv(app)}, say('inside.csv')),
            element('button', {type: 'button', class: 'chip', id: 'inside-show', onclick: () => app.zoomToGeometry(result.area.geometry, 0)}, say('inside.show')),
            element('button', {type: 'button', class: 'chip', id: 'inside-clear', onclick: () => app.store.set({inside: null})}, say('inside.clear'))));
}

function wholeBox() {
    const box = element('input', {type: 'checkbox', id: 'inside-whole', onchange: (event) => isWhole = event.target.checked});
    box.checked = isWhole;
    return box;
}

function kindsOf(app) {
    const label = (kind) => kind === 'chosen' ? say('inside.chosen', {what: title(app.layer(objectOf(app).layer).title, '')}) : say(`inside.${kind}`);
    return element('fieldset', {}, element('legend', {}, say('inside.where')), ...choices(app).map((kind) => {
        const input = element('input', {type: 'radio', name: 'inside-what', id: `inside-${kind}`, onchange() {
            what = kind;
            app.drawPanel('inside'); // what may be asked of it differs
        }});
        input.checked = kind === what;
        return element('label', {}, input, label(kind));
    }));
}

function submit(app) {
    const meters = byId('inside-distance');
    meters.setCustomValidity(isFlat(app) && Number(meters.value) === 0 ? say('inside.flat') : '');
    if (!meters.reportValidity())
        return;
    distance = Number(meters.value);
    const asked = questionOf(app), same = insideValue.identity(asked) === insideValue.identity(app.store.get('inside'));
    app.store.set({inside: asked});
    if (same)
        run(app); // once more
}

function form(app) {
    return element('form', {class: 'ask', onsubmit(event) {
        event.preventDefault();
        submit(app);
    }},
    kindsOf(app),
    what === 'chosen' && alikeOf(app) ? element('label', {}, wholeBox(), say('inside.alike')) : '',
    element('label', {class: 'distance'}, say('inside.distance'), element('input', {type: 'number', id: 'inside-distance', min: 0, max: DISTANCE_MAX_M, step: 'any', value: distance, required: true,
        oninput(event) {
            event.target.setCustomValidity('');
            distance = event.target.validity.valid ? Number(event.target.value) : distance;
        }})),
    element('p', {class: 'buttons'}));
}

/** To ask; while it is being asked: how far it is, and to stop. */
function buttonsOf(app) {
    return running
        ? [element('progress', {id: 'inside-progress', max: 1, value: progress, 'aria-label': say('inside.running')}),
            element('button', {type: 'button', class: 'chip', id: 'inside-stop', onclick() {
                running?.abort();
                running = null;
                app.store.set({inside: null});
            }}, say('inside.stop'))]
        : [element('button', {type: 'submit', class: 'primary', id: 'inside-run'}, say('inside.run'))];
}

/** The form, made anew only when other things can be asked: somebody may be typing in it. */
function drawForm(body, app) {
    const all = choices(app);
    if (!all.includes(what))
        what = all[0];
    const asks = JSON.stringify([document.documentElement.lang, all, what, all.includes('chosen') && objectOf(app).layer, alikeOf(app)]);
    if (body.dataset.asks !== asks) {
        body.dataset.asks = asks;
        body.replaceChildren(element('p', {class: 'hint'}, say('inside.help')), form(app), element('div', {class: 'answer'}));
    } else {
        const meters = byId('inside-distance');
        meters.setCustomValidity('');
        if (meters !== document.activeElement)
            meters.value = distance;
    }
    body.querySelector('form .buttons').replaceChildren(...buttonsOf(app));
}

export const insidePanel = {
    id: 'inside', icon: 'inside', title: 'inside',
    make(app) {
        const {store} = app;
        store.declare('inside', insideValue);
        /** Opens the panel with what is near an object. */
        app.askInside = (layer, id, metres = NEAR_M) => {
            [what, distance] = ['chosen', metres];
            app.openPanel('inside');
            store.set({inside: {collection: layer, id: String(id), distance: metres, ...(isWhole && alikeOf(app) ? {alike: alikeOf(app)} : {})}});
        };
        store.follow(['inside'], () => app.map && app.gl && run(app));
        store.follow(['filters', 'version', 'at'], () => {
            if (!store.get('inside') || !app.gl || !app.style)
                return;
            if (store.get('panel') === 'inside')
                run(app, true);
            else
                result = null; // of what is no more: it is asked for anew when the panel opens
        });
        store.follow(['chosen'], () => app.drawPanel('inside'));
        store.follow(['drawn'], () => {
            what = store.get('drawn').length ? 'shape' : what; // what was just drawn is what is meant
            app.drawPanel('inside');
        });
    },
    draw(body, app) {
        const focused = body.contains(document.activeElement) ? document.activeElement.id : '';
        drawForm(body, app);
        body.querySelector('.answer').replaceChildren(wrong ? element('p', {class: 'error', role: 'alert'}, say('inside.error', {what: wrong})) : '',
            result ? report(app) : '');
        (byId(focused) ?? (focused.startsWith('inside-') ? byId('inside-run') ?? byId('inside-stop') : null))?.focus();
    },
    open: (app) => app.store.get('inside') && !result && app.gl ? run(app) : show(app),
    close: (app) => app.gl?.getSource('inside-area')?.setData(NOTHING),
    ready(gl, app) {
        gl.once('load', () => {
            gl.addSource('inside-area', {type: 'geojson', data: NOTHING});
            gl.addLayer({id: 'inside-area', type: 'fill', source: 'inside-area', paint: {'fill-color': '#7a3fb0', 'fill-opacity': 0.1}});
            gl.addLayer({id: 'inside-edge', type: 'line', source: 'inside-area', paint: {'line-color': '#7a3fb0', 'line-width': 2.5, 'line-dasharray': [3, 1.5]}});
            if (!app.store.get('inside'))
                return;
            if (running || result)
                show(app); // it was asked while the map was not there yet
            else
                run(app);
        });
    },
};
