import { QueuePool } from 'offspring-rx/bullmq';
import { Thumbnail } from './thumbnail.js';

// On one machine, by this word. In production, the URL of Redis.
await using pool = new QueuePool(Thumbnail, { connection: 'local', local: { workers: 1, args: [128] } });

const small = await pool.run(new Uint8Array(1_024));
console.log(small.length);
// prints: 8
