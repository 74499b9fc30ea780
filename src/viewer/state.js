// What the address keeps besides the map's own place: the language and which layers differ from what is shown at first.
//   #map=13/52.35/39.09&lang=en&l=+lights,-projects

const read = () => new URLSearchParams(location.hash.slice(1).replaceAll('+', '%2B'));

function write(params) {
    const text = [...params].map(([k, v]) => `${k}=${v.replaceAll(/[&#\s]/g, encodeURIComponent)}`).join('&');
    history.replaceState(history.state, '', text ? `#${text}` : location.pathname + location.search);
}

export function language() {
    const known = (l) => l === 'ru' || l === 'en' ? l : null;
    let kept = null;
    try {
        kept = localStorage.getItem('munimap.lang');
    } catch { /* storage may be forbidden: the address is enough */ }
    return known(read().get('lang')) ?? known(kept) ?? (navigator.language?.startsWith('ru') ? 'ru' : known(navigator.language?.slice(0, 2)) ?? 'ru');
}

export function keepLanguage(lang) {
    const params = read();
    params.set('lang', lang);
    write(params);
    try {
        localStorage.setItem('munimap.lang', lang);
    } catch { /* as above */ }
}

/** Which layers are on: those shown at first, changed by the address. */
export function visibleLayers(ids, shownAtFirst) {
    const on = new Set(ids.filter((id) => shownAtFirst.has(id)));
    for (const part of (read().get('l') ?? '').split(',').filter(Boolean)) {
        const id = part.slice(1);
        if (part[0] === '+' && ids.includes(id))
            on.add(id);
        else if (part[0] === '-')
            on.delete(id);
    }
    return on;
}

export function keepLayers(ids, shownAtFirst, on) {
    const changed = ids.filter((id) => on.has(id) !== shownAtFirst.has(id)).map((id) => (on.has(id) ? '+' : '-') + id);
    const params = read();
    if (changed.length)
        params.set('l', changed.join(','));
    else
        params.delete('l');
    write(params);
}
