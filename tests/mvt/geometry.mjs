// Geometry commands of a feature (Mapbox Vector Tile specification 2.1, 4.3), checked rule by rule.
import {Broken} from './protobuf.mjs';

const [MOVE, LINE, CLOSE] = [1, 2, 7];
export const [UNKNOWN, POINT, LINESTRING, POLYGON] = [0, 1, 2, 3];

const zigzag = (n) => n % 2 ? -(n + 1) / 2 : n / 2;

/** Reads command and parameter integers; say(rule) takes a fault. Returns runs of points, [[x, y], ...] each. */
class Walker {
    constructor(reader) {
        this.reader = reader;
        this.x = this.y = 0;
    }

    integer() {
        const n = this.reader.varint();
        if (typeof n !== 'number' || n > 0xffffffff)
            throw new Broken('a geometry integer of more than 32 bits');
        return n;
    }

    command(expected, name) {
        const n = this.integer();
        const id = n % 8, count = Math.floor(n / 8);
        if (![MOVE, LINE, CLOSE].includes(id))
            throw new Broken(`command ${id} is not known`);
        if (id !== expected)
            throw new Broken(`${name} is expected, not command ${id}`);
        return count;
    }

    /** `count` points; repeats are faults when `moving` says that each must move. */
    points(count, moving, say) {
        // two bytes at least a point: a huge count costs nothing
        if (count * 2 > this.reader.end - this.reader.at)
            throw new Broken(`${count} points are announced, but the geometry ends before`);
        const points = [];
        for (let i = 0; i < count; i++) {
            if (!this.reader.more)
                throw new Broken('the geometry ends inside a command');
            const dx = zigzag(this.integer());
            if (!this.reader.more)
                throw new Broken('the geometry ends inside a command');
            const dy = zigzag(this.integer());
            if (moving && dx === 0 && dy === 0)
                say('LineTo that does not move');
            this.x += dx;
            this.y += dy;
            points.push([this.x, this.y]);
        }
        return points;
    }
}

function readPoints(w, say) {
    const count = w.command(MOVE, 'MoveTo');
    if (count === 0)
        throw new Broken('MoveTo of no points');
    const run = w.points(count, false, say);
    if (w.reader.more)
        throw new Broken('a point geometry is one MoveTo and nothing else');
    return [run];
}

function readLines(w, say) {
    const runs = [];
    while (w.reader.more) {
        if (w.command(MOVE, 'MoveTo') !== 1)
            throw new Broken('MoveTo of a line is one point');
        const run = w.points(1, false, say);
        const count = w.reader.more ? w.command(LINE, 'LineTo') : 0;
        if (count < 1)
            throw new Broken('a line of one point');
        runs.push([...run, ...w.points(count, true, say)]);
    }
    return runs;
}

function readRings(w, say) {
    const runs = [];
    while (w.reader.more) {
        if (w.command(MOVE, 'MoveTo') !== 1)
            throw new Broken('MoveTo of a ring is one point');
        const [first] = w.points(1, false, say);
        const count = w.reader.more ? w.command(LINE, 'LineTo') : 0;
        if (count < 2)
            throw new Broken('a ring of fewer than three points');
        const run = [first, ...w.points(count, true, say)];
        if (!w.reader.more || w.command(CLOSE, 'ClosePath') !== 1)
            throw new Broken('a ring ends with one ClosePath');
        const last = run[run.length - 1];
        if (last[0] === first[0] && last[1] === first[1])
            say('a ring that repeats its first point before ClosePath');
        runs.push(run);
    }
    return runs;
}

/** Twice the area by the surveyor's formula; positive: clockwise with y to the south, an exterior ring. */
export function area2(ring) {
    let sum = 0;
    for (let i = 0, k = ring.length - 1; i < ring.length; k = i++)
        sum += ring[k][0] * ring[i][1] - ring[i][0] * ring[k][1];
    return sum;
}

/** Groups rings to polygons: [[shell, hole, ...], ...]. */
function toPolygons(rings, say) {
    const polygons = [];
    for (const ring of rings) {
        const area = area2(ring);
        if (area === 0)
            say('a ring without area');
        else if (area > 0)
            polygons.push([ring]);
        else if (polygons.length)
            polygons[polygons.length - 1].push(ring);
        else
            say('the first ring of a polygon is not an exterior one');
    }
    return polygons;
}

/** {runs, polygons} of a geometry field; say(words) is told of each fault. Throws Broken when it cannot be read. */
export function readGeometry(type, reader, say) {
    const w = new Walker(reader);
    if (!reader.more)
        throw new Broken('a geometry without commands');
    if (type === POINT)
        return {runs: readPoints(w, say), polygons: []};
    if (type === LINESTRING)
        return {runs: readLines(w, say), polygons: []};
    const rings = readRings(w, say);
    return {runs: rings, polygons: toPolygons(rings, say)};
}
