// The scale bar: metres on the ground in the middle of the map, in the language of the page.
import {language} from '../base/text.js';

const WIDTH_PX = 130;

function round(metres) {
    const power = 10 ** Math.floor(Math.log10(metres));
    return [5, 2, 1].map((n) => n * power).find((n) => n <= metres);
}

export function drawScale(node, gl) {
    const y = gl.getContainer().clientHeight / 2, x = gl.getContainer().clientWidth / 2;
    const metres = gl.unproject([x, y]).distanceTo(gl.unproject([x + WIDTH_PX, y]));
    if (!(metres > 0))
        return;
    const length = round(metres), far = length >= 1000;
    const format = new Intl.NumberFormat(language(), {style: 'unit', unit: far ? 'kilometer' : 'meter', maximumFractionDigits: 2});
    node.textContent = format.format(far ? length / 1000 : length);
    node.style.width = `${Math.round(WIDTH_PX * length / metres)}px`;
}
