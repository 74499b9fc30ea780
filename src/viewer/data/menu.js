// A button that opens a small sheet of choices above everything else.
import {element, icon} from '../base/dom.js';

/** `name` of the icon; what stands in the sheet stays there while it is used. Escape and a click elsewhere close it. */
export function menu(id, name, label, ...children) {
    const body = element('div', {class: 'menu-body', id: `${id}-body`, role: 'group', 'aria-label': label, hidden: true}, ...children);
    const button = element('button', {type: 'button', class: 'menu-button', id: `${id}-button`, 'aria-expanded': 'false', 'aria-controls': body.id, 'aria-label': label},
        icon(name), element('span', {}, label));
    const node = element('div', {class: 'menu', id}, button, body);
    const show = (isOpen) => {
        body.hidden = !isOpen;
        button.setAttribute('aria-expanded', String(isOpen));
    };
    button.addEventListener('click', () => show(body.hidden));
    node.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape' || body.hidden)
            return;
        event.stopPropagation();
        show(false);
        button.focus();
    });
    node.addEventListener('focusout', (event) => {
        if (event.relatedTarget && !node.contains(event.relatedTarget))
            show(false);
    });
    document.addEventListener('pointerdown', function elsewhere(event) {
        if (!node.isConnected)
            document.removeEventListener('pointerdown', elsewhere);
        else if (!node.contains(event.target))
            show(false);
    });
    return node;
}
