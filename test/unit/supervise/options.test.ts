/** The options of a supervisor are checked before anything starts. */
import { expect } from 'chai';
import { asyncScheduler } from 'rxjs';
import { Subprocess } from '../../../src';
import { supervise, superviseAll } from '../../../src/supervise';
import { settingsFor } from '../../../src/supervise/options';

const WRONG: [options: object, message: string][] = [
  [{ restart: 'sometimes' }, "restart is 'sometimes': it must be 'always', 'on-failure', 'never'"],
  [{ restart: null }, "restart is null: it must be 'always', 'on-failure', 'never'"],
  [{ backoff: { initial: -1 } }, 'backoff.initial is -1: it must be a number of ms, 0 to 2147483647'],
  [{ backoff: { initial: '5s' } }, "backoff.initial is '5s': it must be a number of ms, 0 to 2147483647"],
  [
    { backoff: { max: Number.POSITIVE_INFINITY } },
    'backoff.max is Infinity: it must be a number of ms, 0 to 2147483647',
  ],
  [{ backoff: { factor: 0.5 } }, 'backoff.factor is 0.5: it must be a number, 1 or more'],
  [{ backoff: { jitter: 1.1 } }, 'backoff.jitter is 1.1: it must be a number, 0 to 1'],
  [
    { backoff: { resetAfter: Number.NaN } },
    'backoff.resetAfter is NaN: it must be a number of ms, 0 or more, or Infinity',
  ],
  [{ backoff: 100 }, 'backoff is 100: it must be an object of options'],
  [{ backoff: [] }, 'backoff is []: it must be an object of options'],
  [[] as never, 'the second argument is []: it must be an object of options'],
  [new Map() as never, 'the second argument is Map(0) {}: it must be an object of options'],
  [{ intensity: { restarts: 1.5 } }, 'intensity.restarts is 1.5: it must be a whole number, 0 or more, or Infinity'],
  [{ intensity: { restarts: -1 } }, 'intensity.restarts is -1: it must be a whole number, 0 or more, or Infinity'],
  [{ intensity: { period: 0 } }, 'intensity.period is 0: it must be a number of ms above 0, or Infinity'],
  [{ intensity: { limit: 3 } }, 'there is no option intensity.limit; there are restarts, period'],
  [null as never, 'the second argument is null: it must be an object'],
  [{ backof: {} }, 'there is no option backof; there are restart, watchdog, backoff, '],
  [{ scheduler: {} }, 'scheduler is {}: it must be a SchedulerLike of RxJS'],
  [{ watchdog: 0 }, 'watchdog is 0: it must be a number of ms, 1 to 2147483647, or Infinity'],
  [{ watchdog: null }, 'watchdog is null: it must be a number of ms, 1 to 2147483647, or Infinity'],
  [{ signal: {} }, 'signal is {}: it must be an AbortSignal'],
  [{ random: 0.5 }, 'random is 0.5: it must be a function that returns 0 to 1'],
];
const WRONG_FOR_ALL: [options: object, message: string][] = [
  [{ autoShutdown: 'any' }, "autoShutdown is 'any': it must be 'never', 'any-significant', 'all-significant'"],
  [{ autoShutdown: 'any-significant' }, "autoShutdown is 'any-significant', and there are no significant children"],
  [{ significant: { a: true } }, "there are significant children, so autoShutdown must be 'any-significant' or"],
  [{ significant: { a: 1 }, autoShutdown: 'any-significant' }, 'significant.a is 1: it must be true or false'],
  [{ significant: { b: true }, autoShutdown: 'any-significant' }, 'there is no option significant.b; there are a'],
  [
    { significant: { a: true }, autoShutdown: 'all-significant', restart: 'always' },
    "'a' is significant and is always restarted, so it never ends by itself",
  ],
  [{ watchdog: { b: 100 } }, 'there is no option watchdog.b; there are a'],
  [{ watchdog: { a: -1 } }, 'watchdog.a is -1: it must be a number of ms, 1 to 2147483647, or Infinity'],
  [{ strategy: 'one_for_one' }, "strategy is 'one_for_one': it must be 'one-for-one', 'one-for-all', 'rest-for-one'"],
  [{ restart: { a: 'often' } }, "restart.a is 'often': it must be 'always', 'on-failure', 'never'"],
  [{ restart: { b: 'always' } }, 'there is no option restart.b; there are a'],
];

class Sleeper extends Subprocess {
  override run() {}
}

const never = () => {
  throw new Error('the factory must not be called');
};

describe('options of a supervisor', () => {
  for (const [options, message] of WRONG) {
    it(message, () => {
      expect(() => supervise(never, options))
        .to.throw(`supervise: ${message}`)
        .with.property('name', 'StateError');
      expect(() => superviseAll({ a: never }, options)).to.throw(`superviseAll: ${message}`);
    });
  }

  for (const [options, message] of WRONG_FOR_ALL) {
    it(message, () => {
      expect(() => superviseAll({ a: never }, options)).to.throw(`superviseAll: ${message}`);
    });
  }

  it('throw if a child is no factory', () => {
    expect(() => supervise({} as never)).to.throw('supervise: the first argument is {}: it must be a function');
    expect(() => superviseAll(null as never)).to.throw(
      'superviseAll: the first argument is null: it must be an object',
    );
    expect(() => superviseAll({ a: 3 } as never)).to.throw("superviseAll: child 'a' is 3: it must be a function");
    expect(() => supervise(Sleeper as never)).to.throw(
      'supervise: the first argument is [class Sleeper extends Subprocess]: it must be a function that returns a new task, as in () => new MyTask()',
    );
    expect(() => superviseAll({ a: Sleeper } as never)).to.throw(
      "superviseAll: child 'a' is [class Sleeper extends Subprocess]: it must be a function that returns a new task",
    );
    expect(() => superviseAll({ 7: never })).to.throw(
      "superviseAll: a key is '7': it must be a name that is no whole number",
    );
  });

  it('have the defaults of the documentation', () => {
    const { strategy, restart, watchdog, autoShutdown, backoff, intensity, scheduler } = settingsFor('supervise');
    expect({ watchdog: watchdog('task'), autoShutdown }).to.deep.equal({
      watchdog: Number.POSITIVE_INFINITY,
      autoShutdown: 'never',
    });
    expect({ strategy, restart: restart('task'), backoff, intensity }).to.deep.equal({
      strategy: 'one-for-one',
      restart: 'on-failure',
      backoff: { initial: 100, factor: 2, max: 15_000, jitter: 0.2, resetAfter: 30_000 },
      intensity: { restarts: 3, period: 10_000 },
    });
    expect(Math.abs(scheduler.now() - performance.now())).to.be.below(1_000);
  });

  it('have the default if they are undefined, and policies by key', () => {
    const { backoff, intensity } = settingsFor('supervise', {
      backoff: { max: undefined },
      intensity: { restarts: undefined },
    } as never);
    expect([backoff.max, intensity.restarts]).to.deep.equal([15_000, 3]);
    const { restart } = settingsFor('superviseAll', { restart: { a: 'never' } });
    expect(['a', 'b', 'toString'].map(restart)).to.deep.equal(['never', 'on-failure', 'on-failure']);
  });

  it('of a supervisor below inherit the clock of the supervisor above', () => {
    const above = settingsFor('superviseAll', { scheduler: asyncScheduler, random: () => 0.25 });
    const below = settingsFor('superviseAll', { strategy: 'one-for-all' }, above);
    expect(below.scheduler).to.equal(asyncScheduler);
    expect(below.random()).to.equal(0.25);
    expect(below.restart('a')).to.equal('on-failure');
  });
});
