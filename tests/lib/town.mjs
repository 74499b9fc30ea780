// What the tests of the page share: importing this serves the sample town and opens a browser before the first test of
// the file, and ends both after the last.
import {join} from 'node:path';
import {after, before} from 'node:test';
import {mapIdle, openBrowser, openPage} from './browser.mjs';
import {root, serve} from './munimap.mjs';

export let server, browser;

before(async () => {
    server = await serve(join(root, 'layers'));
    browser = await openBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

const left = []; // {page, complaints}: whose tests are over

/**
 * {page, complaints}: the map at `hash`, all drawn. Without options it is a page that another test has left, if there is
 * one, led there by its address: opening the map anew takes five times as long as moving it.
 */
export async function show(hash = '', options = null) {
    const old = options ? null : left.pop();
    if (old) {
        await old.page.evaluate((to) => new Promise((done) => {
            document.activeElement?.blur();
            localStorage.clear();
            location.hash = to;
            requestAnimationFrame(() => window.munimap.gl.once('idle', () => done()).triggerRepaint()); // names are placed late
        }), hash);
        await mapIdle(old.page);
        return old;
    }
    const opened = await openPage(browser, server.url, options ?? {});
    await opened.page.goto(`${server.url}/${hash}`);
    await mapIdle(opened.page);
    return opened;
}

/** Ends with a page that `show` has opened without options, when the test has changed nothing in it that is not in the
 *  address, nor routes, nor what it remembers of one visit for the next; else the test closes its page. */
export function leave({page, complaints}) {
    complaints.length = 0;
    left.push({page, complaints});
}
