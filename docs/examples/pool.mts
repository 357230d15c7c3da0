import { WorkerPool } from 'offspring-rx/pool';
import { Thumbnail } from './thumbnail.js';

await using pool = new WorkerPool(Thumbnail, { workers: 2, args: [128] });

const small = await pool.run(new Uint8Array(1_024));
console.log(small.length);

function* images() {
  for (let size = 1; size <= 3; size++) yield new Uint8Array(size * 1_024);
}
for await (const thumbnail of pool.map(images())) console.log(thumbnail.length); // pulls as there is room
// prints: 8
// prints: 8
// prints: 16
// prints: 24
