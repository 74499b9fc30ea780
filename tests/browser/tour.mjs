// Makes the pictures of the README's tour, tests/browser/tour/*.jpg, from the sample town: `make tour`.
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {mapIdle, openBrowser, openPage} from '../lib/browser.mjs';
import {root, serve} from '../lib/munimap.mjs';

const out = join(root, 'tests/browser/tour'), QUALITY = 80;
const server = await serve(join(root, 'layers')), browser = await openBrowser();
mkdirSync(out, {recursive: true});

async function shot(page, name) {
    await mapIdle(page);
    await page.waitForTimeout(400); // labels fade in
    await page.screenshot({path: join(out, `${name}.jpg`), type: 'jpeg', quality: QUALITY});
    console.log(`  ${name}.jpg`);
}

async function desk(hash) {
    const {page} = await openPage(browser, server.url, {viewport: {width: 1280, height: 800}});
    await page.goto(`${server.url}/${hash}`);
    await mapIdle(page);
    return page;
}

// the town
const town = await desk('#map=14/52.3535/39.0985');
await shot(town, 'town');
await town.close();

// S-1: the council asks what is late in transport, and what is under way in June
const council = await desk('#map=12.4/52.353/39.098&p=portfolio');
await council.locator('#portfolio .bar').first().waitFor();
await shot(council, 'council-1');
await council.click('.bar[data-facet=direction][data-value="3"]');
await council.click('.bar[data-facet=status][data-value=late]');
await council.waitForTimeout(800);
await council.evaluate(() => window.munimap.openTable('projects'));
await council.locator('#table-grid [role=gridcell]').first().waitFor();
await shot(council, 'council-2');
await council.evaluate(() => window.munimap.openTable(''));
await council.evaluate(() => window.munimap.setFilter('projects', ''));
await council.evaluate(() => window.munimap.store.set({at: {date: '2026-06-15', mode: 'plan'}}));
await council.waitForTimeout(800);
await shot(council, 'council-3');
await council.close();

// S-2: before a street is dug up: who else has something there?
const dig = await desk('#map=13/52.345/39.09&l=+permits,+gas,+manholes');
await dig.fill('#search-box', 'липовая');
await dig.locator('#search-list [role=option]').first().waitFor();
await shot(dig, 'street-1');
await dig.keyboard.press('Enter');
await dig.waitForSelector('#info details[data-layer=streets]');
await dig.waitForTimeout(1500);
await dig.click('#info .buttons button');
await dig.waitForSelector('#inside-sentence');
await dig.click('#info-close');
await shot(dig, 'street-2');
await dig.close();

// S-7: a citizen looks at the same street on a telephone
const {page: phone} = await openPage(browser, server.url, {viewport: {width: 390, height: 844}, deviceScaleFactor: 2, isMobile: true, hasTouch: true});
await phone.goto(`${server.url}/#map=15/52.345/39.083&p=-&sel=projects/P-0004`);
await phone.waitForSelector('#info details');
await shot(phone, 'citizen');
await phone.close();

// a sheet for the meeting: the frame on the map, and what comes
const sheet = await desk('#map=13.9/52.353/39.098&p=print');
await sheet.waitForSelector('#print-size');
await sheet.fill('#print-title', 'Набережная Липовки');
await sheet.waitForTimeout(600); // the frame comes anew
await shot(sheet, 'print-1');
const answer = await fetch(`${server.url}/print`, {method: 'POST', headers: {'content-type': 'application/json'},
    body: JSON.stringify({template: 'year', output: 'png', dpi: 72})});
const plan = Buffer.from(await answer.arrayBuffer()).toString('base64');
await sheet.setViewportSize({width: 1280, height: 905});
await sheet.goto('about:blank');
await sheet.setContent(`<body style="margin:0"><img style="display:block;width:1280px" src="data:image/png;base64,${plan}">`);
await sheet.screenshot({path: join(out, 'print-2.jpg'), type: 'jpeg', quality: QUALITY});
console.log('  print-2.jpg');
await sheet.close();

await browser.close();
await server.stop();
