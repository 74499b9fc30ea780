// Plans on paper: what is on the map, as vectors at true scale. The panel makes a plan; a frame on the map shows which
// ground it will hold; the server prints it.
import {byId, element, save} from '../base/dom.js';
import {askJson, latest} from '../base/server.js';
import {say, title} from '../base/text.js';
import {makeFrame} from './frame.js';
import {findFrame, preview, print} from './job.js';
import {featureOf} from '../map/chosen.js';
import {ELEMENTS, FORMATS, SCALES, objectOf, planOf, remember, remembered} from './plan.js';

const ASK_AFTER_MS = 200, TURN_DEG = 5, MOVE_SHARE = 0.1;
const newestPicture = latest(), newestTemplate = latest(), newestList = latest();

// `needs`: the template is about an object; `fitted`: the object that the frame was brought to
let needs = false, fitted = '';
let settings = null, templates = null, frame = null, found = null, wrong = null, isRefused = false, running = null, state = null, asking = null, waiting = 0, underway = 0, picture = '';

const isOpen = (app) => app.store.get('panel') === 'print';

/** Texts of the server say which member of the plan they mean; the panel has it as a field. */
const fieldOf = (where) => ({object: 'object', 'object.id': 'object', format: 'format', orientation: 'format', scale: 'scale', rotation: 'rotation', title: 'title', subtitle: 'subtitle', template: 'template',
    style: 'style', 'elements.form': 'form'})[where] ?? '';

// ---- the frame ----

/** Whether the frame on the map is still to become what the panel says. */
const drawWaiting = () => byId('print-state')?.setAttribute('aria-busy', String(Boolean(waiting || asking || underway)));

/** Nothing more is asked, and what is on its way is of a plan that is no more: it would put the frame back. */
function forgetFrame() {
    clearTimeout(waiting);
    asking?.abort();
    waiting = 0;
    asking = null;
}

/** Asks for the frame anew, a moment after the last change. */
function askSoon(app, after = ASK_AFTER_MS) {
    forgetFrame();
    waiting = setTimeout(() => askFrame(app), after);
    drawWaiting();
}

/** While it lasts the panel may still change. */
async function during(work) {
    underway++;
    drawWaiting();
    try {
        return await work;
    } finally {
        underway--;
        drawWaiting();
    }
}

async function askFrame(app) {
    waiting = 0;
    if (!isOpen(app) || !app.gl)
        return;
    const mine = asking = new AbortController();
    try {
        const now = await findFrame(planOf(settings, app), mine.signal);
        if (mine !== asking)
            return;
        asking = null;
        [found, wrong, isRefused] = [now, null, false];
        frame?.show(found);
    } catch (error) {
        if (mine !== asking)
            return;
        asking = null;
        [found, wrong, isRefused] = [null, error, true];
        frame?.show(null);
    }
    drawState(app);
}

function change(app, changes) {
    Object.assign(settings, changes);
    remember(settings);
    forgetPicture();
    askSoon(app);
}

function moveBy(app, east, south) {
    const {gl} = app;
    if (!found)
        return;
    const c = gl.project(settings.center), size = Math.abs(gl.project(found.corners[2]).x - gl.project(found.corners[0]).x);
    change(app, {center: gl.unproject([c.x + east * size * MOVE_SHARE, c.y + south * size * MOVE_SHARE]).toArray()});
}

const rounded = (deg) => Math.round(((deg + 540) % 360 - 180) * 10) / 10;

/** The frame to the right: the map on the sheet to the left, which is what the rotation of a plan counts. */
function turnBy(app, degrees) {
    change(app, {rotation: rounded(settings.rotation - degrees)});
    if (byId('print-rotation'))
        byId('print-rotation').value = settings.rotation;
}

/** The largest of the usual scales at which the sheet holds what the map shows. */
async function fitView(app) {
    const b = app.gl.getBounds(), {center, scale, ...plan} = planOf({...settings, rotation: settings.rotation}, app);
    try {
        const fit = await during(findFrame({...plan, extent: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]}));
        change(app, {center: fit.center, scale: Math.round(fit.scale)});
        app.drawPanel('print');
    } catch (error) {
        wrong = error;
        drawState(app);
    }
}

/** The frame around the object of the plan, at the template's scale or one that holds it. */
async function fitObject(app) {
    const object = settings.about && objectOf(app), key = object ? `${object.layer}/${object.id}` : '';
    if (!object || key === fitted || !isOpen(app))
        return;
    fitted = key;
    const {center, scale, ...plan} = planOf(settings, app);
    try {
        const fit = await during(findFrame(plan));
        change(app, {center: fit.center, scale: Math.round(fit.scale)});
        app.drawPanel('print');
    } catch (error) {
        wrong = error;
        drawState(app);
    }
}

/** The frame may lie far from what is seen: it comes to the middle of the map. */
function bringHere(app) {
    change(app, {center: app.gl.getCenter().toArray()});
}

// ---- files ----

function forgetPicture() {
    picture = '';
    newestPicture(Promise.resolve()); // one on its way is of a plan that is no more
    byId('print-preview-box')?.replaceChildren();
}

/** Pictures of the page come from the server or are part of it: the policy allows no other addresses. */
const dataOf = (blob) => new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
});

async function showPreview(app) {
    drawBusy(true);
    try {
        const made = await newestPicture(preview(planOf(settings, app)).then(dataOf));
        if (made) {
            picture = made;
            drawPicture();
        }
    } catch (error) {
        wrong = error;
        drawState(app);
    }
    drawBusy(false);
}

/** The panel may have been drawn anew since the picture was asked for. */
function drawBusy(isBusy) {
    if (byId('print-preview'))
        byId('print-preview').disabled = isBusy;
    byId('print-preview-box')?.setAttribute('aria-busy', String(isBusy));
}

const drawPicture = () => picture && byId('print-preview-box')?.replaceChildren(element('img', {src: picture, alt: say('print.preview.alt')}));

async function run(app) {
    if (!byId('print-ask').reportValidity())
        return;
    running = new AbortController();
    [state, wrong] = [{progress: 0, status: 'queued'}, null];
    drawState(app);
    byId('print-stop')?.focus();
    try {
        const {blob, name} = await print(planOf(settings, app), (now) => {
            state = now;
            drawState(app);
        }, running.signal);
        save(blob, name);
        app.message(say('print.done', {name}));
    } catch (error) {
        wrong = error.name === 'AbortError' ? null : error;
    }
    running = state = null;
    drawState(app);
    byId('print-run')?.focus();
}

function savePlan(app) {
    save(new Blob([JSON.stringify(planOf(settings, app), null, 2) + '\n'], {type: 'application/json'}), 'plan.json');
}

// ---- the panel ----

function select(id, label, value, choices, onchange) {
    const node = element('select', {id: `print-${id}`, onchange: (event) => onchange(event.target.value)},
        ...choices.map(([v, text]) => element('option', {value: v}, text)));
    node.value = value;
    return element('label', {}, element('span', {}, label), node);
}

const input = (id, label, attributes) => element('label', {}, element('span', {}, label), element('input', {id: `print-${id}`, ...attributes}));

/** Is a template about an object? Its turning points, or a passport of it. */
const isAbout = (template) => Boolean(template.elements?.points || template.elements?.passport);

/** A template brings its format, scale and elements, which may then be changed; what only it has (tables) stays its own. */
async function useTemplate(app, id) {
    const named = templates?.find((one) => one.id === id);
    let made;
    try {
        made = await during(newestTemplate(id ? askJson(`print/templates/${id}`) : Promise.resolve({})));
    } catch (error) {
        wrong = error;
        app.drawPanel('print'); // with the template that was before
        return;
    }
    if (!made)
        return; // another was chosen meanwhile
    const {format, orientation, scale, elements = {}} = made;
    needs = isAbout(made);
    change(app, {template: id, about: needs, format: format ?? settings.format, orientation: orientation ?? settings.orientation, scale: scale ?? settings.scale,
        elements: Object.fromEntries(ELEMENTS.map((e) => [e, id && elements[e] !== undefined ? Boolean(elements[e]) : settings.elements[e]])),
        ...(named && !settings.title ? {title: named.title} : {})});
    app.drawPanel('print');
    fitted = '';
    fitObject(app);
}

/** The object on the map that the plan may be about; where the template asks for one and none is chosen, that is said. */
function about(app) {
    const object = objectOf(app);
    if (!object)
        return needs ? element('p', {class: 'hint', id: 'print-no-object'}, say('print.object.none')) : '';
    const box = element('input', {type: 'checkbox', id: 'print-object', onchange(event) {
        fitted = '';
        change(app, {about: event.target.checked});
        fitObject(app);
    }}), name = element('span', {}, say('print.object', {what: `${title(app.layer(object.layer).title, object.layer)}, ${object.id}`}));
    box.checked = settings.about;
    featureOf(object.layer, object.id).then((feature) => {
        const known = feature?.properties?.name ?? feature?.properties?.address;
        if (known)
            name.textContent = say('print.object', {what: known});
    });
    return element('label', {class: 'about'}, box, name);
}

function checks(app) {
    return element('fieldset', {class: 'checks'}, element('legend', {}, say('print.elements')), ...ELEMENTS.map((name) => {
        const box = element('input', {type: 'checkbox', id: `print-${name}`, onchange: (event) => change(app, {elements: {...settings.elements, [name]: event.target.checked}})});
        box.checked = settings.elements[name];
        return element('label', {}, box, say(`print.${name}`));
    }));
}

function place(app) {
    const button = (key, text, act) => element('button', {type: 'button', class: 'chip', id: `print-${key}`, 'aria-label': say(`print.${key}`), title: say(`print.${key}`), onclick: act}, text);
    return element('fieldset', {class: 'place'}, element('legend', {}, say('print.place')),
        element('p', {class: 'hint'}, say('print.frame')),
        element('p', {class: 'buttons'}, button('west', '←', () => moveBy(app, -1, 0)), button('north-by', '↑', () => moveBy(app, 0, -1)), button('south', '↓', () => moveBy(app, 0, 1)),
            button('east', '→', () => moveBy(app, 1, 0)), button('left', '⟲', () => turnBy(app, -TURN_DEG)), button('right', '⟳', () => turnBy(app, TURN_DEG))),
        element('p', {class: 'buttons'}, element('button', {type: 'button', class: 'chip', id: 'print-here', onclick: () => bringHere(app)}, say('print.here')),
            element('button', {type: 'button', class: 'chip', id: 'print-fit', onclick: () => fitView(app)}, say('print.fit')),
            element('button', {type: 'button', class: 'chip', id: 'print-show', onclick: () => found && app.zoomToGeometry({type: 'Polygon', coordinates: [[...found.corners, found.corners[0]]]}, 0)}, say('print.show'))));
}

function form(app) {
    const scales = SCALES.includes(settings.scale) ? SCALES : [...SCALES, settings.scale].sort((a, b) => a - b);
    return element('form', {id: 'print-ask', onsubmit(event) {
        event.preventDefault();
        run(app);
    }},
    select('template', say('print.template'), settings.template, [['', say('print.template.none')], ...(templates ?? []).map((t) => [t.id, t.title])], (id) => useTemplate(app, id)),
    input('title', say('print.title'), {type: 'text', maxlength: 200, value: settings.title, oninput: (event) => change(app, {title: event.target.value})}),
    input('subtitle', say('print.subtitle'), {type: 'text', maxlength: 200, value: settings.subtitle, oninput: (event) => change(app, {subtitle: event.target.value})}),
    about(app),
    element('div', {class: 'row'},
        select('format', say('print.format'), settings.format, [...new Set([...FORMATS, settings.format])].map((f) => [f, f]), (format) => change(app, {format})),
        select('orientation', say('print.orientation'), settings.orientation, ['landscape', 'portrait'].map((o) => [o, say(`print.${o}`)]), (orientation) => change(app, {orientation}))),
    element('div', {class: 'row'},
        input('scale', say('print.scale'), {type: 'number', min: 50, max: 5000000, step: 1, required: true, value: settings.scale, list: 'print-scales',
            oninput: (event) => event.target.validity.valid && change(app, {scale: Number(event.target.value)})}),
        input('rotation', say('print.rotation'), {type: 'number', min: -180, max: 180, step: 'any', value: settings.rotation,
            oninput: (event) => event.target.validity.valid && change(app, {rotation: Number(event.target.value || 0)})}),
        element('datalist', {id: 'print-scales'}, ...scales.map((s) => element('option', {value: s})))),
    element('div', {class: 'row'},
        select('style', say('print.style'), settings.style, ['print', 'day', 'contrast', 'night'].map((s) => [s, say(`print.style.${s}`)]), (style) => change(app, {style})),
        select('output', say('print.output'), settings.output, ['pdf', 'svg', 'png'].map((o) => [o, o.toUpperCase()]), (output) => change(app, {output}))),
    checks(app), place(app),
    element('div', {id: 'print-state'}),
    element('p', {class: 'buttons'}, element('button', {type: 'button', class: 'chip', id: 'print-preview', onclick: () => showPreview(app)}, say('print.preview')),
        element('button', {type: 'button', class: 'chip', id: 'print-plan', onclick: () => savePlan(app)}, say('print.plan'))),
    element('div', {id: 'print-preview-box', 'aria-live': 'polite'}));
}

/** What the server says, how far a print is, and its button. */
function drawState(app) {
    const box = byId('print-state');
    if (!box)
        return;
    for (const node of byId('print-ask').querySelectorAll('[aria-invalid]'))
        node.removeAttribute('aria-invalid');
    const field = wrong && byId(`print-${fieldOf(wrong.where)}`);
    if (field) {
        field.setAttribute('aria-invalid', 'true');
        field.setAttribute('aria-describedby', 'print-error');
    }
    const focused = box.contains(document.activeElement) ? document.activeElement.id : '';
    box.replaceChildren(
        wrong ? element('p', {class: 'error', role: 'alert', id: 'print-error'}, say('print.error', {what: wrong.message})) : '',
        found && !wrong ? element('p', {class: 'hint', id: 'print-size'}, say('print.size', {width: Math.round(found.width_mm * found.scale / 1000), height: Math.round(found.height_mm * found.scale / 1000),
            sheets: found.sheets})) : '',
        running
            ? element('p', {class: 'buttons'}, element('progress', {max: 1, value: state?.progress || null, 'aria-label': say('print.running')}),
                element('button', {type: 'button', class: 'chip', id: 'print-stop', onclick: () => running?.abort()}, say('print.stop')))
            : element('p', {class: 'buttons'}, element('button', {type: 'submit', class: 'primary', id: 'print-run', disabled: isRefused}, say('print.run'))));
    drawWaiting();
    byId(focused)?.focus();
}

/** The templates in the language of the page; where they cannot be had a plan needs none. */
async function listTemplates(app) {
    if (templates)
        return;
    const list = await during(newestList(askJson('print/templates', {lang: app.store.get('lang')}))).catch(() => null);
    if (!list)
        return;
    templates = list.templates;
    app.drawPanel('print');
}

async function begin(app) {
    settings.center ??= app.gl.getCenter().toArray();
    await listTemplates(app);
    if (settings.template)
        needs = isAbout(await during(askJson(`print/templates/${settings.template}`)).catch(() => ({})));
    askSoon(app, 0);
    fitObject(app);
}

export const printPanel = {
    id: 'print', icon: 'print', title: 'print',
    make(app) {
        settings = remembered();
        app.store.follow(['on', 'filters', 'at'], () => {
            if (settings && isOpen(app)) {
                forgetPicture();
                askSoon(app);
            }
        });
        app.store.follow(['chosen'], () => {
            if (!settings || !isOpen(app))
                return;
            forgetPicture();
            app.drawPanel('print');
            askSoon(app);
            fitObject(app);
        });
        app.store.follow(['lang'], () => {
            templates = null;
            if (isOpen(app) && app.gl)
                listTemplates(app);
        });
    },
    draw(body, app) {
        const focused = body.contains(document.activeElement) ? document.activeElement.id : '';
        body.replaceChildren(element('p', {class: 'hint'}, say('print.help')), form(app));
        drawState(app);
        drawPicture();
        byId(focused)?.focus();
    },
    open: (app) => app.gl && begin(app),
    close() {
        forgetFrame();
        frame?.show(null);
    },
    ready(gl, app) {
        gl.once('load', () => {
            frame = makeFrame(gl, app, ({center, turn}) => {
                settings.center = center;
                turnBy(app, turn);
            });
            if (isOpen(app))
                begin(app);
        });
    },
};
