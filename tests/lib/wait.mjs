// Waits for what is to come: for a state that can be seen, never for a time. A wait that hangs fails and names itself.
import assert from 'node:assert/strict';
import {setTimeout as pause} from 'node:timers/promises';

const HANG_MS = 30000, PAUSE_MS = 10;

const missed = (what, ms) => `still not there after ${ms / 1000} s: ${typeof what === 'function' ? what() : what}`;

/** Asks `check` again and again until it gives something, and gives that. `what` is waited for: words, or what gives them. */
export async function until(what, check, ms = HANG_MS) {
    for (const end = Date.now() + ms; ;) {
        const found = await check();
        if (found)
            return found;
        assert.ok(Date.now() < end, missed(what, ms));
        await pause(PAUSE_MS);
    }
}

/** What a promise gives, when it does within `ms`. */
export async function within(what, promise, ms = HANG_MS) {
    let timer;
    const hang = new Promise((_, fail) => {
        timer = setTimeout(() => fail(new assert.AssertionError({message: missed(what, ms)})), ms);
    });
    try {
        return await Promise.race([promise, hang]);
    } finally {
        clearTimeout(timer);
    }
}
