/** Which ends ask for another start. */
import { expect } from 'chai';
import { asksForRestart, type Ended, RESTART_POLICIES } from '../../../src/supervise/restart-policy';
import { EXITS } from './fake';

const ofProcess = (exit: keyof typeof EXITS): Ended => {
  const status = EXITS[exit];
  return 'error' in status ? { exit: status, error: status.error } : { exit: status };
};
const gaveUp: Ended = { error: EXITS.failed.error };

const CASES: [what: string, ended: Ended, asks: string[]][] = [
  ['a normal end', ofProcess('completed'), ['always']],
  ['a shutdown', ofProcess('stopped'), ['always']],
  ['a crash during a shutdown', ofProcess('failed while it stopped'), ['always']],
  ['a failure', ofProcess('failed'), ['always', 'on-failure']],
  ['a foreign signal', ofProcess('killed'), ['always', 'on-failure']],
  ['a start that failed', ofProcess('not-started'), ['always', 'on-failure']],
  ['a shutdown before the start', ofProcess('never started'), []],
  ['a supervisor whose children are all over', {}, ['always']],
  ['a supervisor that gave up', gaveUp, ['always', 'on-failure']],
];

describe('restart policy', () => {
  for (const [what, ended, asks] of CASES) {
    it(`after ${what}: ${asks.join(' and ') || 'none'}`, () => {
      expect(RESTART_POLICIES.filter(policy => asksForRestart(policy, ended))).to.deep.equal(asks);
    });
  }
});
