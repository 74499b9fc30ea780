// The edge by which a panel below the map is made higher or lower: dragged, or with arrow keys.
import {element} from '../base/dom.js';

const LEAST = 20, MOST = 85, STEP = 5; // of the height of what holds it, in percent

/** For a panel that is `--dock` high: the page knows it, since other things make room. */
export function resizer(panel, label, changed) {
    const root = document.documentElement.style;
    const now = () => Math.round(100 * panel.offsetHeight / panel.parentNode.offsetHeight);
    const node = element('div', {class: 'resizer', role: 'separator', tabindex: 0, 'aria-orientation': 'horizontal', 'aria-label': label,
        'aria-valuemin': LEAST, 'aria-valuemax': MOST, 'aria-valuenow': parseInt(root.getPropertyValue('--dock') || 40, 10)});
    const set = (percent) => {
        const height = Math.round(Math.max(LEAST, Math.min(MOST, percent)));
        root.setProperty('--dock', `${height}%`);
        node.setAttribute('aria-valuenow', height);
        changed();
    };
    node.addEventListener('keydown', (event) => {
        const step = {ArrowUp: STEP, ArrowDown: -STEP}[event.key];
        if (!step)
            return;
        event.preventDefault();
        set(now() + step);
    });
    node.addEventListener('pointerdown', (event) => {
        node.setPointerCapture(event.pointerId);
        event.preventDefault();
    });
    node.addEventListener('pointermove', (event) => {
        if (!node.hasPointerCapture(event.pointerId))
            return;
        const box = panel.parentNode.getBoundingClientRect();
        set(100 * (box.bottom - event.clientY) / box.height);
    });
    return node;
}
