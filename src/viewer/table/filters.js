// One filter for each layer, a CQL2 text: it narrows the map, the table, counts and downloads alike, and is in the link.
import {askJson} from '../base/server.js';
import {textsValue} from '../base/store.js';
import {questions} from '../map/map.js';

export const pathOf = (id) => `collections/${encodeURIComponent(id)}`;

/** The store gets `filters`; the app `filterOf(id)` and `setFilter(id, text)`. */
export function addFilters(app) {
    const {store} = app;
    store.declare('filters', textsValue('f.'));
    app.questions.push(() => Object.fromEntries(Object.entries(store.get('filters')).map(([id, filter]) => [id, {filter}])));
    app.filterOf = (id) => store.get('filters')[id] ?? '';
    app.setFilter = (id, text) => {
        const filters = {...store.get('filters')};
        delete filters[id];
        if (text)
            filters[id] = text;
        store.set({filters});
    };
    store.follow(['filters'], () => app.map && app.style && app.redress());
}

/** What is asked of a layer now: its filter with what other tools add, its time, and a place. */
export const questionOf = (app, id, bbox = '') => ({...questions(app)[id], bbox});

/** What the map shows, as a bbox parameter; '' where that is more than the world. */
export function viewBox(gl) {
    const bounds = gl?.getBounds();
    if (!bounds || bounds.getEast() - bounds.getWest() >= 360)
        return '';
    const limit = (v, most) => Math.max(-most, Math.min(most, v)).toFixed(7);
    return [limit(bounds.getWest(), 180), limit(bounds.getSouth(), 90), limit(bounds.getEast(), 180), limit(bounds.getNorth(), 90)].join(',');
}

/** How many features of a layer fit; the server's words come as an Error when it does not understand. */
export async function countOf(id, question, options = {}) {
    const answer = await askJson(`${pathOf(id)}/aggregate`, {functions: 'count', ...question}, options);
    return answer.groups[0]?.count ?? 0;
}
