import { firstValueFrom } from 'rxjs';
import { Primes } from './primes.js';

const task = new Primes(1_000_000);
await firstValueFrom(task.message$); // it is at work

const { reason, signal } = await task.shutdown();
console.log(reason, signal);
// prints: stopped SIGTERM
