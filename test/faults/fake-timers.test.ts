/** FAULTS 67: test frameworks replace timers and clocks. */
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { runNode } from '../support/script';

const SCRIPT = fixturePath('scripts/fake-timers').replace(/\.js$/, '.cjs');

describe('67 the timers and clocks of the parent are replaced', function () {
  this.timeout(60_000);
  for (const way of rows(['node:test', 'sinon', 'hand'], each => each === 'sinon')) {
    it(`${way}: what the library waits for comes all the same ${LONG}`, async () => {
      const { code, stdout, stderr } = await runNode([SCRIPT, way]).ended;
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(stdout)).to.deep.equal({
        forced: true,
        ready: 'StartError',
        turns: [0, 1, 2, 3],
        restarts: 2,
        timedOut: 'TimeoutError',
        worked: 1,
        isRealTime: true,
      });
    });
  }
});
