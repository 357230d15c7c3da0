/** Both sides: the options of a pool, each with its default and its check. */
import { availableParallelism } from 'node:os';
import { BOOLEAN, type Checks, DURATION, isCount, isNumber, OptionChecker } from '../util/check-options';

export interface PoolOptions<Args extends unknown[] = unknown[]> {
  /** The most child processes, those that are ending included. Default: `os.availableParallelism()`. */
  workers?: number;
  /** The arguments of each worker's `init`. Default: none. */
  args?: Args;
  /** Whether outputs come in the order of their items. If false, each comes as soon as it is there. Default: true. */
  ordered?: boolean;
  /**
   * Milliseconds that the work on one item may take. Then the item is rejected, and its worker is replaced: it is asked
   * to stop, and has its SHUTDOWN_GRACE. Default: no limit.
   */
  timeout?: number;
  /** How many times an item is tried again if its worker crashed. Default: 0. */
  retries?: number;
  /** A worker is replaced after this many items. Default: never. */
  recycleAfter?: number;
  /** A worker is replaced if its resident memory is larger than this, in bytes. Default: no limit. */
  maxRss?: number;
  /** A worker is shut down after this many milliseconds without an item. Default: never. */
  idleTimeout?: number;
  /** How many items may wait in the pool. Default: 1,000,000. */
  queueLimit?: number;
  /** Whether each item gives one `Outcome` instead of its outputs, so that a failure is no error. Default: false. */
  settle?: boolean;
}

/** The options as a last argument, which is required if `init` requires arguments. */
export type ArgsRest<Args extends unknown[], Extra = unknown> = [] extends Args
  ? [options?: PoolOptions<Args> & Extra]
  : [options: PoolOptions<Args> & { args: Args } & Extra];

export interface MapOptions {
  /** Whether outputs come in the order of their items. Default: the option of the pool. */
  ordered?: boolean;
  /** Whether each item gives one `Outcome`. Default: the option of the pool. */
  settle?: boolean;
  /** Ends the stream with the signal's reason, and cancels its items, as `run` does. */
  signal?: AbortSignal;
}

/** The options of `map` with their defaults. */
export type CheckedMapOptions = Required<Omit<MapOptions, 'signal'>> & Pick<MapOptions, 'signal'>;

export interface RunOptions {
  /** Cancels the item: the promise rejects with the signal's reason. A worker that works on the item is replaced. */
  signal?: AbortSignal;
}

export type CheckedOptions = Required<PoolOptions>;

const isAboveZero = (value: unknown) => isNumber(0)(value) && value !== 0;

const POOL_CHECKS: Checks<PoolOptions> = {
  workers: ['a whole number, 1 or more', value => value !== Number.POSITIVE_INFINITY && isCount(1)(value)],
  args: ['an array: what init() takes', Array.isArray],
  ordered: BOOLEAN,
  timeout: ['a number of ms above 0, or Infinity', isAboveZero],
  retries: ['a whole number, 0 or more, or Infinity', isCount(0)],
  recycleAfter: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  maxRss: ['a number of bytes above 0, or Infinity', isAboveZero],
  idleTimeout: DURATION,
  queueLimit: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  settle: BOOLEAN,
};

const isSignal = (value: unknown) => {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
};

const RUN_CHECKS: Checks<RunOptions> = { signal: ['an AbortSignal', isSignal] };

/** The options of a pool with their defaults. `call` begins each message. @throws StateError if an option is wrong */
export function checkOptions(options: unknown, subprocess: string, call: string): CheckedOptions {
  const defaults: CheckedOptions = {
    workers: availableParallelism(),
    args: [],
    ordered: true,
    timeout: Number.POSITIVE_INFINITY,
    retries: 0,
    recycleAfter: Number.POSITIVE_INFINITY,
    maxRss: Number.POSITIVE_INFINITY,
    idleTimeout: Number.POSITIVE_INFINITY,
    queueLimit: 1_000_000,
    settle: false,
  };
  return new OptionChecker(`${call}: `, { subprocess }).withDefaults('options', options, defaults, POOL_CHECKS);
}

/** The options of `map`. Those of its pool are the defaults. @throws StateError if an option is wrong */
export function checkMapOptions(
  options: unknown,
  subprocess: string,
  { ordered, settle }: Pick<CheckedOptions, 'ordered' | 'settle'>,
): CheckedMapOptions {
  const checks: Checks<MapOptions> = { ordered: POOL_CHECKS.ordered, settle: POOL_CHECKS.settle, ...RUN_CHECKS };
  const checker = new OptionChecker(`${subprocess}: map(): `, { subprocess });
  return checker.withDefaults<CheckedMapOptions>('options', options, { ordered, settle }, checks);
}

/** The options of `run`. @throws StateError if an option is wrong */
export const checkRunOptions = (options: unknown, subprocess: string): RunOptions =>
  new OptionChecker(`${subprocess}: run(item): `, { subprocess }).withDefaults<RunOptions>(
    'options',
    options,
    {},
    RUN_CHECKS,
  );
