/** The text of the error with which a supervisor gives up. */
import { expect } from 'chai';
import type { Failure } from '../../../src/supervise/events';
import { RestartLimitError } from '../../../src/supervise/restart-limit-error';

const failure = { child: 'mail' } as Failure;

describe('RestartLimitError', () => {
  for (const [count, told] of [
    [1, '1 failure within 50 ms'],
    [2, '2 failures within 50 ms'],
  ] as const) {
    it(`says ${told}`, () => {
      const history = Array.from({ length: count }, () => failure);
      const { message } = new RestartLimitError(history, { restarts: count - 1, period: 50 });
      expect(message).to.include(`gave up, in the parent: ${told}, and intensity.restarts is ${count - 1}`);
    });
  }
});
