// A box drawn on the map, by Shift and the mouse, or with the tool by mouse and finger.
import {element} from '../base/dom.js';

const LEAST_PX = 5;

/**
 * `isOn()`: whether a drag draws a box without Shift too; `isFree()`: whether no other tool has the map; `done(ring)`: it is
 * drawn: [[lon, lat], ...] of its corners on the ground, closed.
 */
export function drawBoxes(gl, {isOn, isFree, done}) {
    const canvas = gl.getCanvas(), shown = element('div', {class: 'drawn-box', hidden: true});
    let from = null;
    gl.boxZoom.disable(); // the same drag
    gl.getContainer().append(shown);

    function at(event) {
        const box = canvas.getBoundingClientRect();
        return {x: Math.max(0, Math.min(box.width, event.clientX - box.left)), y: Math.max(0, Math.min(box.height, event.clientY - box.top))};
    }

    function end() {
        from = null;
        shown.hidden = true;
        if (!isOn())
            gl.dragPan.enable();
    }

    canvas.addEventListener('pointerdown', (event) => {
        if (event.button || !event.isPrimary || !isFree() || !(event.shiftKey || isOn()))
            return;
        from = at(event);
        canvas.setPointerCapture(event.pointerId);
        gl.dragPan.disable();
    }, {capture: true});
    canvas.addEventListener('pointermove', (event) => {
        if (!from)
            return;
        const to = at(event);
        shown.hidden = false;
        Object.assign(shown.style, {left: `${Math.min(from.x, to.x)}px`, top: `${Math.min(from.y, to.y)}px`,
            width: `${Math.abs(from.x - to.x)}px`, height: `${Math.abs(from.y - to.y)}px`});
    });
    canvas.addEventListener('pointerup', (event) => {
        if (!from)
            return;
        const a = from, b = at(event);
        end();
        if (Math.abs(a.x - b.x) >= LEAST_PX && Math.abs(a.y - b.y) >= LEAST_PX)
            done(ringOf(gl, a, b)); // of less it is a click
    });
    canvas.addEventListener('pointercancel', end);
    document.addEventListener('keydown', (event) => event.key === 'Escape' && from && end());
}

/** Corners of the screen on the ground: where the map is turned, no box of degrees. */
export function ringOf(gl, a, b) {
    return [[a.x, a.y], [b.x, a.y], [b.x, b.y], [a.x, b.y], [a.x, a.y]].map((p) => gl.unproject(p).toArray());
}
