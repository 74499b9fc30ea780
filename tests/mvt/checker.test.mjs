// Does the checker find each fault that it claims to find? One tile a fault; the clause of the specification beside it.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {checkTile} from './check_tile.mjs';
import {block, feature, field, layer, number, rings, text, tile} from './writer.mjs';

const point = [9, 2, 2];
const square = [[0, 0], [10, 0], [10, 10], [0, 10]];
const hole = [[2, 2], [2, 4], [4, 4], [4, 2]];
const polygon = (...list) => tile(layer({features: [feature({id: 1, type: 3, geometry: rings(list)})]}));
const geometry = (type, commands) => tile(layer({features: [feature({id: 1, type, geometry: commands})]}));
const one = (f) => tile(layer({features: [feature(f)], keys: ['k'], values: [text(1, 'v')]}));

const good = {
    'an empty tile': tile(),
    'a point': geometry(1, point),
    'three points, two of them equal': geometry(1, [25, 2, 2, 0, 0, 4, 4]),
    'a polygon with a hole': polygon(square, hole),
    'two polygons': polygon(square, hole, [[20, 0], [30, 0], [30, 9]]),
    'tags': one({id: 1, tags: [0, 0], type: 1, geometry: point}),
    'a hole that touches its shell in a point': polygon(square, [[0, 5], [4, 7], [4, 3]]),
    'two holes that touch in a point': polygon(square, hole, [[4, 4], [4, 6], [6, 6], [6, 4]]),
};

const bad = {
    'no version (4.1)': tile(layer({version: null})),
    'version 3 (4.1)': tile(layer({version: 3})),
    'no name (4.1)': tile(layer({name: null})),
    'two layers of one name (4.1)': tile(layer(), layer()),
    'extent 0 (4.1)': tile(layer({extent: 0})),
    'an unknown field of a layer': tile(layer({more: number(7, 1)})),
    'an unknown field of the tile': Uint8Array.from([...layer(), ...block(4, [])]),
    'two names': tile(layer({more: text(1, 'b')})),
    'a name that is no UTF-8': Uint8Array.from(block(3, [...number(15, 2), ...block(1, [0xff, 0xfe])])),
    'a layer cut off': layer({name: 'abc'}).slice(0, -3),
    'an endless number': Uint8Array.from([...Array(12).fill(0xff)]),
    'a group': Uint8Array.from(field(3, 3)),
    'no geometry (4.2)': one({id: 1, type: 1}),
    'an empty geometry (4.3)': Uint8Array.from(layer({features: [[...number(3, 1), ...block(4, [])]]})),
    'geometry type 4 (4.3.4)': one({id: 1, type: 4, geometry: point}),
    'an odd tag (4.4)': one({id: 1, tags: [0], type: 1, geometry: point}),
    'a key too high (4.4)': one({id: 1, tags: [1, 0], type: 1, geometry: point}),
    'a value too high (4.4)': one({id: 1, tags: [0, 1], type: 1, geometry: point}),
    'one key twice (4.4)': one({id: 1, tags: [0, 0, 0, 0], type: 1, geometry: point}),
    'a value of no type (4.1)': tile(layer({values: [[]]})),
    'a value of two types (4.1)': tile(layer({values: [[...text(1, 'a'), ...number(7, 1)]]})),
    'a command that is not known (4.3.1)': geometry(1, [11, 2, 2]),
    'a point with a LineTo (4.3.4.2)': geometry(1, [9, 2, 2, 10, 2, 2]),
    'half a point': geometry(1, [9, 2]),
    'MoveTo of no points (4.3.4.2)': geometry(1, [1]),
    'a line of one point (4.3.4.3)': geometry(2, [9, 2, 2]),
    'a line that ends in MoveTo (4.3.4.3)': geometry(2, [9, 2, 2, 10, 2, 2, 9, 2, 2]),
    'a line that stands still (4.3.3.2)': geometry(2, [9, 2, 2, 18, 2, 2, 0, 0]),
    'a line that is closed (4.3.4.3)': geometry(2, [9, 2, 2, 18, 2, 2, 2, 0, 15]),
    'a line that begins with LineTo': geometry(2, [10, 2, 2]),
    'an unclosed ring (4.3.4.4)': geometry(3, [9, 0, 0, 18, 4, 0, 0, 4]),
    'ClosePath twice (4.3.3.3)': geometry(3, [9, 0, 0, 18, 4, 0, 0, 4, 23]),
    'a ring of two points (4.3.4.4)': geometry(3, [9, 0, 0, 10, 4, 0, 15]),
    'a ring that repeats its first point (4.3.4.4)': polygon([...square, [0, 0]]),
    'a ring without area (4.3.4.4)': polygon([[0, 0], [5, 5], [9, 9]]),
    'a hole first (4.3.4.4)': polygon(hole),
};

const strictlyBad = {
    'version 1': tile(layer({version: 1, features: [feature({id: 1, type: 1, geometry: point})]})),
    'no features': tile(layer()),
    'no extent': tile(layer({extent: null, features: [feature({id: 1, type: 1, geometry: point})]})),
    'no id': one({type: 1, geometry: point}),
    'an id twice (4.2)': tile(layer({features: [1, 1].map((id) => feature({id, type: 1, geometry: point}))})),
    'no type': one({id: 1, geometry: point}),
    'two equal keys': tile(layer({keys: ['a', 'a'], features: [feature({id: 1, type: 1, geometry: point})]})),
    'two equal values': tile(layer({values: [text(1, 'a'), text(1, 'a')],
        features: [feature({id: 1, type: 1, geometry: point})]})),
    'a point far outside': geometry(1, [9, 9000, 2]),
    'a bow tie': polygon([[0, 5], [10, 0], [10, 10], [0, 0]]),
    'a spike': polygon([[0, 0], [10, 0], [20, 0], [10, 0], [10, 10]]),
    'a ring that touches itself': polygon([[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]]),
    'a ring that meets itself in a corner': polygon([[0, 0], [5, 5], [10, 0], [10, 10], [5, 5], [0, 10]]),
    'a hole outside': polygon(square, [[20, 20], [20, 22], [22, 22]]),
    'a hole across the shell': polygon(square, [[5, 5], [5, 7], [15, 6]]),
    'a hole along the shell': polygon(square, [[0, 2], [0, 6], [3, 4]]),
    'a hole in a hole': polygon(square, [[1, 1], [1, 9], [9, 9], [9, 1]], hole),
    'holes that overlap': polygon(square, hole, [[3, 3], [3, 6], [6, 6], [6, 3]]),
};

for (const [name, bytes] of Object.entries(good))
    test(`valid: ${name}`, () => assert.deepEqual(checkTile(bytes, {strict: true, buffer: 64}).problems, []));

for (const [name, bytes] of Object.entries(bad))
    test(`invalid: ${name}`, () => assert.notDeepEqual(checkTile(Uint8Array.from(bytes)).problems, []));

for (const [name, bytes] of Object.entries(strictlyBad))
    test(`strictly invalid: ${name}`, () => {
        assert.deepEqual(checkTile(bytes).problems, []);
        assert.notDeepEqual(checkTile(bytes, {strict: true, buffer: 64}).problems, []);
    });

test('any cut and any changed byte is read without harm', () => {
    const bytes = polygon(square, hole);
    for (let i = 0; i < bytes.length; i++) {
        checkTile(bytes.subarray(0, i), {strict: true});
        for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
            const changed = bytes.slice();
            changed[i] = value;
            checkTile(changed, {strict: true});
        }
    }
});
