// Archives of tiles as the readers of others see them.
import {open} from 'node:fs/promises';
import {PMTiles} from 'pmtiles';

/** A PMTiles archive on the disk, read by the npm package. close() it. */
export async function openPmtiles(path) {
    const file = await open(path);
    const source = {
        getKey: () => path,
        async getBytes(offset, length) {
            const {buffer, bytesRead} = await file.read(new Uint8Array(length), 0, length, offset);
            return {data: buffer.buffer.slice(0, bytesRead)};
        },
    };
    const archive = new PMTiles(source);
    return Object.assign(archive, {close: () => file.close()});
}

const varintsOf = (bytes) => {
    let at = 0;
    return () => {
        let value = 0, scale = 1;
        for (;; scale *= 128) {
            const byte = bytes[at++];
            value += (byte & 127) * scale;
            if (byte < 128)
                return value;
        }
    };
};

/** All entries of an archive in their order: {id, run, length, offset}. */
export async function entriesOf(archive) {
    const header = await archive.getHeader(), entries = [];
    const {gunzipSync} = await import('node:zlib');
    async function read(offset, length) {
        const {data} = await archive.source.getBytes(offset, length);
        const next = varintsOf(gunzipSync(new Uint8Array(data)));
        const rows = Array.from({length: next()}, () => ({}));
        for (const [i, row] of rows.entries())
            row.id = (rows[i - 1]?.id ?? 0) + next();
        for (const row of rows)
            row.run = next();
        for (const row of rows)
            row.length = next();
        for (const [i, row] of rows.entries())
            row.offset = (next() || rows[i - 1].offset + rows[i - 1].length + 1) - 1;
        for (const row of rows)
            if (row.run)
                entries.push(row);
            else
                await read(header.leafDirectoryOffset + row.offset, row.length);
    }
    await read(header.rootDirectoryOffset, header.rootDirectoryLength);
    return entries;
}

function varint(value) {
    const bytes = [];
    for (; value >= 128; value = Math.floor(value / 128))
        bytes.push(value % 128 | 128);
    return [...bytes, value];
}

/** The bytes of a small PMTiles archive: tiles as [number, Buffer] in the order of their numbers. */
export function pmtilesOf(tiles, {type = 1, packing = 1, metadata = {}, maxZoom = 2} = {}) {
    const data = Buffer.concat(tiles.map(([, bytes]) => bytes)), json = Buffer.from(JSON.stringify(metadata));
    let at = 0;
    const directory = Buffer.from([...varint(tiles.length),
        ...tiles.flatMap(([id], i) => varint(id - (tiles[i - 1]?.[0] ?? 0))), ...tiles.map(() => 1),
        ...tiles.flatMap(([, bytes]) => varint(bytes.length)),
        ...tiles.flatMap(([, bytes]) => varint((at += bytes.length) - bytes.length + 1))]);
    const header = Buffer.alloc(127);
    header.write('PMTiles\x03', 'latin1');
    let offset = 127;
    for (const [i, part] of [directory, json, Buffer.alloc(0), data].entries()) {
        header.writeBigUInt64LE(BigInt(offset), 8 + 16 * i);
        header.writeBigUInt64LE(BigInt(part.length), 16 + 16 * i);
        offset += part.length;
    }
    header.set([1, 1, packing, type, 0, maxZoom], 96);
    [-180e7, -85e7, 180e7, 85e7].forEach((degrees, i) => header.writeInt32LE(degrees, 102 + 4 * i));
    return Buffer.concat([header, directory, json, data]);
}
