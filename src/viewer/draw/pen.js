// terra-draw on the map, loaded when somebody first draws. What it holds and what the store has are kept alike.
import {layerOf} from '../map/dress.js';
import {limited} from './shapes.js';
import {snapped} from './snap.js';

const COLOR = '#b3267a', WIDTH = 3;
const MODE = {Point: 'point', LineString: 'linestring', Polygon: 'polygon'};

let loading = null;

async function load() {
    const [core, adapter] = await Promise.all([import('../terra-draw.mjs'), import('../terra-draw-adapter.mjs')]);
    return {...core, ...adapter};
}

function modesOf(td, gl, app) {
    const isOwn = (layer) => Boolean(app.layer(layerOf(layer)));
    const toCustom = (event) => snapped(gl, {x: event.containerX, y: event.containerY}, isOwn);
    const snapping = {toCoordinate: true, toLine: true, toCustom};
    const line = {lineStringColor: COLOR, lineStringWidth: WIDTH}, area = {fillColor: COLOR, fillOpacity: 0.15, outlineColor: COLOR, outlineWidth: WIDTH};
    const edit = {feature: {draggable: true, coordinates: {draggable: true, deletable: true, midpoints: true}}};
    return [
        new td.TerraDrawSelectMode({flags: {point: {feature: {draggable: true}}, linestring: edit, polygon: edit, rectangle: edit, circle: edit}}),
        new td.TerraDrawPointMode({styles: {pointColor: COLOR, pointWidth: 6, pointOutlineColor: '#ffffff', pointOutlineWidth: 2}}),
        new td.TerraDrawLineStringMode({snapping, styles: line}),
        new td.TerraDrawPolygonMode({snapping, styles: area}),
        new td.TerraDrawRectangleMode({styles: area}),
        new td.TerraDrawCircleMode({styles: area}),
    ];
}

/** The shapes that are finished: not the one under the pointer, nor handles. */
const finished = (draw) => draw.getSnapshot().filter((f) => MODE[f.geometry.type] && ['point', 'linestring', 'polygon', 'rectangle', 'circle'].includes(f.properties.mode)
    && !f.properties.currentlyDrawing && !f.properties.selectionPoint && !f.properties.midPoint && !f.properties.snappingPoint && !f.properties.closingPoint);

/** {setMode, put, isDrawing, select}: `tell` says {drawing: geometry}, {done: geometries}, {chosen: index}. */
async function make(gl, app, tell) {
    const td = await load();
    const draw = new td.TerraDraw({adapter: new td.TerraDrawMapLibreGLAdapter({map: gl, coordinatePrecision: 9}), modes: modesOf(td, gl, app)});
    let isPutting = false, isPending = false, chosen = null;
    const take = () => {
        isPending = false;
        tell({done: limited(finished(draw).map((f) => f.geometry))});
    };
    draw.start();
    draw.setMode('select');
    draw.on('change', (ids, type) => {
        if (isPutting)
            return;
        const now = draw.getSnapshot().find((f) => ids.includes(f.id) && MODE[f.geometry.type] && f.properties.currentlyDrawing);
        if (now)
            tell({drawing: now.geometry});
        else if (type === 'delete' && !isPending) { // by the Delete key
            isPending = true;
            queueMicrotask(take);
        }
    });
    draw.on('finish', take);
    draw.on('select', (id) => {
        chosen = id;
        tell({chosen: finished(draw).findIndex((f) => f.id === id)});
    });
    draw.on('deselect', () => {
        chosen = null;
        tell({chosen: -1});
    });
    return {
        setMode: (mode) => draw.setMode(mode),
        /** Shows these instead of what is there. */
        put(geometries) {
            isPutting = true;
            draw.clear();
            draw.addFeatures(geometries.map((geometry) => ({type: 'Feature', properties: {mode: MODE[geometry.type]}, geometry})));
            chosen = null;
            isPutting = false;
        },
        isDrawing: () => draw.getSnapshot().some((f) => f.properties.currentlyDrawing),
        select(i) {
            const id = finished(draw)[i]?.id;
            if (id === undefined)
                return;
            draw.setMode('select');
            if (chosen !== null && chosen !== id)
                draw.deselectFeature(chosen);
            draw.selectFeature(id);
        },
    };
}

export function pen(gl, app, tell) {
    loading ??= make(gl, app, tell).catch((error) => {
        loading = null; // the next try may get it
        throw error;
    });
    return loading;
}
