/** FAULTS 53 and 54: how supervised children end with their parent, and which ends are failures. */
import { expect } from 'chai';
import type { AnySubprocess } from 'offspring-rx';
import { type RestartPolicy, supervise, superviseAll } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { unsubscribeAll, type Watched, watch } from '../supervise/watch';
import { fixture } from '../support/fixture';
import { temporaryFolder } from '../support/temporary';

const { EndsBadly, Noted, Obedient, ReturnsOnAbort, SlowToGo } =
  fixture<typeof import('../fixtures/supervised')>('supervised');

const backoff = { initial: 1 };

describe('54 a stop that the supervisor did not ask for is a failure', () => {
  afterEach(unsubscribeAll);
  const folder = temporaryFolder();

  /** What a SIGTERM from somebody else does to each kind of work, and when the work is able to obey it. */
  const WORK: Record<string, { make(): AnySubprocess; reason: string; isUp(watched: Watched): Promise<unknown> }> = {
    'a loop': {
      make: () => new Noted(folder.file('log'), 'a'),
      reason: 'stopped',
      isUp: watched => watched.ready(''),
    },
    'a loop whose end() fails': {
      make: () => new EndsBadly(),
      reason: 'stopped',
      isUp: watched => watched.ready(''),
    },
    'plain work': {
      make: () => new Obedient(),
      reason: 'killed',
      isUp: watched => watched.ready(''),
    },
    'plain work that uses its signal': {
      make: () => new SlowToGo(),
      reason: 'stopped',
      isUp: watched => firstValueFrom(watched.task<InstanceType<typeof SlowToGo>>('').message$),
    },
    'plain work that passes its signal on': {
      make: () => new ReturnsOnAbort(),
      reason: 'stopped',
      isUp: watched => firstValueFrom(watched.task<InstanceType<typeof ReturnsOnAbort>>('').message$),
    },
  };

  for (const [what, { make, reason, isUp }] of Object.entries(WORK)) {
    for (const restart of ['on-failure', 'always', 'never'] as RestartPolicy[]) {
      const isRestarted = restart !== 'never';
      it(`54 ${what} that somebody else ends by SIGTERM is ${isRestarted ? '' : 'not '}restarted: ${restart}`, async () => {
        const watched = watch(supervise(make, { restart, backoff }));
        await isUp(watched);
        const first = watched.task('');
        process.kill(first.process?.pid as number, 'SIGTERM');
        const expected = ['started 1', `exited 1 ${reason}`];
        if (isRestarted) {
          await watched.until('started 2');
          await isUp(watched);
          expect(watched.events).to.deep.equal([...expected, 'restarting 2', 'started 2']);
        } else {
          expect((await watched.ended()).error).to.equal(undefined);
          expect(watched.events).to.deep.equal(expected);
        }
        const exit = await first.wait();
        if (exit.reason === 'stopped') expect(exit.fromOutside).to.equal(true);
      });
    }

    it(`54 ${what} that this process shuts down is not restarted under 'on-failure'`, async () => {
      const watched = watch(superviseAll({ a: make, b: () => new Obedient() }, { backoff }));
      await watched.ready('a', 'b');
      const exit = await watched.task('a').shutdown();
      expect(exit.reason).to.equal('stopped');
      expect(exit).not.to.have.property('fromOutside');
      expect(watched.events).to.deep.equal(['a started 1', 'b started 1', 'a exited 1 stopped']);
    });
  }

  it('54 one-for-all: a SIGTERM to all loops at once is one failure, and all start again in order', async () => {
    const log = folder.file('log');
    const children = { a: () => new Noted(log, 'a'), b: () => new Noted(log, 'b'), c: () => new Noted(log, 'c') };
    const watched = watch(superviseAll(children, { strategy: 'one-for-all', backoff, intensity: { restarts: 1 } }));
    await watched.until('c started 1');
    await watched.ready('a', 'b', 'c');
    for (const key of ['a', 'b', 'c']) process.kill(watched.task(key).process?.pid as number, 'SIGTERM');
    await watched.until('c started 2');
    await watched.ready('a', 'b', 'c');
    expect(watched.events.slice(-3)).to.deep.equal(['a started 2', 'b started 2', 'c started 2']);
    expect(watched.events.filter(event => event.includes('restarting'))).to.have.length(1);
  });

  it('54 the error says that somebody else stopped it, when a supervisor gives up for that', async () => {
    const watched = watch(supervise(() => new SlowToGo(), { backoff, intensity: { restarts: 0 } }));
    await firstValueFrom(watched.task<InstanceType<typeof SlowToGo>>('').message$);
    process.kill(watched.task('').process?.pid as number, 'SIGTERM');
    const { error } = await watched.ended();
    expect(error).to.include({ name: 'RestartLimitError' });
    expect(error?.message).to.match(/The last failure: somebody else stopped it by SIGTERM$/);
  });
});
