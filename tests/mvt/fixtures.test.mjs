// The checker must reject the invalid tiles that others made, and no others.
//     node --test tests/mvt/fixtures.test.mjs      MM_FIXTURES_MVT: folder of NNN/{tile.mvt,info.json}
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {shared} from '../lib/munimap.mjs';
import {checkTile} from './check_tile.mjs';

// A tile (057) that is said to be valid, though its MoveTo announces 536 870 911 points and one follows: the same as 051,
// which is said to be invalid, and as the specification says (4.3.3.1). The checker holds to the specification.
const mislabelled = '1a3078020a0568656c6c6f121108011202000018012207f9ffffff0f02021a07636f6d6d616e6422090a076d6f76655f746f';

const folder = process.env.MM_FIXTURES_MVT || shared('fixtures/mvt');
const cases = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'info.json'))) : [];

test(`mvt-fixtures in ${folder}`, {skip: cases.length === 0 && `no cases in ${folder}`}, async (t) => {
    for (const name of cases.sort()) {
        const info = JSON.parse(readFileSync(join(folder, name, 'info.json'), 'utf8'));
        const bytes = readFileSync(join(folder, name, 'tile.mvt'));
        const contradicts = bytes.toString('hex') === mislabelled;
        const valid = info.validity.v2 && !contradicts;
        if (contradicts)
            t.diagnostic(`${name} is taken as invalid, against its label`);
        await t.test(`${name} ${valid ? 'valid' : 'invalid'}: ${info.description.slice(0, 90)}`, () => {
            const {problems} = checkTile(bytes);
            assert.equal(problems.length === 0, valid, problems.join('\n') || 'no problem found');
        });
    }
});

const real = process.env.MM_FIXTURES_MVT_REAL || shared('fixtures/mvt-real-world');
const tiles = existsSync(real) ? readdirSync(real, {recursive: true}).filter((name) => name.endsWith('.mvt')) : [];

test(`real tiles in ${real} can be read`, {skip: tiles.length === 0 && `no tiles in ${real}`}, () => {
    let features = 0;
    for (const name of tiles) {
        const bytes = readFileSync(join(real, name));
        if (bytes[0] === 0x1f || bytes[0] === 0x78)
            continue; /* packed */
        for (const layer of checkTile(bytes).layers)
            features += layer.features.length;
    }
    assert.ok(features > 0);
});
