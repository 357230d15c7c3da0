/** FAULTS 51: a child that listens to SIGTERM hears one for one stop, and is not ended in the middle of its cleanup. */
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode } from '../support/script';
import { someAtOnce } from '../support/some-at-once';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/child-listens').replace(/js$/, 'cjs');
const LISTENS = [
  'process.once',
  'prependOnceListener',
  'events.once',
  'firstValueFrom',
  'process.on',
  'once, a later one',
  'raises it again',
];
const WAYS = ['shutdown()', 'signal, shutdown()', 'itself', 'process.exit()', 'SIGTERM', 'group SIGTERM', 'SIGKILL'];

describe('51 a child that listens to SIGTERM', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let count = 0;

  /** Ends the parent or the child in a way. Resolves with how the parent ended, and with what the child wrote. */
  async function end(listens: string, way: string, env: NodeJS.ProcessEnv = {}) {
    const file = `${count++}`;
    const isSignal = /SIG/.test(way);
    const args = [SCRIPT, listens, isSignal ? 'signal' : way, folder.file(file)];
    const script = runNode(args, { detached: true, env });
    await script.says('at work');
    const start = performance.now();
    if (isSignal) {
      process.kill(way.startsWith('group') ? -script.pid : script.pid, way.replace('group ', '') as NodeJS.Signals);
    }
    // The child holds the stdout of its parent, so both have ended.
    const { signal } = await script.ended;
    return { signal, lines: folder.lines(file), took: performance.now() - start };
  }

  const ALL = LISTENS.flatMap(listens => WAYS.map(way => [listens, way] as const));

  it(`hears one SIGTERM, in whatever way it listens and is ended ${LONG}`, () =>
    someAtOnce(
      rows(ALL, (_, at) => at === 4),
      async ([listens, way]) => {
        const { signal, lines, took } = await end(listens, way);
        expect(lines, `${listens}, ${way}`).to.deep.equal(['heard', 'cleaned up']);
        expect(signal).to.equal(/SIG\w+/.exec(way)?.[0] ?? null);
        expect(took, 'it does not wait for the grace').to.be.lessThan(4_500);
      },
    ));

  itInFull(`hears one while coverage is collected ${LONG}`, () =>
    someAtOnce(
      ALL.filter(([, way]) => way.includes('SIG')),
      async ([listens, way]) => {
        const { lines } = await end(listens, way, { NODE_V8_COVERAGE: folder.file('coverage') });
        expect(lines, `${listens}, ${way}`).to.deep.equal(['heard', 'cleaned up']);
      },
    ),
  );

  it(`is ended by the signal once it listens no more, even if it is busy ${LONG}`, () =>
    someAtOnce(
      rows(
        ['not any more', 'not any more, and busy'].flatMap(listens =>
          ['itself', 'SIGTERM', 'group SIGTERM', 'SIGKILL'].map(way => [listens, way] as const),
        ),
        (_, at) => at === 5,
      ),
      async ([listens, way]) => {
        const { lines, took } = await end(listens, way);
        expect(lines, `${listens}, ${way}`).to.deep.equal([]);
        expect(took, `${listens}, ${way}`).to.be.lessThan(4_500);
      },
    ));
});
