import { strictEqual } from 'node:assert';
import { afterEach, test } from 'node:test';
import { expectNoChildren, inProcess } from 'offspring-rx/testing';
import { Heartbeat } from './heartbeat.js';

afterEach(() => expectNoChildren());

test('a heartbeat ends by itself', async () => {
  const exit = await inProcess(Heartbeat, [2]).wait();
  strictEqual(exit.reason, 'completed');
});
