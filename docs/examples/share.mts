import { WorkerPool } from 'offspring-rx/pool';
import { LookUp } from './look-up.js';

const counts = new Map([['fox', 3]]);
await using pool = new WorkerPool(LookUp, { workers: 2, share: counts });
console.log(await pool.run('fox'), await pool.run('dog'));
// prints: 3 0
