// Lengths and areas: near enough while something is drawn, exact by the server once it is there.
import {metresADegree} from '../base/earth.js';
import {postJson} from '../base/server.js';

/** Positions as metres east and north of the first. */
function plane(positions) {
    const [[lon0, lat0]] = positions, {east, north} = metresADegree(lat0);
    return positions.map(([lon, lat]) => [(lon - lon0) * east, (lat - lat0) * north]);
}

/** {length, area, azimuth of the last side} of what is being drawn: right to a thousandth within a town. */
export function roughly({type, coordinates}) {
    if (type === 'Point')
        return {};
    const at = plane(type === 'Polygon' ? coordinates[0] : coordinates);
    const sides = at.slice(1).map((p, i) => [p[0] - at[i][0], p[1] - at[i][1]]);
    const length = sides.reduce((sum, s) => sum + Math.hypot(...s), 0), last = sides.findLast((s) => Math.hypot(...s) > 0.001);
    const area = Math.abs(at.slice(1).reduce((sum, p, i) => sum + at[i][0] * p[1] - p[0] * at[i][1], 0)) / 2;
    const azimuth = last && (Math.atan2(last[0], last[1]) * 180 / Math.PI + 360) % 360;
    return type === 'Polygon' ? {area, perimeter: length, azimuth} : {length, azimuth};
}

const known = new Map(); // by the question: a shape is measured once

/** As the server measures it: {length | area, perimeter, sides, coordinates, around?}. */
export async function exactly(question) {
    const key = JSON.stringify(question);
    if (!known.has(key)) {
        const answer = await (await postJson('analysis/measure', question)).json();
        if (known.size > 200)
            known.clear();
        known.set(key, answer);
    }
    return known.get(key);
}
