// Conditions as people make them, and as CQL2 writes them; back again where a text is as simple as that.
import {cqlAllowed, cqlName, cqlPieces, cqlValue} from '../base/cql.js';

const COMPARE = ['=', '<>', '<', '<=', '>', '>='];
const NUMBERS = new Set(['integer', 'real']), DAYS = new Set(['date', 'datetime']);

/** The operators that make sense for a field. */
export function operatorsOf(field) {
    if (field.codes.length)
        return ['in', 'notin', 'null', 'notnull'];
    if (NUMBERS.has(field.type))
        return [...COMPARE, 'null', 'notnull'];
    if (DAYS.has(field.type))
        return ['>=', '<=', '=', 'null', 'notnull'];
    if (field.type === 'bool')
        return ['=', 'null', 'notnull'];
    return ['has', 'begins', '=', '<>', 'null', 'notnull'];
}

export const takesValue = (operator) => operator !== 'null' && operator !== 'notnull';

const like = (text) => text.replaceAll(/[\\%_]/g, (c) => `\\${c}`).replaceAll("'", "''");
const unlike = (text) => text.replaceAll("''", "'").replaceAll(/\\([\\%_])/g, '$1');

/** {field, operator, value} as CQL2; '' while something is missing. The value of a list is an array. */
export function conditionText({field, operator, value}) {
    const name = cqlName(field.name);
    if (!takesValue(operator))
        return `${name} IS ${operator === 'notnull' ? 'NOT ' : ''}NULL`;
    if (operator === 'in' || operator === 'notin')
        return value?.length ? `${name} ${operator === 'notin' ? 'NOT ' : ''}IN (${value.map((v) => cqlValue(field, v)).join(', ')})` : '';
    if (value === '' || value === undefined || value === null)
        return '';
    if (operator === 'has' || operator === 'begins')
        return `CASEI(${name}) LIKE CASEI('${operator === 'has' ? '%' : ''}${like(value)}%')`;
    if (field.type === 'datetime' && /^\d{4}-\d\d-\d\d$/.test(value))
        return `${name} ${operator} ${cqlValue(field, `${value}T${operator === '<=' ? '23:59:59' : '00:00:00'}Z`)}`;
    return `${name} ${operator} ${cqlValue(field, value)}`;
}

/** The text in pieces that `word` (AND, OR) joins at its top; null when the other word does there, or BETWEEN. */
function split(text, word) {
    const parts = [''];
    let depth = 0;
    for (const piece of cqlPieces(text)) {
        depth += piece === '(' ? 1 : piece === ')' ? -1 : 0;
        const isWord = depth === 0 && /^(and|or|between)$/i.test(piece);
        if (isWord && piece.toUpperCase() !== word)
            return null;
        if (isWord)
            parts.push('');
        else
            parts[parts.length - 1] += piece;
    }
    return parts.map((p) => p.trim());
}

const unquote = (text) => text.slice(1, -1).replaceAll("''", "'");

function conditionOf(text, fields) {
    const named = (name) => fields.find((f) => cqlName(f.name) === name || f.name === name);
    let m = /^CASEI\(("[^"]+"|\w+)\) LIKE CASEI\('(%?)((?:[^']|'')*)%'\)$/i.exec(text);
    if (m && named(m[1]) && !/(^|[^\\])(\\\\)*[%_]/.test(m[3]))
        return {field: named(m[1]), operator: m[2] ? 'has' : 'begins', value: unlike(m[3])};
    m = /^("[^"]+"|\w+) IS (NOT )?NULL$/i.exec(text);
    if (m && named(m[1]))
        return {field: named(m[1]), operator: m[2] ? 'notnull' : 'null'};
    m = /^("[^"]+"|\w+) NOT (IN .*)$/i.exec(text);
    if (m && named(m[1])?.codes.length) {
        const value = cqlAllowed(`${m[1]} ${m[2]}`, named(m[1]));
        return value && {field: named(m[1]), operator: 'notin', value};
    }
    m = /^("[^"]+"|\w+)\s*(?:IN\b|(=|<>|<=|>=|<|>))\s*(.*)$/i.exec(text);
    const field = m && named(m[1]);
    if (!field)
        return null;
    if (field.codes.length) {
        const value = cqlAllowed(text, field);
        return value && {field, operator: 'in', value};
    }
    if (!m[2] || !operatorsOf(field).includes(m[2]))
        return null;
    const date = /^(?:DATE|TIMESTAMP)\(('[^']*')\)$/i.exec(m[3]);
    const value = date ? unquote(date[1]).slice(0, 10) : /^'(?:[^']|'')*'$/.test(m[3]) ? unquote(m[3]) : /^(?:[-+]?[\d.]+(?:e[-+]?\d+)?|TRUE|FALSE)$/i.test(m[3]) ? m[3].toLowerCase() : null;
    const found = value === null ? null : {field, operator: m[2], value};
    return found && conditionText(found) === text ? found : null;
}

/** {any: joined by OR, list: [conditions]}; null when the text says more than conditions can. */
export function readConditions(text, fields) {
    if (!text.trim())
        return {any: false, list: []};
    const all = split(text, 'AND'), some = split(text, 'OR');
    const parts = all ?? some;
    const list = parts?.map((p) => conditionOf(p, fields));
    return list?.every(Boolean) ? {any: !all, list} : null;
}

/** All of them, or any, as one text; those that are not finished are left out. */
export const conditionsText = ({any, list}) => list.map(conditionText).filter(Boolean).join(any ? ' OR ' : ' AND ');
