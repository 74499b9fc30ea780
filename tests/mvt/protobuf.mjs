// Just enough protobuf to find every fault of a tile: nothing is skipped, nothing is guessed.

export class Broken extends Error {}

const utf8 = new TextDecoder('utf-8', {fatal: true});

export class Reader {
    constructor(bytes, at = 0, end = bytes.length) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    get more() {
        return this.at < this.end;
    }

    /** An unsigned number below 2^64: a Number while it is exact, else a BigInt. */
    varint() {
        let value = 0;
        for (let i = 0; i < 7; i++) {
            if (this.at >= this.end)
                throw new Broken('the message ends inside a number');
            const byte = this.bytes[this.at++];
            value += (byte & 0x7f) * 2 ** (7 * i);
            if (byte < 0x80)
                return value;
        }
        return this.longVarint(BigInt(value));
    }

    longVarint(start) {
        let value = start;
        for (let i = 7; i < 10; i++) {
            if (this.at >= this.end)
                throw new Broken('the message ends inside a number');
            const byte = this.bytes[this.at++];
            value |= BigInt(byte & 0x7f) << BigInt(7 * i);
            if (byte < 0x80) {
                if (value >= 1n << 64n)
                    throw new Broken('a number of more than 64 bits');
                return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
            }
        }
        throw new Broken('a number of more than ten bytes');
    }

    /** Field number and wire type. */
    tag() {
        const tag = this.varint();
        if (typeof tag !== 'number' || tag > 0xffffffff || tag < 8)
            throw new Broken('not a field number');
        return {field: Math.floor(tag / 8), wire: tag % 8};
    }

    /** The bytes of a length-delimited field, as a reader of their own. */
    block() {
        const length = this.varint();
        if (typeof length !== 'number' || length > this.end - this.at)
            throw new Broken('a field is longer than its message');
        const block = new Reader(this.bytes, this.at, this.at + length);
        this.at += length;
        return block;
    }

    text() {
        const block = this.block();
        try {
            return utf8.decode(block.bytes.subarray(block.at, block.end));
        } catch {
            throw new Broken('text that is not UTF-8');
        }
    }

    fixed(bytes) {
        if (this.end - this.at < bytes)
            throw new Broken('the message ends inside a number');
        const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, bytes);
        this.at += bytes;
        return view;
    }

    skip(wire) {
        if (wire === 0)
            this.varint();
        else if (wire === 1)
            this.fixed(8);
        else if (wire === 2)
            this.block();
        else if (wire === 5)
            this.fixed(4);
        else
            throw new Broken(`wire type ${wire}`);
    }
}
