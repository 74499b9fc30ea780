// What a camera sees, by its azimuth, its field of view and its range.
import {metresADegree} from '../base/earth.js';

const isKnown = (raw) => raw !== undefined && raw !== null && raw !== '';

/** What a camera sees, as a ring around [lon, lat]: `range_m` on the ground, azimuth from true north. */
export function viewOf(properties, [lon, lat]) {
    const range = Number(properties.range_m), {east, north} = metresADegree(lat);
    const isRound = properties.kind === 'ptz' || !isKnown(properties.azimuth) || !isKnown(properties.hfov);
    const width = isRound ? 360 : Math.min(360, Number(properties.hfov)), from = isRound ? 0 : Number(properties.azimuth) - width / 2;
    if (!(range > 0))
        return null;
    const arc = Array.from({length: 49}, (_, i) => {
        const a = (from + width * i / 48) * Math.PI / 180;
        return [lon + range * Math.sin(a) / east, lat + range * Math.cos(a) / north];
    });
    return {type: 'Feature', properties: {sure: isKnown(properties.azimuth) || properties.kind === 'ptz'},
        geometry: {type: 'Polygon', coordinates: [isRound ? arc : [[lon, lat], ...arc, [lon, lat]]]}};
}
