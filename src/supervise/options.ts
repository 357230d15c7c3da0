/** Parent side: the options of a supervisor, with their defaults and checks. */
import type { SchedulerLike } from 'rxjs';
import {
  type Check,
  type Checks,
  DURATION,
  isCount,
  isNumber,
  OBJECT,
  OptionChecker,
  oneOf,
} from '../util/check-options';
import { LONGEST_TIMER } from '../util/clock';
import { realTime } from '../util/real-time';
import { type Backoff, DEFAULT_BACKOFF } from './backoff';
import { DEFAULT_INTENSITY, type Intensity } from './intensity';
import { RESTART_POLICIES, type RestartPolicy } from './restart-policy';
import { STRATEGIES, type Strategy } from './strategies';

export interface SuperviseOptions {
  /** After which ends a task is restarted. Default: 'on-failure'. */
  restart?: RestartPolicy;
  /** How long to wait before a restart. */
  backoff?: Partial<Backoff>;
  /** How many failures are too many. */
  intensity?: Partial<Intensity>;
  /** The clock and the timers. Default: real time, by a monotonic clock, also where a test has replaced the global timers. */
  scheduler?: SchedulerLike;
  /** Returns a random number for the jitter, 0 to 1. Default: Math.random. */
  random?: () => number;
}

export interface SuperviseAllOptions<Key extends string = string> extends Omit<SuperviseOptions, 'restart'> {
  /** Which children are restarted after a failure. Default: 'one-for-one'. */
  strategy?: Strategy;
  /** One policy for all children, or policies by key. Keys that are left out have 'on-failure'. */
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

const OPTIONS = ['restart', 'backoff', 'intensity', 'scheduler', 'random'];

/**
 * Checks `options` and adds the defaults. A supervisor below another one inherits its scheduler and random numbers.
 *
 * @throws StateError that names the wrong option and `owner`
 */
export function settingsFor(
  owner: 'supervise' | 'superviseAll',
  options: SuperviseAllOptions = {},
  inherited: Pick<Settings, 'scheduler' | 'random'> = { scheduler: realTime, random: Math.random },
): Settings {
  const checker = new OptionChecker(`${owner}: `, { subprocess: owner });
  checker.must('the second argument', options, OBJECT);
  checker.mustBeKnown('', options, owner === 'supervise' ? OPTIONS : [...OPTIONS, 'strategy']);
  const { strategy = 'one-for-one', restart = DEFAULT_POLICY } = options;
  const { scheduler = inherited.scheduler, random = inherited.random } = options;
  checker.must('strategy', strategy, STRATEGY);
  checker.must('scheduler', scheduler, SCHEDULER);
  checker.must('random', random, RANDOM);
  for (const [name, policy] of policiesIn(restart)) checker.must(name, policy, RESTART);
  return {
    strategy,
    restart: key => (typeof restart === 'string' ? restart : (ownValue(restart, key) ?? DEFAULT_POLICY)),
    backoff: checker.withDefaults('backoff', options.backoff, DEFAULT_BACKOFF, BACKOFF),
    intensity: checker.withDefaults('intensity', options.intensity, DEFAULT_INTENSITY, INTENSITY),
    scheduler,
    random,
  };
}

const policiesIn = (restart: unknown): [name: string, policy: unknown][] =>
  typeof restart === 'object' && restart !== null
    ? Object.entries(restart).map(([key, policy]) => [`restart.${key}`, policy])
    : [['restart', restart]];

const ownValue = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
