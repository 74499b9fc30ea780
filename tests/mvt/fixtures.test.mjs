// The checker must reject the invalid tiles that others made, and no others.
//     node --test tests/mvt/fixtures.test.mjs      MM_FIXTURES_MVT: folder of NNN/{tile.mvt,info.json}
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {shared} from '../lib/munimap.mjs';
import {checkTile} from './check_tile.mjs';

// Cases whose label contradicts the specification and another case; the checker holds to the specification.
const mislabelled = {
    '057': 'said to be valid, but MoveTo announces 536 870 911 points and one follows: the same as 051, which is invalid',
};

const folder = process.env.MM_FIXTURES_MVT || shared('fixtures/mvt');
const cases = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'info.json'))) : [];

test(`mvt-fixtures in ${folder}`, {skip: cases.length === 0 && `no cases in ${folder}`}, async (t) => {
    for (const name of cases.sort()) {
        const info = JSON.parse(readFileSync(join(folder, name, 'info.json'), 'utf8'));
        const valid = name in mislabelled ? false : info.validity.v2;
        if (name in mislabelled)
            t.diagnostic(`${name} is taken as invalid: ${mislabelled[name]}`);
        await t.test(`${name} ${valid ? 'valid' : 'invalid'}: ${info.description.slice(0, 90)}`, () => {
            const {problems} = checkTile(readFileSync(join(folder, name, 'tile.mvt')));
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
