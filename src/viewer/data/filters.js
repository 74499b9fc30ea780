// The filters of layers, CQL2 texts: one a layer, in the address ("f.projects=..."), and for all that shows the layer - the
// map's tiles, tables, counts, downloads.
import {textsValue} from '../base/store.js';
import {questions} from '../map/map.js';

/** Gives the page its filters: `app.filterOf(id)`, `app.setFilter(id, text)`, `app.askedOf(id)`. */
export function declareFilters(app) {
    const {store} = app;
    store.declare('filters', textsValue('f.'));
    app.questions.push(() => Object.fromEntries(Object.entries(store.get('filters')).map(([id, filter]) => [id, {filter}])));
    store.follow(['filters'], () => app.map && app.style && app.redress());

    app.filterOf = (id) => store.get('filters')[id] ?? '';
    /** Sets the filter of a layer; '' takes it away. It can be undone. */
    app.setFilter = (id, text) => {
        const filters = {...store.get('filters')};
        delete filters[id];
        if (text)
            filters[id] = text;
        store.set({filters});
    };
    /** {filter, datetime}: what a layer is asked for now by everything that shows it. */
    app.askedOf = (id) => questions(app)[id] ?? {};
}

/** The path of a layer's features. */
export const itemsOf = (layer) => `collections/${encodeURIComponent(layer.id)}/items`;

/** Whether the server can be asked for a layer's features: of ready-made tiles nothing is known, and a picture has none. */
export const isAskable = (layer) => !layer.tiles && !layer.raster;
