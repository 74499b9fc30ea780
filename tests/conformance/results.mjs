// Reads what a suite leaves behind: testng-results.xml.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

const entities = {lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"};
const unescape = (text) => text.replace(/&(lt|gt|amp|quot|apos);/g, (all, name) => entities[name]);
const cdata = (text) => text.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1').trim();

/**
 * The newest results below `dir`: a list of {name, of: class, args, status: 'PASS' | 'FAIL' | 'SKIP', message}, or null
 * where there are none. Methods that only prepare or clean up count when they failed, and then not as passed ones.
 */
export function readResults(dir) {
    let file = null;
    for (const entry of readdirSync(dir, {withFileTypes: true, recursive: false}))
        if (entry.isDirectory())
            for (const run of readdirSync(join(dir, entry.name)))
                file = join(dir, entry.name, run, 'testng-results.xml');
    if (!file)
        return null;
    const text = readFileSync(file, 'utf8'), found = [];
    for (const [, type, body] of text.matchAll(/<class name="([^"]*)">([\s\S]*?)<\/class>/g))
        for (const [, attributes, inner] of body.matchAll(/<test-method ([^>]*?)(?:\/>|>([\s\S]*?)<\/test-method>)/g)) {
            const attribute = (name) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
            const status = attribute('status');
            if (attribute('is-config') === 'true' && status !== 'FAIL')
                continue;
            found.push({
                name: attribute('name'), of: type.split('.').pop(), status,
                args: [...(inner ?? '').matchAll(/<value>([\s\S]*?)<\/value>/g)].map(([, value]) => cdata(value)),
                message: cdata(/<message>([\s\S]*?)<\/message>/.exec(inner ?? '')?.[1] ?? ''),
            });
        }
    return found;
}
