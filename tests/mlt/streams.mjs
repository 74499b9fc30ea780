// The structure of MapLibre Tiles (tag 0x01) without their values: walks layers, columns and streams by the specification
// and says how each stream is packed, as "physical/logical technique+technique+physical technique". Throws where lengths
// do not add up.

const streamNames = [['present'],
    ['data', 'data/single', 'data/shared', 'data/vertex', 'data/morton', 'data/fsst'],
    ['offset/vertex', 'offset/index', 'offset/string', 'offset/key'],
    ['length/string', 'length/geometries', 'length/parts', 'length/rings', 'length/triangles', 'length/symbol', 'length/dictionary']];
const logical = ['none', 'delta', 'componentwise delta', 'rle', 'morton', 'pde'];
const physical = ['none', 'fastpfor', 'varint'];
const ID_MAX = 3, GEOMETRY = 4, STRING = 28, STRUCT = 30, MAP = 31;

class Reader {
    constructor(bytes, at = 0, end = bytes.length) {
        Object.assign(this, {bytes, at, end});
    }
    byte() {
        if (this.at >= this.end)
            throw new Error('ends too early');
        return this.bytes[this.at++];
    }
    varint() {
        let value = 0, scale = 1, byte;
        do {
            byte = this.byte();
            value += (byte & 0x7f) * scale;
            scale *= 128;
        } while (byte & 0x80);
        return value;
    }
    take(n) {
        const inner = new Reader(this.bytes, this.at, this.at + n);
        if (inner.end > this.end)
            throw new Error(`${n} bytes where ${this.end - this.at} are left`);
        this.at = inner.end;
        return inner;
    }
    text() {
        const {at, end} = this.take(this.varint());
        return new TextDecoder('utf-8', {fatal: true}).decode(this.bytes.subarray(at, end));
    }
}

function readStream(m) {
    const what = m.byte(), pack = m.byte(), count = m.varint(), bytes = m.varint();
    const techniques = [logical[pack >> 5], logical[pack >> 2 & 7], physical[pack & 3]];
    const name = streamNames[what >> 4]?.[what & 15];
    if (!name || techniques.includes(undefined))
        throw new Error(`stream ${what}, packed by ${pack}`);
    if (techniques[0] === 'morton' || (techniques.includes('rle') && techniques[2] !== 'none')) {
        m.varint();
        m.varint();
    }
    const {at, end} = m.take(bytes);
    return {name, pack: `${name} ${techniques.join('+')}`, count, at, end};
}

function readColumn(m) {
    const code = m.varint(), column = {code, streams: []};
    if (code > GEOMETRY)
        column.name = m.text();
    if (code === STRUCT || code === MAP)
        column.children = Array.from({length: m.varint()}, () => readColumn(m));
    return column;
}

function readStreams(m, column) {
    const {code} = column, nullable = code & 1;
    let count = code <= ID_MAX || (code > GEOMETRY && code < STRING) ? 1 + nullable : m.varint();
    if (code === STRUCT) { // the count takes in the streams of the children, which say their own counts again
        let data;
        do {
            data = readStream(m);
            column.streams.push(data);
        } while (!['data/single', 'data/shared'].includes(data.name));
        column.children.forEach((child) => readStreams(m, {...child, code: STRING, streams: column.streams}));
        return;
    }
    while (count-- > 0)
        column.streams.push(readStream(m));
}

/** [{name, extent, columns: [{code, name, streams: [{name, pack, count, at, end}]}]}] */
export function layersOf(bytes) {
    const tile = new Reader(bytes), layers = [];
    while (tile.at < tile.end) {
        const m = tile.take(tile.varint()), tag = m.varint();
        if (tag !== 1)
            throw new Error(`a layer with tag ${tag}`);
        const name = m.text(), extent = m.varint();
        const columns = Array.from({length: m.varint()}, () => readColumn(m));
        columns.forEach((column) => readStreams(m, column));
        if (m.at !== m.end)
            throw new Error(`layer ${name}: ${m.end - m.at} bytes too many`);
        layers.push({name, extent, columns});
    }
    return layers;
}

export const packsOf = (bytes) => layersOf(bytes).flatMap((layer) =>
    layer.columns.flatMap((column) => column.streams.map((stream) => stream.pack)));

/** How a stream is packed, without what exactly it holds: what a reader has to know. */
export const kindOf = (pack) => pack.replace(/^(\w+)(\/\w+)?/, '$1');

/** The ways that the program packs streams. */
export const ourKinds = ['present rle+none+none', 'data none+none+none', 'data none+none+varint', 'data rle+none+none',
    'data rle+none+varint', 'data delta+none+varint', 'data delta+rle+varint', 'data componentwise delta+none+varint',
    'length none+none+varint', 'length rle+none+varint', 'offset none+none+varint', 'offset rle+none+varint',
    'offset delta+none+varint', 'offset delta+rle+varint'];
