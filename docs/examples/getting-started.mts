import { Primes } from './primes.js';

const task = new Primes(30_000); // starts by itself
task.message$.subscribe(prime => console.log('at', prime));

const count = await task.result();
console.log(count, 'primes');
// prints: at 7919
// prints: at 17389
// prints: at 27449
// prints: 3245 primes
