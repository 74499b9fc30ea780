// Is a polygon on an integer grid valid? Exact as long as coordinates stay below 2^25.

const turn = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** 1 strictly inside, 0 on the ring, -1 outside. */
function place(ring, p) {
    let inside = false;
    for (let i = 0, k = ring.length - 1; i < ring.length; k = i++) {
        const a = ring[k], b = ring[i], t = turn(a, b, p);
        if (t === 0 && Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) &&
            Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1]))
            return 0;
        if ((a[1] > p[1]) !== (b[1] > p[1]) && (t > 0) === (b[1] > a[1]))
            inside = !inside;
    }
    return inside ? 1 : -1;
}

function sidesOf(polygon) {
    const sides = [];
    polygon.forEach((ring, r) => ring.forEach((a, i) => {
        const b = ring[(i + 1) % ring.length];
        sides.push({a, b, r, i, n: ring.length, left: Math.min(a[0], b[0]), right: Math.max(a[0], b[0]),
            top: Math.min(a[1], b[1]), bottom: Math.max(a[1], b[1])});
    }));
    return sides.sort((s, t) => s.left - t.left);
}

/** How two sides meet: '', 'touch' (in one point), 'cross' or 'overlap'. */
function meeting(s, t) {
    const t1 = turn(s.a, s.b, t.a), t2 = turn(s.a, s.b, t.b), t3 = turn(t.a, t.b, s.a), t4 = turn(t.a, t.b, s.b);
    if ((t1 && t1 === t2) || (t3 && t3 === t4))
        return '';
    if (t1 === 0 && t2 === 0) {
        const width = Math.min(s.right, t.right) - Math.max(s.left, t.left);
        const height = Math.min(s.bottom, t.bottom) - Math.max(s.top, t.top);
        return width > 0 || height > 0 ? 'overlap' : 'touch';
    }
    return t1 && t2 && t3 && t4 ? 'cross' : 'touch';
}

/** The common corner of neighbouring sides is no fault, but running back along the side before is. */
function isCorner(s, t, how) {
    const gap = Math.abs(s.i - t.i);
    return how === 'touch' && s.r === t.r && (gap === 1 || gap === s.n - 1) &&
        (same(s.b, t.a) || same(t.b, s.a));
}

function crossings(polygon) {
    const sides = sidesOf(polygon);
    for (let i = 0; i < sides.length; i++) {
        const s = sides[i];
        for (let k = i + 1; k < sides.length && sides[k].left <= s.right; k++) {
            const t = sides[k];
            if (t.top > s.bottom || t.bottom < s.top)
                continue;
            const how = meeting(s, t);
            if (!how || isCorner(s, t, how) || (how === 'touch' && s.r !== t.r))
                continue;
            return s.r === t.r ? `a ring that meets itself (${how}) at ${s.a} ${t.a}`
                : `rings that ${how} at ${s.a} ${t.a}`;
        }
    }
    return '';
}

/** Words for the first fault of [shell, hole, ...], '' when it is valid. */
export function whyInvalid(polygon) {
    const words = crossings(polygon);
    if (words)
        return words;
    const [shell, ...holes] = polygon;
    for (const hole of holes)
        if (hole.some((p) => place(shell, p) < 0))
            return `a hole outside its shell at ${hole[0]}`;
    for (const hole of holes)
        for (const other of holes)
            if (other !== hole && hole.some((p) => place(other, p) > 0))
                return `a hole in a hole at ${hole[0]}`;
    return '';
}
