// Where things are: boxes of geometries, and the map taken there.

const NEAREST_ZOOM = 17, PADDING_PX = 50;

/** [west, south, east, north] of a GeoJSON geometry; null when it has no position. */
export function extentOf(geometry) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    (function take(part) {
        if (typeof part?.[0] === 'number') {
            [box[0], box[1]] = [Math.min(box[0], part[0]), Math.min(box[1], part[1])];
            [box[2], box[3]] = [Math.max(box[2], part[0]), Math.max(box[3], part[1])];
        } else if (Array.isArray(part)) {
            part.forEach(take);
        }
    }(geometry?.type === 'GeometryCollection' ? geometry.geometries.map((g) => g.coordinates) : geometry?.coordinates));
    return box[0] <= box[2] ? box : null;
}

/** Takes the map to a box, no nearer than is useful, unless what is there is drawn from `least` on only. What lies over
 *  the map at its right (the card) is left free. */
export function goTo(gl, [w, s, e, n], least = 0) {
    const map = gl.getContainer(), card = document.getElementById('info');
    const over = card && !card.hidden && card.offsetWidth < map.clientWidth / 2 ? card.offsetWidth : 0;
    const padding = Math.min(PADDING_PX, map.clientHeight / 4, map.clientWidth / 4);
    gl.fitBounds([[w, s], [e, n]], {maxZoom: Math.max(least + 0.05, NEAREST_ZOOM), padding: {top: padding, bottom: padding, left: padding, right: padding + over}});
}

/** The window on the ground as `bbox=` has it; of a map that is turned, the box around it. */
export function bboxOf(gl) {
    const b = gl.getBounds(), lon = (x) => Math.max(-180, Math.min(180, x)).toFixed(7), lat = (y) => Math.max(-90, Math.min(90, y)).toFixed(7);
    return [lon(b.getWest()), lat(b.getSouth()), lon(b.getEast()), lat(b.getNorth())].join(',');
}
