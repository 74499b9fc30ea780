// A copy of the sample town whose layers may be edited: those that lie in GeoPackages.
import {copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {root} from '../lib/munimap.mjs';

/** Makes it anew in `dir`; the folder of its layers. */
export function copyTown(dir) {
    const from = join(root, 'layers'), to = join(dir, 'layers');
    rmSync(dir, {recursive: true, force: true});
    mkdirSync(to, {recursive: true});
    copyFileSync(join(from, 'map.yaml'), join(to, 'map.yaml'));
    for (const name of readdirSync(from).filter((n) => n.endsWith('.yaml') && n !== 'map.yaml')) {
        const text = readFileSync(join(from, name), 'utf8'), source = /^source: *(\S+\.gpkg)$/m.exec(text)?.[1];
        if (!source)
            continue;
        mkdirSync(dirname(join(to, source)), {recursive: true});
        copyFileSync(join(from, source), join(to, source));
        writeFileSync(join(to, name), `${text.trimEnd()}\neditable: true\n`);
    }
    return to;
}
