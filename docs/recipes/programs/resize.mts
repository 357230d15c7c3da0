import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { WorkerPool } from 'offspring-rx/pool';
import { Resize } from './resize.js';

const folder = process.argv[2] ?? '.';
const files = (await readdir(folder)).filter(file => file.endsWith('.ppm')).map(file => path.join(folder, file));

await using pool = new WorkerPool(Resize, { args: [320], recycleAfter: 1_000, timeout: 30_000 });
// With settle, a broken picture is a value, and the others go on.
for await (const outcome of pool.map(files, { settle: true, ordered: false })) {
  if (outcome.status === 'fulfilled') console.log(outcome.value);
  else console.error(outcome.item, String(outcome.reason));
}
