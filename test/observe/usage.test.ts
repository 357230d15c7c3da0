/** usage$: what a process uses of the machine, measured from outside. */
import { expect } from 'chai';
import { isStateError, type Usage } from 'offspring-rx';
import { firstValueFrom, lastValueFrom, takeWhile, toArray } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';

const tasks = fixture<typeof import('../fixtures/observed')>('observed');
const MB = 1024 * 1024;

/** Code that runs a task in a process of its own, and prints what `usage$` gives: two values, or an error. */
const usageCode = `
  const { Busy } = require(${JSON.stringify(fixturePath('observed'))});
  const { take, toArray } = require('rxjs');
  const task = new Busy();
  const tell = value => { console.log(JSON.stringify(value)); task.shutdown({ grace: 0 }); };
  task.usage$(1000).pipe(take(2), toArray()).subscribe({ next: tell, error: ({ name, message }) => tell({ name, message }) });
  task.exit$.subscribe();
`;

describe('usage$', () => {
  it('of a busy process that answers nothing: the share of a core, its memory and the time', async () => {
    const task = new tasks.Busy();
    const before = Date.now();
    // The machine may be busy with other things too.
    const isBusy = ({ cpu }: Usage) => cpu > 0.2;
    const values = await firstValueFrom(
      task.usage$(300).pipe(
        takeWhile(usage => !isBusy(usage), true),
        toArray(),
      ),
    );
    for (const { cpu, memory } of values) {
      expect(cpu).to.be.within(0, 1.5);
      expect(memory).to.be.within(MB, 500 * MB);
    }
    expect(values[0]?.at).to.be.within(before + 150, Date.now());
    const next = await firstValueFrom(task.usage$(300));
    expect(next.at - (values.at(-1) as Usage).at).to.be.within(100, 30_000);
    await task.shutdown();
  });

  it('of a loop that sleeps is near 0; it completes with the process, and a later one at once', async () => {
    const task = new tasks.Ticker();
    await firstValueFrom(task.ready$);
    const values: Usage[] = [];
    const done = lastValueFrom(task.usage$(200).pipe(toArray()), { defaultValue: [] });
    const subscription = task.usage$(200).subscribe(usage => values.push(usage));
    await poll('four', () => values.length > 3);
    expect(Math.min(...values.map(({ cpu }) => cpu))).to.be.below(0.3);
    await task.shutdown();
    // Those of the same interval are measured together.
    expect((await done).slice(0, 4)).to.deep.equal(values.slice(0, 4));
    expect(subscription.closed).to.equal(true);
    expect(await lastValueFrom(task.usage$().pipe(toArray()))).to.deep.equal([]);
  });

  it('of one that is not started yet begins with its process, and of one that never has a process completes', async () => {
    const [started, never] = [new tasks.Later(), new tasks.Later()];
    const first = firstValueFrom(started.usage$(50));
    const none = lastValueFrom(never.usage$(50).pipe(toArray()));
    started.start();
    expect((await first).memory).to.be.above(MB);
    await Promise.all([started.shutdown(), never.shutdown()]);
    expect(await none).to.deep.equal([]);
  });

  it('does not keep the parent alive', async () => {
    const script = fixturePath('scripts/observes').replace(/js$/, 'cjs');
    const { code, stdout, stderr } = await runNode([script, 'usage']).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').sort()).to.deep.equal(['it runs', 'usage: complete']);
  });

  itInFull(`is told by ps on a system without /proc ${LONG}`, async () => {
    const { code, stdout, stderr } = await runNode(['-e', usageCode], { env: { OFFSPRING_TEST_POSIX: '1' } }).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const [first, second] = JSON.parse(stdout);
    for (const { cpu, memory } of [first, second]) {
      // ps of Linux tells whole seconds.
      expect(cpu).to.be.within(0, 2.5);
      expect(memory).to.be.within(20 * MB, 500 * MB);
    }
    expect(second.at - first.at).to.be.within(500, 20_000);
  });

  itInFull(`errors at once if the system has nothing that tells it, and says what to install ${LONG}`, async () => {
    const code = `process.env.PATH = '/nowhere'; ${usageCode}`;
    const { stdout } = await runNode(['-e', code], { env: { OFFSPRING_TEST_POSIX: '1' } }).ended;
    const { name, message } = JSON.parse(stdout);
    expect(name).to.equal('StateError');
    expect(message).to.match(
      /^usage\$: this system tells the usage of other processes only by ps, which failed \(spawn ps ENOENT\): install a ps that knows -o and -p, such as that of procps$/,
    );
  });

  for (const interval of [0, 9, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '1000', null]) {
    it(`refuses an interval of ${typeof interval === 'string' ? `'${interval}'` : interval}`, () => {
      const task = new tasks.Later();
      let error: unknown;
      try {
        task.usage$(interval as number);
      } catch (thrown) {
        error = thrown;
      }
      expect(isStateError(error)).to.equal(true);
      expect((error as Error).message).to.match(
        /^Later\.usage\$\(\): intervalMs is .+: it must be a number of ms, 10 to 2147483647$/,
      );
    });
  }
});
