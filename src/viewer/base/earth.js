// How long a degree is on the ellipsoid of WGS 84: right to a millimetre within a kilometre of the place.

const A_M = 6378137, E2 = 0.00669437999014, RAD = Math.PI / 180; // semi-axis, squared eccentricity

/** {east, north}: metres a degree of longitude and of latitude, by the radii of curvature. */
export function metresADegree(lat) {
    const w = Math.sqrt(1 - E2 * Math.sin(lat * RAD) ** 2);
    return {east: A_M / w * Math.cos(lat * RAD) * RAD, north: A_M * (1 - E2) / w ** 3 * RAD};
}
