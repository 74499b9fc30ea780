// @maplibre/mlt, MapLibre's own reader of MapLibre Tiles. The package is made for bundlers: modules without
// "type": "module", that import each other without endings. Node takes a copy in which both are put right.
import {mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {tempDir} from './munimap.mjs';

const require = createRequire(import.meta.url);

function copy(from, to) {
    mkdirSync(to);
    for (const name of readdirSync(from)) {
        if (statSync(join(from, name)).isDirectory())
            copy(join(from, name), join(to, name));
        else if (name.endsWith('.js'))
            writeFileSync(join(to, name), readFileSync(join(from, name), 'utf8')
                .replace(/(from\s+")(\.[^"]*?)(?:\.js)?"/g, '$1$2.js"')
                .replace(/(from\s+")(@[^"]+)"/g, (_, start, name) => `${start}${pathToFileURL(require.resolve(name))}"`));
    }
}

const temp = tempDir();
const dist = join(temp.dir, 'dist');
copy(dirname(require.resolve('@maplibre/mlt')), dist);
writeFileSync(join(temp.dir, 'package.json'), '{"type": "module"}');

/** Any module of the package by its path in it: load('decoding/integerStreamDecoder'). */
export const load = (path) => import(pathToFileURL(join(dist, `${path}.js`)));
export const {decodeTile, GEOMETRY_TYPE} = await load('index');
process.on('exit', () => temp.remove());
