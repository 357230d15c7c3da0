/** So many children, one after the other: prints as JSON what the parent holds before and after. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isChild } from 'offspring-rx';
import { look } from '../soak/world';
import { Returning } from './tasks';

/** Children before the first look, after which all code is loaded and compiled. */
const WARM_UP = 50;
/** ms for the guardian to leave. */
const QUIET = 500;

async function sequence(count: number): Promise<number> {
  const start = performance.now();
  for (let done = 0; done < count; done++) {
    const { reason } = await new Returning().wait();
    if (reason !== 'completed') throw new Error(`one ended '${reason}'`);
    if (done % 50 === 0) process.stderr.write('.');
  }
  const each = (performance.now() - start) / count;
  await sleep(QUIET);
  return each;
}

async function main(): Promise<void> {
  const count = Number(process.argv[2]);
  await sequence(WARM_UP);
  const before = look();
  const each = await sequence(count);
  console.log(JSON.stringify({ count, before, after: look(), each }));
}

if (!isChild) void main();
