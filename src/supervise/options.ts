/** Parent side: what can be chosen for a supervisor, each with its default, and checked. */
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Backoff, DEFAULT_BACKOFF } from './backoff';
import { type Check, isNumber, must, mustBeKnown, OBJECT, oneOf } from './check';
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

/** The longest delay of a Node timer; a longer one would fire at once. https://nodejs.org/api/timers.html */
const LONGEST_TIMER = 2 ** 31 - 1;

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
const RESTART = oneOf(RESTART_POLICIES);
const STRATEGY = oneOf(Object.keys(STRATEGIES));
const SCHEDULER: Check = ['a SchedulerLike of RxJS', value => typeof (value as SchedulerLike)?.schedule === 'function'];
const RANDOM: Check = ['a function that returns 0 to 1', value => typeof value === 'function'];

const OPTIONS = ['restart', 'backoff', 'intensity', 'scheduler', 'random'];

/**
 * The settings for `options`, where `inherited` may give the clock and the chance.
 *
 * @throws StateError that says which option is wrong, in the name of `owner`
 */
export function settingsFor(
  owner: 'supervise' | 'superviseAll',
  options: SuperviseAllOptions = {},
  inherited: Pick<Settings, 'scheduler' | 'random'> = { scheduler: monotonic, random: Math.random },
): Settings {
  must(owner, 'the second argument', options, OBJECT);
  mustBeKnown(owner, '', options, owner === 'supervise' ? OPTIONS : [...OPTIONS, 'strategy']);
  const { strategy = 'one-for-one', restart = DEFAULT_POLICY } = options;
  const { scheduler = inherited.scheduler, random = inherited.random } = options;
  must(owner, 'strategy', strategy, STRATEGY);
  must(owner, 'scheduler', scheduler, SCHEDULER);
  must(owner, 'random', random, RANDOM);
  for (const [name, policy] of policiesIn(restart)) must(owner, name, policy, RESTART);
  return {
    strategy,
    restart: key => (typeof restart === 'string' ? restart : (ownOf(restart, key) ?? DEFAULT_POLICY)),
    backoff: withDefaults(owner, 'backoff', options.backoff, DEFAULT_BACKOFF, BACKOFF),
    intensity: withDefaults(owner, 'intensity', options.intensity, DEFAULT_INTENSITY, INTENSITY),
    scheduler,
    random,
  };
}

/** What is given as undefined asks for the default. */
function withDefaults<T extends object>(
  owner: string,
  name: string,
  values: Partial<T> = {},
  defaults: T,
  checks: Record<keyof T, Check>,
): T {
  must(owner, name, values, OBJECT);
  mustBeKnown(owner, `${name}.`, values, Object.keys(checks));
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const all: T = { ...defaults, ...Object.fromEntries(given) };
  for (const [key, check] of Object.entries<Check>(checks)) must(owner, `${name}.${key}`, all[key as keyof T], check);
  return all;
}

const policiesIn = (restart: unknown): [name: string, policy: unknown][] =>
  typeof restart === 'object' && restart !== null
    ? Object.entries(restart).map(([key, policy]) => [`restart.${key}`, policy])
    : [['restart', restart]];

const ownOf = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
