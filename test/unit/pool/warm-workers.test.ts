/** How many workers a pool keeps, and when it starts those that are missing. */
import { expect } from 'chai';
import { WarmWorkers } from '../../../src/pool/parent/scheduler/warm-workers';
import { now } from '../../../src/util/clock';
import { poll } from '../../support/poll';

describe('the workers that a pool keeps', () => {
  it('lack some below the minimum, and may spare those above it', () => {
    const warm = new WarmWorkers(2, () => {});
    expect([0, 1, 2, 3].map(active => warm.lacksSome(active))).to.deep.equal([true, true, false, false]);
    expect([0, 1, 2, 3].map(active => warm.spare(active))).to.deep.equal([0, 0, 0, 1]);
    warm.stop();
    expect([warm.lacksSome(0), warm.spare(2)]).to.deep.equal([false, 2]);
  });

  it('are none by default', () => {
    const warm = new WarmWorkers(0, () => expect.fail('none is due'));
    warm.onIdleCrash(now());
    expect([warm.lacksSome(0), warm.spare(1)]).to.deep.equal([false, 1]);
  });

  it('lack none for a while after a crash, which is longer with each', async () => {
    let due = 0;
    const warm = new WarmWorkers(1, () => {
      due += 1;
    });
    for (const least of [99, 199]) {
      const began = now();
      const before = due;
      warm.onIdleCrash(began);
      expect(warm.lacksSome(0)).to.equal(false);
      await poll('it is due', () => due > before);
      expect(now() - began).to.be.at.least(least);
      expect(warm.lacksSome(0)).to.equal(true);
    }
    warm.onIdleCrash(now());
    warm.stop();
    expect(warm.lacksSome(0)).to.equal(false);
  });
});
