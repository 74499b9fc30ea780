// Whole towns to serve in tests: each is a folder of layers made anew, so that it has a cache of its own.
import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {root, shared} from './munimap.mjs';

const odintsovo = shared('data/odintsovo'), town = join(root, 'data-samples/town'), layers = join(root, 'layers');

function makeOdintsovo(dir) {
    const ids = readdirSync(odintsovo).filter((name) => name.endsWith('.shp')).map((name) => name.slice(0, -4));
    mkdirSync(dir);
    writeFileSync(join(dir, 'map.yaml'), `allow: [${odintsovo}]\n`);
    for (const id of ids)
        writeFileSync(join(dir, `${id}.yaml`), `source: ${join(odintsovo, id)}.shp\n`);
    return ids;
}

function makeTown(dir) {
    const files = readdirSync(layers).filter((name) => name.endsWith('.yaml')), ids = [];
    mkdirSync(dir);
    for (const name of files) {
        const text = readFileSync(join(layers, name), 'utf8');
        writeFileSync(join(dir, name), text.replaceAll('../data-samples', join(root, 'data-samples')));
        if (/^source:/m.test(text))
            ids.push(name.slice(0, -5));
    }
    return ids;
}

/** [{name, skip: why or false, make(dir): ids of the layers that have features}] */
export const towns = [
    {name: 'Odintsovo', skip: !existsSync(odintsovo) && `no ${odintsovo}`, make: makeOdintsovo},
    {name: 'the sample town', skip: !existsSync(town) && `no ${town}: make town`, make: makeTown},
];
