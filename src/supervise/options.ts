/** Parent side: the options of a supervisor, with their defaults and checks. */
import type { SchedulerLike } from 'rxjs';
import {
  BOOLEAN,
  type Check,
  type Checks,
  DURATION,
  isCount,
  isNumber,
  OBJECT,
  OptionChecker,
  oneOf,
  SIGNAL,
} from '../util/check-options';
import { LONGEST_TIMER } from '../util/clock';
import { realTime } from '../util/real-time';
import { AUTO_SHUTDOWNS, type AutoShutdown } from './auto-shutdown';
import { type Backoff, DEFAULT_BACKOFF } from './backoff';
import { DEFAULT_INTENSITY, type Intensity } from './intensity';
import { RESTART_POLICIES, type RestartPolicy } from './restart-policy';
import { STRATEGIES, type Strategy } from './strategies';

/**
 * When `supervise` restarts its task, and when it gives up.
 *
 * @example
 * const options: SuperviseOptions = {
 *   restart: 'always',
 *   watchdog: 30_000,
 *   backoff: { max: 60_000 },
 * };
 */
export interface SuperviseOptions {
  /** After which ends a task is restarted. Default: 'on-failure'. */
  restart?: RestartPolicy;
  /**
   * How many ms a task may give no sign of life before it is ended as a failure with a WatchdogError. A sign of life is
   * a message, an iteration or `this.alive()`. Counts from the time when the task is ready; the sleep of a loop does
   * not count. Default: Infinity, no watchdog.
   */
  watchdog?: number;
  /** Aborting it shuts the task down. The stream completes when that has ended, so that the end can be awaited. Default: none. */
  signal?: AbortSignal;
  /** How long to wait before a restart. Default: as Backoff says of each member. */
  backoff?: Partial<Backoff>;
  /** How many failures are too many. Default: as Intensity says of each member. */
  intensity?: Partial<Intensity>;
  /** The clock and the timers. Default: real time, by a monotonic clock, also where a test has replaced the global timers. */
  scheduler?: SchedulerLike;
  /** Returns a random number for the jitter, 0 to 1. Default: Math.random. */
  random?: () => number;
}

/**
 * How children are restarted together, by `superviseAll` and by a Supervisor.
 *
 * @example
 * const options: SuperviseAllOptions<'web' | 'once'> = {
 *   strategy: 'rest-for-one',
 *   restart: { once: 'never' },
 *   watchdog: { web: 30_000 },
 * };
 */
export interface SuperviseAllOptions<Key extends string = string>
  extends Omit<SuperviseOptions, 'restart' | 'watchdog'> {
  /** Which children are restarted after a failure. Default: 'one-for-one'. */
  strategy?: Strategy;
  /** One policy for all children, or policies by key. Default: 'on-failure', also for keys that are left out. */
  restart?: RestartPolicy | Readonly<Partial<Record<Key, RestartPolicy>>>;
  /** One number of ms for all children that are tasks, or numbers by key. Default: none, also for keys left out. */
  watchdog?: number | Readonly<Partial<Record<Key, number>>>;
  /** The children whose ends may end the supervisor, as `autoShutdown` says: `{ main: true }`. Default: none. */
  significant?: Readonly<Partial<Record<Key, boolean>>>;
  /**
   * 'any-significant': when one of the `significant` children has ended by itself and is not restarted, the supervisor
   * shuts the others down. 'all-significant': when all of them have. Default: 'never'.
   */
  autoShutdown?: AutoShutdown;
}

/**
 * The options of one child that is added by `start` of a Supervisor.
 *
 * @example
 * await using supervisor = new Supervisor();
 * const options: ChildOptions = { restart: 'never', watchdog: 30_000 };
 * supervisor.start('count', () => new CountLines('access.log'), options);
 */
export interface ChildOptions {
  /** After which ends the child is restarted. Default: what `restart` of the supervisor says, if it is no object. */
  restart?: RestartPolicy;
  /** ms without a sign of life. Default: what `watchdog` of the supervisor says, if it is no object. */
  watchdog?: number;
}

/** All options, with their defaults. */
export interface Settings {
  strategy: Strategy;
  restart(key: string): RestartPolicy;
  watchdog(key: string): number;
  significant: ReadonlySet<string>;
  autoShutdown: AutoShutdown;
  backoff: Backoff;
  intensity: Intensity;
  scheduler: SchedulerLike;
  random: () => number;
}

const DEFAULT_POLICY: RestartPolicy = 'on-failure';

const DELAY: Check = [`a number of ms, 0 to ${LONGEST_TIMER}`, isNumber(0, LONGEST_TIMER)];
const BACKOFF: Checks<Backoff> = {
  initial: DELAY,
  factor: ['a number, 1 or more', isNumber(1, Number.MAX_VALUE)],
  max: DELAY,
  jitter: ['a number, 0 to 1', isNumber(0, 1)],
  resetAfter: DURATION,
};
const INTENSITY: Checks<Intensity> = {
  restarts: ['a whole number, 0 or more, or Infinity', isCount(0)],
  period: ['a number of ms above 0, or Infinity', value => isNumber(0)(value) && value !== 0],
};
const RESTART = oneOf(RESTART_POLICIES);
const STRATEGY = oneOf(Object.keys(STRATEGIES));
const SCHEDULER: Check = ['a SchedulerLike of RxJS', value => typeof (value as SchedulerLike)?.schedule === 'function'];
const RANDOM: Check = ['a function that returns 0 to 1', value => typeof value === 'function'];

const AUTO_SHUTDOWN = oneOf(AUTO_SHUTDOWNS);
const WATCHDOG: Check = [
  `a number of ms, 1 to ${LONGEST_TIMER}, or Infinity`,
  value => isNumber(1, LONGEST_TIMER)(value) || value === Number.POSITIVE_INFINITY,
];
const OPTIONS = ['restart', 'watchdog', 'backoff', 'intensity', 'scheduler', 'random', 'signal'];
const AT_THE_TOP = { scheduler: realTime, random: Math.random };

const OF_ALL = [...OPTIONS, 'strategy', 'significant', 'autoShutdown'];

export type SupervisorName = 'supervise' | 'superviseAll' | 'Supervisor';

export const checkerFor = (owner: SupervisorName): OptionChecker =>
  new OptionChecker(`${owner}: `, { subprocess: owner });

/**
 * Checks `options` and adds the defaults. A supervisor below another one inherits its scheduler and random numbers.
 *
 * @throws StateError that names the wrong option and `owner`
 */
export function settingsFor(
  owner: SupervisorName,
  options: SuperviseAllOptions = {},
  inherited: Pick<Settings, 'scheduler' | 'random'> = AT_THE_TOP,
): Settings {
  const checker = checkerFor(owner);
  checker.must('the second argument', options, OBJECT);
  checker.mustBeKnown('', options, owner === 'supervise' ? OPTIONS : OF_ALL);
  const { strategy = 'one-for-one', restart = DEFAULT_POLICY, watchdog = Number.POSITIVE_INFINITY } = options;
  const { significant = {}, autoShutdown = 'never' } = options;
  const { scheduler = inherited.scheduler, random = inherited.random } = options;
  checker.must('strategy', strategy, STRATEGY);
  checker.must('scheduler', scheduler, SCHEDULER);
  checker.must('random', random, RANDOM);
  if (options.signal !== undefined) {
    if (inherited !== AT_THE_TOP) throw checker.fail('signal belongs to the options of the supervisor at the top');
    checker.must('signal', options.signal, SIGNAL);
  }
  checker.must('autoShutdown', autoShutdown, AUTO_SHUTDOWN);
  checker.must('significant', significant, OBJECT);
  for (const [name, flag] of valuesIn('significant', significant)) checker.must(name, flag, BOOLEAN);
  for (const [name, policy] of valuesIn('restart', restart)) checker.must(name, policy, RESTART);
  for (const [name, ms] of valuesIn('watchdog', watchdog)) checker.must(name, ms, WATCHDOG);
  const settings: Settings = {
    strategy,
    restart: key => (typeof restart === 'string' ? restart : (ownValue(restart, key) ?? DEFAULT_POLICY)),
    watchdog: key => (typeof watchdog === 'number' ? watchdog : (ownValue(watchdog, key) ?? Number.POSITIVE_INFINITY)),
    significant: new Set(Object.keys(significant).filter(key => ownValue(significant, key))),
    autoShutdown,
    backoff: checker.withDefaults('backoff', options.backoff, DEFAULT_BACKOFF, BACKOFF),
    intensity: checker.withDefaults('intensity', options.intensity, DEFAULT_INTENSITY, INTENSITY),
    scheduler,
    random,
  };
  checkSignificant(checker, settings);
  return settings;
}

/** As in OTP: a child that is always restarted never ends by itself. */
function checkSignificant(checker: OptionChecker, { significant, autoShutdown, restart }: Settings): void {
  if (significant.size === 0 && autoShutdown !== 'never') {
    throw checker.fail(
      `autoShutdown is '${autoShutdown}', and there are no significant children: name them in significant`,
    );
  }
  if (significant.size > 0 && autoShutdown === 'never') {
    throw checker.fail(
      "there are significant children, so autoShutdown must be 'any-significant' or 'all-significant'",
    );
  }
  const always = [...significant].find(key => restart(key) === 'always');
  if (always !== undefined) {
    throw checker.fail(
      `'${always}' is significant and is always restarted, so it never ends by itself: give it 'on-failure' or 'never'`,
    );
  }
}

/** The settings of a child that is added. @throws StateError that names the wrong option */
export function settingsOfChild(settings: Settings, options: ChildOptions = {}): Settings {
  const checker = new OptionChecker('Supervisor.start(): ', { subprocess: 'Supervisor' });
  checker.must('the options', options, OBJECT);
  checker.mustBeKnown('', options, ['restart', 'watchdog']);
  const { restart, watchdog } = options;
  if (restart !== undefined) checker.must('restart', restart, RESTART);
  if (watchdog !== undefined) checker.must('watchdog', watchdog, WATCHDOG);
  return {
    ...settings,
    ...(restart !== undefined && { restart: () => restart }),
    ...(watchdog !== undefined && { watchdog: () => watchdog }),
  };
}

const valuesIn = (option: string, given: unknown): [name: string, value: unknown][] =>
  typeof given === 'object' && given !== null
    ? Object.entries(given).map(([key, value]) => [`${option}.${key}`, value])
    : [[option, given]];

const ownValue = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
