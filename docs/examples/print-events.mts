import { Primes } from './primes.js';

const task = new Primes(10);
task.event$.subscribe(({ type }) => console.log(type)); // and `at`, the time in ms
await task.wait();
// prints: starting
// prints: spawned
// prints: ready
// prints: result
// prints: exited
