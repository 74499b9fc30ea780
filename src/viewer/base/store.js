// What the page shows, in one place: named values that are read from the address, written to it, followed, and undone.
// A module declares the values that are its own; a value is whatever its `parse` makes of a text and `format` turns back
// into that text. Two values are the same when they are written the same, or as its `identity` says.
//   #map=13/52.35/39.09&lang=en&l=+lights,-projects&f.projects=direction%3D3

const UNDO_MAX = 100;

/** The parameters of the address. "+" is itself: it marks a layer that is switched on. */
const readParams = () => new URLSearchParams(location.hash.slice(1).replaceAll('+', '%2B'));

function writeParams(params) {
    const escape = (t) => t.replaceAll(/[%&#=\s]/g, encodeURIComponent);
    const text = [...params].map(([k, v]) => `${escape(k)}=${escape(v)}`).join('&');
    history.replaceState(history.state, '', text ? `#${text}` : location.pathname + location.search);
}

/** A value that is an object of texts, each a parameter of its own: "f.projects=...", "f.permits=...". */
export const textsValue = (prefix) => ({prefix, parse: (texts) => texts, format: (texts) => texts});

export function makeStore() {
    const keys = new Map(), values = new Map(), followers = [], past = [];

    /** What stands in the address for a key: [[param, text], ...]. */
    function written(name, value) {
        const {param, prefix, format} = keys.get(name);
        const texts = prefix ? Object.entries(format(value)).map(([k, v]) => [prefix + k, v]) : [[param, format(value)]];
        return texts.filter(([, text]) => text).sort(([a], [b]) => a < b ? -1 : 1);
    }

    function fromAddress(name, params) {
        const {param, prefix, parse} = keys.get(name);
        return parse(prefix ? Object.fromEntries([...params].filter(([k]) => k.startsWith(prefix)).map(([k, v]) => [k.slice(prefix.length), v]))
            : params.get(param) ?? '');
    }

    function writeAddress() {
        const params = readParams();
        for (const [name, key] of keys) {
            if (!key.isKept)
                continue;
            [...params.keys()].filter((k) => key.prefix ? k.startsWith(key.prefix) : k === key.param).forEach((k) => params.delete(k));
            written(name, values.get(name)).forEach(([k, v]) => params.set(k, v));
        }
        writeParams(params);
    }

    const identity = (name, value) => keys.get(name).identity?.(value) ?? JSON.stringify(written(name, value));
    const isSame = (name, a, b) => identity(name, a) === identity(name, b);

    function put(changes) {
        const before = {};
        for (const [name, value] of Object.entries(changes))
            if (!isSame(name, values.get(name), value)) {
                before[name] = values.get(name);
                values.set(name, value);
            }
        const changed = Object.keys(before);
        if (changed.length)
            followers.filter((f) => f.names.some((n) => changed.includes(n))).forEach((f) => f.tell(before));
        return before;
    }

    const store = {
        /**
         * A value that the page has. `param`: its name in the address, else its own; `prefix`: it has many parameters, that
         * begin so; `isKept`: it is in the address; `canUndo`: a change of it is an action that can be taken back;
         * `identity`: a text that tells values apart which the address cannot hold.
         */
        declare(name, {param = name, prefix = '', parse, format, identity, isKept = true, canUndo = true}) {
            keys.set(name, {param, prefix, parse, format, identity, isKept, canUndo});
            values.set(name, fromAddress(name, isKept ? readParams() : new URLSearchParams()));
        },
        has: (name) => keys.has(name),
        get: (name) => values.get(name),
        /** Changes values together; `canUndo: false` when nobody would call it an action; `since`: it ends an action of many
         *  steps, before which the values were these. */
        set(changes, {canUndo = true, since = {}} = {}) {
            const before = {...put(changes), ...since};
            const undoable = Object.fromEntries(Object.entries(before).filter(([name]) => keys.get(name).canUndo));
            if (canUndo && Object.keys(undoable).length) {
                past.push(undoable);
                past.splice(0, past.length - UNDO_MAX);
                put({actions: past.length});
            }
            if (Object.keys(before).length)
                writeAddress();
        },
        /** Calls `tell(before)` after any of the named values has changed; `before` has the old ones. */
        follow(names, tell) {
            followers.push({names, tell});
        },
        /** Takes the last action back. */
        undo() {
            const before = past.pop();
            if (!before)
                return;
            put({...before, actions: past.length});
            writeAddress();
        },
        /** The address was changed by hand. */
        reread() {
            const params = readParams();
            store.set(Object.fromEntries([...keys].filter(([, k]) => k.isKept).map(([name]) => [name, fromAddress(name, params)])));
        },
    };
    store.declare('actions', {parse: () => 0, format: String, isKept: false, canUndo: false}); // how many can be undone
    return store;
}
