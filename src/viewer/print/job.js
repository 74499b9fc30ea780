// A print on its way: the server makes it in a queue, and tells how far it is.
import {address} from '../base/server.js';

async function complaint(answer) {
    const problem = await answer.json().catch(() => ({}));
    return Object.assign(new Error(problem.detail ?? String(answer.status)), {where: problem.where ?? ''});
}

async function post(path, plan, {signal, headers = {}, params = {}} = {}) {
    const answer = await fetch(address(path, params), {method: 'POST', signal, headers: {'content-type': 'application/json', ...headers}, body: JSON.stringify(plan)});
    if (!answer.ok)
        throw await complaint(answer);
    return answer;
}

/** Where the plan would lie: {corners, center, scale, sheets, width_mm, height_mm}. */
export const findFrame = async (plan, signal) => (await post('print/frame', plan, {signal})).json();

/** The first sheet as a small picture. */
export const preview = async (plan, signal) => (await post('print', plan, {signal, params: {preview: 1}})).blob();

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
    const job = await (await post('print', plan, {signal, headers: {prefer: 'respond-async'}})).json();
    const path = address(`print/jobs/${job.id}`);
    signal.addEventListener('abort', () => fetch(path, {method: 'DELETE', keepalive: true}).catch(() => {}));
    tell(job);
    const state = await follow(job, tell, signal);
    if (state.status !== 'done')
        throw Object.assign(new Error(state.error?.detail ?? state.status), {where: state.error?.where ?? ''});
    const answer = await fetch(address(`print/jobs/${job.id}/result`), {signal});
    if (!answer.ok)
        throw await complaint(answer);
    return {blob: await answer.blob(), name: nameOf(answer)};
}
