// A thousand clients that listen to /events: how long until each has an event, and the memory of the server for each.
import {digits, main, median, note, row, runs, tool} from './lib.mjs';

const listeners = 1000, events = 200, targetMs = 50, targetBytes = 32 * 1024;

await main(async () => {
    const results = [];
    for (let i = 0; i < runs; i++)
        results.push(Object.fromEntries([...tool('bench_events', [listeners, events].map(String)).matchAll(/([a-z]+\d*) ([\d.]+)/g)]
            .map(([, key, value]) => [key, Number(value)])));
    const of = (key) => median(results.map((r) => r[key]));
    row(`an event to ${listeners} listeners, p99`, `${digits(of('p99'))} ms`, '', null, {text: `< ${targetMs} ms`, met: of('p99') < targetMs});
    row('memory of the server for a listener', `${digits(of('bytes') / 1000)} kB`, '', null,
        {text: `< ${digits(targetBytes / 1000)} kB`, met: of('bytes') < targetBytes});
    note(`an event to ${listeners} listeners, of 400 bytes, one at a time: p50 ${digits(of('p50'))} ms, p99 ${digits(of('p99'))} ms, slowest ${digits(of('max'))} ms`);
});
