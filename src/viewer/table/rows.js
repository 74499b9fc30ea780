// Rows of a table of any length: pages are asked for as they come into view, and the oldest are let go.
import {askJson} from '../base/server.js';
import {pathOf} from './filters.js';

const PAGE = 100, PAGES_MAX = 30;

/**
 * `question`: what the features of layer `id` are asked for, without limit and offset; `changed()` is called when rows
 * have come, `failed(error)` when they could not.
 */
export function makeRows(id, question, {changed, failed}) {
    const pages = new Map(), asked = new Set(), stop = new AbortController();
    let total = null, isOver = false;

    async function read(page) {
        asked.add(page);
        try {
            const answer = await askJson(`${pathOf(id)}/items`, {...question, limit: PAGE, offset: page * PAGE, 'skip-geometry': 'true'}, {signal: stop.signal});
            total = answer.numberMatched;
            pages.set(page, answer.features);
            if (pages.size > PAGES_MAX)
                pages.delete(pages.keys().next().value);
            changed();
        } catch (error) {
            if (!isOver)
                failed(error);
        } finally {
            asked.delete(page);
        }
    }

    return {
        /** How many there are; null while nobody knows. */
        get total() { return total; },
        /** A row, or undefined while it is on its way. */
        at: (i) => pages.get(Math.floor(i / PAGE))?.[i % PAGE],
        /** Asks for the rows from `first` to before `end` that are not here. */
        want(first, end) {
            const last = Math.max(0, Math.min(end, total ?? end) - 1);
            for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++)
                if (!pages.has(page) && !asked.has(page))
                    read(page);
        },
        end() {
            isOver = true;
            stop.abort();
        },
    };
}
