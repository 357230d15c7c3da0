/** failureOf: the error for an end that came before what was waited for. */
import { expect } from 'chai';
import { ExitError } from '../../../src/model/errors';
import type { ExitStatus } from '../../../src/model/exit-status';
import { failureOf } from '../../../src/operators/failure-of';
import { completed, failed, startError, stopped } from '../support';

describe('failureOf', () => {
  it('is the error of the end, where it has one', () => {
    expect(failureOf(failed, 'it was ready')).to.equal(startError);
  });

  const neverMade: ExitStatus = {
    ...{ subprocess: 'Task', pid: null, code: null, signal: null, duration: 0, forced: false },
    reason: 'not-started',
  };
  const table: [ExitStatus, string][] = [
    [completed, 'Task ended before it was ready'],
    [stopped, 'Task was stopped before it was ready'],
    [neverMade, 'Task was shut down before it was ready'],
  ];
  for (const [exit, message] of table) {
    it(`is an ExitError for an end without one: ${message}`, () => {
      const error = failureOf(exit, 'it was ready');
      expect(error).to.be.instanceOf(ExitError);
      expect(error).to.deep.include({ message, subprocess: 'Task', pid: exit.pid, exit });
    });
  }
});
