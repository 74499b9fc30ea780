// A filter as rows of conditions, "field operator values", joined by AND or by OR; and the CQL2 text of them. A condition
// that the rows cannot show stays as the text it is.
import {cqlChoices, cqlName, cqlParts, cqlValue} from '../base/cql.js';

/** The field that stands for whether a feature has a place. */
export const PLACE = {name: 'geometry', type: 'place', title: null, unit: null, codes: []};

const SIGNS = {eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>='};
const NAME = '("(?:[^"]|"")+"|[A-Za-z_]\\w*)';
const VALUE = "((?:DATE|TIMESTAMP)\\(\\s*'[^']*'\\s*\\)|'(?:[^']|'')*'|[-+]?[.\\d][-+.\\w]*|TRUE|FALSE)";

/** What can be asked of a field, the usual first. */
export function operatorsOf(field) {
    if (field.type === 'place')
        return ['full', 'empty'];
    if (field.codes.length)
        return ['in', 'out', 'full', 'empty'];
    if (field.type === 'bool')
        return ['yes', 'no', 'full', 'empty'];
    if (['integer', 'real', 'date', 'datetime'].includes(field.type))
        return ['ge', 'le', 'between', 'eq', 'ne', 'gt', 'lt', 'full', 'empty'];
    return ['has', 'begins', 'eq', 'ne', 'full', 'empty'];
}

/** How many values an operator takes; -1: as many as are chosen. */
export const valuesOf = (op) => ['in', 'out'].includes(op) ? -1 : op === 'between' ? 2 : ['full', 'empty', 'yes', 'no'].includes(op) ? 0 : 1;

/** A value as it is written in an input, from CQL2. */
function plain(text) {
    const inner = /^(?:DATE|TIMESTAMP)\(\s*(.*?)\s*\)$/i.exec(text)?.[1] ?? text;
    return inner.startsWith("'") ? inner.slice(1, -1).replaceAll("''", "'") : inner;
}

const like = (text) => text.replace(/[\\%_]/g, '\\$&');
const unlike = (pattern) => /(^|[^\\])[%_]/.test(pattern.replaceAll('\\\\', '')) ? null : pattern.replace(/\\([\\%_])/g, '$1');

/** A moment is asked for by its minute, UTC. */
const written = (field, value) => cqlValue(field, field.type === 'datetime' && /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value) ? `${value}:00Z` : value);
const read = (field, text) => field.type === 'datetime' ? plain(text).replace(/:00(\.0+)?Z$/, '') : plain(text);

/** Whether an input of the field's kind can show the value. */
const fits = (field, value) => field.type === 'date' ? /^\d{4}-\d\d-\d\d$/.test(value)
    : field.type === 'datetime' ? /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value) : isValue(field, value);

/** Whether a value can stand in a condition on the field. */
export function isValue(field, value) {
    if (value === '' || value === undefined)
        return false;
    if (field.type === 'integer')
        return /^[-+]?\d+$/.test(value.trim());
    return field.type !== 'real' || Number.isFinite(Number(value.trim().replace(',', '.') || NaN));
}

/** One condition as CQL2; '' while it lacks a value. */
export function formatCondition({raw, field, op, values = []}) {
    if (raw !== undefined)
        return raw;
    const name = cqlName(field.name), need = valuesOf(op);
    const given = values.filter((v) => isValue(field, v)).map((v) => field.type === 'real' ? v.trim().replace(',', '.') : v);
    if (need > given.length || (need < 0 && !given.length))
        return '';
    const list = given.map((v) => written(field, v));
    switch (op) {
    case 'in': return list.length > 1 ? `${name} IN (${list.join(', ')})` : `${name} = ${list[0]}`;
    case 'out': return list.length > 1 ? `${name} NOT IN (${list.join(', ')})` : `${name} <> ${list[0]}`;
    case 'has': return `CASEI(${name}) LIKE CASEI('%${like(given[0]).replaceAll("'", "''")}%')`;
    case 'begins': return `CASEI(${name}) LIKE CASEI('${like(given[0]).replaceAll("'", "''")}%')`;
    case 'between': return `${name} BETWEEN ${list[0]} AND ${list[1]}`;
    case 'yes': return `${name} = TRUE`;
    case 'no': return `${name} = FALSE`;
    case 'full': return `${name} IS NOT NULL`;
    case 'empty': return `${name} IS NULL`;
    default: return `${name} ${SIGNS[op]} ${list[0]}`;
    }
}

/** What each shape of a condition means: (field, match) to {op, values}, null when it means nothing here. */
const SHAPES = [
    [`${NAME}\\s+IS\\s+(NOT\\s+)?NULL`, (field, [, , not]) => ({op: not ? 'full' : 'empty', values: []})],
    [`${NAME}\\s+BETWEEN\\s+${VALUE}\\s+AND\\s+${VALUE}`, (field, [, , a, b]) => ({op: 'between', values: [a, b].map((v) => read(field, v))})],
    [`${NAME}\\s+(NOT\\s+)?IN\\s*\\(\\s*(${VALUE.replace('(', '(?:')}(?:\\s*,\\s*${VALUE.replace('(', '(?:')})*)\\s*\\)`,
        (field, [, , not, list]) => ({op: not ? 'out' : 'in', values: list.match(new RegExp(VALUE, 'gi')).map(plain)})],
    [`CASEI\\(\\s*${NAME}\\s*\\)\\s+LIKE\\s+CASEI\\(\\s*('(?:[^']|'')*')\\s*\\)`, (field, [, , text]) => {
        const pattern = plain(text), isInside = pattern.startsWith('%') && pattern.length > 1;
        const inner = pattern.endsWith('%') ? unlike(pattern.slice(isInside ? 1 : 0, -1)) : null;
        return inner && {op: isInside ? 'has' : 'begins', values: [inner]};
    }],
    [`${NAME}\\s*(<>|<=|>=|=|<|>)\\s*${VALUE}`, (field, [, , sign, text]) => {
        const op = Object.keys(SIGNS).find((k) => SIGNS[k] === sign), value = read(field, text);
        if (field.codes.length)
            return op === 'eq' || op === 'ne' ? {op: op === 'eq' ? 'in' : 'out', values: [value]} : null;
        return field.type === 'bool' ? op === 'eq' && {op: /^true$/i.test(value) ? 'yes' : 'no', values: []} : {op, values: [value]};
    }],
].map(([shape, meaning]) => [new RegExp(`^${shape}$`, 'i'), meaning]);

/** One condition of a text: {field, op, values}, or {raw}. */
export function parseCondition(text, fields) {
    const bare = /^\((.*)\)$/s.exec(text)?.[1];
    if (bare && cqlParts(bare).length === 1 && cqlChoices(bare).length === 1 && balanced(bare))
        return parseCondition(bare.trim(), fields);
    for (const [shape, meaning] of SHAPES) {
        const match = shape.exec(text);
        const name = match?.[1].startsWith('"') ? match[1].slice(1, -1).replaceAll('""', '"') : match?.[1];
        const field = match && [...fields, PLACE].find((f) => f.name === name);
        const found = field && meaning(field, match);
        if (found && operatorsOf(field).includes(found.op) && found.values.every((v) => fits(field, v)))
            return {field, ...found};
    }
    return {raw: text};
}

/** Whether brackets close in the order in which they open. */
function balanced(text) {
    let depth = 0;
    for (const piece of text.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g) ?? []) {
        depth += piece === '(' ? 1 : piece === ')' ? -1 : 0;
        if (depth < 0)
            return false;
    }
    return depth === 0;
}

/** {join: 'and' or 'or', rows} of a filter's text. */
export function parseFilter(text, fields) {
    if (!text.trim())
        return {join: 'and', rows: []};
    const choices = cqlChoices(text), isOr = choices.length > 1;
    return {join: isOr ? 'or' : 'and', rows: (isOr ? choices : cqlParts(text)).map((part) => parseCondition(part, fields))};
}

/** The text of rows; those that lack something are left out. */
export function formatFilter({join, rows}) {
    const parts = rows.map((r) => ({text: formatCondition(r), isRaw: r.raw !== undefined})).filter((p) => p.text);
    const other = join === 'or' ? cqlParts : cqlChoices;
    return parts.map(({text, isRaw}) => parts.length > 1 && isRaw && other(text).length > 1 ? `(${text})` : text).join(join === 'or' ? ' OR ' : ' AND ');
}
