// CQL2 texts: just enough to take one apart at its ANDs and to write conditions.

/** A property as CQL2 names it. */
export const cqlName = (name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A value of a field as CQL2 writes it. */
export function cqlValue(field, value) {
    if (field.type === 'integer' || field.type === 'real')
        return String(Number(value));
    if (field.type === 'bool')
        return String(value) === 'true' ? 'TRUE' : 'FALSE';
    const text = `'${String(value).replaceAll("'", "''")}'`;
    return field.type === 'date' ? `DATE(${text})` : field.type === 'datetime' ? `TIMESTAMP(${text})` : text;
}

export const cqlAnd = (parts) => parts.length > 1 ? parts.map((p) => /\bOR\b/i.test(p) ? `(${p})` : p).join(' AND ') : parts[0] ?? '';

/** Both of two conditions, either of which may be missing. */
export const cqlBoth = (a, b) => a && b ? `(${a}) AND (${b})` : a || b || '';

/** Pieces of a text: quoted ones whole, brackets, words and what is between them. */
const pieces = (text) => text.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|[^\s()'"]+|\s+/g) ?? [];

/** The text cut where `word` stands outside of brackets; null when `other` stands there too. The AND of a BETWEEN is its own. */
function cut(text, word, other) {
    const parts = [''];
    let depth = 0, isBetween = false;
    for (const piece of pieces(text)) {
        const at = depth === 0 ? piece.toLowerCase() : '';
        depth += piece === '(' ? 1 : piece === ')' ? -1 : 0;
        if (at === 'between')
            isBetween = true;
        else if (at === 'and' && isBetween)
            isBetween = false;
        else if (at === other)
            return null;
        else if (at === word) {
            parts.push('');
            continue;
        }
        parts[parts.length - 1] += piece;
    }
    return parts.map((p) => p.trim()).filter(Boolean);
}

/** The conditions that a text joins by AND at its top; one that has an OR there is a single condition. */
export const cqlParts = (text) => cut(text, 'and', 'or') ?? [text.trim()];

/** The conditions that a text joins by OR at its top; one that has an AND there is a single condition. */
export const cqlChoices = (text) => cut(text, 'or', 'and') ?? [text.trim()];

/** The values that a condition "name IN (...)" or "name = ..." allows; null when it is another. */
export function cqlAllowed(part, field) {
    const match = /^("(?:[^"]|"")+"|\w+)\s*(?:=\s*(.+)|in\s*\((.+)\))$/is.exec(part);
    if (!match || match[1].replaceAll('""', '"').replace(/^"|"$/g, '') !== field.name)
        return null;
    const list = match[2] ?? match[3];
    const values = list.match(/'(?:[^']|'')*'|[-+.\w]+/g) ?? [];
    return /^(\s*('(?:[^']|'')*'|[-+.\w]+)\s*,?)+$/.test(list) ? values.map((v) => v.startsWith("'") ? v.slice(1, -1).replaceAll("''", "'") : v) : null;
}

/** "name IN (...)"; '' when nothing is chosen. */
export const cqlIn = (field, values) => values.length === 0 ? '' : values.length === 1 ? `${cqlName(field.name)} = ${cqlValue(field, values[0])}`
    : `${cqlName(field.name)} IN (${values.map((v) => cqlValue(field, v)).join(', ')})`;
