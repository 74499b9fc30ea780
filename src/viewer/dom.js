// Elements by code: text is always text, never markup.

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

export const byId = (id) => document.getElementById(id);
