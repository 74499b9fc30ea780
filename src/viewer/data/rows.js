// The rows of a table that is too long to have: pages around what is looked at, asked of the server by their number.

const PAGE = 100, KEPT = 30, AT_ONCE = 2, WAIT_MS = 70;

/**
 * `ask(offset, limit, signal)`: a promise of {features, numberMatched}; `changed(first, last)`: rows have come;
 * `failed(error)`: they have not. A page that is no longer looked at is not waited for.
 */
export function makeRows({ask, changed, failed}) {
    let pages = new Map(), stale = new Map(), underway = new Map(), wanted = [], waiting = 0, total = null;

    function forget() {
        for (const page of [...pages.keys()].slice(0, Math.max(0, pages.size - KEPT)))
            pages.delete(page);
    }

    async function fetchPage(page) {
        const stop = new AbortController(), mine = pages;
        underway.set(page, stop);
        try {
            const answer = await ask(page * PAGE, PAGE, stop.signal);
            if (mine !== pages)
                return;
            pages.set(page, answer.features);
            total = answer.numberMatched;
            forget();
            changed(page * PAGE, (page + 1) * PAGE);
        } catch (error) {
            if (mine === pages && error.name !== 'AbortError') {
                wanted = wanted.filter((p) => p !== page); // not again and again: when it is looked at anew
                failed(error);
            }
        } finally {
            if (mine === pages) {
                underway.delete(page);
                next();
            }
        }
    }

    function next() {
        for (const page of wanted)
            if (underway.size < AT_ONCE && !pages.has(page) && !underway.has(page))
                fetchPage(page);
    }

    /** Rows from `first` to before `last` are on screen; those beside them come too. */
    function show(first, last) {
        const from = Math.floor(first / PAGE), to = Math.floor(Math.max(first, last - 1) / PAGE), middle = (from + to) / 2;
        wanted = [];
        for (let page = from; page <= to; page++)
            wanted.push(page);
        if ((first % PAGE) < PAGE / 4 && from > 0)
            wanted.push(from - 1);
        if ((last % PAGE) > PAGE * 3 / 4 && (total === null || (to + 1) * PAGE < total))
            wanted.push(to + 1);
        wanted.filter((p) => pages.has(p)).forEach((p) => { // the last to be forgotten
            const rows = pages.get(p);
            pages.delete(p);
            pages.set(p, rows);
        });
        for (const [page, stop] of underway)
            if (Math.abs(page - middle) > wanted.length + 1) {
                stop.abort();
                underway.delete(page);
            }
        clearTimeout(waiting);
        if (wanted.some((p) => !pages.has(p) && !underway.has(p)))
            waiting = setTimeout(next, WAIT_MS); // who drags the scrollbar passes many pages
    }

    return {
        show,
        /** The feature of a row; null: not here yet. */
        at: (i) => (pages.get(Math.floor(i / PAGE)) ?? stale.get(Math.floor(i / PAGE)))?.[i % PAGE] ?? null,
        /** How many there are; null: not known yet. */
        total: () => total,
        /** All anew: something else is asked for, or (`isSame`) the same of newer data: then what is there stays until the answer. */
        reset(isSame = false) {
            underway.forEach((stop) => stop.abort());
            clearTimeout(waiting);
            [stale, total] = isSame ? [pages.size ? pages : stale, total] : [new Map(), null];
            [pages, underway, wanted] = [new Map(), new Map(), []];
        },
    };
}
