// A grid of any number of rows: only those in view are there. Scrollbar, aria-rowcount and keys cover all of them.
import {element} from '../base/dom.js';

// Browsers do not lay out boxes of any height: of more rows than fit, a pixel of the scrollbar stands for several.
const HEIGHT_MAX_PX = 6e6, SPARE = 4, ROW_REM = 1.9;

/**
 * A grid in `box`. What it shows comes from `source`: columns() [{name, title, isNumber, sort: '', 'up', 'down' or null
 * (cannot be sorted)}], total(), cell(i, column) text or null (not here yet), isChosen(i); it is told show(first, last),
 * sort(name), open(i).
 */
export function makeGrid(box, source) {
    const head = element('div', {role: 'row', 'aria-rowindex': 1, class: 'grid-row'});
    const body = element('div', {role: 'rowgroup', class: 'grid-body'});
    box.setAttribute('role', 'grid');
    box.setAttribute('aria-readonly', 'true');
    box.tabIndex = -1;
    box.replaceChildren(element('div', {role: 'rowgroup', class: 'grid-head'}, head), body);

    const rows = new Map(); // those that are there, by number
    let active = {row: -1, column: 0}, heightPx = 30, first = 0;

    const total = () => source.total() ?? 0;
    const rowPx = () => Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * ROW_REM);
    const allPx = () => Math.min(total() * heightPx, HEIGHT_MAX_PX);
    const viewPx = () => Math.max(heightPx, box.clientHeight - head.offsetHeight);
    const fit = () => Math.floor(viewPx() / heightPx);
    const isShrunk = () => total() * heightPx > HEIGHT_MAX_PX;
    /** Rows a pixel of the scrollbar. */
    const scale = () => isShrunk() ? (total() - fit()) / Math.max(1, allPx() - viewPx()) : 1 / heightPx;

    function cellOf(i, column, k) {
        const text = source.cell(i, column);
        return element('div', {role: 'gridcell', class: column.isNumber ? 'number' : '', 'aria-colindex': k + 1, tabindex: -1, title: text?.length > 20 ? text : null},
            text ?? '…');
    }

    function makeRow(i) {
        const isHere = source.cell(i, source.columns()[0] ?? {}) !== null;
        const row = element('div', {role: 'row', class: `grid-row${i % 2 ? ' odd' : ''}${isHere ? '' : ' coming'}`, 'aria-rowindex': i + 2, 'aria-selected': String(source.isChosen(i)), 'data-row': i},
            ...source.columns().map((column, k) => cellOf(i, column, k)));
        return row;
    }

    const activeCell = () => active.row < 0 ? head.children[active.column] : rows.get(active.row)?.children[active.column];

    /** One cell is in the order of Tab: the active one; the grid itself while that is out of view. */
    function mark(takesFocus) {
        box.querySelectorAll('[tabindex="0"]').forEach((cell) => cell.tabIndex = -1);
        const cell = activeCell();
        box.tabIndex = cell ? -1 : 0;
        if (cell)
            cell.tabIndex = 0;
        if (takesFocus && document.activeElement !== (cell ?? box))
            (cell ?? box).focus({preventScroll: true});
    }

    function place(isFresh = false) {
        const hadFocus = box.contains(document.activeElement);
        const start = Math.max(0, Math.min(box.scrollTop * scale(), total() - 1));
        first = Math.floor(start);
        const from = Math.max(0, first - SPARE), to = Math.min(total(), first + fit() + 2 + SPARE);
        body.style.height = `${allPx()}px`;
        for (const [i, row] of rows)
            if (isFresh || i < from || i >= to) {
                row.remove();
                rows.delete(i);
            }
        for (let i = from; i < to; i++) {
            if (!rows.has(i)) {
                rows.set(i, makeRow(i));
                body.insertBefore(rows.get(i), rows.get(i + 1) ?? null); // in order, for those who read them in order
            }
            const y = isShrunk() ? box.scrollTop + (i - start) * heightPx : i * heightPx;
            rows.get(i).style.transform = `translateY(${y}px)`;
        }
        if (to > from)
            source.show(first, Math.min(total(), first + fit() + 1));
        mark(hadFocus);
    }

    function drawHead() {
        const columns = source.columns(), wasInHead = head.contains(document.activeElement);
        const arrow = {up: '↑', down: '↓'};
        head.replaceChildren(...columns.map((c, k) => element('div', {role: 'columnheader', 'aria-colindex': k + 1, tabindex: -1, class: c.isNumber ? 'number' : '', 'data-column': c.name,
            'aria-sort': c.sort === null ? null : {up: 'ascending', down: 'descending'}[c.sort] ?? 'none', title: c.title},
        element('span', {}, c.title), c.sort ? element('span', {class: 'sort', 'aria-hidden': 'true'}, arrow[c.sort]) : null)));
        box.setAttribute('aria-colcount', columns.length);
        active.column = Math.min(active.column, Math.max(0, columns.length - 1));
        mark(wasInHead);
    }

    /** Columns as wide as their titles and what is in the first rows. */
    function measure() {
        const widths = source.columns().map((c) => {
            const texts = Array.from({length: Math.min(40, total())}, (_, i) => source.cell(first + i, c) ?? '').map((t) => t.length);
            return Math.max(5.5, Math.min(24, Math.max(Math.min(c.title.length, 22) + 2, ...texts) * 0.56 + 1.4));
        });
        box.style.setProperty('--columns', widths.map((w) => `minmax(${w.toFixed(1)}rem, ${w.toFixed(1)}fr)`).join(' '));
        box.style.setProperty('--width', `${widths.reduce((a, b) => a + b, 0).toFixed(1)}rem`);
    }

    function reveal(row) {
        if (row < 0)
            return;
        const at = box.scrollTop * scale(), last = at + fit() - 1;
        if (row < at)
            box.scrollTop = row / scale();
        else if (row > last)
            box.scrollTop = (row - fit() + 1) / scale();
    }

    function go(row, column) {
        active = {row: Math.max(-1, Math.min(total() - 1, row)), column: Math.max(0, Math.min(source.columns().length - 1, column))};
        reveal(active.row);
        place();
        mark(true);
        activeCell()?.scrollIntoView({block: 'nearest', inline: 'nearest'});
    }

    const activate = () => active.row >= 0 ? source.open(active.row) : source.columns()[active.column]?.sort !== null && source.sort(source.columns()[active.column].name);

    box.addEventListener('keydown', (event) => {
        const {row, column} = active, last = source.columns().length - 1;
        const to = {ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
            PageDown: [row + fit(), column], PageUp: [Math.max(0, row - fit()), column],
            Home: event.ctrlKey ? [0, 0] : [row, 0], End: event.ctrlKey ? [total() - 1, last] : [row, last]}[event.key];
        if (event.altKey || event.metaKey || (!to && event.key !== 'Enter' && event.key !== ' '))
            return;
        event.preventDefault();
        if (to)
            go(...to);
        else
            activate();
    });
    box.addEventListener('click', (event) => {
        const cell = event.target.closest('[role=gridcell], [role=columnheader]');
        if (!cell)
            return;
        active = {row: Number(cell.parentNode.dataset.row ?? -1), column: [...cell.parentNode.children].indexOf(cell)};
        mark(true);
        activate();
    });
    box.addEventListener('scroll', () => place(), {passive: true});
    new ResizeObserver(() => {
        heightPx = rowPx();
        box.style.setProperty('--row', `${heightPx}px`);
        place(true);
    }).observe(box);

    return {
        /** Other columns, another order or another count. */
        draw({toTop = false} = {}) {
            heightPx = rowPx();
            box.style.setProperty('--row', `${heightPx}px`);
            box.setAttribute('aria-rowcount', source.total() === null ? -1 : total() + 1);
            if (toTop) {
                box.scrollTop = 0;
                active.row = Math.min(active.row, 0);
            }
            drawHead();
            place(true);
        },
        measure,
        /** The same rows, which may be others by now. */
        place: () => place(true),
        /** Rows have come. */
        refresh(from, to) {
            const hadFocus = box.contains(document.activeElement);
            for (const [i, row] of rows)
                if (i >= from && i < to) {
                    rows.set(i, makeRow(i));
                    rows.get(i).style.transform = row.style.transform;
                    row.replaceWith(rows.get(i));
                }
            mark(hadFocus);
        },
    };
}
