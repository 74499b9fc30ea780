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

/** {page, complaints}: the map at `hash`, all drawn. */
export async function show(hash = '', options = {}) {
    const opened = await openPage(browser, server.url, options);
    await opened.page.goto(`${server.url}/${hash}`);
    await mapIdle(opened.page);
    return opened;
}
