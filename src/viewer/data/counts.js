// How many features of each layer are in view, and of which classes: the server counts them, by the box of the map's
// window and the layer's filter. Asked a moment after the map has come to rest, only while the list of layers is seen, of
// layers that are on, and few at a time.
import {askJson} from '../base/server.js';
import {legendFields} from '../map/swatch.js';
import {bboxOf} from '../map/extent.js';
import {isAskable} from './filters.js';

const REST_MS = 400, AT_ONCE = 3, GROUPS_MAX = 1000;

/** Does the work for each item, a few at a time. */
export async function inTurn(items, atOnce, work) {
    const left = [...items];
    await Promise.all(Array.from({length: Math.min(atOnce, left.length)}, async () => {
        while (left.length)
            await work(left.shift());
    }));
}

/** {total, classes: {field: {value: n}}} of one layer. */
async function countLayer(layer, wantsClasses, bbox, signal, app) {
    const fields = wantsClasses ? legendFields(layer, app.styleLayersOf(layer.id)) : [];
    const {groups, numberMatched} = await askJson(`collections/${encodeURIComponent(layer.id)}/aggregate`,
        {functions: 'count', 'group-by': fields.join(','), limit: fields.length ? GROUPS_MAX : null, bbox, ...app.askedOf(layer.id)}, {signal});
    const classes = Object.fromEntries(fields.map((name) => [name, {}]));
    for (const {key, count} of groups)
        for (const name of fields)
            classes[name][key[name]] = (classes[name][key[name]] ?? 0) + count;
    return {total: numberMatched, classes: fields.length ? classes : null};
}

/**
 * Counts whenever the view, the filters or the data have changed: `tell(id, {total, classes} or {error})`. `isWanted()`:
 * whether anybody looks; `wantsClasses(id)`: whether its legend is open. Returns a function that counts anew.
 */
export function countInView(app, {isWanted, wantsClasses, tell}) {
    let waiting = 0, stop = new AbortController();

    async function countAll() {
        stop.abort();
        const {signal} = stop = new AbortController();
        if (!isWanted() || !app.gl)
            return;
        const bbox = bboxOf(app.gl), layers = app.map.layers.filter((l) => isAskable(l) && app.store.get('on').has(l.id));
        await inTurn(layers, AT_ONCE, async (layer) => {
            if (signal.aborted)
                return;
            try {
                const found = await countLayer(layer, wantsClasses(layer.id), bbox, signal, app);
                if (!signal.aborted)
                    tell(layer.id, found);
            } catch (error) {
                if (!signal.aborted)
                    tell(layer.id, {error});
            }
        });
    }

    function again() {
        clearTimeout(waiting);
        waiting = setTimeout(countAll, REST_MS);
    }
    app.store.follow(['map', 'on', 'filters', 'at', 'version', 'panel'], () => app.map && app.style && again());
    return again;
}
