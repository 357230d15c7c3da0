import { deepStrictEqual, strictEqual } from 'node:assert';
import { expectNoChildren, inProcess } from 'offspring-rx/testing';
import { firstValueFrom, toArray } from 'rxjs';
import { Heartbeat } from './heartbeat';

describe('Heartbeat', () => {
  afterEach(() => expectNoChildren());

  it('beats until its limit', async () => {
    const task = inProcess(Heartbeat, [3]); // takes no two seconds
    const beats = await firstValueFrom(task.message$.pipe(toArray()));
    deepStrictEqual(beats, ['beat 1', 'beat 2', 'beat 3']);
    strictEqual((await task.wait()).reason, 'completed');
  });
});
