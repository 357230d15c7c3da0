import { isRemoteError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { Area } from './area';
import { Breaks } from './breaks';
import { Cube } from './cube';
import { mustEqual } from './record';
import { Ticker } from './ticker';

/** Four of the five cases; the fifth is in same-file.ts. */
export const CASES: Record<string, () => Promise<void>> = {
  async 'one-shot'() {
    const task = new Area(6, 7);
    mustEqual(await task.result(), 42);
    mustEqual((await task.wait()).reason, 'completed');
  },

  async loop() {
    const ticker = new Ticker(10);
    const messages = lastValueFrom(ticker.message$.pipe(toArray()));
    await firstValueFrom(ticker.ready$);
    const { index, sleep } = await firstValueFrom(ticker.iteration$);
    mustEqual([index, sleep], [0, 10]);
    mustEqual((await ticker.shutdown()).reason, 'stopped');
    const said = await messages;
    mustEqual([said[0], said[1], said[said.length - 1]], ['open', 'tick', 'close']);
  },

  async pool() {
    const pool = new WorkerPool(Cube, { workers: 2, args: [1] });
    try {
      mustEqual(await Promise.all([pool.run(1), pool.run(2), pool.run(3)]), [2, 9, 28]);
      mustEqual(await lastValueFrom(pool.map([4, 5]).pipe(toArray())), [65, 126]);
    } finally {
      await pool.shutdown();
    }
  },

  async 'line of an error'() {
    const error: unknown = await new Breaks().result().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!isRemoteError(error)) throw error;
    mustEqual([error.remote.name, error.remote.message], ['RangeError', 'broken glass']);
    const { stack = '' } = error.remote;
    const [, file, line] = /(breaks\.[cm]?[jt]s)\b[^:\n]*:(\d+)/.exec(stack) ?? [];
    if (!file) throw new Error(`no line of breaks in ${stack}`);
    mustEqual(`${file}:${line}`, process.env['CONSUMER_LINE']);
  },
};
