// Tiles that may have changed on the server are loaded anew, and no others.
import {listOf} from './dress.js';

const BUFFER = 64 / 4096; // what a tile shows of its neighbours, in tiles: as the server cuts them

/** A place on the Web Mercator square, 0 to 1, from the north-west. */
function onSquare(lon, lat) {
    const s = Math.sin(Math.max(-85.0511287798, Math.min(85.0511287798, lat)) * Math.PI / 180);
    return [(lon + 180) / 360, 0.5 - Math.atanh(s) / (2 * Math.PI)];
}

/** Boxes [w, s, e, n] in degrees as a question to a tile {z, x, y}: does it show any of them? */
export function meets(boxes) {
    const areas = boxes.map(([w, s, e, n]) => [...onSquare(w, n), ...onSquare(e, s)]);
    return ({z, x, y}) => {
        const side = 2 ** -z;
        return areas.some(([left, top, right, bottom]) => left <= (x + 1 + BUFFER) * side && right >= (x - BUFFER) * side &&
            top <= (y + 1 + BUFFER) * side && bottom >= (y - BUFFER) * side);
    };
}

/** Names of the sources whose tiles have a layer or its labels. */
function sourcesOf(style, layer) {
    return Object.entries(style.sources).filter(([name, source]) => source.type === 'raster' ? name === layer : listOf(source).some((id) => id === layer || id === `${layer}_label`))
        .map(([name]) => name);
}

/** Whether a source asks for what meets a condition: points are then in clusters of their own, which may change where
 * nothing does that all features are drawn as. */
const isNarrowed = (source) => ['filter', 'datetime', 'bbox'].some((name) => source.url && new URL(source.url).searchParams.has(name));

/** Loads the tiles on screen again that meet the boxes, and forgets those that are kept for later. */
function reload(gl, name, isTouched) {
    const tiles = gl.style.tileManagers?.[name]?._inViewTiles?.getAllTiles?.();
    const kept = gl.style.tileManagers?.[name]?._outOfViewCache;
    if (!gl.getSource(name))
        return;
    if (!tiles || !kept?.filter) { // another map library: all of them
        gl.refreshTiles(name);
        return;
    }
    kept.filter((tile) => !isTouched(tile.tileID.canonical));
    const touched = tiles.map((tile) => tile.tileID.canonical).filter(isTouched);
    if (touched.length)
        gl.refreshTiles(name, touched);
}

/** Shows a layer as it now is within the boxes. */
export function refreshLayer(gl, style, layer, boxes) {
    const isMet = meets(boxes), sources = sourcesOf(style, layer);
    const isBusy = !gl.areTilesLoaded();
    const reloadAll = () => sources.forEach((name) => reload(gl, name, isNarrowed(style.sources[name]) ? () => true : isMet));
    reloadAll();
    if (isBusy) // what was on its way may be from before the change, and is not on screen yet
        gl.once('idle', reloadAll);
}

/** Shows all of the map as it now is. */
export function refreshAll(gl, style) {
    for (const [name, source] of Object.entries(style.sources))
        if (['vector', 'raster'].includes(source.type) && gl.getSource(name))
            gl.refreshTiles(name);
}
