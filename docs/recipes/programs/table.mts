import { WorkerPool } from 'offspring-rx/pool';
import { Nearest } from './nearest.js';

const positions = Float64Array.from({ length: 1_000_000 }, (_, at) => at / 10);
const names = Array.from(positions, position => `at ${position}`);

// Each worker gets the table once, and not with each item.
await using pool = new WorkerPool(Nearest, { workers: 2, share: { names, positions } });
for await (const name of pool.map([3.14, 99_999.99, 12_345.678])) console.log(name);
// prints: at 3.1
// prints: at 99999.9
// prints: at 12345.7
