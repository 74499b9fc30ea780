// The map on the page: MapLibre, dressed as the store says.
import {Map as GlMap, NavigationControl} from '../maplibre-gl.mjs';
import {cqlBoth} from '../base/cql.js';
import {addChosen, outline} from './chosen.js';
import {dress, keepOwn} from './dress.js';

export const MAX_ZOOM = 21;

/** The view as the address has it: zoom/latitude/longitude, then bearing and pitch unless both are 0. */
export const viewValue = {
    canUndo: false,
    parse(text) {
        const [zoom, lat, lng, bearing = 0, pitch = 0] = text.split('/').map(Number);
        const isThere = [zoom, lat, lng, bearing, pitch].every(Number.isFinite) && text && Math.abs(lat) <= 90;
        return isThere ? {zoom, center: [lng, lat], bearing, pitch} : null;
    },
    format(view) {
        if (!view)
            return '';
        const digits = Math.max(2, Math.ceil((view.zoom * Math.LN2 + Math.log(512 / 360 / 0.5)) / Math.LN10));
        const turned = view.bearing || view.pitch ? [Math.round(view.bearing * 10) / 10, Math.round(view.pitch)] : [];
        return [Math.round(view.zoom * 100) / 100, view.center[1].toFixed(digits), view.center[0].toFixed(digits), ...turned].join('/');
    },
};

const viewOf = (gl) => ({zoom: gl.getZoom(), center: gl.getCenter().toArray(), bearing: gl.getBearing(), pitch: gl.getPitch()});

function firstView({map, store}) {
    if (store.get('map'))
        return store.get('map');
    if (map.view)
        return {center: map.view.center, zoom: map.view.zoom};
    if (!map.bounds)
        return {center: [60, 60], zoom: 2};
    return {bounds: [[map.bounds[0], map.bounds[1]], [map.bounds[2], map.bounds[3]]], fitBoundsOptions: {padding: 30, maxZoom: 16}};
}

/** What a layer is asked for beside its place, on tiles as on counts: {layer: {filter, datetime}}. Modules that narrow
 *  layers put their part into `app.questions`; filters of several hold together. */
export function questions(app) {
    const all = {};
    for (const part of app.questions)
        for (const [id, params] of Object.entries(part(app)))
            if (app.layer(id))
                all[id] = {...all[id], ...params, ...(params.filter ? {filter: cqlBoth(all[id]?.filter, params.filter)} : {})};
    return all;
}

const dressed = (app) => dress(app.style, {on: app.store.get('on'), opacity: app.store.get('opacity'), questions: questions(app)});

/** Shows the style anew: after a change of layers, opacity, filters, or of the style itself. */
export function redress(app) {
    app.shown = dressed(app);
    if (!app.gl)
        return;
    for (const [name, {url}] of Object.entries(app.shown.sources)) {
        const source = app.gl.getSource(name);
        if (url && source?.setUrl && source.url !== url)
            source.setUrl(url); // what is on screen stays there until the answer: no flicker
    }
    app.gl.setStyle(app.shown, {diff: true, transformStyle: keepOwn});
}

/** Throws where the browser has no WebGL 2. */
export function makeMap(app) {
    const {store} = app;
    app.shown = dressed(app);
    const gl = new GlMap({container: 'map', style: app.shown, ...firstView(app), attributionControl: false, maxZoom: MAX_ZOOM,
        zoomLevelsToOverscale: undefined}); // tiles are not split past their last zoom: a split shape is labelled twice
    gl.addControl(new NavigationControl({visualizePitch: false}), 'top-left');
    gl.once('load', () => {
        addChosen(gl);
        outline(gl, store.get('chosen'), app);
    });
    gl.on('moveend', () => store.set({map: viewOf(gl)}));
    store.follow(['map'], () => {
        const asked = store.get('map');
        if (asked && viewValue.format(asked) !== viewValue.format(viewOf(gl)))
            gl.jumpTo(asked);
    });
    store.follow(['on', 'opacity'], () => redress(app));
    store.follow(['chosen'], () => outline(gl, store.get('chosen'), app));
    return gl;
}
