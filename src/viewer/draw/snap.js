// Where a pointer near something lands on it: vertices of what the map shows, then its edges.

const REACH_PX = 10;

/** Every pair of neighbouring positions of a geometry, and its single points as pairs of the same. */
function* sidesOf(g) {
    const lines = {Point: () => [[g.coordinates, g.coordinates]], MultiPoint: () => g.coordinates.map((p) => [p, p]), LineString: () => [g.coordinates],
        MultiLineString: () => g.coordinates, Polygon: () => g.coordinates, MultiPolygon: () => g.coordinates.flat()}[g.type]?.() ?? [];
    for (const line of lines)
        for (let i = 1; i < line.length; i++)
            yield [line[i - 1], line[i]];
}

/** The position of the map's own features that is nearest to a point of the screen within reach, or undefined. */
export function snapped(gl, {x, y}, isOwn) {
    const box = [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]];
    let vertex = null, edge = null;
    for (const feature of gl.queryRenderedFeatures(box).filter((f) => isOwn(f.layer)))
        for (const [a, b] of sidesOf(feature.geometry)) {
            const p = gl.project(a), q = gl.project(b), length = (q.x - p.x) ** 2 + (q.y - p.y) ** 2;
            for (const [at, position] of [[p, a], [q, b]]) {
                const far = Math.hypot(at.x - x, at.y - y);
                if (far <= REACH_PX && (!vertex || far < vertex.far))
                    vertex = {far, position};
            }
            const t = length ? Math.max(0, Math.min(1, ((x - p.x) * (q.x - p.x) + (y - p.y) * (q.y - p.y)) / length)) : 0;
            const far = Math.hypot(p.x + t * (q.x - p.x) - x, p.y + t * (q.y - p.y) - y);
            if (far <= REACH_PX && (!edge || far < edge.far))
                edge = {far, position: [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]};
        }
    const found = (vertex ?? edge)?.position;
    return found && [Number(found[0].toFixed(9)), Number(found[1].toFixed(9))];
}
