// Which encoding of tiles the page asks for.

const SLOW = ['slow-2g', '2g', '3g']; // below 700 kbit/s, by what the browser has measured

/**
 * A parameter of the style: {tiles: 'mlt'} where bytes are what one waits for, else {} for MVT. A MapLibre Tile has a third
 * fewer bytes, but takes twice as long to make and somewhat longer to read: at 10 Mbit/s both are drawn in the same time.
 * `line`: navigator.connection, which not every browser has.
 */
export const encodingFor = (line) => line?.saveData || SLOW.includes(line?.effectiveType) ? {tiles: 'mlt'} : {};
