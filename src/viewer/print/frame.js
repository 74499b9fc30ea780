// The frame on the map: the ground that the sheet will show. It is drawn where the server says, is moved by its inside and
// turned by its handle, by mouse or finger; by keys when it has the focus, which a press of the mouse gives it as well.
import {Marker} from '../maplibre-gl.mjs';
import {element} from '../base/dom.js';
import {say} from '../base/text.js';
import {NOTHING} from '../map/nothing.js';

const COLOR = '#7a3fb0', NEAR_PX = 14;

// Keys by their places: brackets are letters of the Russian layout. [to the east, to the south, degrees to the right]
const KEYS = {ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0],
    BracketLeft: [0, 0, -1], BracketRight: [0, 0, 1], Minus: [0, 0, -1], Equal: [0, 0, 1], NumpadSubtract: [0, 0, -1], NumpadAdd: [0, 0, 1]};
const STEP_SHARE = 0.02, FAR_SHARE = 0.2, TURN_DEG = 1, FAR_TURN_DEG = 15;

const points = (corners) => ({type: 'FeatureCollection', features: corners ? [
    {type: 'Feature', properties: {part: 'field'}, geometry: {type: 'Polygon', coordinates: [[...corners, corners[0]]]}},
    {type: 'Feature', properties: {part: 'handle'}, geometry: {type: 'Point', coordinates: middle(corners[0], corners[1])}},
] : []});

const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/** Whether a point of the screen lies in a polygon of it (even-odd rule). */
function isInside(p, ring) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++)
        if ((ring[i].y > p.y) !== (ring[j].y > p.y) && p.x < (ring[j].x - ring[i].x) * (p.y - ring[i].y) / (ring[j].y - ring[i].y) + ring[i].x)
            inside = !inside;
    return inside;
}

/** `moved({center, turn})`: the frame was let go of: where its middle is now, by how many degrees it was turned clockwise. */
export function makeFrame(gl, app, moved) {
    let corners = null, center = null, drag = null;
    const grip = element('button', {type: 'button', id: 'print-grip', 'aria-keyshortcuts': 'ArrowLeft ArrowRight ArrowUp ArrowDown [ ] + -'}, '✥');
    const marker = new Marker({element: grip});

    gl.addSource('print-frame', {type: 'geojson', data: NOTHING});
    gl.addLayer({id: 'print-field', type: 'fill', source: 'print-frame', filter: ['==', ['get', 'part'], 'field'], paint: {'fill-color': COLOR, 'fill-opacity': 0.08}});
    gl.addLayer({id: 'print-edge', type: 'line', source: 'print-frame', filter: ['==', ['get', 'part'], 'field'], paint: {'line-color': COLOR, 'line-width': 2.5}});
    gl.addLayer({id: 'print-handle', type: 'circle', source: 'print-frame', filter: ['==', ['get', 'part'], 'handle'],
        paint: {'circle-radius': 7, 'circle-color': '#ffffff', 'circle-stroke-color': COLOR, 'circle-stroke-width': 3}});

    const draw = (now) => gl.getSource('print-frame').setData(points(now));
    const at = (event) => {
        const box = gl.getCanvas().getBoundingClientRect();
        return {x: event.clientX - box.left, y: event.clientY - box.top};
    };
    const screen = (list) => list.map((c) => gl.project(c));
    const angle = (p) => {
        const c = gl.project(center);
        return Math.atan2(p.y - c.y, p.x - c.x);
    };

    function part(p) {
        if (!corners || app.taking || app.isBoxing?.())
            return null;
        const handle = gl.project(middle(corners[0], corners[1]));
        if (Math.hypot(handle.x - p.x, handle.y - p.y) <= NEAR_PX)
            return 'turn';
        return isInside(p, screen(corners)) ? 'move' : null;
    }

    const shifted = (list, dx, dy) => screen(list).map((c) => gl.unproject([c.x + dx, c.y + dy]).toArray());

    function turned(list, by) {
        const c = gl.project(center), cos = Math.cos(by), sin = Math.sin(by);
        return screen(list).map((q) => gl.unproject([c.x + (q.x - c.x) * cos - (q.y - c.y) * sin, c.y + (q.x - c.x) * sin + (q.y - c.y) * cos]).toArray());
    }

    /** The corners as they would be: shifted or turned on the screen. */
    const changed = (p) => drag.part === 'move' ? shifted(corners, p.x - drag.from.x, p.y - drag.from.y) : turned(corners, angle(p) - drag.angle);

    /** The frame where it will be, before the server says it exactly. */
    function shiftBy(dx, dy) {
        corners = shifted(corners, dx, dy);
        [center] = shifted([center], dx, dy);
        draw(corners);
        marker.setLngLat(center);
        moved({center, turn: 0});
    }

    function turnBy(degrees) {
        corners = turned(corners, degrees * Math.PI / 180);
        draw(corners);
        moved({center, turn: degrees});
    }

    grip.addEventListener('keydown', (event) => {
        const way = KEYS[event.code];
        if (!way || !corners || event.altKey || event.ctrlKey || event.metaKey)
            return;
        event.preventDefault();
        event.stopPropagation(); // the map would be moved too
        const [a, , c] = screen(corners), size = Math.hypot(c.x - a.x, c.y - a.y), step = size * (event.shiftKey ? FAR_SHARE : STEP_SHARE);
        if (way[2])
            turnBy(way[2] * (event.shiftKey ? FAR_TURN_DEG : TURN_DEG));
        else
            shiftBy(way[0] * step, way[1] * step);
    });

    const canvas = gl.getCanvas();
    canvas.addEventListener('pointerdown', (event) => {
        const p = at(event), what = event.button || !event.isPrimary || event.shiftKey ? null : part(p);
        if (!what)
            return;
        grip.focus({preventScroll: true});
        drag = {part: what, from: p, angle: center ? angle(p) : 0, has: false};
        canvas.setPointerCapture(event.pointerId);
        event.preventDefault(); // the focus stays with the frame
        gl.dragPan.disable();
        gl.touchZoomRotate.disable();
    }, {capture: true});
    canvas.addEventListener('pointermove', (event) => {
        const p = at(event);
        if (!drag) {
            canvas.style.cursor = {turn: 'grab', move: 'move'}[part(p)] ?? '';
            return;
        }
        drag.has ||= Math.hypot(p.x - drag.from.x, p.y - drag.from.y) > 2;
        if (drag.has)
            draw(changed(p));
    });
    const end = (event) => {
        if (!drag)
            return;
        const mine = drag, p = at(event);
        gl.dragPan.enable();
        gl.touchZoomRotate.enable();
        if (mine.has && event.type === 'pointerup') {
            const c = gl.project(center);
            if (mine.part === 'move')
                moved({center: gl.unproject([c.x + p.x - mine.from.x, c.y + p.y - mine.from.y]).toArray(), turn: 0});
            else
                moved({center, turn: (angle(p) - mine.angle) * 180 / Math.PI});
            corners = changed(p);
        } else {
            draw(corners);
        }
        drag = null;
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);

    return {
        /** Draws it where the server says; null takes it away. */
        show(frame) {
            corners = frame?.corners ?? null;
            center = frame?.center ?? null;
            if (!drag)
                draw(corners);
            if (!corners) {
                canvas.style.cursor = '';
                marker.remove();
                return;
            }
            grip.setAttribute('aria-label', say('print.grip'));
            grip.title = say('print.grip');
            marker.setLngLat(center);
            if (!grip.isConnected) // added anew it would lose the focus
                marker.addTo(gl);
        },
    };
}
