/** How a group is measured: in turn, and whoever fails drops out. */
import { expect } from 'chai';
import { type Contender, type Group, Unavailable } from '../../bench/suite/group';
import { measureGroup } from '../../bench/suite/measure';

describe('a group of the benchmark', () => {
  let log: string[];
  const contender = (name: string, change: { open?: Error; failsAt?: number } = {}): Contender => ({
    name,
    async open(size) {
      if (change.open) throw change.open;
      let count = 0;
      return {
        async measure() {
          log.push(name);
          if (++count === change.failsAt) throw new Error('it broke');
          return size * count;
        },
        close: () => log.push(`${name} closed`),
      };
    },
  });
  const measure = (contenders: Contender[], more: object = {}) => {
    log = [];
    const group = { contenders, aims: [] } as unknown as Group;
    return measureGroup(group, { size: 10, rounds: 2, onRound: (done, of) => log.push(`${done}/${of}`), ...more });
  };

  it('takes turns, and the warm-up does not count', async () => {
    const { rows } = await measure([contender('a'), contender('b')]);
    expect(log).to.deep.equal(['a', 'b', '1/3', 'a', 'b', '2/3', 'a', 'b', '3/3', 'a closed', 'b closed']);
    expect(rows).to.deep.equal([
      { name: 'a', samples: [20, 30] },
      { name: 'b', samples: [20, 30] },
    ]);
  });

  it('goes on without what is not here, and what fails', async () => {
    const absent = contender('absent', { open: new Unavailable('not installed') });
    const broken = contender('broken', { open: new Error('no') });
    const { rows } = await measure([absent, broken, contender('late', { failsAt: 3 }), contender('good')]);
    expect(rows).to.deep.equal([
      { name: 'absent', samples: [], skipped: 'not installed' },
      { name: 'broken', samples: [], failed: 'no' },
      { name: 'late', samples: [20], failed: 'it broke' },
      { name: 'good', samples: [20, 30] },
    ]);
    expect(log).to.include('late closed').and.to.include('good closed');
  });

  it('begins no round beyond its budget, but one that counts there is', async () => {
    const { rows } = await measure([contender('a')], { rounds: 9, budget: 0 });
    expect(rows).to.deep.equal([{ name: 'a', samples: [20] }]);
  });

  it('measures nothing where what it is about is not here', async () => {
    const absent = contender('absent', { open: new Unavailable('no such part') });
    const { rows } = await measure([absent, contender('rival')], { subjects: ['absent'] });
    expect(rows.map(({ samples }) => samples)).to.deep.equal([[], []]);
    expect(log).to.deep.equal(['rival closed']);
  });
});
