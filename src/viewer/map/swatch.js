// Small pictures of what the style draws: beside a layer's name, and one for each value that it tells apart.
import {element} from '../base/dom.js';
import {title} from '../base/text.js';

const SHEET_WIDTH = 512;
let sprite = null;

/** Reads the index of the sprite once. */
export async function loadSprite(url) {
    const ratio = devicePixelRatio > 1 ? '@2x' : '';
    const index = await (await fetch(`${url}${ratio}.json`)).json();
    sprite = {index, image: `${url}${ratio}.png`};
}

const slot = (node) => element('span', {class: 'slot', 'aria-hidden': 'true'}, node);

function iconSwatch(name) {
    const icon = sprite?.index[name];
    if (!icon)
        return null;
    const r = icon.pixelRatio;
    const node = element('span', {class: 'swatch icon'});
    node.style.width = `${icon.width / r}px`;
    node.style.height = `${icon.height / r}px`;
    node.style.backgroundImage = `url("${sprite.image}")`;
    node.style.backgroundPosition = `${-icon.x / r}px ${-icon.y / r}px`;
    node.style.backgroundSize = `${SHEET_WIDTH}px auto`;
    return slot(node);
}

function colorSwatch(type, color, dashed) {
    const node = element('span', {class: `swatch ${type} ${dashed ? 'dashed' : ''}`});
    node.style.setProperty('--color', color);
    return slot(node);
}

/** The value of a style expression for some attributes; of a scale, its
 *  middle, or what is seen from near. Enough for pictures. */
export function evaluate(expression, properties) {
    if (!Array.isArray(expression))
        return expression;
    const [op, ...args] = expression;
    const at = (i) => evaluate(args[i], properties);
    switch (op) {
    case 'get': return properties[args[0]];
    case 'literal': return args[0];
    case 'to-string': return String(at(0));
    case 'concat': return args.map((_, i) => at(i)).join('');
    case 'coalesce': return args.map((_, i) => at(i)).find((v) => v !== null && v !== undefined);
    case 'step': return at(args.length - 1);
    case 'interpolate': return at(args[1]?.[0] === 'zoom' ? args.length - 1 : 3 + 2 * Math.floor((args.length - 4) / 4));
    case 'match': {
        const input = at(0);
        for (let i = 1; i + 1 < args.length; i += 2)
            if ([args[i]].flat().includes(input))
                return at(i + 1);
        return at(args.length - 1);
    }
    default: return undefined;
    }
}

function drawing(layer, properties) {
    if (layer.type === 'symbol')
        return iconSwatch(evaluate(layer.layout?.['icon-image'], properties));
    const color = evaluate(layer.paint?.[`${layer.type}-color`], properties);
    return typeof color === 'string' ? colorSwatch(layer.type, color, layer.paint['line-dasharray']) : null;
}

/** A swatch for the style layers of one map layer. */
export function swatch(styleLayers) {
    const drawn = styleLayers.filter((l) => l.type !== 'symbol' || l.metadata?.['munimap:icon']);
    const icon = drawn.map((l) => l.metadata?.['munimap:icon']).find((name) => name && sprite?.index[name]);
    if (icon)
        return iconSwatch(icon);
    const layer = drawn.find((l) => l.metadata?.['munimap:swatch']) ?? drawn[0];
    const color = layer?.metadata?.['munimap:swatch'] ?? evaluate(layer?.paint?.[`${layer.type}-color`], {});
    return colorSwatch(layer?.type ?? 'fill', typeof color === 'string' ? color : '#7c8790', layer?.paint?.['line-dasharray']);
}

/** The fields by whose codes a layer is drawn. */
export const legendFields = (layer, styleLayers) => [...new Set(styleLayers.map((l) => l.metadata?.['munimap:legend']?.split('=')[0]))]
    .filter((name) => layer.fields.some((f) => f.name === name && f.codes.length));

/** [{name, picture, field, value}] for the codes that a layer is drawn by. The style names the field: "munimap:legend": "kind",
 *  or "class=trunk" where a style layer draws one code only. */
export function legend(layer, styleLayers) {
    const rows = new Map();
    for (const drawn of styleLayers.filter((l) => l.metadata?.['munimap:legend'])) {
        const [name, only] = drawn.metadata['munimap:legend'].split('=');
        const field = layer.fields.find((f) => f.name === name);
        for (const code of field?.codes ?? []) {
            if ((only && code.value !== only) || rows.has(code.value))
                continue;
            const picture = drawing(drawn, {[name]: field.type === 'integer' ? Number(code.value) : code.value});
            if (picture)
                rows.set(code.value, {name: title(code.title, code.value), picture, field: name, value: code.value});
        }
    }
    return [...rows.values()];
}
