// GeoJSON as tests write it.

export const feature = (properties, geometry, more = {}) => ({type: 'Feature', ...more, properties, geometry});
export const point = (...coordinates) => ({type: 'Point', coordinates});
export const line = (...coordinates) => ({type: 'LineString', coordinates});
export const box = (w, s, e, n) => ({type: 'Polygon', coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]]});
export const square = (x, y, side) => box(x, y, x + side, y + side);
export const ring = (x, y, side) => square(x, y, side).coordinates[0];

/** JSON with bigints as numbers: integers beyond 2^53, which JSON.stringify cannot write. */
export const stringify = (value) =>
    JSON.stringify(value, (_, v) => typeof v === 'bigint' ? `@@${v}@@` : v).replace(/"@@(-?\d+)@@"/g, '$1');

/** The text of a file. */
export const collection = (features) => stringify({type: 'FeatureCollection', features});
