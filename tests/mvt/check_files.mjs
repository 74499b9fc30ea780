// Judges tiles in files, strictly: node tests/mvt/check_files.mjs FOLDER|FILE... Exit code 1 on any problem.
import {readFileSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {checkTile, REACH} from './check_tile.mjs';

const files = process.argv.slice(2).flatMap((path) => statSync(path).isDirectory() ?
    readdirSync(path).filter((name) => name.endsWith('.mvt')).map((name) => join(path, name)) : [path]);
let features = 0, bad = 0;

for (const file of files) {
    const {problems, layers} = checkTile(readFileSync(file), {strict: true, buffer: REACH});
    for (const layer of layers)
        features += layer.features.length;
    bad += problems.length;
    for (const words of problems.slice(0, 5))
        console.log(`${file}: ${words}`);
}
console.log(`${files.length} tiles, ${features} features, ${bad} problems`);
process.exitCode = bad || !files.length ? 1 : 0;
