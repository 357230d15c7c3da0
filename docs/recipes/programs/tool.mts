import { Presets, SingleBar } from 'cli-progress';
import { WorkerPool } from 'offspring-rx/pool';
import { CountWords } from './count-words.js';

const files = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort()); // a second Ctrl-C finds no listener, and ends all at once

const bar = new SingleBar({ stream: process.stderr, clearOnComplete: true }, Presets.shades_classic);
let words = 0;
try {
  await using pool = new WorkerPool(CountWords);
  bar.start(files.length, 0);
  for await (const count of pool.map(files, { ordered: false, signal: stop.signal })) {
    words += count;
    bar.increment();
  }
  bar.stop();
  console.log(`${words} words`);
} catch (error) {
  bar.stop();
  if (!stop.signal.aborted) throw error;
  console.error(`interrupted after ${words} words`);
  process.exitCode = 130; // as the shell expects of a program that SIGINT has ended
}
