// A real browser on a served map; everything it complains of is kept.
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {until} from './wait.mjs';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function openBrowser() {
    const {existsSync} = await import('node:fs');
    const executablePath = process.env.CHROMIUM || PATHS.find(existsSync);
    return chromium.launch({executablePath, args: ['--headless=new', '--no-sandbox', '--enable-unsafe-swiftshader', '--disable-quic',
        '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']});
}

// Half as many pixels a side: nobody looks at them, and drawing them without a graphics card is most of the work.
const deviceScaleFactor = process.env.SCREENSHOT_DIR ? 1 : 0.5;

/** Room for what needs it: as little of the map as a desktop has is drawn otherwise, which is most of what a test takes. */
export const WIDE = {viewport: {width: 1440, height: 900}};

const WAIT_MS = 60000; // for whatever is to appear: longer than the busiest machine takes

/** A page that remembers errors, failed requests, and requests to anywhere but `origin`. */
export async function openPage(browser, origin, options = {}) {
    const page = await browser.newPage({viewport: {width: 1120, height: 700}, locale: 'ru-RU', deviceScaleFactor, ...options});
    page.setDefaultTimeout(WAIT_MS);
    const complaints = [];
    page.on('console', (m) => {
        if (m.type() === 'error' || /Content Security Policy|Refused to/.test(m.text()))
            complaints.push(`console: ${m.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('requestfailed', (r) => {
        if (r.failure()?.errorText !== 'net::ERR_ABORTED')
            complaints.push(`failed: ${r.url()} ${r.failure()?.errorText}`);
    });
    page.on('response', (r) => {
        if (r.status() >= 400)
            complaints.push(`${r.status()}: ${r.url()}`);
    });
    page.on('request', (r) => {
        if (!r.url().startsWith(origin) && !/^(data|blob|about):/.test(r.url()))
            complaints.push(`outside: ${r.url()}`);
    });
    return {page, complaints};
}

/** The address as the page has it now: page.url() is what the browser has told so far, which may be a moment behind. */
export const address = (page) => page.evaluate(() => location.href);

/** A text of the page with plain spaces for those that do not break. */
export const spaced = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

/** Asks in the page until the answer is yes, also by a function whose answer is a promise: waitForFunction takes the promise
 *  itself for a yes. */
export const untilYes = (page, ask, argument) => until(() => `${ask} of ${JSON.stringify(argument)}`, () => page.evaluate(ask, argument), WAIT_MS);

/** Waits until the map has drawn all it has. */
export async function mapIdle(page) {
    await page.waitForFunction(() => window.munimap?.gl?.loaded() && window.munimap.gl.areTilesLoaded() &&
        !window.munimap.gl.isMoving());
}

/** Moves the map at once. Nothing comes back: the map itself, written out on its way here, would take seconds. */
export const jump = (page, view) => page.evaluate((v) => {
    window.munimap.gl.jumpTo(v);
}, view);

/** The same; it has drawn all there is when this ends. */
export const jumpAndDraw = (page, view) => page.evaluate((v) => new Promise((done) => {
    window.munimap.gl.once('idle', () => done()).jumpTo(v);
}), view);

/** For page.evaluate and its like: whether the map is red at a place, drawn and not only loaded. */
export const isRed = ([lon, lat]) => new Promise((done) => {
    const gl = window.munimap.gl;
    gl.once('render', () => {
        const c = gl.getCanvas(), context = c.getContext('webgl2'), p = gl.project([lon, lat]), ratio = devicePixelRatio;
        const rgba = new Uint8Array(4);
        context.readPixels(p.x * ratio, c.height - p.y * ratio, 1, 1, context.RGBA, context.UNSIGNED_BYTE, rgba);
        done(rgba[0] > rgba[1] + 30);
    });
    gl.triggerRepaint();
});

/** A picture to look at, where SCREENSHOT_DIR says. */
export async function picture(page, name) {
    const dir = process.env.SCREENSHOT_DIR;
    if (!dir)
        return;
    mkdirSync(dir, {recursive: true});
    await page.screenshot({path: join(dir, `${name}.png`)});
}
