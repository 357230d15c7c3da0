import { deepStrictEqual } from 'node:assert';
import { afterEach, test } from 'node:test';
import { expectNoChildren, inProcess, VirtualTime } from 'offspring-rx/testing';
import { timestamp } from 'rxjs';
import { Poller } from './poller.js';

afterEach(() => expectNoChildren());

test('it asks less often while there is no answer', async () => {
  const time = new VirtualTime();
  const task = inProcess(Poller, [2], { time });
  const asked: [minute: number, said: string][] = [];
  task.message$
    .pipe(timestamp({ now: () => time.now }))
    .subscribe(({ timestamp, value }) => asked.push([timestamp / 60_000, value]));

  await time.advance(8 * 60_000); // takes no time

  deepStrictEqual(asked, [
    [0, 'no answer'],
    [2, 'no answer'],
    [6, 'answer'],
    [7, 'no answer'],
  ]);
  const exit = task.shutdown();
  await time.advance(0);
  await exit;
});
