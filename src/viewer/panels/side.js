// The panels at the side, one open at a time, and the rail of buttons that opens them.
import {byId, element, icon} from '../base/dom.js';
import {say} from '../base/text.js';

const isNarrow = matchMedia('(max-width: 48rem)');

/** A panel is {id, icon, title: key of its text, make(app)?, draw(body, app), refresh(app)?: its numbers, open(app)?, close(app)?}. */
export function makeSide(panels, app) {
    const {store} = app, rail = byId('rail'), side = byId('side');
    const known = panels.map((p) => p.id);
    const first = () => isNarrow.matches ? '' : known[0];
    const panelOf = (id) => panels.find((p) => p.id === id);
    let opener = null;

    // "-": none is open
    store.declare('panel', {param: 'p', canUndo: false, parse: (text) => text === '-' ? '' : known.includes(text) ? text : first(),
        format: (id) => id === first() ? '' : id || '-'});

    for (const p of panels) {
        side.append(element('section', {id: p.id, class: 'panel', role: 'tabpanel', 'aria-labelledby': `${p.id}-tab`, hidden: true},
            element('h2', {}), element('div', {class: 'panel-body'})));
        rail.append(element('button', {type: 'button', role: 'tab', id: `${p.id}-tab`, 'aria-controls': p.id,
            onclick: () => app.openPanel(store.get('panel') === p.id ? '' : p.id)}, icon(p.icon), element('span')));
        p.make?.(app);
    }

    function draw(p) {
        byId(p.id).querySelector('h2').textContent = say(p.title);
        p.draw(byId(p.id).querySelector('.panel-body'), app);
    }

    function show() {
        const id = store.get('panel');
        for (const p of panels) {
            const tab = byId(`${p.id}-tab`), isOpen = p.id === id, was = !byId(p.id).hidden;
            byId(p.id).hidden = !isOpen;
            tab.setAttribute('aria-selected', String(isOpen));
            tab.tabIndex = isOpen || (!id && p === panels[0]) ? 0 : -1;
            if (isOpen && !was && app.map && app.style) {
                draw(p);
                p.open?.(app);
            } else if (was && !isOpen) {
                p.close?.(app);
            }
        }
        side.hidden = !id;
        if (id && isNarrow.matches)
            byId('info').hidden = true; // both lie at the bottom of a phone
        byId('menu').setAttribute('aria-expanded', String(Boolean(id)));
        byId('menu').setAttribute('aria-label', say(id ? 'side.hide' : 'side.show'));
        app.gl?.resize();
    }

    /** Opens a panel, '' closes. */
    app.openPanel = (id) => {
        if (id)
            opener = id;
        store.set({panel: id});
    };
    /** The open panel anew, if it is this one; any without a name. */
    app.drawPanel = (id = store.get('panel')) => {
        if (id && id === store.get('panel') && app.map && app.style)
            draw(panelOf(id));
    };
    /** The numbers of the open panel anew, and nothing that somebody may hold or type in. */
    app.refreshPanel = () => app.map && app.style && panelOf(store.get('panel'))?.refresh?.(app);
    app.drawSide = () => {
        rail.setAttribute('aria-label', say('side'));
        for (const p of panels)
            byId(`${p.id}-tab`).lastChild.textContent = say(p.title);
        show();
        app.drawPanel();
    };
    rail.addEventListener('keydown', (event) => {
        const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
        const tabs = [...rail.children], at = tabs.indexOf(document.activeElement);
        if (!step || at < 0)
            return;
        event.preventDefault();
        tabs[(at + step + tabs.length) % tabs.length].focus();
    });
    byId('menu').addEventListener('click', () => app.openPanel(store.get('panel') ? '' : opener ?? known[0]));
    store.follow(['panel'], show);
}
