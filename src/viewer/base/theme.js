// Colours of the page and of the map: as the system asks for, or as the user chose.
export const THEMES = ['auto', 'day', 'night', 'contrast'];

const dark = matchMedia('(prefers-color-scheme: dark)'), strong = matchMedia('(prefers-contrast: more)');
const KEPT = 'munimap.theme';

function kept() {
    try {
        return localStorage.getItem(KEPT) ?? '';
    } catch { // storage may be forbidden: the address is enough
        return '';
    }
}

export const themeValue = {
    canUndo: false,
    parse: (text) => [text, kept()].find((t) => THEMES.includes(t)) ?? 'auto',
    format: (theme) => theme === 'auto' ? '' : theme,
};

/** What "auto" means here and now. */
export const themeShown = (theme) => theme !== 'auto' ? theme : strong.matches ? 'contrast' : dark.matches ? 'night' : 'day';

export function wearTheme(theme) {
    document.documentElement.dataset.theme = themeShown(theme);
}

export function keepTheme(theme) {
    try {
        localStorage.setItem(KEPT, theme);
    } catch { /* as above */ }
}

/** Calls when the system changes its mind. */
export function followSystem(tell) {
    [dark, strong].forEach((query) => query.addEventListener('change', tell));
}
