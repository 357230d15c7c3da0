/** A child process without any library: a line of items on stdin, a line of outputs on stdout. */
import { createInterface } from 'node:readline';
import { work } from '../pool/work.js';

createInterface({ input: process.stdin }).on('line', line => {
  const outputs = (JSON.parse(line) as [number, number][]).map(([id, item]) => [id, work.increment(item)]);
  process.stdout.write(`${JSON.stringify(outputs)}\n`);
});
