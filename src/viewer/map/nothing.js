// What a source of the map has that shows nothing.
export const NOTHING = {type: 'FeatureCollection', features: []};
