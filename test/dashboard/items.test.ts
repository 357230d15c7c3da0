/** What the page makes of the rows that it gets: pure functions, without a browser. */
import { expect } from 'chai';
import { node } from '../support/dashboard';

const { fold, NO_ROWS, rowsOf, snapshotOf, HISTORY } =
  require('../../src/dashboard/wire/fold') as typeof import('../../src/dashboard/wire/fold');
const { filtered, flat, hasFailed, itemsOf, nameOf } =
  require('../../src/dashboard/display/items') as typeof import('../../src/dashboard/display/items');
const { endedInWords, restartInWords } =
  require('../../src/dashboard/display/look') as typeof import('../../src/dashboard/display/look');
const { bytes, count, duration, percent, rate, shortTime } =
  require('../../src/dashboard/display/format') as typeof import('../../src/dashboard/display/format');

type ProcessNode = import('../../src/model/process-node').ProcessNode;

const failed = { reason: 'failed', code: 1, signal: null, forced: false, error: 'Task3: out of luck' } as const;
const completed = { reason: 'completed', code: 0, signal: null, forced: false } as const;
const ended = (id: string, exit: ProcessNode['exit'], rest: Partial<ProcessNode> = {}) =>
  node(id, { state: 'exited', since: 2_000, endedAt: 2_000, pid: null, ...(exit ? { exit } : {}), ...rest });

describe('the rows of the dashboard', () => {
  it('are folded of deltas, and a snapshot gives the same', () => {
    const first = fold(NO_ROWS, { at: 1_000, added: [node('1', { state: 'starting' }), node('2')] });
    const second = fold(first, {
      at: 1_250,
      changed: [['1', { state: 'running', since: 1_200, iterations: 2 }]],
      samples: [['2', 0.5, 1e6, 1, 0]],
    });
    expect(second.get('1')?.spans).to.deep.equal([
      ['starting', 1_000],
      ['running', 1_200],
    ]);
    expect(second.get('1')?.ticks).to.deep.equal([[1_250, 2]]);
    expect(second.get('2')?.samples).to.deep.equal([[1_250, 0.5, 1e6, 1, 0]]);
    expect(first.get('1')?.node.state).to.equal('starting');
    const overTheWire = JSON.parse(JSON.stringify(snapshotOf(second, 1_300)));
    expect([...rowsOf(overTheWire)]).to.deep.equal(JSON.parse(JSON.stringify([...second])));
    const waits = fold(second, { at: 1_400, changed: [['2', { state: 'exited', restartAt: 2_000 }]] });
    const over = fold(waits, { at: 1_450, changed: [['2', { iterations: 1 }, ['restartAt']]] });
    expect(waits.get('2')?.node).to.deep.include({ restartAt: 2_000 });
    expect(over.get('2')?.node).to.deep.include({ iterations: 1 }).and.not.to.have.property('restartAt');
    const third = fold(second, { at: 1_500, removed: ['1'], changed: [['9', { iterations: 1 }]] });
    expect([...third.keys()]).to.deep.equal(['2']);
    expect(third.get('2')).to.equal(second.get('2'));
  });

  it('keep a bounded past', () => {
    let rows = fold(NO_ROWS, { at: 0, added: [node('1')] });
    for (let turn = 1; turn <= 1_000; turn++) {
      const state = turn % 2 === 0 ? 'running' : 'stopping';
      const at = turn * 250;
      rows = fold(rows, { at, changed: [['1', { state, since: at, iterations: turn }]], samples: [['1', 0, 0, 0, 0]] });
    }
    const { spans = [], ticks = [], samples = [] } = rows.get('1') ?? {};
    expect(spans.length).to.equal(HISTORY.spans);
    expect(samples.length).to.equal(HISTORY.samples);
    expect(ticks.length).to.equal(HISTORY.ticks / 250 + 1);
    expect(ticks.at(-1)).to.deep.equal([250_000, 1]);
  });
});

describe('the items of the page', () => {
  const rows = (...nodes: ProcessNode[]) => fold(NO_ROWS, { at: 5_000, added: nodes });
  const told = (items: ReturnType<typeof itemsOf>) =>
    [...flat(items)].map(item => `${'  '.repeat(item.depth)}${nameOf(item)} ${item.look} ${item.runs.length}`);
  const tree = rows(
    node('1', { kind: 'supervisor', name: 'Supervisor', pid: null }),
    ended('2', failed, { parent: '1', key: 'news', name: 'Feed' }),
    node('3', { parent: '1', key: 'news', name: 'Feed' }),
    ended('4', failed, { parent: '1', key: 'prices', name: 'Feed' }),
    node('5', { kind: 'pool', name: 'Hash', pid: null }),
    node('6', { parent: '5', key: '0', name: 'Hash', kind: 'subprocess' }),
    ended('7', completed, { name: 'Report', kind: 'subprocess' }),
    ended('8', failed, { name: 'Report', kind: 'subprocess' }),
    ended('9', completed, { name: 'Report', kind: 'subprocess' }),
    node('3.1', { parent: '3', name: 'Fetcher' }),
    node('10', { name: 'Report', kind: 'subprocess' }),
  );

  it('have one line for each place of a supervisor, and one for those that have ended', () => {
    expect(told(itemsOf(tree))).to.deep.equal([
      'Supervisor running 1',
      '  news running 2',
      '    Fetcher running 1',
      '  prices failed 1',
      'Hash running 1',
      '  Hash running 1',
      'Report running 1',
      'Report ended 3',
    ]);
  });

  const only = (text: string, looks: string[] = [], endedAfter = 0) =>
    told(filtered(itemsOf(tree), { text, looks: new Set(looks) as never, endedAfter }));

  it('are filtered by name, class, kind and process id, with those above', () => {
    expect(only('fetch')).to.deep.equal(['Supervisor running 1', '  news running 2', '    Fetcher running 1']);
    expect(only('prices')).to.deep.equal(['Supervisor running 1', '  prices failed 1']);
    expect(only('pool')).to.deep.equal(['Hash running 1']);
    expect(only('10')).to.deep.equal(['Report running 1']);
    expect(only('nobody')).to.deep.equal([]);
  });

  it('are filtered by state, also one of several that have ended', () => {
    expect(only('', ['failed'])).to.deep.equal(['Supervisor running 1', '  prices failed 1', 'Report ended 3']);
    expect(only('report', ['running'])).to.deep.equal(['Report running 1']);
  });

  it('leave out what ended well a while ago, unless asked for', () => {
    const [old, recent] = [
      ended('1', completed),
      ended('2', completed, { name: 'Other', endedAt: 9_000, since: 9_000 }),
    ];
    const items = itemsOf(rows(old, recent));
    const shown = (looks: string[]) =>
      told(filtered(items, { text: '', looks: new Set(looks) as never, endedAfter: 5_000 }));
    expect(shown([])).to.deep.equal(['Other ended 1']);
    expect(shown(['ended'])).to.deep.equal(['Task1 ended 1', 'Other ended 1']);
  });

  it('wait for their restart, and count as failed all the same', () => {
    const waits = (restartAt: number | null) =>
      rows(
        node('1', { kind: 'supervisor', name: 'Supervisor', pid: null }),
        ended('2', failed, { parent: '1', key: 'news', restartAt }),
      );
    expect(told(itemsOf(waits(7_000)))).to.deep.equal(['Supervisor running 1', '  news restarting 1']);
    const [item] = itemsOf(waits(null))[0]?.children ?? [];
    expect(item?.runs.map(hasFailed)).to.deep.equal([true]);
    const words = (restartAt: number | null, now: number) => restartInWords(node('2', { restartAt }), now);
    expect(words(7_000, 3_900)).to.equal('in 4\u00a0s');
    expect(words(7_000, 6_600)).to.equal('in 1\u00a0s');
    expect(words(7_000, 7_100)).to.equal('now');
    expect(words(null, 0)).to.equal('');
  });

  it('say in a line why one has ended', () => {
    const exit = { reason: 'failed', code: 1, signal: null, forced: false } as const;
    const cases: [ProcessNode['exit'], string][] = [
      [completed, 'completed'],
      [undefined, 'its parent ended first'],
      [{ ...exit, cause: 'threw', error: 'Feed.loop() threw in the child (pid 7): Error: no\nmore' }, 'no'],
      [{ ...exit, error: 'Feed: the child (pid 7) was killed by SIGSEGV' }, 'was killed by SIGSEGV'],
      [{ ...exit, cause: 'exit-code' }, 'exit-code with exit code 1'],
      [{ reason: 'killed', code: null, signal: 'SIGKILL', forced: false, cause: 'signal' }, 'signal by SIGKILL'],
      [{ reason: 'stopped', code: null, signal: 'SIGTERM', forced: false, cause: 'shutdown' }, 'stopped on request'],
      [
        { reason: 'stopped', code: null, signal: 'SIGKILL', forced: true, cause: 'grace' },
        'stopped by SIGKILL, after its grace',
      ],
      [{ reason: 'not-started', code: null, signal: null, forced: false }, 'not started'],
    ];
    for (const [given, words] of cases) expect(endedInWords(given)).to.equal(words);
  });
});

describe('the numbers of the page', () => {
  it('are short, with their unit', () => {
    const plain = (text: string) => text.replaceAll('\u00a0', ' ');
    expect([0, 999, 61_000, 7_500_000, 100_000_000, -5].map(duration).map(plain)).to.deep.equal([
      ...['0 s', '0 s', '1 m 01 s', '2 h 05 m', '1 d 03 h', '0 s'],
    ]);
    expect([0.04, 12.4, 1_300, 70_000].map(shortTime).map(plain)).to.deep.equal([
      '0.0 ms',
      '12 ms',
      '1.3 s',
      '1 m 10 s',
    ]);
    expect([1.5e6, 48.4e6, 999.6e6, 12.3e9].map(bytes).map(plain)).to.deep.equal([
      '1.5 MB',
      '48 MB',
      '1.00 GB',
      '12.3 GB',
    ]);
    expect([0, 0.0004, 0.004, 0.12, 1.4].map(percent).map(plain)).to.deep.equal([
      '0 %',
      '0 %',
      '0.4 %',
      '12 %',
      '140 %',
    ]);
    expect([0, 0.5, 9, 1_200, 12_345, 2e6].map(rate).map(plain)).to.deep.equal([
      '0',
      '0.5',
      '9.0',
      '1,200',
      '12.3 k',
      '2.0 M',
    ]);
    expect(count(9_999)).to.equal('9,999');
  });
});
