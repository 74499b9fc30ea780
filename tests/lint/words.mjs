// Every message that a planner may meet has Russian words (src/base/lang_ru.c), and each of those still has a message.
// Reads the calls below out of the sources; prints what is missing, and what is there for nothing. --list: the messages.
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
// which argument has the words, null: any; `mm_words` marks those that are put into others
const calls = {mm_fail: 3, mm_filter_fail: 2, mm_filter_fail_limit: 1, misfit: 2, refuse: null, mm_print_plan_wrong: 3, mm_words: 0, MM_WORDS: 0, fail: 1, expected: 1};
// what a page asks for: filters, what is inside, plans, searches, tables
const sources = ['query', 'print/plan', 'analysis', 'api/analysis', 'api/geometry.c', 'api/prints', 'api/search.c', 'api/features/items_ask.c',
    'api/features/features.c', 'api/out.c', 'http/exchange.c'];
const isForPrograms = (file) => /\/(fes|gml)/.test(file); // filters in XML

const files = (path) => statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => files(join(path, name))) : path.endsWith('.c') ? [path] : [];

/** The arguments of a call that begins behind its bracket, as texts. */
function argumentsOf(text, from) {
    const found = [''];
    for (let i = from, depth = 0; i < text.length; i++) {
        const c = text[i];
        if (c === '"' || c === '\'') {
            const end = text.slice(i + 1).search(new RegExp(`(?<!\\\\)(\\\\\\\\)*${c}`));
            const word = text.slice(i, text.indexOf(c, i + 1 + end) + 1);
            found[found.length - 1] += word;
            i += word.length - 1;
            continue;
        }
        if (c === ')' && depth-- === 0)
            return found;
        if ('([{'.includes(c))
            depth++;
        if (']}'.includes(c))
            depth--;
        if (c === ',' && depth === 0)
            found.push('');
        else
            found[found.length - 1] += c;
    }
    return [];
}

/** Texts of C in an expression, pieces that stand side by side as one. */
const textsOf = (code) => [...code.matchAll(/("(?:[^"\\]|\\.)*"\s*)+/g)].map(([t]) => [...t.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => piece).join(''));

export function messages() {
    const found = new Map();
    for (const file of sources.flatMap((s) => files(join(root, 'src', s))).filter((f) => !isForPrograms(f))) {
        const text = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\//g, '');
        for (const call of text.matchAll(new RegExp(`\\b(${Object.keys(calls).join('|')})\\(`, 'g'))) {
            const given = argumentsOf(text, call.index + call[0].length), which = calls[call[1]];
            for (const t of textsOf(which === null ? given.join() : given[which] ?? ''))
                if (/[a-z]{2}/.test(t.replace(/%[-+ #0-9.*]*[a-z]+/g, '')))
                    found.set(t, file.slice(root.length + 1));
        }
    }
    return found;
}

const said = messages();
if (process.argv.includes('--list')) {
    for (const [t, file] of said)
        console.log(`${file}\t${t}`);
    process.exit(0);
}
const table = new Set([...readFileSync(join(root, 'src/base/lang_ru.c'), 'utf8').matchAll(/\{\s*("(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*),/g)].map(([, t]) => textsOf(t)[0]));
const missing = [...said].filter(([t]) => !table.has(t)), idle = [...table].filter((t) => !said.has(t));
missing.forEach(([t, file]) => console.log(`${file}: no Russian words for "${t}": add them to src/base/lang_ru.c`));
idle.forEach((t) => console.log(`src/base/lang_ru.c: nothing says "${t}" any more: take it out`));
process.exit(missing.length || idle.length ? 1 : 0);
