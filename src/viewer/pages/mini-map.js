// The small map of the plain pages: the town's style, and one collection or one feature on top of it.
import {Map as GlMap, LngLatBounds, NavigationControl} from '../maplibre-gl.mjs';

const ACCENT = '#c2410c';

/** Layers that show a GeoJSON source whatever its geometry. */
function highlight(source) {
    return [
        {id: 'mini-fill', type: 'fill', source, filter: ['==', ['geometry-type'], 'Polygon'],
            paint: {'fill-color': ACCENT, 'fill-opacity': 0.25}},
        {id: 'mini-line', type: 'line', source, filter: ['!=', ['geometry-type'], 'Point'],
            paint: {'line-color': ACCENT, 'line-width': 2.5}},
        {id: 'mini-point', type: 'circle', source, filter: ['==', ['geometry-type'], 'Point'],
            paint: {'circle-color': ACCENT, 'circle-radius': 6, 'circle-stroke-color': '#fff', 'circle-stroke-width': 2}},
    ];
}

function boundsOf(geometry, box = new LngLatBounds()) {
    const walk = (c) => typeof c[0] === 'number' ? box.extend([c[0], c[1]]) : c.forEach(walk);
    if (geometry?.type === 'GeometryCollection')
        geometry.geometries.forEach((g) => boundsOf(g, box));
    else if (geometry?.coordinates?.length)
        walk(geometry.coordinates);
    return box;
}

async function show(div) {
    const {base, collection, feature} = div.dataset;
    const [w, s, e, n] = div.dataset.bounds.split(',').map(Number);
    const map = new GlMap({container: div, style: `${base}/styles/day`, bounds: [[w, s], [e, n]],
        fitBoundsOptions: {padding: 24, maxZoom: 17}, cooperativeGestures: false});
    map.addControl(new NavigationControl({showCompass: false}));
    await new Promise((done) => map.once('load', done));
    map.on('idle', () => div.dataset.drawn = '');
    if (feature) {
        const data = await (await fetch(feature, {headers: {accept: 'application/geo+json'}})).json();
        if (!data.geometry)
            return;
        map.addSource('mini', {type: 'geojson', data});
        const box = boundsOf(data.geometry);
        if (!box.isEmpty())
            map.fitBounds(box, {padding: 40, maxZoom: 17, animate: false});
        highlight('mini').forEach((layer) => map.addLayer(layer));
    } else {
        map.addSource('mini', {type: 'vector', url: `${base}/tiles/${collection}.json`});
        highlight('mini').forEach((layer) => map.addLayer({...layer, 'source-layer': collection}));
    }
}

document.querySelectorAll('.mini-map').forEach((div) => {
    show(div).catch((error) => {
        div.hidden = true;
        console.warn('mini map:', error);
    });
});
