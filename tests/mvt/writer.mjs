// Writes tiles for tests, broken ones too: nothing is checked.
const varint = (n) => {
    const out = [];
    let v = BigInt(n);
    for (; v >= 128n; v >>= 7n)
        out.push(Number(v & 127n) | 128);
    return [...out, Number(v)];
};
const zigzag = (n) => n < 0 ? -n * 2 - 1 : n * 2;

export const field = (number, wire, ...bytes) => [...varint(number * 8 + wire), ...bytes];
export const number = (id, n) => field(id, 0, ...varint(n));
export const block = (id, bytes) => field(id, 2, ...varint(bytes.length), ...bytes);
export const text = (id, s) => block(id, [...new TextEncoder().encode(s)]);
export const packed = (numbers) => numbers.flatMap(varint);

/** Geometry commands of rings ([[x, y], ...] without the closing point). */
export function rings(list) {
    const out = [];
    let [x, y] = [0, 0];
    const step = (p) => {
        out.push(zigzag(p[0] - x), zigzag(p[1] - y));
        [x, y] = p;
    };
    for (const ring of list) {
        out.push(9);
        step(ring[0]);
        out.push((ring.length - 1) * 8 + 2);
        ring.slice(1).forEach(step);
        out.push(15);
    }
    return out;
}

/** Bytes of a feature; each part may be left out. */
export function feature({id, tags, type, geometry}) {
    return [...id === undefined ? [] : number(1, id), ...tags ? block(2, packed(tags)) : [],
        ...type === undefined ? [] : number(3, type), ...geometry ? block(4, packed(geometry)) : []];
}

/** Bytes of a layer; null leaves a field out, `more` is appended as it is. */
export function layer({name = 'a', version = 2, extent = 4096, features = [], keys = [], values = [], more = []} = {}) {
    return block(3, [...version === null ? [] : number(15, version), ...name === null ? [] : text(1, name),
        ...features.flatMap((f) => block(2, f)), ...keys.flatMap((k) => text(3, k)), ...values.flatMap((v) => block(4, v)),
        ...extent === null ? [] : number(5, extent), ...more]);
}

export const tile = (...layers) => Uint8Array.from(layers.flat());
