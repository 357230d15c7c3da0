/** `npm run bench`: its groups, its options, and a real run of a few of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { GROUPS } from '../../bench/groups';
import { readOptions } from '../../bench/suite/options';
import { ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { runNode } from '../support/script';

const bench = (...args: string[]) => runNode([path.join(ROOT, 'build', 'bench', 'suite.js'), ...args]).ended;

/** What others may rely on: it only grows. */
const KEYS = [
  'start',
  'startLoop',
  'startFloor',
  'startEsm',
  'startLoopEsm',
  'startEsmFloor',
  'startSpare',
  'startSpareLoop',
  'startSpareEsm',
  'startSparePython',
  'startSpareLoopPython',
  'startAny',
  'startAnyLoop',
  'startAnyEsm',
  'messagesUp',
  'messagesUpAwaited',
  'messagesUpThreads',
  'messagesDown',
  'messagesFresh',
  'messagesFreshThreads',
  'messagesFreshFloor',
  'pingPong',
  'pingPongFloor',
  'large64',
  'large64Blocked',
  'large1',
  'memoryMb',
  'memoryLoopMb',
  'memoryEsmMb',
  'importMs',
  'importEsmMs',
  'importRxjsModules',
  'importRxjsModulesEsm',
  'shutdownAll',
  'manyMemoryKb',
  'manyStart',
  'manyEnd',
  'idleTreePercent',
  'idleSupervisorPercent',
  'loopOvershootMs',
  'floodChildMb',
  'floodParentMb',
  'floodBlockedChildMb',
  'floodBlockedParentMb',
  'program',
  'programCache',
  'programFloor',
  'programEsm',
  'programEsmCache',
  'programEsmFloor',
  'programRxjs',
  'programRxjsCache',
  'programRxjsFloor',
  'programMemoryMb',
  'programMemoryFloor',
  'poolTinyProcesses',
  'poolTinyThreads',
  'poolTinyMapProcesses',
  'poolTinyMapThreads',
  'poolCpuPercent',
  'poolCpuMapPercent',
  'poolCpuFloor',
  'poolLargeProcesses',
  'poolLarge',
  'poolLargeFloor',
  'poolObjectsProcesses',
  'poolObjectsThreads',
  'poolObjectsFloorProcesses',
  'poolObjectsFloorThreads',
  'poolObjects2kProcesses',
  'poolObjects2kThreads',
  'poolObjects2kFloorProcesses',
  'poolObjects2kFloorThreads',
  'poolTextsProcesses',
  'poolTextsThreads',
  'poolTextsFloorProcesses',
  'poolTextsFloorThreads',
  'poolLatencyProcesses',
  'poolLatency',
  'poolLatencyFloor',
  'poolShare',
  'queueTinySandboxed',
  'queueTinyInline',
  'queueCpu',
  'queueLarge',
  'queueLatency',
  'queueProcessor',
  'queueProcessorOne',
  'queueRecovery',
];

describe('the groups of the benchmark', () => {
  it('have the keys that others may rely on', () => {
    expect(GROUPS.flatMap(({ aims }) => aims.map(({ key }) => key))).to.deep.equal(KEYS);
  });

  for (const { id, contenders, aims, floor } of GROUPS) {
    it(`${id} compares what it has`, () => {
      const names = contenders.map(({ name }) => name);
      expect(new Set(names).size).to.equal(names.length);
      const rows = [floor ?? [], aims.flatMap(({ of, against = [] }) => [of, against].flat())].flat();
      // A contender may have several rows: `name: part`.
      const strangers = rows.filter(row => !names.some(name => row === name || row.startsWith(`${name}: `)));
      expect(strangers).to.deep.equal([]);
    });
  }
});

describe('the options of npm run bench', () => {
  const read = (...args: string[]) => readOptions(args, ['a', 'b']);

  it('as a rule', () => {
    expect(read()).to.deep.equal({ quick: false, only: [], rounds: 20, peers: true });
    expect(read('--quick')).to.deep.equal({ quick: true, only: [], rounds: 5, peers: true });
    expect(read('--only', 'a', '--only=b', '--rounds', '3', '--no-peers')).to.deep.equal({
      quick: false,
      only: ['a', 'b'],
      rounds: 3,
      peers: false,
    });
    expect(read('a')).to.deep.include({ only: ['a'] });
    expect(readOptions(['pool'], ['start', 'pool-tiny', 'pool-cpu'])).to.deep.include({
      only: ['pool-tiny', 'pool-cpu'],
    });
    expect(read('--help', '--quick')).to.equal(undefined);
  });

  for (const [args, problem] of [
    [['--only', 'c'], /there is no group c; there are a, b/],
    [['--rounds', '0'], /--rounds takes a whole number from 1 on, not 0/],
    [['--rounds', '1.5'], /not 1.5/],
    [['--rounds='], /not nothing/],
    [['--rounds'], /argument missing/],
    [['--fast'], /--fast/],
    [['c'], /there is no group c; there are a, b/],
  ] as [string[], RegExp][]) {
    it(`says what is wrong with ${args.join(' ')}`, () => {
      expect(() => read(...args)).to.throw(problem);
    });
  }
});

describe('npm run bench', () => {
  itInFull(`prints its ratios as its last line ${LONG}`, async () => {
    const only = [
      'import',
      'import-rxjs',
      'messages-fresh',
      'ping-pong',
      'large-1',
      'start-esm',
      'program-memory',
    ].flatMap(id => ['--only', id]);
    const { code, stdout, stderr } = await bench('--quick', '--no-peers', '--rounds', '1', ...only);
    expect(code, stderr).to.equal(0);
    const ratios = JSON.parse(stdout.trimEnd().split('\n').at(-1) as string);
    expect(Object.keys(ratios)).to.have.members([
      'startEsm',
      'startLoopEsm',
      'messagesFresh',
      'programMemoryMb',
      'pingPong',
      'importMs',
      'importEsmMs',
      'importRxjsModules',
      'importRxjsModulesEsm',
    ]);
    for (const [key, value] of Object.entries(ratios)) expect(value, key).to.be.a('number');
    expect(ratios).to.include({ importRxjsModules: 0, importRxjsModulesEsm: 0 });
    expect(stdout)
      .to.match(/^Node v\d+/)
      .and.to.match(/^\| process\.send, advanced +\| /m);
    const { groups, machine } = JSON.parse(readFileSync(path.join(ROOT, 'build', 'benchmarks.json'), 'utf8'));
    expect(groups.map(({ id }: { id: string }) => id)).to.deep.equal([
      'start-esm',
      'messages-fresh',
      'ping-pong',
      'import',
      'import-rxjs',
      'program-memory',
    ]);
    expect(machine.node).to.equal(process.version);
  });

  itInFull(`says what --quick has no time for ${LONG}`, async () => {
    const { code, stderr } = await bench('--quick', '--only', 'large-1');
    expect(stderr).to.match(/^--quick has no time for large-1\n/);
    expect(code).to.equal(2);
  });

  itInFull(`helps ${LONG}`, async () => {
    const { code, stdout } = await bench('--help');
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/--quick/)
      .and.to.match(/Groups: start, /);
  });

  it('says what it does not understand, and ends with code 2', async () => {
    const { code, stdout, stderr } = await bench('--only', 'nothing');
    expect(stderr).to.match(/^--only: there is no group nothing; there are start, /);
    expect(stdout).to.equal('');
    expect(code).to.equal(2);
  });
});
