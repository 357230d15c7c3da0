import { test } from 'RUNNER';
import { crash, expectNoChildren, inProcess, poolInProcess } from 'offspring-rx/testing';
import { lastValueFrom, take, toArray } from 'rxjs';
import { Cube } from './cube';
import { mustEqual, record } from './record';
import { Ticker } from './ticker';

/** `offspring-rx/testing` in this test runner. */
test(
  'testing',
  () =>
    record('testing', async () => {
      const ticker = inProcess(Ticker, [60_000]);
      mustEqual(await lastValueFrom(ticker.message$.pipe(take(3), toArray())), ['open', 'tick', 'tick']);
      mustEqual((await ticker.shutdown()).reason, 'stopped');
      mustEqual((await inProcess(Ticker, [10], { fault: crash() }).wait()).cause, 'crash');
      const pool = poolInProcess(Cube, { workers: 1, args: [1] });
      mustEqual(await pool.run(2), 9);
      await pool.shutdown();
      // mocha has run the other tests in this process, and a child of theirs may still be on its way out.
      await expectNoChildren({ within: 5_000 });
    }),
  30_000,
);
