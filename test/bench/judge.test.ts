/** Whether the figures to reach are reached, and how they are shown. */
import { expect } from 'chai';
import { figure } from '../../bench/suite/format';
import type { Aim, Group, Row } from '../../bench/suite/group';
import { judge, judgeAll } from '../../bench/suite/judge';
import { aimTable, rowTable } from '../../bench/suite/tables';

const ROWS: Row[] = [
  { name: 'own', samples: [1, 2, 9] },
  { name: 'slow', samples: [10, 8, 12] },
  { name: 'quick', samples: [4] },
  { name: 'absent', samples: [], skipped: 'not installed' },
];
const AIM: Aim = { key: 'key', what: 'something', of: 'own' };
const judged = (aim: Partial<Aim>, better: Group['better'] = 'less') => {
  const { against, figure, reached } = judge({ ...AIM, ...aim }, better, ROWS);
  return [against, figure, reached];
};

describe('figures to reach', () => {
  it('a quotient of medians', () => {
    expect(judged({ against: 'slow', limit: { atMost: 0.2 } })).to.deep.equal(['slow', 0.2, true]);
    expect(judged({ against: 'slow', limit: { below: 0.2 } })).to.deep.equal(['slow', 0.2, false]);
    expect(judged({ against: 'slow', limit: { atLeast: 6 } })).to.deep.equal(['slow', 0.2, false]);
  });

  it('a difference', () => {
    expect(judged({ against: 'quick', by: 'difference', limit: { atMost: 0 } })).to.deep.equal(['quick', -2, true]);
  });

  it('the figure itself', () => {
    expect(judged({ limit: { atMost: 1 } })).to.deep.equal([undefined, 2, false]);
  });

  it('against the best of several, of which some may be absent', () => {
    expect(judged({ against: ['slow', 'absent', 'quick'] })).to.deep.equal(['quick', 0.5, null]);
    expect(judged({ against: ['slow', 'absent', 'quick'] }, 'more')).to.deep.equal(['slow', 0.2, null]);
  });

  it('nothing where something was not measured', () => {
    expect(judged({ against: 'absent', limit: { atMost: 1 } })).to.deep.equal([undefined, null, null]);
    expect(judged({ of: 'absent', limit: { atMost: 1 } })).to.deep.equal([undefined, null, null]);
  });
});

describe('the tables of the benchmark', () => {
  const group: Group = {
    id: 'group',
    title: 'Group',
    about: '',
    unit: 'ms',
    better: 'less',
    floor: 'slow',
    size: { full: 1, quick: 1 },
    contenders: [],
    aims: [
      { ...AIM, against: 'slow', limit: { atMost: 0.3 } },
      { ...AIM, what: 'the same', against: 'quick', by: 'difference', limit: { atMost: -3 } },
      { ...AIM, what: 'the same', against: 'absent', limit: { atLeast: 6 } },
    ],
  };

  it('rows, and below them what was not measured', () => {
    const rows = [...ROWS, { name: 'broken', samples: [], failed: 'no answer' }];
    expect(rowTable(group, rows)).to.equal(`\
|       | median, ms |  p10 |  p90 | against slow |
| ----- | ---------: | ---: | ---: | -----------: |
| own   |          2 | 1.20 | 7.60 |         0.20 |
| slow  |         10 | 8.40 | 11.6 |         1.00 |
| quick |          4 |    4 |    4 |         0.40 |

- absent is not measured: not installed
- broken failed: no answer`);
  });

  it('figures to reach', () => {
    expect(aimTable(judgeAll(group, ROWS))).to.equal(`\
| figure    | of  | against |           is |    aim | reached |
| --------- | --- | ------- | -----------: | -----: | ------- |
| something | own | slow    |        0.200 | <= 0.3 | yes     |
| the same  | own | quick   |           -2 |  <= -3 | NO      |
| the same  | own | absent  | not measured |   >= 6 |         |`);
  });

  it('figures have three digits, or all before the point', () => {
    expect([0.01234, 1.234, 12.34, 123.4, 12_345.6, 5].map(figure)).to.deep.equal([
      '0.012',
      '1.23',
      '12.3',
      '123',
      '12,346',
      '5',
    ]);
  });
});
