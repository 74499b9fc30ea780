// What has been drawn: points, lines and polygons in longitude and latitude, as they stand in the link and in files.

const DIGITS = 9, VERTICES_MAX = 1000;
const LETTER = {Point: 'P', LineString: 'L', Polygon: 'A'};

const ringsOf = ({type, coordinates}) => type === 'Point' ? [[coordinates]] : type === 'LineString' ? [coordinates] : coordinates;

const rounded = (v) => Number(v.toFixed(DIGITS));

/** How many vertices some geometries have. */
const verticesOf = (geometries) => geometries.reduce((sum, g) => sum + ringsOf(g).reduce((n, r) => n + r.length, 0), 0);

/** Geometries rounded to a tenth of a millimetre, and no more of them than a link holds. */
export function limited(geometries) {
    const kept = [];
    for (const g of geometries) {
        if (verticesOf([...kept, g]) > VERTICES_MAX)
            break;
        const round = (c) => typeof c[0] === 'number' ? [rounded(c[0]), rounded(c[1])] : c.map(round);
        kept.push({type: g.type, coordinates: round(g.coordinates)});
    }
    return kept;
}

function geometryOf(text) {
    const type = Object.keys(LETTER).find((t) => LETTER[t] === text[0]);
    const rings = text.slice(1).split('_').map((ring) => ring.split(' ').map((p) => p.split(',').map(Number)));
    const isFine = type && rings.flat().every((p) => p.length === 2 && p.every(Number.isFinite) && Math.abs(p[0]) <= 180 && Math.abs(p[1]) <= 90);
    if (!isFine)
        return null;
    if (type === 'Polygon')
        return rings.every((r) => r.length >= 4) ? {type, coordinates: rings} : null;
    return type === 'Point' ? {type, coordinates: rings[0][0]} : rings[0].length > 1 ? {type, coordinates: rings[0]} : null;
}

/** "A39.09,52.34 ...|L...|P...": in the address. */
export const drawnValue = {
    param: 'd',
    parse: (text) => limited(text.split('|').map(geometryOf).filter(Boolean)),
    format: (geometries) => geometries.map((g) => LETTER[g.type] + ringsOf(g).map((r) => r.map((p) => p.join(',')).join(' ')).join('_')).join('|'),
};

/** The single geometries in a GeoJSON text, those of several parts taken apart. Throws an Error for what is none. */
export function readGeojson(text) {
    const found = [];
    const walk = (node) => {
        if (!node || typeof node !== 'object' || found.length > VERTICES_MAX)
            return;
        if (node.type === 'FeatureCollection')
            node.features?.forEach(walk);
        else if (node.type === 'Feature')
            walk(node.geometry);
        else if (node.type === 'GeometryCollection')
            node.geometries?.forEach(walk);
        else if (/^Multi(Point|LineString|Polygon)$/.test(node.type))
            node.coordinates?.forEach((coordinates) => walk({type: node.type.slice(5), coordinates}));
        else if (LETTER[node.type] && drawnValue.parse(drawnValue.format([{type: node.type, coordinates: flat(node.coordinates)}])).length)
            found.push({type: node.type, coordinates: flat(node.coordinates)});
    };
    const flat = (c) => typeof c[0] === 'number' ? c.slice(0, 2) : c.map(flat); // heights are not drawn
    walk(JSON.parse(text));
    return found;
}

export const toGeojson = (geometries) => JSON.stringify({type: 'FeatureCollection',
    features: geometries.map((geometry, i) => ({type: 'Feature', id: i + 1, properties: {}, geometry}))}, null, 1);
