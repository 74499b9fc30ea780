// The styles by the rules of the style specification, and the page's two languages by each other.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {validateStyleMin} from '@maplibre/maplibre-gl-style-spec';
import {root} from '../lib/munimap.mjs';

for (const name of readdirSync(join(root, 'styles')).filter((f) => f.endsWith('.json'))) {
    const style = JSON.parse(readFileSync(join(root, 'styles', name), 'utf8'));
    // addresses are filled in by the server; the specification wants them absolute
    style.glyphs = 'http://localhost/fonts/{fontstack}/{range}.pbf';
    style.sprite = 'http://localhost/sprites/munimap';

    test(`${name} is a valid style`, () => {
        assert.deepEqual(validateStyleMin(style).map((e) => e.message), []);
    });

    test(`${name} draws only icons that are there`, () => {
        const text = JSON.stringify(style.layers.filter((l) => l.layout?.['icon-image']).map((l) => l.layout['icon-image']));
        for (const [, icon] of text.matchAll(/"((?:sensor|camera|direction)-[a-z0-9-]+|stop|crossing|school|kindergarten|clinic|fire|police|sport|culture|playground|waste|works)"/g))
            assert.ok(icon.endsWith('-') || existsSync(join(root, 'styles/icons', `${icon}.svg`)), icon);
    });
}

test('both languages have the same texts', async () => {
    const ru = (await import(join(root, 'src/viewer/ru.js'))).default, en = (await import(join(root, 'src/viewer/en.js'))).default;
    assert.deepEqual(Object.keys(ru), Object.keys(en));
    for (const key of Object.keys(ru))
        assert.deepEqual([...ru[key].matchAll(/\{\w+\}/g)].map(String).sort(), [...en[key].matchAll(/\{\w+\}/g)].map(String).sort(), key);
});
