// The small picture beside a layer's name, from what the style draws it with.
import {element} from './dom.js';

let sprite = null;

/** Reads the index of the sprite once. */
export async function loadSprite(url) {
    const ratio = devicePixelRatio > 1 ? '@2x' : '';
    const index = await (await fetch(`${url}${ratio}.json`)).json();
    sprite = {index, image: `${url}${ratio}.png`};
}

function iconSwatch(name) {
    const icon = sprite?.index[name];
    if (!icon)
        return null;
    const r = icon.pixelRatio;
    const node = element('span', {class: 'swatch icon', 'aria-hidden': 'true'});
    node.style.width = `${icon.width / r}px`;
    node.style.height = `${icon.height / r}px`;
    node.style.backgroundImage = `url("${sprite.image}")`;
    node.style.backgroundPosition = `${-icon.x / r}px ${-icon.y / r}px`;
    node.style.backgroundSize = `${512}px auto`;
    return node;
}

const plainColor = (v) => typeof v === 'string' ? v : null;

/** A swatch for the style layers of one map layer. */
export function swatch(styleLayers) {
    const drawn = styleLayers.filter((l) => l.type !== 'symbol' || l.metadata?.['munimap:icon']);
    for (const layer of drawn) {
        const icon = layer.metadata?.['munimap:icon'];
        const node = icon && iconSwatch(icon);
        if (node)
            return node;
    }
    const layer = drawn.find((l) => l.metadata?.['munimap:swatch']) ?? drawn[0];
    const color = layer?.metadata?.['munimap:swatch'] ?? plainColor(layer?.paint?.[`${layer.type}-color`]) ?? '#7c8790';
    const node = element('span', {class: `swatch ${layer?.type ?? 'fill'}`, 'aria-hidden': 'true'});
    node.style.setProperty('--color', color);
    return node;
}
