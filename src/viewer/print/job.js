// A print on its way: the server makes it in a queue, and tells how far it is.
import {address, ask, postJson} from '../base/server.js';

/** Where the plan would lie: {corners, center, scale, sheets, width_mm, height_mm}. */
export const findFrame = async (plan, signal) => (await postJson('print/frame', plan, {}, {signal})).json();

/** The first sheet as a small picture. */
export const preview = async (plan, signal) => (await postJson('print', plan, {preview: 1}, {signal})).blob();

/** The name that the server gives a file: filename*=UTF-8''... */
function nameOf(answer) {
    const coded = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
    return coded ? decodeURIComponent(coded) : 'plan.pdf';
}

/** Follows a job to its end: `tell(state)` on the way; gives its last state. */
function follow(job, tell, signal) {
    return new Promise((resolve, reject) => {
        const events = new EventSource(address(`print/jobs/${job.id}/events`));
        const close = () => events.close();
        signal.addEventListener('abort', () => {
            close();
            reject(new DOMException('cancelled', 'AbortError'));
        });
        events.addEventListener('progress', (event) => tell(JSON.parse(event.data)));
        for (const end of ['done', 'failed', 'cancelled'])
            events.addEventListener(end, (event) => {
                close();
                resolve(JSON.parse(event.data));
            });
        events.onerror = () => { // it tries again by itself, unless there is nothing any more
            if (events.readyState === EventSource.CLOSED)
                reject(new Error('events'));
        };
    });
}

/** Makes the file: {blob, name}. `signal` cancels it on the server too. */
export async function print(plan, tell, signal) {
    // not cut short by `signal`: of a job that has begun one has to know the name to end it
    const job = await (await postJson('print', plan, {}, {headers: {prefer: 'respond-async'}})).json();
    const drop = () => fetch(address(`print/jobs/${job.id}`), {method: 'DELETE', keepalive: true}).catch(() => {});
    if (signal.aborted)
        drop();
    signal.throwIfAborted();
    signal.addEventListener('abort', drop);
    tell(job);
    const state = await follow(job, tell, signal);
    if (state.status !== 'done')
        throw Object.assign(new Error(state.error?.detail ?? state.status), {where: state.error?.where ?? ''});
    const answer = await ask(`print/jobs/${job.id}/result`, {}, {signal});
    return {blob: await answer.blob(), name: nameOf(answer)};
}
