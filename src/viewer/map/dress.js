// The style as the map shows it now: the town's own, with layers switched off, faded, filtered, or as of a date.
// Always made anew from the style that the server sent, so that nothing has to be taken back.

/** The layer of the map that a style layer draws: the server names that of labels. */
export const layerOf = (styleLayer) => styleLayer.metadata?.['munimap:layer'] ?? styleLayer['source-layer'];

const OPACITY = {fill: ['fill-opacity'], line: ['line-opacity'], circle: ['circle-opacity', 'circle-stroke-opacity'],
    symbol: ['icon-opacity', 'text-opacity'], 'fill-extrusion': ['fill-extrusion-opacity'], raster: ['raster-opacity'], heatmap: ['heatmap-opacity']};

/** An opacity times a factor; one that depends on the zoom has to stay an expression of the zoom at the top. */
function faded(opacity, factor) {
    if (opacity === undefined)
        return factor;
    if (!Array.isArray(opacity))
        return opacity * factor;
    const [op, ...args] = opacity;
    if (op === 'interpolate')
        return [op, args[0], args[1], ...args.slice(2).map((a, i) => i % 2 ? faded(a, factor) : a)];
    if (op === 'step')
        return [op, args[0], faded(args[1], factor), ...args.slice(2).map((a, i) => i % 2 ? faded(a, factor) : a)];
    return ['*', opacity, factor];
}

function fade(styleLayer, factor) {
    if (factor >= 1)
        return styleLayer;
    const names = OPACITY[styleLayer.type] ?? [];
    return {...styleLayer, paint: {...styleLayer.paint, ...Object.fromEntries(names.map((n) => [n, faded(styleLayer.paint?.[n], factor)]))}};
}

/** The ids in a source's address, ".../tiles/a,b,b_label.json". */
export const listOf = (source) => decodeURIComponent(/\/tiles\/([^/?]+)\.json/.exec(source?.url ?? '')?.[1] ?? '').split(',').filter(Boolean);

/** The address of a source that has one layer (and its labels) only, and of that what fits the question. */
function narrowed(source, id, params) {
    const url = new URL(source.url);
    const list = listOf(source).filter((l) => l === id || l === `${id}_label`);
    url.pathname = url.pathname.replace(/\/tiles\/[^/]+\.json$/, `/tiles/${list.map(encodeURIComponent).join(',')}.json`);
    for (const [name, value] of Object.entries(params))
        url.searchParams.set(name, value);
    return {...source, url: url.href};
}

/**
 * `on`: ids of the layers to show; `opacity`: {id: 0 to 1}; `questions`: {id: {filter, datetime, ...}}, what the tiles of
 * a layer are asked for beside their place: such a layer gets a source of its own.
 */
export function dress(style, {on, opacity = {}, questions = {}}) {
    const sources = {...style.sources};
    const layers = style.layers.map((layer) => {
        const id = layerOf(layer);
        if (!id)
            return layer;
        const shown = {...fade(layer, opacity[id] ?? 1), layout: {...layer.layout, visibility: on.has(id) ? 'visible' : 'none'}};
        if (!questions[id] || !listOf(style.sources[layer.source]).length)
            return shown;
        const name = `${layer.source}~${id}`;
        sources[name] ??= narrowed(style.sources[layer.source], id, questions[id]);
        return {...shown, source: name};
    });
    return {...style, sources, layers};
}

/** What is drawn beside the server's style stays when that is exchanged: chosen things, drawings. */
export function keepOwn(before, next) {
    if (!before)
        return next;
    const isOwn = (name) => name in before.sources && before.sources[name].type === 'geojson' && !(name in next.sources);
    const sources = Object.fromEntries(Object.entries(before.sources).filter(([name]) => isOwn(name)));
    return {...next, sources: {...next.sources, ...sources}, layers: [...next.layers, ...before.layers.filter((l) => l.source && isOwn(l.source))]};
}
