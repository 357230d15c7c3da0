/** failureOf: makes the error of a stream that waited for something, when the child exits first. */
import { expect } from 'chai';
import { ExitError } from '../../../src/model/errors';
import type { ExitStatus } from '../../../src/model/exit-status';
import { failureOf } from '../../../src/operators/failure-of';
import { completed, failed, startError, stopped } from '../support';

describe('failureOf', () => {
  it('returns the error of the ExitStatus, if there is one', () => {
    expect(failureOf(failed, 'it was ready')).to.equal(startError);
  });

  const neverSpawned: ExitStatus = {
    ...{ subprocess: 'Task', pid: null, code: null, signal: null, duration: 0, forced: false },
    reason: 'not-started',
  };
  const table: [ExitStatus, string][] = [
    [completed, 'Task ended before it was ready'],
    [stopped, 'Task was stopped before it was ready'],
    [neverSpawned, 'Task was shut down before it was ready'],
  ];
  for (const [exit, message] of table) {
    it(`otherwise returns an ExitError: ${message}`, () => {
      const error = failureOf(exit, 'it was ready');
      expect(error).to.be.instanceOf(ExitError);
      expect(error).to.deep.include({ message, subprocess: 'Task', pid: exit.pid, exit });
    });
  }
});
