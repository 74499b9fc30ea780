// News of the map: one stream from the server (/events) while the page is looked at. A browser allows few connections
// to one server, and each stream takes one: a page in the background lets go of its own.

const AGAIN_MS = 5000;

/**
 * Follows the map. `on.layer({layer, version, bbox, boxes})` for each layer that changed, `on.version(hex)` of the whole
 * map when the stream begins, `on.map()` when it is another but for the data of layers, `on.missed()` when something was not told, `on.state(isConnected)` when that changes.
 */
export function follow(base, on) {
    let stream = null, again = 0, isConnected = null;

    function tell(state) {
        if (state !== isConnected)
            on.state(isConnected = state);
    }

    function close() {
        clearTimeout(again);
        stream?.close();
        stream = null;
    }

    function open() {
        close();
        stream = new EventSource(new URL('events', base));
        stream.addEventListener('open', () => tell(true));
        stream.addEventListener('hello', (event) => on.version(JSON.parse(event.data).version));
        stream.addEventListener('reset', () => on.missed());
        stream.addEventListener('layer', (event) => on.layer(JSON.parse(event.data)));
        stream.addEventListener('map', () => on.map());
        stream.addEventListener('error', () => {
            tell(false);
            if (stream?.readyState === EventSource.CLOSED) // refused: the browser does not try again by itself
                again = setTimeout(open, AGAIN_MS);
        });
    }

    document.addEventListener('visibilitychange', () => document.hidden ? close() : open());
    addEventListener('pagehide', close);
    if (!document.hidden)
        open();
}
