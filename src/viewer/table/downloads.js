// A layer as a file, in any form the server has, with what now narrows it.
import {element} from '../base/dom.js';
import {address, askJson} from '../base/server.js';
import {say} from '../base/text.js';
import {pathOf, questionOf} from './filters.js';

const formats = new Map(); // of each layer, asked for once

/** [{title, href}], with the question of now. */
async function linksOf(layer, question) {
    if (!formats.has(layer.id))
        formats.set(layer.id, (await askJson(pathOf(layer.id))).links.filter((l) => l.rel === 'enclosure')
            .map((l) => ({title: l.title, f: new URL(l.href).searchParams.get('f')})));
    return formats.get(layer.id).map(({title, f}) => ({title, href: address(`${pathOf(layer.id)}/items`, {...question, f}).href}));
}

/** A menu of links, filled when it opens. `bbox()`: the place to keep to, or ''. */
export function downloadMenu(layer, app, bbox = () => '') {
    const body = element('div', {class: 'menu-body'});
    const menu = element('details', {class: 'menu', id: `download-${layer.id}`, async ontoggle() {
        if (!menu.open)
            return;
        try {
            const question = questionOf(app, layer.id, bbox());
            const links = await linksOf(layer, question);
            body.replaceChildren(...(question.filter || question.datetime || question.bbox ? [element('p', {class: 'hint'}, say('download.narrowed'))] : []),
                ...links.map((l) => element('a', {href: l.href, download: ''}, l.title)));
        } catch (error) {
            body.replaceChildren(element('p', {class: 'error', role: 'alert'}, say('download.error', {what: error.message})));
        }
    }}, element('summary', {}, say('download')), body);
    return menu;
}
