/** Parent side: what can be chosen for a supervisor, each with its default, and checked. */
import { inspect } from 'node:util';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { StateError } from '../index';
import { type Backoff, DEFAULT_BACKOFF } from './backoff';
import { DEFAULT_INTENSITY, type Intensity } from './intensity';
import { RESTART_POLICIES, type RestartPolicy } from './restart-policy';
import { STRATEGIES, type Strategy } from './strategies';

export interface SuperviseOptions {
  /** After which ends a task is started again. Default: 'on-failure'. */
  restart?: RestartPolicy;
  /** How long to wait before a restart. */
  backoff?: Partial<Backoff>;
  /** How many failures are too many. */
  intensity?: Partial<Intensity>;
  /** Gives the time. Default: a monotonic clock. */
  scheduler?: SchedulerLike;
  /** Gives the chance for the jitter, 0 to 1. Default: Math.random. */
  random?: () => number;
}

export interface SuperviseAllOptions<Key extends string = string> extends Omit<SuperviseOptions, 'restart'> {
  /** Who is restarted with a child that failed. Default: 'one-for-one'. */
  strategy?: Strategy;
  /** One policy for all, or policies by key, where those that are left out have 'on-failure'. */
  restart?: RestartPolicy | Readonly<Partial<Record<Key, RestartPolicy>>>;
}

/** All options, with their defaults. */
export interface Settings {
  strategy: Strategy;
  restart(key: string): RestartPolicy;
  backoff: Backoff;
  intensity: Intensity;
  scheduler: SchedulerLike;
  random: () => number;
}

const DEFAULT_POLICY: RestartPolicy = 'on-failure';

/** Its time is monotonic, where `Date` may jump. */
const monotonic: SchedulerLike = {
  now: () => performance.now(),
  schedule: (...args: Parameters<SchedulerLike['schedule']>) => asyncScheduler.schedule(...args),
};

type Check = [expected: string, holds: (value: unknown) => boolean];

/** The longest delay of a Node timer; a longer one would fire at once. https://nodejs.org/api/timers.html */
const LONGEST_TIMER = 2 ** 31 - 1;
const isNumber = (from: number, to: number) => (value: unknown) =>
  typeof value === 'number' && value >= from && value <= to;
const oneOf = (values: readonly string[]): Check => [
  values.map(value => `'${value}'`).join(', '),
  value => values.includes(value as string),
];

const DELAY: Check = [`a number of ms, 0 to ${LONGEST_TIMER}`, isNumber(0, LONGEST_TIMER)];
const BACKOFF: Record<keyof Backoff, Check> = {
  initial: DELAY,
  factor: ['a number, 1 or more', isNumber(1, Number.MAX_VALUE)],
  max: DELAY,
  jitter: ['a number, 0 to 1', isNumber(0, 1)],
  resetAfter: ['a number of ms, 0 or more, or Infinity', isNumber(0, Number.POSITIVE_INFINITY)],
};
const INTENSITY: Record<keyof Intensity, Check> = {
  restarts: [
    'a whole number, 0 or more, or Infinity',
    value => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 0),
  ],
  period: ['a number of ms above 0, or Infinity', value => isNumber(0, Number.POSITIVE_INFINITY)(value) && value !== 0],
};
const OBJECT: Check = ['an object', value => typeof value === 'object' && value !== null];
const unknownAmong = (known: string[]): Check => [
  `left out, since the options are ${known.map(name => `'${name}'`).join(', ')}`,
  () => false,
];
const OPTIONS = ['restart', 'backoff', 'intensity', 'scheduler', 'random'];
const RESTART = oneOf(RESTART_POLICIES);
const STRATEGY = oneOf(Object.keys(STRATEGIES));

/**
 * The settings for `options`, where `inherited` may give the clock and the chance.
 *
 * @throws StateError that says which option is wrong, in the words of `owner`
 */
export function settingsFor(
  owner: string,
  options: SuperviseAllOptions = {},
  inherited: Pick<Settings, 'scheduler' | 'random'> = { scheduler: monotonic, random: Math.random },
): Settings {
  const { strategy = 'one-for-one', restart = DEFAULT_POLICY } = options ?? {};
  const { scheduler = inherited.scheduler, random = inherited.random } = options ?? {};
  const must = (name: string, value: unknown, [expected, holds]: Check) => {
    if (!holds(value)) throw wrong(owner, name, value, expected);
  };
  const checked = <T extends object>(name: string, defaults: T, values: unknown, checks: Record<keyof T, Check>): T => {
    must(name, values, OBJECT);
    const all = { ...defaults, ...given(values as Partial<T>) };
    const known = Object.keys(checks);
    for (const [key, value] of Object.entries(all)) {
      must(`${name}.${key}`, value, known.includes(key) ? checks[key as keyof T] : unknownAmong(known));
    }
    return all;
  };

  must('the second argument', options, OBJECT);
  const known = owner === 'supervise' ? OPTIONS : [...OPTIONS, 'strategy'];
  for (const [name, value] of Object.entries(options))
    if (!known.includes(name)) must(name, value, unknownAmong(known));
  must('strategy', strategy, STRATEGY);
  for (const [key, policy] of policiesIn(restart)) must(key, policy, RESTART);
  must('scheduler', scheduler, [
    'a SchedulerLike of RxJS',
    value => typeof (value as SchedulerLike)?.schedule === 'function',
  ]);
  must('random', random, ['a function that returns 0 to 1', value => typeof value === 'function']);
  return {
    strategy,
    restart: key => (typeof restart === 'string' ? restart : (ownOf(restart, key) ?? DEFAULT_POLICY)),
    backoff: checked('backoff', DEFAULT_BACKOFF, options.backoff ?? {}, BACKOFF),
    intensity: checked('intensity', DEFAULT_INTENSITY, options.intensity ?? {}, INTENSITY),
    scheduler,
    random,
  };
}

const policiesIn = (restart: unknown): [name: string, policy: unknown][] =>
  typeof restart === 'object' && restart !== null
    ? Object.entries(restart).map(([key, policy]) => [`restart.${key}`, policy])
    : [['restart', restart]];

const ownOf = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Without what is given as undefined, which asks for the default. */
const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The error for a wrong argument of `owner`. */
export function wrong(owner: string, name: string, value: unknown, expected: string): StateError {
  const shown = inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  return new StateError(`${owner}: ${name} is ${shown}: it must be ${expected}`, { subprocess: owner });
}
