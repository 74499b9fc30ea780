// Words and values in the language of the page.
import en from './en.js';
import ru from './ru.js';

const texts = {ru, en};
const KEPT = 'munimap.lang';
let lang = 'ru';

function kept() {
    try {
        return localStorage.getItem(KEPT);
    } catch { // storage may be forbidden: the address is enough
        return null;
    }
}

/** The language as the address, the user's last choice, or the browser has it. */
export const languageValue = {
    canUndo: false,
    parse: (text) => [text, kept(), navigator.language?.slice(0, 2)].find((l) => texts[l]) ?? 'ru',
    format: (value) => value,
};

export function keepLanguage(value) {
    try {
        localStorage.setItem(KEPT, value);
    } catch { /* as above */ }
}

export function setLanguage(next) {
    lang = texts[next] ? next : 'ru';
    document.documentElement.lang = lang;
}

export const language = () => lang;

/** A text of the page, with {name} filled in. */
export function say(key, values = {}) {
    return texts[lang][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

/** The text of a {ru, en} title, the other language when one is empty, else what is given instead. */
export function title(t, otherwise = '') {
    return t?.[lang] || t?.ru || t?.en || otherwise;
}

const locale = () => lang === 'ru' ? 'ru-RU' : 'en-GB';

/** The unit of a field's values, '' when it has none. */
export const unitOf = (field) => title(field.unit);

const MONEY = new Set(['₽', 'руб', 'руб.', 'RUB']);

function number(value, field) {
    const money = MONEY.has(unitOf(field));
    return new Intl.NumberFormat(locale(), money ? {minimumFractionDigits: 2, maximumFractionDigits: 2} :
        {maximumFractionDigits: 6, useGrouping: field.name !== 'year' && !/(^|_)id$/.test(field.name)}).format(value);
}

// Dates are shown as the source has them: a day stays that day, a time keeps its own zone.
function date(text, type) {
    const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
    if (!match)
        return text;
    const [, year, month, day, time, zone] = match;
    const shown = new Intl.DateTimeFormat(locale(), {dateStyle: 'medium', timeZone: 'UTC'})
        .format(new Date(Date.UTC(year, month - 1, day)));
    return type === 'datetime' && time ? `${shown} ${time}${zone === 'Z' ? ' UTC' : zone ? ` (UTC${zone})` : ''}` : shown;
}

/** One value of a field for people: decoded, formatted, with its unit. */
export function value(field, raw) {
    const code = field.codes.find((c) => c.value === String(raw));
    if (code)
        return title(code.title, code.value);
    let text = String(raw);
    if (field.type === 'bool')
        text = say(raw === true || raw === 'true' ? 'value.yes' : 'value.no');
    else if ((field.type === 'integer' || field.type === 'real') && Number.isFinite(Number(raw)))
        text = number(Number(raw), field);
    else if (field.type === 'date' || field.type === 'datetime')
        text = date(text, field.type);
    return unitOf(field) ? `${text} ${unitOf(field)}` : text;
}

export const count = (n) => new Intl.NumberFormat(locale()).format(n);

/** A sum of roubles, to the kopeck. */
export const money = (roubles) => `${new Intl.NumberFormat(locale(), {minimumFractionDigits: 2, maximumFractionDigits: 2}).format(roubles)} ₽`;

const decimal = (v, digits) => new Intl.NumberFormat(locale(), {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(v);

/** Metres for people, "12,3 м", "4,56 км". */
export const length = (m) => m < 1000 ? `${decimal(m, 1)} ${say('unit.m')}` : `${decimal(m / 1000, 2)} ${say('unit.km')}`;

/** Square metres for people, in hectares from one on, in square kilometres from one on. */
export const area = (m2) => m2 < 1e4 ? `${decimal(m2, 1)} ${say('unit.m2')}` : m2 < 1e6 ? `${decimal(m2 / 1e4, 2)} ${say('unit.ha')}` : `${decimal(m2 / 1e6, 2)} ${say('unit.km2')}`;

/** Metres to the centimetre, square metres to the tenth, degrees to the tenth: what has been measured exactly. */
export const metres = (m) => `${decimal(m, 2)} ${say('unit.m')}`;
/** Metres to two digits that count: of what is known no better. */
export const roughMetres = (m) => `${new Intl.NumberFormat(locale(), {maximumSignificantDigits: 2}).format(m)} ${say('unit.m')}`;
export const squareMetres = (m2) => `${decimal(m2, 1)} ${say('unit.m2')}`;
export const degrees = (deg) => `${decimal(deg, 1)}°`;

const AGES = [['year', 31556952e3], ['month', 2629746e3], ['day', 86400e3], ['hour', 3600e3], ['minute', 60e3]];

/** How long ago a moment was, "3 hours ago". */
export function ago(ms) {
    const past = ms - Date.now(), [unit, size] = AGES.find(([, s]) => Math.abs(past) >= s) ?? ['minute', 60e3];
    return new Intl.RelativeTimeFormat(locale(), {numeric: 'auto'}).format(Math.round(past / size), unit);
}
