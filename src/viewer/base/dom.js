// Elements by code: text is always text, never markup.

const SVG = 'http://www.w3.org/2000/svg';
const icons = new URL('../icons.svg', import.meta.url);

/** element('a', {href: '/', class: 'x'}, 'text', child, ...) */
export function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith('on'))
            node.addEventListener(name.slice(2), value);
        else if (value === true)
            node.setAttribute(name, '');
        else if (value !== false && value !== null && value !== undefined)
            node.setAttribute(name, value);
    }
    node.append(...children.filter((c) => c !== null && c !== undefined));
    return node;
}

/** A picture of icons.svg, in the colour of the text beside it. */
export function icon(name) {
    const svg = document.createElementNS(SVG, 'svg'), use = document.createElementNS(SVG, 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    svg.setAttribute('viewBox', '0 0 24 24');
    use.setAttribute('href', `${icons.pathname}#${name}`);
    svg.append(use);
    return svg;
}

/** A button that is a picture: its name is its label and its hint. */
export const iconButton = (name, label, attributes = {}) =>
    element('button', {type: 'button', class: 'tool', title: label, 'aria-label': label, ...attributes}, icon(name));

const KEEP_MS = 10000;

/** Gives the user a file. */
export function save(blob, name) {
    const url = URL.createObjectURL(blob);
    element('a', {href: url, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}

export const byId = (id) => document.getElementById(id);
