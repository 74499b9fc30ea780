// What a camera sees, by its azimuth, its field of view and its range.

// semi-axis and squared eccentricity of WGS 84
const A_M = 6378137, E2 = 0.00669437999014;

const isKnown = (raw) => raw !== undefined && raw !== null && raw !== '';

/** What a camera sees, as a ring around [lon, lat]: `range_m` on the ground, azimuth from true north. Near by (a
 *  kilometre) the radii of curvature give the place to a millimetre. */
export function viewOf(properties, [lon, lat]) {
    const range = Number(properties.range_m), phi = lat * Math.PI / 180, w = Math.sqrt(1 - E2 * Math.sin(phi) ** 2);
    const north = A_M * (1 - E2) / w ** 3, east = A_M / w * Math.cos(phi);
    const isRound = properties.kind === 'ptz' || !isKnown(properties.azimuth) || !isKnown(properties.hfov);
    const width = isRound ? 360 : Math.min(360, Number(properties.hfov)), from = isRound ? 0 : Number(properties.azimuth) - width / 2;
    if (!(range > 0))
        return null;
    const arc = Array.from({length: 49}, (_, i) => {
        const a = (from + width * i / 48) * Math.PI / 180;
        return [lon + range * Math.sin(a) / east * 180 / Math.PI, lat + range * Math.cos(a) / north * 180 / Math.PI];
    });
    return {type: 'Feature', properties: {sure: isKnown(properties.azimuth) || properties.kind === 'ptz'},
        geometry: {type: 'Polygon', coordinates: [isRound ? arc : [[lon, lat], ...arc, [lon, lat]]]}};
}
