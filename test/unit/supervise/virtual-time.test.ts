/** Supervisors in virtual time: when they start, stop and restart, and what they emit. */
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
import { type Behavior, type Fakes, fakes, textOf } from './fake';

const NO_LIMIT = { restarts: Number.POSITIVE_INFINITY };
const STEADY = { jitter: 0 };

/** Events as letters for marbles. */
const letters = (event$: Observable<Parameters<typeof textOf>[0]>) => event$.pipe(map(({ type }) => LETTERS[type]));
const LETTERS = { started: 's', exited: 'x', restarting: 'r', 'gave-up': 'g' } as const;

/** All that happened until frame `until`, in order: events as `> a started 1 0`, and the log of the fake tasks. */
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

const eventsIn = (history: string[]) => history.filter(line => line.startsWith('>')).map(line => line.slice(2));
const taskLinesIn = (history: string[]) => history.filter(line => !line.startsWith('>'));

const one = (behaviors: Behavior[], options: SuperviseOptions, until?: number, stopAt?: number) =>
  historyOf(
    ({ factory }, scheduler) =>
      supervise(factory('a', ...behaviors), { backoff: STEADY, intensity: NO_LIMIT, scheduler, ...options }),
    until,
    stopAt,
  );

const many = (behaviors: Record<string, Behavior[]>, options: SuperviseAllOptions, until?: number, stopAt?: number) =>
  historyOf(
    ({ factory }, scheduler) => {
      const children = Object.entries(behaviors).map(([key, each]) => [key, factory(key, ...each)]);
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
      const event$ = supervise(factory('a', { endAfter: 10 }), { backoff: STEADY, scheduler });
      const error = new Error('gave up');
      const letter$ = letters(event$).pipe(
        catchError(thrown => {
          throw isRestartLimitError(thrown) ? error : thrown;
        }),
      );
      //                10            110 120            320 330            730 740
      const expected = 's 9ms (xr) 96ms s 9ms (xr) 196ms s 9ms (xr) 396ms s 9ms (xg#)';
      expectObservable(letter$).toBe(expected, undefined, error);
    });
  });

  it('completes if the policy asks for no restart: marbles', () => {
    marbles(({ expectObservable }, scheduler) => {
      const { factory } = fakes(scheduler);
      const make = (restart: 'always' | 'on-failure' | 'never', exit: 'completed' | 'failed') =>
        letters(supervise(factory('a', { endAfter: 10, exit }, {}), { restart, backoff: STEADY, scheduler }));
      expectObservable(make('on-failure', 'completed')).toBe('s 9ms (x|)');
      expectObservable(make('never', 'failed')).toBe('      s 9ms (x|)');
      expectObservable(make('on-failure', 'failed'), '     200ms !').toBe('s 9ms (xr) 96ms s');
      expectObservable(make('always', 'completed'), '      200ms !').toBe('s 9ms (xr) 96ms s');
    });
  });

  it('the delays grow up to max', () => {
    const history = one([{ endAfter: 0 }], { backoff: { ...STEADY, initial: 10, factor: 3, max: 100 } }, 400);
    expect(eventsIn(history).filter(line => line.includes('restarting'))).to.deep.equal([
      'restarting 2 after 10 0',
      'restarting 3 after 30 10',
      'restarting 4 after 90 40',
      'restarting 5 after 100 130',
      'restarting 6 after 100 230',
      'restarting 7 after 100 330',
    ]);
  });

  it('a random jitter shortens each delay', () => {
    const randomNumbers = [0, 0.5, 1];
    const random = () => randomNumbers.shift() ?? 0;
    const history = one([{ endAfter: 0 }], { backoff: { factor: 1 }, random }, 350);
    expect(eventsIn(history).filter(line => line.includes('restarting'))).to.deep.equal([
      'restarting 2 after 100 0',
      'restarting 3 after 90 100',
      'restarting 4 after 80 190',
      'restarting 5 after 100 270',
    ]);
  });

  it('resetAfter: after a task was ready for that long, the delay is `initial` again', () => {
    const behaviors = [
      { endAfter: 0 },
      { endAfter: 0 },
      { endAfter: 29_999 },
      { readyAfter: 5, endAfter: 30_005 },
      { endAfter: 0 },
      {},
    ];
    const delays = eventsIn(one(behaviors, {}))
      .filter(line => line.includes('restarting'))
      .map(line => line.split(' ')[3]);
    expect(delays).to.deep.equal(['100', '200', '400', '100', '200']);
  });

  it('resetAfter counts from `ready`: a hanging start does not count', () => {
    const never = { readyAfter: Number.POSITIVE_INFINITY, endAfter: 60_000, exit: 'not-started' as const };
    const delays = eventsIn(one([never, never, {}], {}))
      .filter(line => line.includes('restarting'))
      .map(line => line.split(' ')[3]);
    expect(delays).to.deep.equal(['100', '200']);
  });

  it('intensity slides: failures that are far enough apart are never too many', () => {
    const options = { backoff: { ...STEADY, factor: 1 }, intensity: { restarts: 3, period: 10_000 } };
    expect(eventsIn(one([{ endAfter: 3_300 }], options, 100_000)).join()).not.to.contain('gave-up');
    expect(eventsIn(one([{ endAfter: 3_200 }], options, 100_000)).slice(-3)).to.deep.equal([
      'exited 4 failed 13100',
      'gave-up 4 13100',
      'RestartLimitError 13100',
    ]);
  });

  it('a factory that throws a StartError is called again, as after a failed start', () => {
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
    expect(eventsIn(history)).to.deep.equal(['exited 1 not-started 0', 'restarting 2 after 100 0', 'started 2 100']);
  });

  it('a stop during the delay before a restart: nothing starts', () => {
    expect(one([{ endAfter: 10 }], {}, 1_000, 50)).to.deep.equal([
      'a starts 0',
      '> started 1 0',
      'a has ended 10',
      '> exited 1 failed 10',
      '> restarting 2 after 100 10',
    ]);
  });

  it("a stop while the task runs and the policy is 'always': nothing starts", () => {
    expect(taskLinesIn(one([{ stopTime: 30 }], { restart: 'always' }, 1_000, 50))).to.deep.equal([
      'a starts 0',
      'a is stopped 50',
      'a has ended 80',
    ]);
  });
});

describe('superviseAll, in virtual time', () => {
  const stays: Behavior[] = [{}];

  it('starts each child when the one before is ready, and stops each when the one after has ended', () => {
    const behaviors = {
      a: [{ readyAfter: 10, stopTime: 5 }],
      b: [{ readyAfter: 20, stopTime: 7 }],
      c: [{ readyAfter: 30, stopTime: 9 }],
    };
    expect(taskLinesIn(many(behaviors, {}, 1_000, 100))).to.deep.equal([
      'a starts 0',
      'b starts 10',
      'c starts 30',
      'c is stopped 100',
      'c has ended 109',
      'b is stopped 109',
      'b has ended 116',
      'a is stopped 116',
      'a has ended 121',
    ]);
  });

  it('a stop before all have started: the others never start', () => {
    const behaviors = { a: [{ readyAfter: 10, stopTime: 5 }], b: [{ readyAfter: 20, stopTime: 7 }], c: stays };
    expect(taskLinesIn(many(behaviors, {}, 1_000, 15))).to.deep.equal([
      'a starts 0',
      'b starts 10',
      'b is stopped 15',
      'b has ended 22',
      'a is stopped 22',
      'a has ended 27',
    ]);
  });

  it('one-for-one: each child has its own delay, and the others go on', () => {
    const behaviors = { a: [{ endAfter: 10 }, { endAfter: 10 }, {}], b: [{ endAfter: 50 }, {}] };
    expect(eventsIn(many(behaviors, {}, 1_000))).to.deep.equal([
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

  it('one-for-all: the delay begins when all have ended, and further failures until then do not count', () => {
    const behaviors = {
      a: [{ stopTime: 40 }],
      b: [{ endAfter: 10 }, {}],
      c: [{ endAfter: 15, stopTime: 20 }, { stopTime: 20 }],
    };
    const options = { strategy: 'one-for-all', intensity: { restarts: 1 } } as const;
    expect(many(behaviors, options, 1_000, 500)).to.deep.equal([
      'a starts 0',
      '> a started 1 0',
      'b starts 0',
      '> b started 1 0',
      'c starts 0',
      '> c started 1 0',
      'b has ended 10',
      '> b exited 1 failed 10',
      'c is stopped 10',
      'c has ended 15',
      '> c exited 1 failed 15',
      'a is stopped 15',
      'a has ended 55',
      '> a exited 1 stopped 55',
      '> b restarting 2 after 100 55',
      'a starts 155',
      '> a started 2 155',
      'b starts 155',
      '> b started 2 155',
      'c starts 155',
      '> c started 2 155',
      'c is stopped 500',
      'c has ended 520',
      'b is stopped 520',
      'b has ended 520',
      'a is stopped 520',
      'a has ended 560',
    ]);
  });

  it('rest-for-one: a child that fails during the delay of a later child restarts both', () => {
    const behaviors = { a: [{ endAfter: 50 }, {}], b: [{ endAfter: 10 }, {}], c: stays };
    expect(eventsIn(many(behaviors, { strategy: 'rest-for-one' }, 1_000))).to.deep.equal([
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

  it('rest-for-one: a later child that fails while the others are being stopped does not count', () => {
    const behaviors = { a: [{ endAfter: 10 }, {}], b: [{ endAfter: 12, stopTime: 5 }, {}], c: [{ stopTime: 5 }] };
    expect(eventsIn(many(behaviors, { strategy: 'rest-for-one' }, 1_000))).to.deep.equal([
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

  it('all children share one intensity', () => {
    const behaviors = { a: [{ endAfter: 10 }, {}], b: [{ endAfter: 20 }, {}], c: [{ endAfter: 30 }, {}] };
    expect(eventsIn(many(behaviors, { intensity: { restarts: 2 } }, 1_000)).slice(-5)).to.deep.equal([
      'b exited 1 failed 20',
      'b restarting 2 after 100 20',
      'c exited 1 failed 30',
      'c gave-up 3 30',
      'RestartLimitError 30',
    ]);
  });

  it('the next child starts after an end without a restart, but not before a restart', () => {
    const endsOnce: Behavior[] = [{ readyAfter: Number.POSITIVE_INFINITY, endAfter: 10, exit: 'failed' }];
    expect(taskLinesIn(many({ a: endsOnce, b: stays }, { restart: { a: 'never' } }, 50, 20))).to.include('b starts 10');
    const fails: Behavior[] = [{ readyAfter: Number.POSITIVE_INFINITY, endAfter: 10 }, { readyAfter: 5 }];
    expect(taskLinesIn(many({ a: fails, b: stays }, {}, 500, 200))).to.include('b starts 115');
  });

  it('a child that completed under on-failure is restarted together with the others, as in OTP', () => {
    const behaviors = { a: [{ endAfter: 50 }, {}], b: [{ endAfter: 10, exit: 'completed' as const }, {}] };
    expect(eventsIn(many(behaviors, { strategy: 'one-for-all' }, 1_000)).slice(-3)).to.deep.equal([
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
      const behaviors = Object.fromEntries(keys.map(key => [key, [{ readyAfter: 1, stopTime: 1 }]]));
      const history = taskLinesIn(many(behaviors, { strategy }, 1_000, 500));
      expect(history.filter(line => /starts \d+$/.test(line))).to.deep.equal(
        keys.map((key, at) => `${key} starts ${at}`),
      );
      expect(history.filter(line => line.includes('has ended'))).to.deep.equal(
        keys.toReversed().map((key, at) => `${key} has ended ${501 + at}`),
      );
    }
  });

  it('a thousand restarts do not deepen the stack', () => {
    const history = many({ a: [{ endAfter: 1 }] }, { backoff: { initial: 1, factor: 1, jitter: 0 } }, 2_000);
    expect(eventsIn(history).filter(line => line.includes('started'))).to.have.length.above(990);
  });

  it('a tree: the supervisor below is restarted with the delay of the one above, and counts its failures anew', () => {
    const history = historyOf(({ factory }, scheduler) => {
      const x = factory('x', { endAfter: 10 }, { endAfter: 10 }, {});
      const below = () => ({
        children: { x },
        options: { intensity: { restarts: 1 }, backoff: { ...STEADY, initial: 5 } },
      });
      return superviseAll({ below, a: factory('a') }, { backoff: STEADY, scheduler });
    }, 1_000);
    expect(eventsIn(history)).to.deep.equal([
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

  it('a tree: a supervisor below whose children have all completed has completed', () => {
    const history = historyOf(({ factory }, scheduler) => {
      const x = factory('x', { endAfter: 10, exit: 'completed' }, {});
      return superviseAll({ below: () => ({ x }) }, { scheduler });
    }, 1_000);
    expect(eventsIn(history)).to.deep.equal(['below/x started 1 0', 'below/x exited 1 completed 10', 'complete 10']);
  });
});
