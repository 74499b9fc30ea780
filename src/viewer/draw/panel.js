// Measuring and drawing: tools, what has been drawn with its measures, files, and what lies around it.
import {byId, element, icon, iconButton, save} from '../base/dom.js';
import {askJson} from '../base/server.js';
import {area, count, degrees, length, metres, say, squareMetres} from '../base/text.js';
import {exactly, roughly} from './measures.js';
import {pen} from './pen.js';
import {drawnValue, limited, readGeojson, toGeojson} from './shapes.js';

const TOOLS = ['select', 'point', 'linestring', 'polygon', 'rectangle', 'circle'];
const KINDS = {Point: 'point', LineString: 'linestring', Polygon: 'polygon'};
const FILE_BYTES_MAX = 4e6, DISTANCE_MAX_M = 50000;

let tool = '', chosen = -1, distance = 100, exact = [], wrong = '', isFromPen = false;

const shapes = (app) => app.store.get('drawn');

/** The tool is at hand: clicks on the map are its own until it is laid down. */
async function take(next, app) {
    tool = next === tool ? '' : next;
    app.taking = tool || null;
    app.drawPanel('draw');
    try {
        const held = await pen(app.gl, app, (news) => listen(news, app));
        held.setMode(tool || 'select');
    } catch (error) {
        [tool, app.taking] = ['', null];
        app.drawPanel('draw');
        app.message(say('draw.error', {what: error.message}));
    }
}

function listen(news, app) {
    if (news.drawing && byId('draw-live')) {
        const parts = measureText(roughly(news.drawing), true);
        byId('draw-live').textContent = parts.length ? `≈ ${parts.join(', ')}` : '';
    }
    if (news.done) {
        isFromPen = true;
        chosen = news.done.length > shapes(app).length ? news.done.length - 1 : Math.min(chosen, news.done.length - 1);
        app.store.set({drawn: news.done});
        isFromPen = false;
    }
    if (news.chosen !== undefined && news.chosen !== chosen) {
        chosen = news.chosen;
        app.drawPanel('draw');
    }
}

/** "1 000,00 м, азимут 45,0°": exact ones to the centimetre and the tenth of a square metre. */
function measureText(m, isRough = false) {
    const azimuth = m.azimuth ?? (m.sides?.length === 1 ? m.sides[0].azimuth : undefined);
    return [
        m.length === undefined ? '' : isRough ? length(m.length) : metres(m.length),
        m.area === undefined ? '' : isRough ? area(m.area) : squareMetres(m.area),
        m.perimeter === undefined || isRough ? '' : say('draw.perimeter', {n: metres(m.perimeter)}),
        azimuth === undefined ? '' : say('draw.azimuth', {n: degrees(azimuth)}),
    ].filter(Boolean);
}

// ---- the list ----

function sidesTable(m) {
    if (!m?.coordinates?.length)
        return null;
    const place = ([x, y]) => `X ${y.toFixed(2)}  Y ${x.toFixed(2)}`; // as geodesists write: X to the north
    return element('details', {class: 'sides'}, element('summary', {}, say('draw.vertices', {n: count(m.coordinates.length), crs: m.crsName})),
        element('table', {class: 'numbers'}, element('thead', {}, element('tr', {}, ...['draw.number', 'draw.place', 'draw.side', 'draw.angle'].map((k) => element('th', {scope: 'col'}, say(k))))),
            element('tbody', {}, ...m.coordinates.slice(0, 200).map((c, i) => element('tr', {}, element('td', {}, String(i + 1)), element('td', {}, place(c)),
                element('td', {}, m.sides?.[i] ? metres(m.sides[i].length) : ''), element('td', {}, m.sides?.[i] ? degrees(m.sides[i].azimuth) : ''))))));
}

function shapeRow(geometry, i, app) {
    const m = exact[i];
    return element('li', {class: i === chosen ? 'chosen' : null},
        element('button', {type: 'button', class: 'shape', id: `shape-${i}`, 'aria-pressed': String(i === chosen), async onclick() {
            chosen = i;
            app.drawPanel('draw');
            app.zoomToGeometry(geometry, 0);
            (await pen(app.gl, app, (news) => listen(news, app))).select(i);
        }}, `${i + 1}. ${say(`draw.${KINDS[geometry.type]}`)}`, element('span', {class: 'measure'}, m?.error ?? (m ? measureText(m).join(', ') : '…'))),
        iconButton('close', say('draw.remove', {n: i + 1}), {id: `shape-remove-${i}`, onclick() {
            chosen = -1;
            app.store.set({drawn: shapes(app).filter((_, k) => k !== i)});
        }}),
        m && !m.error ? sidesTable(m) : null);
}

async function measureAll(app) {
    const all = shapes(app);
    exact = all.map(() => null);
    await Promise.all(all.map(async (geometry, i) => {
        const m = await exactly({geometry}).catch((error) => ({error: error.message}));
        if (shapes(app) === all)
            exact[i] = m;
    }));
    if (shapes(app) === all)
        app.drawPanel('draw');
}

// ---- around, files, coordinates ----

/** What lies within a distance of the chosen shape, or of the object that is chosen on the map, becomes a shape. */
async function around(app) {
    const input = byId('draw-distance'), feature = app.store.get('chosen'), geometry = shapes(app)[chosen];
    if (!input.reportValidity())
        return;
    distance = Number(input.value);
    if (!geometry && !feature) {
        app.message(say('draw.nothing'));
        return;
    }
    try {
        const found = await exactly(geometry ? {geometry, distance} : {collection: feature.layer, id: feature.id, distance});
        const parts = readGeojson(JSON.stringify(found.around.geometry));
        add(parts, app);
    } catch (error) {
        app.message(say('draw.error', {what: error.message}));
    }
}

function add(geometries, app) {
    const next = limited([...shapes(app), ...geometries]);
    if (next.length < shapes(app).length + geometries.length)
        app.message(say('draw.many'));
    chosen = next.length - 1;
    app.store.set({drawn: next});
}

async function readFile(file, app) {
    try {
        if (file.size > FILE_BYTES_MAX)
            throw new Error(say('draw.large'));
        const found = readGeojson(await file.text());
        if (!found.length)
            throw new Error(say('draw.none'));
        add(found, app);
        app.zoomToGeometry({type: 'GeometryCollection', geometries: found}, 0);
    } catch (error) {
        app.message(say('draw.file.error', {what: error.message}));
    }
}

function saveFile(app) {
    save(new Blob([toGeojson(shapes(app))], {type: 'application/geo+json'}), 'drawing.geojson');
}

/** A shape from coordinates, one vertex a line, in any form that the search understands: for the keyboard, and for surveyors. */
async function typeIn(app) {
    const lines = byId('draw-text').value.split('\n').map((l) => l.trim()).filter(Boolean), kind = byId('draw-kind').value;
    wrong = '';
    try {
        const points = [];
        for (const [i, line] of lines.entries()) {
            const place = (await askJson('search', {q: line, limit: 1})).results.find((r) => r.kind === 'place');
            if (!place)
                throw new Error(say('draw.line', {n: i + 1, what: line}));
            points.push(place.point);
        }
        if (points.length < {Point: 1, LineString: 2, Polygon: 3}[kind])
            throw new Error(say('draw.few'));
        const geometry = kind === 'Point' ? points.map((p) => ({type: kind, coordinates: p})) : [{type: kind, coordinates: kind === 'Polygon' ? [[...points, points[0]]] : points}];
        byId('draw-text').value = '';
        add(geometry, app);
        app.zoomToGeometry({type: 'GeometryCollection', geometries: geometry}, 0);
    } catch (error) {
        wrong = error.message;
        byId('draw-wrong').textContent = wrong;
    }
}

function extras(app) {
    const file = element('input', {type: 'file', id: 'draw-file', class: 'unseen', accept: '.geojson,.json,application/geo+json', tabindex: '-1', 'aria-hidden': 'true', onchange: (e) => e.target.files[0] && readFile(e.target.files[0], app)});
    return [
        element('form', {class: 'ask line', onsubmit(event) {
            event.preventDefault();
            around(app);
        }}, element('label', {}, say('draw.around'), element('input', {type: 'number', id: 'draw-distance', min: 0.01, max: DISTANCE_MAX_M, step: 'any', value: distance, required: true,
            oninput: (event) => event.target.validity.valid && (distance = Number(event.target.value))})),
        element('button', {type: 'submit', class: 'chip', id: 'draw-buffer'}, say('draw.buffer'))),
        element('p', {class: 'buttons'}, element('button', {type: 'button', class: 'chip', id: 'draw-open', onclick: () => file.click()}, say('draw.open')), file,
            shapes(app).length ? element('button', {type: 'button', class: 'chip', id: 'draw-save', onclick: () => saveFile(app)}, say('draw.save')) : '',
            shapes(app).length ? element('button', {type: 'button', class: 'chip', id: 'draw-clear', onclick() {
                chosen = -1;
                app.store.set({drawn: []});
            }}, say('draw.clear')) : ''),
        element('details', {class: 'typing', id: 'draw-typing'}, element('summary', {}, say('draw.typing')),
            element('label', {}, say('draw.kind'), element('select', {id: 'draw-kind'}, ...Object.keys(KINDS).map((k) => element('option', {value: k, selected: k === 'Polygon'}, say(`draw.${KINDS[k]}`))))),
            element('label', {}, say('draw.lines'), element('textarea', {id: 'draw-text', rows: 4, maxlength: 10000, placeholder: '390000 1292000\n52.353 39.098'})),
            element('p', {id: 'draw-wrong', class: 'error', role: 'alert'}, wrong),
            element('button', {type: 'button', class: 'chip', id: 'draw-add', onclick: () => typeIn(app)}, say('draw.add'))),
    ];
}

export const drawPanel = {
    id: 'draw', icon: 'measure', title: 'draw',
    make(app) {
        app.store.declare('drawn', drawnValue);
        app.shapes = () => shapes(app).map((geometry) => ({type: 'Feature', properties: {}, geometry}));
        app.chosenShape = () => shapes(app)[chosen] ? {type: 'Feature', properties: {}, geometry: shapes(app)[chosen]} : null;
        app.addShape = (geometry) => add([geometry], app);
        app.store.follow(['drawn'], async () => {
            if (!app.gl)
                return;
            const isPen = isFromPen; // it has them already
            chosen = Math.min(chosen, shapes(app).length - 1);
            measureAll(app);
            app.drawPanel('draw');
            const held = await pen(app.gl, app, (news) => listen(news, app));
            if (!isPen && !held.isDrawing())
                held.put(shapes(app));
        });
        document.addEventListener('keydown', (event) => {
            if (event.key === 'Escape' && tool && !event.target.matches?.('input, textarea'))
                take(tool, app);
        });
    },
    draw(body, app) {
        const focused = body.contains(document.activeElement) ? document.activeElement.id : '', isTyping = byId('draw-typing')?.open, typed = byId('draw-text')?.value ?? '';
        const all = shapes(app);
        body.replaceChildren(
            element('div', {class: 'tools', role: 'toolbar', 'aria-label': say('draw.tools')}, ...TOOLS.map((t) => element('button', {type: 'button', class: 'drawtool', id: `draw-${t}`, 'aria-pressed': String(t === tool),
                onclick: () => take(t, app)}, icon(`draw-${t}`), element('span', {}, say(`draw.${t}`))))),
            element('p', {class: 'live', id: 'draw-live', role: 'status'}, tool ? say(`draw.how.${tool}`) : ''),
            all.length ? element('ol', {class: 'shapes'}, ...all.map((g, i) => shapeRow(g, i, app))) : element('p', {class: 'hint'}, say('draw.help')),
            ...extras(app));
        byId('draw-typing').open = Boolean(isTyping);
        byId('draw-text').value = typed;
        byId(focused)?.focus();
    },
    open: (app) => shapes(app).length && !exact.length && app.gl && measureAll(app),
    close: (app) => tool && take(tool, app),
    ready(gl, app) {
        gl.once('load', async () => {
            if (!shapes(app).length)
                return;
            (await pen(gl, app, (news) => listen(news, app))).put(shapes(app));
            measureAll(app);
        });
    },
};
