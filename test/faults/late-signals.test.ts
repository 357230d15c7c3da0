/** FAULTS 52: a signal that comes as the last child ends is not lost. */
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { runNode } from '../support/script';
import { someAtOnce } from '../support/some-at-once';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/late-signal').replace(/js$/, 'cjs');

/** Moments in which a program that goes on gets the signal. */
const MOMENTS = ['exit', 'close', 'exited', 'after wait()', 'a turn after wait()'];
/** Moments in which a program that has nothing else to do sends itself the signal. */
const OWN = ['its own, by wait()', 'its own, a timer later', 'its own, of a child'];

/** ms until a parent has missed its signal. A busy machine takes seconds to start one. */
const LIMIT = 20_000;

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

describe('52 SIGTERM as the last child ends', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  /** Sends SIGTERM to a parent after `act`, and expects that it dies of it, soon. */
  async function expectDeath(way: string, act: (pid: number, child: number) => Promise<unknown>): Promise<void> {
    const script = runNode([SCRIPT, way, folder.file('log')], { detached: true });
    await script.says('ready');
    const limit = setTimeout(() => process.kill(script.pid, 'SIGKILL'), LIMIT);
    await act(script.pid, Number(/ready (\d+)/.exec(script.stdout)?.[1]));
    const { signal } = await script.ended;
    clearTimeout(limit);
    expect(signal, `${way}: ${script.stdout}`).to.equal('SIGTERM');
  }

  const DELAYS = Array.from({ length: 50 }, (_, at) => at * (8 / 49));
  for (const [kind, round] of [
    ['plain', 1],
    ['plain', 2],
    ['plain', 3],
    ['plain', 4],
    ['loop', 1],
    ['deep', 1],
  ] as const) {
    const delays = rows(DELAYS, (_, at) => kind === 'plain' && round === 1 && at === 7);
    if (delays.length === 0) continue;
    it(`the child of the kind ${kind} gets one 0 to 8 ms earlier, round ${round} ${LONG}`, async () => {
      await someAtOnce(delays, delay =>
        expectDeath(kind, async (pid, child) => {
          process.kill(child, 'SIGTERM');
          // A timer cannot tell fractions of a millisecond.
          for (const end = performance.now() + delay; performance.now() < end; );
          process.kill(pid, 'SIGTERM');
        }),
      );
    });
  }

  it(`the whole group gets it ${LONG}`, async () => {
    const kinds = Array.from({ length: 60 }, (_, at) => ['plain', 'loop', 'deep'][at % 3] as string);
    await someAtOnce(
      rows(kinds, (_, at) => at === 1),
      kind => expectDeath(kind, async pid => process.kill(-pid, 'SIGTERM')),
    );
  });

  for (const part of [0, 1]) {
    // Every second delay.
    const delays = Array.from({ length: 50 }, (_, at) => (2 * at + part) * 2.5);
    const own = rows(delays, (_, at) => part === 1 && at === 1);
    if (own.length === 0) continue;
    it(`between short tasks, part ${part + 1} ${LONG}`, () =>
      someAtOnce(own, delay =>
        expectDeath('shortTasks', pid => sleep(delay).then(() => process.kill(pid, 'SIGTERM'))),
      ));
  }

  it(`in the very moment ${LONG}`, () =>
    someAtOnce(
      rows([...MOMENTS, ...OWN], way => way === 'after wait()'),
      async way => {
        const script = runNode([SCRIPT, way]);
        const limit = setTimeout(() => script.process.kill('SIGKILL'), LIMIT);
        expect(await script.ended, way).to.include({ signal: 'SIGTERM' });
        clearTimeout(limit);
      },
    ));

  it('long after the last child, it ends a busy program too, since no listener is left', () =>
    expectDeath('busy', async pid => process.kill(pid, 'SIGTERM')));
});
