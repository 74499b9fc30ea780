// The outline of what is chosen, over the map; of a camera, what it sees.
import {askJson, latest} from '../base/server.js';
import {NOTHING} from './nothing.js';
import {viewOf} from './sight.js';

const newest = latest();

const chosenLayers = [
    {id: 'chosen-view', type: 'fill', source: 'chosen-view', paint: {'fill-color': '#7a3fb0', 'fill-opacity': 0.22}},
    {id: 'chosen-view-edge', type: 'line', source: 'chosen-view', filter: ['get', 'sure'], paint: {'line-color': '#7a3fb0', 'line-width': 1.5}},
    {id: 'chosen-view-unsure', type: 'line', source: 'chosen-view', filter: ['!', ['get', 'sure']],
        paint: {'line-color': '#7a3fb0', 'line-width': 1.5, 'line-dasharray': [3, 2]}},
    {id: 'chosen-fill', type: 'fill', source: 'chosen', filter: ['==', ['geometry-type'], 'Polygon'],
        paint: {'fill-color': '#ffb000', 'fill-opacity': 0.16}},
    {id: 'chosen-line', type: 'line', source: 'chosen', filter: ['!=', ['geometry-type'], 'Point'],
        layout: {'line-join': 'round', 'line-cap': 'round'}, paint: {'line-color': '#e07b00', 'line-width': 3}},
    {id: 'chosen-point', type: 'circle', source: 'chosen', filter: ['==', ['geometry-type'], 'Point'],
        paint: {'circle-radius': 15, 'circle-color': 'rgba(255,176,0,0.2)', 'circle-stroke-color': '#e07b00', 'circle-stroke-width': 3}},
];

export function addChosen(gl) {
    gl.addSource('chosen', {type: 'geojson', data: NOTHING});
    gl.addSource('chosen-view', {type: 'geojson', data: NOTHING});
    chosenLayers.forEach((layer) => gl.addLayer(layer));
}

/** One feature as the server has it, in full; null when there is none. */
export const featureOf = (layer, id) => askJson(`collections/${encodeURIComponent(layer)}/items/${encodeURIComponent(id)}`).catch(() => null);

/** The exact outline of {layer, id}; null takes it away. */
export async function outline(gl, chosen, app) {
    const isKnown = chosen && app.layer(chosen.layer) && !app.layer(chosen.layer).tiles;
    const data = await newest(isKnown ? featureOf(chosen.layer, chosen.id).then((f) => f ?? NOTHING) : Promise.resolve(NOTHING));
    if (!data)
        return; // another is chosen by now
    const isCamera = isKnown && app.layer(chosen.layer).role === 'camera' && data.geometry?.type === 'Point';
    gl.getSource('chosen')?.setData(data);
    gl.getSource('chosen-view')?.setData((isCamera && viewOf(data.properties, data.geometry.coordinates)) || NOTHING);
}
