import { killedBy, poolInProcess } from 'offspring-rx/testing';
import { Thumbnail } from './thumbnail.js';

// The first worker is killed, and another one takes its items.
await using pool = poolInProcess(Thumbnail, { args: [2], workers: 1, retries: 1, faults: [killedBy('SIGKILL')] });
console.log(await pool.run(Uint8Array.of(1, 2, 3, 4)));
// prints: Uint8Array(2) [ 1, 3 ]
