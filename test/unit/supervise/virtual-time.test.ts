/** Supervisors in virtual time: when they start, stop and restart, and what they tell. */
import { expect } from 'chai';
import { catchError, map, type Observable } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import { StartError } from '../../../src/model/errors';
import {
  type Children,
  isRestartLimitError,
  type Strategy,
  type SuperviseAllOptions,
  type SuperviseOptions,
  supervise,
  superviseAll,
} from '../../../src/supervise';
import { marbles } from '../support';
import { type Conduct, type Fakes, fakes, textOf } from './fake';

const NO_LIMIT = { restarts: Number.POSITIVE_INFINITY };
const STEADY = { jitter: 0 };

/** Events as letters of marbles. */
const seen = (event$: Observable<Parameters<typeof textOf>[0]>) => event$.pipe(map(({ type }) => LETTERS[type]));
const LETTERS = { started: 's', exited: 'x', restarting: 'r', 'gave-up': 'g' } as const;

/** Everything that happened until `until` ms: events with their frame and what the tasks noted, in order. */
function historyOf(
  make: (made: Fakes, time: TestScheduler) => Observable<Parameters<typeof textOf>[0]>,
  until = 1_000_000,
  stopAt = until,
): string[] {
  let log: string[] = [];
  marbles((_, scheduler) => {
    const made = fakes(scheduler);
    log = made.log;
    const note = (what: string) => made.log.push(`${what} ${scheduler.now()}`);
    const subscription = make(made, scheduler).subscribe({
      next: event => note(`> ${textOf(event)}`),
      error: error => note(`> ${isRestartLimitError(error) ? 'RestartLimitError' : error}`),
      complete: () => note('> complete'),
    });
    scheduler.schedule(() => subscription.unsubscribe(), stopAt);
    scheduler.maxFrames = until;
    scheduler.flush();
    subscription.unsubscribe();
  });
  return log;
}

const told = (history: string[]) => history.filter(line => line.startsWith('>')).map(line => line.slice(2));
const done = (history: string[]) => history.filter(line => !line.startsWith('>'));

const one = (conducts: Conduct[], options: SuperviseOptions, until?: number, stopAt?: number) =>
  historyOf(
    ({ factory }, scheduler) =>
      supervise(factory('a', ...conducts), { backoff: STEADY, intensity: NO_LIMIT, scheduler, ...options }),
    until,
    stopAt,
  );

const many = (conducts: Record<string, Conduct[]>, options: SuperviseAllOptions, until?: number, stopAt?: number) =>
  historyOf(
    ({ factory }, scheduler) => {
      const children = Object.entries(conducts).map(([key, each]) => [key, factory(key, ...each)]);
      return superviseAll(Object.fromEntries(children) as Children, {
        backoff: STEADY,
        intensity: NO_LIMIT,
        scheduler,
        ...options,
      });
    },
    until,
    stopAt,
  );

describe('supervise, in virtual time', () => {
  it('backs off, then gives up: marbles', () => {
    marbles(({ expectObservable }, scheduler) => {
      const { factory } = fakes(scheduler);
      const event$ = supervise(factory('a', { ends: 10 }), { backoff: STEADY, scheduler });
      const error = new Error('gave up');
      const letter$ = seen(event$).pipe(
        catchError(thrown => {
          throw isRestartLimitError(thrown) ? error : thrown;
        }),
      );
      //                10            110 120            320 330            730 740
      const expected = 's 9ms (xr) 96ms s 9ms (xr) 196ms s 9ms (xr) 396ms s 9ms (xg#)';
      expectObservable(letter$).toBe(expected, undefined, error);
    });
  });

  it('completes where no restart is asked for: marbles', () => {
    marbles(({ expectObservable }, scheduler) => {
      const { factory } = fakes(scheduler);
      const make = (restart: 'always' | 'on-failure' | 'never', exit: 'completed' | 'failed') =>
        seen(supervise(factory('a', { ends: 10, exit }, {}), { restart, backoff: STEADY, scheduler }));
      expectObservable(make('on-failure', 'completed')).toBe('s 9ms (x|)');
      expectObservable(make('never', 'failed')).toBe('      s 9ms (x|)');
      expectObservable(make('on-failure', 'failed'), '     200ms !').toBe('s 9ms (xr) 96ms s');
      expectObservable(make('always', 'completed'), '      200ms !').toBe('s 9ms (xr) 96ms s');
    });
  });

  it('the delays grow up to max', () => {
    const history = one([{ ends: 0 }], { backoff: { ...STEADY, initial: 10, factor: 3, max: 100 } }, 400);
    expect(told(history).filter(line => line.includes('restarting'))).to.deep.equal([
      'restarting 2 after 10 0',
      'restarting 3 after 30 10',
      'restarting 4 after 90 40',
      'restarting 5 after 100 130',
      'restarting 6 after 100 230',
      'restarting 7 after 100 330',
    ]);
  });

  it('the jitter is taken off each delay, by chance', () => {
    const chances = [0, 0.5, 1];
    const random = () => chances.shift() ?? 0;
    const history = one([{ ends: 0 }], { backoff: { factor: 1 }, random }, 350);
    expect(told(history).filter(line => line.includes('restarting'))).to.deep.equal([
      'restarting 2 after 100 0',
      'restarting 3 after 90 100',
      'restarting 4 after 80 190',
      'restarting 5 after 100 270',
    ]);
  });

  it('resetAfter: what was well for so long begins with `initial` again', () => {
    const conducts = [{ ends: 0 }, { ends: 0 }, { ends: 29_999 }, { ready: 5, ends: 30_005 }, { ends: 0 }, {}];
    const delays = told(one(conducts, {}))
      .filter(line => line.includes('restarting'))
      .map(line => line.split(' ')[3]);
    expect(delays).to.deep.equal(['100', '200', '400', '100', '200']);
  });

  it('resetAfter counts from `ready`: a start that hangs is no time in which all was well', () => {
    const never = { ready: Number.POSITIVE_INFINITY, ends: 60_000, exit: 'not-started' as const };
    const delays = told(one([never, never, {}], {}))
      .filter(line => line.includes('restarting'))
      .map(line => line.split(' ')[3]);
    expect(delays).to.deep.equal(['100', '200']);
  });

  it('intensity slides: failures that are far enough apart never are too many', () => {
    const options = { backoff: { ...STEADY, factor: 1 }, intensity: { restarts: 3, period: 10_000 } };
    expect(told(one([{ ends: 3_300 }], options, 100_000)).join()).not.to.contain('gave-up');
    expect(told(one([{ ends: 3_200 }], options, 100_000)).slice(-3)).to.deep.equal([
      'exited 4 failed 13100',
      'gave-up 4 13100',
      'RestartLimitError 13100',
    ]);
  });

  it('a factory that throws a StartError, since the system has no room, is tried again as a start that failed', () => {
    const history = historyOf(({ factory }, scheduler) => {
      const create = factory('a');
      let starts = 0;
      const event$ = supervise(
        () => {
          starts += 1;
          if (starts === 1) throw new StartError('spawn', 'Fake: no descriptor left', { subprocess: 'Fake' });
          return create();
        },
        { backoff: STEADY, scheduler },
      );
      return event$;
    }, 1_000);
    expect(told(history)).to.deep.equal(['exited 1 not-started 0', 'restarting 2 after 100 0', 'started 2 100']);
  });

  it('a stop while it waits to restart: nothing starts', () => {
    expect(one([{ ends: 10 }], {}, 1_000, 50)).to.deep.equal([
      'a starts 0',
      '> started 1 0',
      'a is gone 10',
      '> exited 1 failed 10',
      '> restarting 2 after 100 10',
    ]);
  });

  it("a stop while it runs, and its policy is 'always': nothing starts", () => {
    expect(done(one([{ goes: 30 }], { restart: 'always' }, 1_000, 50))).to.deep.equal([
      'a starts 0',
      'a is told 50',
      'a is gone 80',
    ]);
  });
});

describe('superviseAll, in virtual time', () => {
  const stays: Conduct[] = [{}];

  it('starts each when the one before is ready, and stops each when the one after is gone', () => {
    const conducts = { a: [{ ready: 10, goes: 5 }], b: [{ ready: 20, goes: 7 }], c: [{ ready: 30, goes: 9 }] };
    expect(done(many(conducts, {}, 1_000, 100))).to.deep.equal([
      'a starts 0',
      'b starts 10',
      'c starts 30',
      'c is told 100',
      'c is gone 109',
      'b is told 109',
      'b is gone 116',
      'a is told 116',
      'a is gone 121',
    ]);
  });

  it('a stop before all have started: the others never start', () => {
    const conducts = { a: [{ ready: 10, goes: 5 }], b: [{ ready: 20, goes: 7 }], c: stays };
    expect(done(many(conducts, {}, 1_000, 15))).to.deep.equal([
      'a starts 0',
      'b starts 10',
      'b is told 15',
      'b is gone 22',
      'a is told 22',
      'a is gone 27',
    ]);
  });

  it('one-for-one: each waits for its own restart, and the others go on', () => {
    const conducts = { a: [{ ends: 10 }, { ends: 10 }, {}], b: [{ ends: 50 }, {}] };
    expect(told(many(conducts, {}, 1_000))).to.deep.equal([
      'a started 1 0',
      'b started 1 0',
      'a exited 1 failed 10',
      'a restarting 2 after 100 10',
      'b exited 1 failed 50',
      'b restarting 2 after 100 50',
      'a started 2 110',
      'a exited 2 failed 120',
      'a restarting 3 after 200 120',
      'b started 2 150',
      'a started 3 320',
    ]);
  });

  it('one-for-all: the delay begins when all are gone, and what fails meanwhile is one failure', () => {
    const conducts = { a: [{ goes: 40 }], b: [{ ends: 10 }, {}], c: [{ ends: 15, goes: 20 }, { goes: 20 }] };
    const options = { strategy: 'one-for-all', intensity: { restarts: 1 } } as const;
    expect(many(conducts, options, 1_000, 500)).to.deep.equal([
      'a starts 0',
      '> a started 1 0',
      'b starts 0',
      '> b started 1 0',
      'c starts 0',
      '> c started 1 0',
      'b is gone 10',
      '> b exited 1 failed 10',
      'c is told 10',
      'c is gone 15',
      '> c exited 1 failed 15',
      'a is told 15',
      'a is gone 55',
      '> a exited 1 stopped 55',
      '> b restarting 2 after 100 55',
      'a starts 155',
      '> a started 2 155',
      'b starts 155',
      '> b started 2 155',
      'c starts 155',
      '> c started 2 155',
      'c is told 500',
      'c is gone 520',
      'b is told 520',
      'b is gone 520',
      'a is told 520',
      'a is gone 560',
    ]);
  });

  it('rest-for-one: one that fails while a later one waits takes it along', () => {
    const conducts = { a: [{ ends: 50 }, {}], b: [{ ends: 10 }, {}], c: stays };
    expect(told(many(conducts, { strategy: 'rest-for-one' }, 1_000))).to.deep.equal([
      'a started 1 0',
      'b started 1 0',
      'c started 1 0',
      'b exited 1 failed 10',
      'c exited 1 stopped 10',
      'b restarting 2 after 100 10',
      'a exited 1 failed 50',
      'a restarting 2 after 100 50',
      'a started 2 150',
      'b started 2 150',
      'c started 2 150',
    ]);
  });

  it('rest-for-one: a later one that fails while an earlier one waits is already gone', () => {
    const conducts = { a: [{ ends: 10 }, {}], b: [{ ends: 12, goes: 5 }, {}], c: [{ goes: 5 }] };
    expect(told(many(conducts, { strategy: 'rest-for-one' }, 1_000))).to.deep.equal([
      'a started 1 0',
      'b started 1 0',
      'c started 1 0',
      'a exited 1 failed 10',
      'b exited 1 failed 12',
      'c exited 1 stopped 15',
      'a restarting 2 after 100 15',
      'a started 2 115',
      'b started 2 115',
      'c started 2 115',
    ]);
  });

  it('all together share one intensity', () => {
    const conducts = { a: [{ ends: 10 }, {}], b: [{ ends: 20 }, {}], c: [{ ends: 30 }, {}] };
    expect(told(many(conducts, { intensity: { restarts: 2 } }, 1_000)).slice(-5)).to.deep.equal([
      'b exited 1 failed 20',
      'b restarting 2 after 100 20',
      'c exited 1 failed 30',
      'c gave-up 3 30',
      'RestartLimitError 30',
    ]);
  });

  it('a child that is over for good lets the next one start; a child that waits to restart does not', () => {
    const over: Conduct[] = [{ ready: Number.POSITIVE_INFINITY, ends: 10, exit: 'failed' }];
    expect(done(many({ a: over, b: stays }, { restart: { a: 'never' } }, 50, 20))).to.include('b starts 10');
    const fails: Conduct[] = [{ ready: Number.POSITIVE_INFINITY, ends: 10 }, { ready: 5 }];
    expect(done(many({ a: fails, b: stays }, {}, 500, 200))).to.include('b starts 115');
  });

  it('what is over under on-failure is started again together with the others, as in OTP', () => {
    const conducts = { a: [{ ends: 50 }, {}], b: [{ ends: 10, exit: 'completed' as const }, {}] };
    expect(told(many(conducts, { strategy: 'one-for-all' }, 1_000)).slice(-3)).to.deep.equal([
      'a restarting 2 after 100 50',
      'a started 2 150',
      'b started 2 150',
    ]);
  });

  it('no children: completes', () => {
    expect(many({}, {}, 10)).to.deep.equal(['> complete 0']);
  });

  it('a hundred children start and stop in order', () => {
    const keys = Array.from({ length: 100 }, (_, index) => `child ${index}`);
    for (const strategy of ['one-for-one', 'one-for-all', 'rest-for-one'] as Strategy[]) {
      const conducts = Object.fromEntries(keys.map(key => [key, [{ ready: 1, goes: 1 }]]));
      const history = done(many(conducts, { strategy }, 1_000, 500));
      expect(history.filter(line => /starts \d+$/.test(line))).to.deep.equal(
        keys.map((key, at) => `${key} starts ${at}`),
      );
      expect(history.filter(line => line.includes('gone'))).to.deep.equal(
        keys.toReversed().map((key, at) => `${key} is gone ${501 + at}`),
      );
    }
  });

  it('a thousand restarts are no deeper than one', () => {
    const history = many({ a: [{ ends: 1 }] }, { backoff: { initial: 1, factor: 1, jitter: 0 } }, 2_000);
    expect(told(history).filter(line => line.includes('started'))).to.have.length.above(990);
  });

  it('a tree: the supervisor below starts anew with the delay of the one above, and a window of its own', () => {
    const history = historyOf(({ factory }, scheduler) => {
      const x = factory('x', { ends: 10 }, { ends: 10 }, {});
      const below = () => ({
        children: { x },
        options: { intensity: { restarts: 1 }, backoff: { ...STEADY, initial: 5 } },
      });
      return superviseAll({ below, a: factory('a') }, { backoff: STEADY, scheduler });
    }, 1_000);
    expect(told(history)).to.deep.equal([
      'below/x started 1 0',
      'a started 1 0',
      'below/x exited 1 failed 10',
      'below/x restarting 2 after 5 10',
      'below/x started 2 15',
      'below/x exited 2 failed 25',
      'below/x gave-up 2 25',
      'below restarting 2 after 100 25',
      'below/x started 1 125',
    ]);
  });

  it('a tree: a supervisor below whose children are all over is over normally', () => {
    const history = historyOf(({ factory }, scheduler) => {
      const x = factory('x', { ends: 10, exit: 'completed' }, {});
      return superviseAll({ below: () => ({ x }) }, { scheduler });
    }, 1_000);
    expect(told(history)).to.deep.equal(['below/x started 1 0', 'below/x exited 1 completed 10', 'complete 10']);
  });
});
