/** After which ends a child is restarted. */
import { expect } from 'chai';
import { asksForRestart, type ChildEnd, RESTART_POLICIES } from '../../../src/supervise/restart-policy';
import { EXITS } from './fake';

const ofProcess = (exit: keyof typeof EXITS): ChildEnd => {
  const status = EXITS[exit];
  return 'error' in status ? { exit: status, error: status.error } : { exit: status };
};
const gaveUp: ChildEnd = { error: EXITS.failed.error };

const CASES: [what: string, end: ChildEnd, policies: string[]][] = [
  ['a normal end', ofProcess('completed'), ['always']],
  ['a shutdown', ofProcess('stopped'), ['always']],
  ['a SIGTERM from outside that the work obeyed', ofProcess('stopped from outside'), ['always', 'on-failure']],
  ['a crash during a shutdown', ofProcess('failed while it stopped'), ['always']],
  ['a failure', ofProcess('failed'), ['always', 'on-failure']],
  ['a signal from outside', ofProcess('killed'), ['always', 'on-failure']],
  ['a start that failed', ofProcess('not-started'), ['always', 'on-failure']],
  ['a shutdown before the start', ofProcess('never started'), []],
  ['a supervisor whose children have all ended', {}, ['always']],
  ['a supervisor that gave up', gaveUp, ['always', 'on-failure']],
];

describe('restart policy', () => {
  for (const [what, end, policies] of CASES) {
    it(`after ${what}: ${policies.join(' and ') || 'none'}`, () => {
      expect(RESTART_POLICIES.filter(policy => asksForRestart(policy, end))).to.deep.equal(policies);
    });
  }
});
