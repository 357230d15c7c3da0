/** FAULTS 56: the coverage of every child is written, however it and its parent end. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';
import { someAtOnce } from '../support/some-at-once';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/covered').replace(/js$/, 'cjs');

interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
}

/**
 * How often the fixture's inChild() was called, by the pid of the process. A file that is not complete does not count: Node
 * writes another one at the exit of a process, in the middle of which a grace may be over.
 */
function calls(folder: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of filesIn(folder)) {
    const { result } = coverageIn(`${folder}/${file}`);
    const functions = result.filter(({ url }) => url.endsWith('covered.cjs')).flatMap(script => script.functions);
    const count = functions.find(({ functionName }) => functionName === 'inChild')?.ranges[0]?.count ?? 0;
    const pid = file.split('-')[1] as string;
    if (count > 0) counts.set(pid, (counts.get(pid) ?? 0) + count);
  }
  return counts;
}

const filesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

function coverageIn(file: string): Coverage {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Coverage;
  } catch {
    return { result: [] };
  }
}

describe('56 NODE_V8_COVERAGE', function () {
  this.timeout(180_000);
  const folder = temporaryFolder();

  /** Ends a parent with children of a kind in a way, and expects that the coverage of each child is written. */
  async function expectWritten(kind: string, way: string, number = 0): Promise<void> {
    const reports = folder.file(`${kind}-${way}-${number}`);
    const isSignal = /^(group )?SIG/.test(way);
    const script = runNode([SCRIPT, kind, isSignal ? 'signal' : way], {
      detached: true,
      env: { NODE_V8_COVERAGE: reports },
    });
    if (isSignal) {
      await script.says('at work');
      process.kill(way.startsWith('group') ? -script.pid : script.pid, way.replace('group ', '') as NodeJS.Signals);
    }
    await script.ended;
    const children = { nested: 2, nestedQuick: 2, spare: 2 }[kind] ?? 1;
    // After SIGKILL to the parent, its children end later than it.
    const what = `the coverage of ${kind}, ended by ${way}`;
    const counts = await poll(
      what,
      () => {
        const all = calls(reports);
        return all.size >= children ? all : undefined;
      },
      way.includes('SIGKILL') ? 5_000 : 0,
    );
    expect([...counts.values()], what).to.deep.equal(Array.from({ length: children }, () => 1));
    expect(script.stderr, what).not.to.match(/coverage/);
  }

  const ENDS = ['itself', 'process.exit()', 'throw', 'SIGTERM', 'SIGINT', 'group SIGTERM', 'SIGKILL'];
  const TASKS = ['plain', 'abortable', 'listening', 'loop', 'nested'];
  const ALL = [
    ...['quick', 'nestedQuick', 'throwing', 'exiting'].flatMap(kind =>
      ['wait()', 'itself', 'process.exit()', 'throw'].map(way => [kind, way] as const),
    ),
    ...TASKS.flatMap(kind => ['shutdown()', 'kill the child', ...ENDS].map(way => [kind, way] as const)),
    ...['worker', 'spare'].flatMap(kind => ENDS.map(way => [kind, way] as const)),
  ];

  const SHORT = new Set(['loop SIGKILL']);

  it(`of each kind of child is written, in whatever way the parent ends ${LONG}`, () =>
    someAtOnce(
      rows(ALL, ([kind, way]) => SHORT.has(`${kind} ${way}`)),
      ([kind, way]) => expectWritten(kind, way),
    ));

  it(`is written each time if the parent ends right after the result ${LONG}`, () =>
    someAtOnce(
      rows([...Array(40).keys()], at => at === 1),
      number => expectWritten('quick', ['itself', 'process.exit()'][number % 2] as string, number),
    ));

  itInFull(`is written before the grace of a child that is done begins ${LONG}`, () =>
    someAtOnce([...Array(3).keys()], number => expectWritten('impatient', 'wait()', number)),
  );
});
