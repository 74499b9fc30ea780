// Where the pointer is: in the town's own metres, X to the north and Y to the east, and in degrees. The server works out a
// lattice of points over the view; between them the way is straight: within a thousandth of a pixel.
import {byId} from '../base/dom.js';
import {latest} from '../base/server.js';
import {say} from '../base/text.js';
import {exactly} from './measures.js';

const CELLS = 8, WAIT_MS = 200;

const newest = latest();

let lattice = null, waiting = 0, last = null;

async function read(gl, app) {
    const b = gl.getBounds(), [w, s, e, n] = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()];
    if (e - w > 10 || n - s > 10) { // the town's system does not reach so far
        newest(Promise.resolve());
        lattice = null;
        return;
    }
    const coordinates = Array.from({length: (CELLS + 1) ** 2}, (_, i) => [w + (e - w) * (i % (CELLS + 1)) / CELLS, s + (n - s) * Math.floor(i / (CELLS + 1)) / CELLS]);
    const found = await newest(exactly({geometry: {type: 'MultiPoint', coordinates}}).catch(() => false));
    if (found === null)
        return; // the map has moved on
    lattice = found && {w, s, e, n, at: found.coordinates, crs: found.crsName};
    show(app, last ?? gl.getCenter());
}

/** [x, y] of a place, x to the east. */
function metresOf({lng, lat}) {
    const {w, s, e, n, at} = lattice, u = (lng - w) / (e - w) * CELLS, v = (lat - s) / (n - s) * CELLS;
    const i = Math.max(0, Math.min(CELLS - 1, Math.floor(u))), k = Math.max(0, Math.min(CELLS - 1, Math.floor(v)));
    const corner = (di, dk) => at[(k + dk) * (CELLS + 1) + i + di], a = u - i, c = v - k;
    return [0, 1].map((d) => (1 - a) * (1 - c) * corner(0, 0)[d] + a * (1 - c) * corner(1, 0)[d] + (1 - a) * c * corner(0, 1)[d] + a * c * corner(1, 1)[d]);
}

const degreesText = ({lng, lat}) => `${lat.toFixed(6)}, ${lng.toFixed(6)}`;

function show(app, place) {
    const button = byId('pointer');
    button.hidden = !lattice;
    if (!lattice)
        return;
    const [x, y] = metresOf(place);
    button.textContent = `X ${y.toFixed(1)}  Y ${x.toFixed(1)} · ${degreesText(place)}`;
    button.title = say('pointer', {crs: lattice.crs});
}

/** The exact ones of where the pointer last was, or of the middle of the map. */
async function copy(gl, app) {
    const place = last ?? gl.getCenter();
    const found = await exactly({geometry: {type: 'Point', coordinates: [place.lng, place.lat]}}).catch(() => null);
    const text = `${found ? `X ${found.coordinates[0][1].toFixed(2)} Y ${found.coordinates[0][0].toFixed(2)}; ` : ''}${degreesText(place)}`;
    try {
        await navigator.clipboard.writeText(text);
        app.message(say('pointer.done', {what: text}));
    } catch { // not allowed, or not by https: it can be read
        app.message(text);
    }
}

export const pointerBox = {
    draw: (app) => lattice && show(app, last ?? app.gl.getCenter()),
    ready(gl, app) {
        const again = () => {
            clearTimeout(waiting);
            waiting = setTimeout(() => read(gl, app), WAIT_MS);
        };
        byId('pointer').addEventListener('click', () => copy(gl, app));
        gl.on('mousemove', (event) => {
            last = event.lngLat;
            show(app, last);
        });
        gl.on('mouseout', () => last = null);
        gl.on('moveend', again);
        gl.once('load', again);
    },
};
