/** The watchdog of a supervisor: when a child is silent, and what the options mean. Children that hang: see test/faults. */
import { expect } from 'chai';
import type { SubprocessEvent } from 'offspring-rx';
import { Supervisor, supervise, superviseAll } from 'offspring-rx/supervise';
import { concat, from, map, NEVER, Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { fixture } from '../support/fixture';
import { inner } from '../support/inner';
import { poll } from '../support/poll';

const { silence } = inner<typeof import('../../src/supervise/silence')>('supervise/silence');
const { Awaits, SaysSo } = fixture<typeof import('../fixtures/watched')>('watched');

describe('silence', () => {
  const EVENTS: Record<string, Partial<SubprocessEvent>> = {
    s: { type: 'starting' },
    r: { type: 'ready' },
    m: { type: 'message' },
    a: { type: 'alive' },
    i: { type: 'iteration', sleep: 5 },
    l: { type: 'iteration', sleep: false },
    d: { type: 'result' },
    f: { type: 'failed' },
    p: { type: 'stopping' },
    x: { type: 'exited' },
  };
  const CASES: [what: string, source: string, expected: string][] = [
    ['never, before the child is ready', 's----------', '-----------'],
    ['from ready on', 's-r------', '------t--'],
    ['once, while it lasts', 'r----------', '----t------'],
    ['after the last sign of life', 'r--m--a----', '----------t'],
    ['until the next sign', 'r------m-----', '----t--f---t-'],
    ['not while a loop sleeps', 'r--i---------i-----------', '------------tf--------t--'],
    ['after the last turn of a loop', 'r--l-----', '-------t-'],
    ['no longer when there is a result', 'r-(d|)', '--|'],
    ['no longer when it has failed', 'r-f---', '--|'],
    ['no longer when it is to stop', 'r-p---', '--|'],
    ['no longer when it has ended', 'r-x---', '--|'],
    ['taken back when it ends', 'r-----x', '----t-(f|)'],
    ['with the error of the source', 'r-#', '--#'],
    ['never, in an empty source', '|', '|'],
  ];
  for (const [what, source, expected] of CASES) {
    it(`tells it ${what}`, () => {
      const scheduler = new TestScheduler((actual, wanted) => {
        expect(actual).to.deep.equal(wanted);
      });
      scheduler.run(({ cold, expectObservable }) => {
        const silent$ = cold(source, EVENTS as Record<string, SubprocessEvent>).pipe(silence(4, scheduler));
        expectObservable(silent$.pipe(map(isSilent => (isSilent ? 't' : 'f')))).toBe(expected);
      });
    });
  }

  it('sets no timer that is too long for Node while a loop sleeps for weeks', () => {
    const timers: { work(): void; delay: number }[] = [];
    const scheduler = {
      now: () => 0,
      schedule(work: unknown, delay = 0) {
        timers.push({ work: work as () => void, delay });
        return new Subscription();
      },
    };
    const event$ = from([{ type: 'ready' }, { type: 'iteration', sleep: 2 ** 32 }] as SubprocessEvent[]);
    const left = concat(event$, NEVER).pipe(silence(4, scheduler)).subscribe();
    timers[0]?.work();
    expect(timers.map(({ delay }) => delay)).to.deep.equal([4, 2 ** 31 - 1]);
    left.unsubscribe();
  });

  it('ends its timer when it is left', () => {
    const scheduler = new TestScheduler(() => {});
    scheduler.run(({ cold }) => {
      cold('r', EVENTS as Record<string, SubprocessEvent>)
        .pipe(silence(4, scheduler))
        .subscribe()
        .unsubscribe();
    });
  });
});

describe('watchdog', () => {
  it('is per child, and that of a Supervisor also holds for a child that is started later', async () => {
    await using supervisor = new Supervisor({ a: () => new Awaits() }, { watchdog: { a: Number.POSITIVE_INFINITY } });
    const ends: unknown[] = [];
    supervisor.event$.subscribe(event => {
      if (event.type === 'exited') ends.push([event.child, event.exit.cause]);
    });
    supervisor.start('b', () => new Awaits(), { watchdog: 200, restart: 'never' });
    await poll('b has ended', () => ends.length > 0);
    expect(ends).to.deep.equal([['b', 'watchdog']]);
    expect(supervisor.which('a')?.process?.exitCode).to.equal(null);
  });

  it('refuses wrong values', () => {
    const make = () => new Awaits();
    const expected = 'it must be a number of ms, 1 to 2147483647, or Infinity';
    expect(() => supervise(make, { watchdog: 0 })).to.throw(`supervise: watchdog is 0: ${expected}`);
    expect(() => superviseAll({ a: make }, { watchdog: { a: '5' as never } })).to.throw(
      `watchdog.a is '5': ${expected}`,
    );
    expect(() => new Supervisor({ a: make }, { watchdog: { b: 5 } as never })).to.throw('no option watchdog.b');
  });

  it('alive() belongs to the child; the event is on event$', async () => {
    const task = new SaysSo();
    expect(() => task.alive()).to.throw(/SaysSo\.alive\(\) belongs to the child/);
    const types: string[] = [];
    task.event$.subscribe(({ type }) => types.push(type));
    expect(await task.result()).to.equal('done');
    const alive = types.filter(type => type === 'alive').length;
    expect(alive, 'at most one for each 10 ms').to.be.within(30, 120);
    await task.wait();
  });
});
