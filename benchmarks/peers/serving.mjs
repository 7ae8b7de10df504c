// What every runner in Node does alike: read the workload, answer each request with times.
//
// A request is a line of JSON on standard input, {family, size, lines, least, most}; the answer is
// a line on standard output. `benchmarks/peers/serving.py` is the same for Python.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** An engine has rules(family, size), basket(rules, cart), price(rules, basket) and charged(outcome). */
export async function serve(engine) {
    const workload = JSON.parse(readFileSync(process.argv[2], 'utf8'));
    const loaded = new Map();
    for await (const line of createInterface({ input: process.stdin })) {
        const asked = JSON.parse(line);
        const family = workload[asked.family];
        const key = `${asked.family} ${asked.size}`;
        if (!loaded.has(key)) loaded.set(key, await engine.rules(family, asked.size));
        const carts = family.carts[asked.lines];
        console.log(JSON.stringify(await measured(engine, loaded.get(key), carts, asked)));
    }
}

/** Whole passes over the carts for `least` seconds; ended by `most`, after one cart at least. */
async function measured(engine, rules, carts, { least, most }) {
    const times = [];
    const charged = [];
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    do {
        for (const cart of carts) {
            // Made anew each time and outside the clock: pricing writes into it.
            const basket = engine.basket(rules, cart);
            const start = performance.now();
            const outcome = await engine.price(rules, basket);
            times.push(performance.now() - start);
            if (charged.length < carts.length) charged.push(engine.charged(outcome, basket));
            if (seconds() > most) break;
        }
    } while (seconds() < least);
    return { times, charged, notes: {} };
}
