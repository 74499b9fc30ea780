// Our own judge of Mapbox Vector Tiles, specification 2.1, written from its text and sharing no code with the encoder.
import {Broken, Reader} from './protobuf.mjs';
import {POLYGON, UNKNOWN, readGeometry} from './geometry.mjs';
import {whyInvalid} from './valid_polygon.mjs';

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
const signed = (n) => BigInt.asIntN(64, BigInt(n));
const unzigzag = (n) => BigInt(n) >> 1n ^ -(BigInt(n) & 1n);

// field number: [name, wire type, repeated]
const tileFields = {3: ['layers', BYTES, true]};
const layerFields = {
    15: ['version', VARINT], 1: ['name', BYTES], 2: ['features', BYTES, true], 3: ['keys', BYTES, true],
    4: ['values', BYTES, true], 5: ['extent', VARINT],
};
const featureFields = {1: ['id', VARINT], 2: ['tags', BYTES], 3: ['type', VARINT], 4: ['geometry', BYTES]};
const valueFields = {
    1: ['string_value', BYTES], 2: ['float_value', FIXED32], 3: ['double_value', FIXED64], 4: ['int_value', VARINT],
    5: ['uint_value', VARINT], 6: ['sint_value', VARINT], 7: ['bool_value', VARINT],
};

class Judge {
    constructor(options) {
        this.options = options;
        this.problems = [];
        this.where = '';
    }

    say(words) {
        this.problems.push(this.where ? `${this.where}: ${words}` : words);
    }

    /** Calls take(name, reader) for each known field of a message; the rest are faults. */
    fields(reader, known, take) {
        const seen = new Set();
        while (reader.more) {
            const {field, wire} = reader.tag();
            const [name, expected, repeated] = known[field] ?? [];
            if (name === undefined || wire !== expected) {
                this.say(name === undefined ? `field ${field} is not of the specification` :
                    `${name} is encoded as wire type ${wire}`);
                reader.skip(wire);
                continue;
            }
            if (!repeated && seen.has(name))
                this.say(`${name} stands twice`);
            seen.add(name);
            take(name, reader);
        }
        return seen;
    }

    within(where, work) {
        const before = this.where;
        this.where = before ? `${before}, ${where}` : where;
        try {
            return work();
        } catch (e) {
            if (!(e instanceof Broken))
                throw e;
            this.say(e.message);
            return undefined;
        } finally {
            this.where = before;
        }
    }

    tile(bytes) {
        const layers = [], names = new Set();
        this.within('', () => this.fields(new Reader(bytes), tileFields, (name, reader) => {
            const block = reader.block();
            const layer = this.within(`layer ${layers.length}`, () => this.layer(block));
            if (!layer)
                return;
            if (names.has(layer.name))
                this.say(`two layers are called ${JSON.stringify(layer.name)}`);
            names.add(layer.name);
            layers.push(layer);
        }));
        return layers;
    }

    layer(reader) {
        const layer = {name: '', version: 1, extent: 4096, keys: [], values: [], features: []};
        const features = [];
        const seen = this.fields(reader, layerFields, (name, r) => {
            if (name === 'features')
                features.push(r.block());
            else if (name === 'values')
                layer.values.push(this.within(`value ${layer.values.length}`, () => this.value(r.block())));
            else if (name === 'keys')
                layer.keys.push(r.text());
            else
                layer[name] = name === 'name' ? r.text() : r.varint();
        });
        if (!seen.has('name') || layer.name === '')
            this.say('a layer without a name');
        if (!seen.has('version'))
            this.say('a layer without a version');
        else if (layer.version !== 2 && (this.options.strict || layer.version !== 1))
            this.say(`version ${layer.version}`);
        if (!(layer.extent >= 1 && layer.extent <= 0xffffffff))
            this.say(`extent ${layer.extent}`);
        this.where += ` ${JSON.stringify(layer.name)}`;
        if (this.options.strict && !seen.has('extent'))
            this.say('a layer without an extent');
        features.forEach((block, i) => {
            const feature = this.within(`feature ${i}`, () => this.feature(block, layer));
            if (feature)
                layer.features.push(feature);
        });
        if (this.options.strict)
            this.strictLayer(layer);
        return layer;
    }

    value(reader) {
        let value;
        const seen = this.fields(reader, valueFields, (name, r) => {
            value = {string_value: () => r.text(), float_value: () => r.fixed(4).getFloat32(0, true),
                double_value: () => r.fixed(8).getFloat64(0, true), int_value: () => signed(r.varint()),
                uint_value: () => BigInt(r.varint()), sint_value: () => unzigzag(r.varint()),
                bool_value: () => this.bool(r.varint())}[name]();
        });
        if (seen.size !== 1)
            this.say(`a value holds one of the seven types, this one ${seen.size}`);
        return value;
    }

    bool(n) {
        if (n !== 0 && n !== 1)
            this.say(`a bool of ${n}`);
        return n !== 0;
    }

    feature(reader, layer) {
        const feature = {id: undefined, type: UNKNOWN, properties: {}, runs: [], polygons: []};
        let tags, geometry;
        const seen = this.fields(reader, featureFields, (name, r) => {
            if (name === 'tags')
                tags = r.block();
            else if (name === 'geometry')
                geometry ??= r.block();
            else
                feature[name] = r.varint();
        });
        if (feature.id !== undefined)
            this.where += ` (id ${feature.id})`;
        if (tags)
            this.tags(tags, layer, feature);
        // left out, a type is UNKNOWN and an extent 4096: the defaults of vector_tile.proto; strict asks for them
        if (![0, 1, 2, 3].includes(feature.type))
            this.say(`geometry type ${feature.type}`);
        if (!geometry)
            this.say('a feature without a geometry');
        else if ([1, 2, 3].includes(feature.type))
            Object.assign(feature, readGeometry(feature.type, geometry, (words) => this.say(words)));
        if (this.options.strict)
            this.strictFeature(feature, layer);
        return feature;
    }

    tags(reader, layer, feature) {
        const keys = new Set();
        while (reader.more) {
            const key = reader.varint();
            if (!reader.more) {
                this.say('an odd number of tags');
                return;
            }
            const value = reader.varint();
            if (!(key < layer.keys.length))
                this.say(`key ${key} of ${layer.keys.length}`);
            if (!(value < layer.values.length))
                this.say(`value ${value} of ${layer.values.length}`);
            if (keys.has(key))
                this.say(`two values of key ${JSON.stringify(layer.keys[key])}`);
            keys.add(key);
            feature.properties[layer.keys[key]] = layer.values[value];
        }
    }

    // What the specification recommends, and what we promise beyond it.

    strictLayer(layer) {
        const ids = new Set(), values = new Set();
        if (new Set(layer.keys).size !== layer.keys.length)
            this.say('two keys are equal');
        for (const v of layer.values) {
            const id = `${typeof v} ${v}`;
            if (values.has(id))
                this.say(`two values are ${v}`);
            values.add(id);
        }
        if (layer.features.length === 0)
            this.say('a layer without features');
        for (const f of layer.features) {
            if (f.id !== undefined && ids.has(f.id))
                this.say(`two features have the id ${f.id}`);
            ids.add(f.id);
        }
    }

    strictFeature(feature, layer) {
        const buffer = this.options.buffer ?? Infinity;
        const out = (v) => v < -buffer || v > layer.extent + buffer;
        if (feature.type === UNKNOWN)
            this.say('geometry type 0');
        if (typeof feature.id !== 'number')
            this.say(`id ${feature.id}`);
        if (feature.runs.some((run) => run.some(([x, y]) => out(x) || out(y))))
            this.say(`a point farther than ${buffer} from the tile`);
        if (feature.type === POLYGON)
            for (const polygon of feature.polygons) {
                const words = whyInvalid(polygon);
                if (words)
                    this.say(words);
            }
    }
}

/** How far from a tile its geometries may reach: the buffer, and what stays whole across its edge. */
export const REACH = 64 + 2048;

/**
 * Reads a tile (unpacked bytes) and judges it. {problems, layers}: problems is a list of words, [] for a valid tile.
 *
 * strict  also what the specification only recommends and what we promise: version 2, no equal keys or values, ids
 *         once a layer, no empty layers, polygons without crossings, holes in their shells
 * buffer  with strict: how far from the tile a point may lie, in tile units
 */
export function checkTile(bytes, options = {}) {
    const judge = new Judge(options);
    const layers = judge.tile(bytes);
    return {problems: judge.problems, layers};
}
