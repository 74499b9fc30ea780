// Questions to the server the page came from.
import {language, say} from './text.js';

/** The page's own address: all others are relative to it, so that it works below any path. */
export const base = new URL('.', location.href);

export const address = (path, params = {}) => {
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(params))
        if (value !== null && value !== undefined && value !== '')
            url.searchParams.set(name, value);
    return url;
};

/** What the server says is wrong: problem+json has it in words. */
async function complaint(answer, path) {
    const problem = /json/.test(answer.headers.get('content-type') ?? '') ? await answer.json().catch(() => null) : null;
    const error = new Error(problem?.detail || problem?.title || `${path}: ${answer.status}`);
    Object.assign(error, {status: answer.status, where: problem?.where ?? ''});
    return error;
}

/** The answer, which went well; throws an Error with words for people, `status` (none: no connection) and `where`: the part of
 *  the question that is wrong, where the server says so. */
export async function ask(path, params = {}, options = {}) {
    const headers = {'accept-language': language(), ...options.headers}; // what is wrong is said in the language of the page
    const answer = await fetch(address(path, params), {...options, headers}).catch((error) => {
        throw error.name === 'AbortError' ? error : new Error(say('error.offline')); // the browser's own words are English
    });
    if (!answer.ok)
        throw await complaint(answer, path);
    return answer;
}

export const askJson = async (path, params = {}, options = {}) =>
    (await ask(path, params, {...options, headers: {accept: 'application/json, application/geo+json', ...options.headers}})).json();

/** The answer to a question that is a JSON body. */
export const postJson = (path, body, params = {}, {headers, ...options} = {}) =>
    ask(path, params, {...options, method: 'POST', headers: {'content-type': 'application/json', ...headers}, body: JSON.stringify(body)});

/** Only the newest of a row of questions counts: `latest()(promise)` gives null when a newer one was asked meanwhile. */
export function latest() {
    let last = 0;
    return async (promise) => {
        const mine = ++last;
        const value = await promise.catch((error) => {
            if (mine === last)
                throw error;
        });
        return mine === last ? value : null;
    };
}
