/** Both sides: the options of a pool, each with its default and its check. */
import { availableParallelism } from 'node:os';
import type { ShutdownOptions } from '../index';
import { BOOLEAN, type Checks, DURATION, isCount, isNumber, OptionChecker, SIGNAL } from '../util/check-options';
import { SHUTDOWN_CHECKS } from '../util/check-shutdown-options';
import type { AnySubprocessWorker, SharedOf, WorkerArgs } from './subprocess-worker';

/**
 * How a pool works: its workers, its limits and what becomes of failures.
 *
 * @example
 * const options: PoolOptions = {
 *   workers: 4,
 *   timeout: 10_000,
 *   retries: 2,
 *   idleTimeout: 60_000,
 * };
 */
export interface PoolOptions<Args extends unknown[] = unknown[], Shared = any> {
  /**
   * How many child processes there are at most, those that are ending included. Default: `os.availableParallelism()`, or
   * `minWorkers` if that is more.
   */
  workers?: number;
  /**
   * How many workers are started with the pool, and kept when they have no items. Those that end are replaced. At most
   * `workers`. Default: 0.
   */
  minWorkers?: number;
  /** The arguments of each worker's `init`. Default: none. */
  args?: Args;
  /**
   * A value that each worker gets once, as `this.shared`: large data that all items need. It is copied when the pool is
   * constructed, to a file in memory if there is room, and each worker reads its own copy from there. Default: none.
   */
  share?: Shared;
  /** Whether outputs come in the order of their items. If false, each comes as soon as it is there. Default: true. */
  ordered?: boolean;
  /**
   * Milliseconds that the work on one item may take. Then the item is rejected with a TimeoutError, and its `signal`
   * aborts: see `cancelGrace`. Default: no limit.
   */
  timeout?: number;
  /**
   * Milliseconds that the work on an item may go on after its `signal` has aborted. If it ends by then, its worker takes
   * the next item. If not, the worker is replaced. Work that blocks is not waited for. 0: the worker is replaced at
   * once. Default: 1,000.
   */
  cancelGrace?: number;
  /** How many items a worker works on at a time, for work that waits for something else. Default: 1. */
  concurrency?: number;
  /** How many times an item is tried again if its worker crashed. Default: 0. */
  retries?: number;
  /** A worker is replaced after this number of items. Default: never. */
  recycleAfter?: number;
  /** A worker is replaced if its resident memory is larger than this, in bytes. Default: no limit. */
  maxRss?: number;
  /** A worker is shut down after this many milliseconds without an item, unless `minWorkers` keeps it. Default: never. */
  idleTimeout?: number;
  /** How many items may wait in the pool. Default: 1,000,000. */
  queueLimit?: number;
  /** Whether each item gives one `Outcome` instead of its outputs, so that a failure is no error. Default: false. */
  settle?: boolean;
}

/** The options that are required: `args` if `init` requires arguments, `share` if the workers expect a value. */
type RequiredOptions<Worker extends AnySubprocessWorker> = ([] extends WorkerArgs<Worker>
  ? unknown
  : { args: WorkerArgs<Worker> }) &
  (undefined extends SharedOf<Worker> ? unknown : { share: SharedOf<Worker> });

/** The options of a pool of these workers, as a last argument. It is required if one of the options is. */
export type OptionsRest<Worker extends AnySubprocessWorker, Extra = unknown> =
  unknown extends RequiredOptions<Worker>
    ? [options?: PoolOptions<WorkerArgs<Worker>, SharedOf<Worker>> & Extra]
    : [options: PoolOptions<WorkerArgs<Worker>, SharedOf<Worker>> & RequiredOptions<Worker> & Extra];

/**
 * Overrides options of the pool for one call of `map`.
 *
 * @example
 * await using pool = new WorkerPool(Thumbnail, { args: [128] });
 * const signal = AbortSignal.timeout(60_000);
 * const thumbnails = pool.map(images, { ordered: false, signal });
 * for await (const thumbnail of thumbnails) console.log(thumbnail.length);
 */
export interface MapOptions {
  /** Whether outputs come in the order of their items. Default: the option of the pool. */
  ordered?: boolean;
  /** Whether each item gives one `Outcome`. Default: the option of the pool. */
  settle?: boolean;
  /** Ends the stream with the signal's reason, and cancels its items, as `run` does. Default: none. */
  signal?: AbortSignal;
}

/** The options of `map` with their defaults. */
export type CheckedMapOptions = Required<Omit<MapOptions, 'signal'>> & Pick<MapOptions, 'signal'>;

/**
 * What holds for one item that is given to `run`.
 *
 * @example
 * await using pool = new WorkerPool(Thumbnail, { args: [128] });
 * const options: RunOptions = {
 *   priority: 10,
 *   signal: AbortSignal.timeout(60_000),
 * };
 * const small = await pool.run(image, options);
 */
export interface RunOptions {
  /**
   * Cancels the item: the promise rejects with the signal's reason. The signal of the work aborts: see `cancelGrace`.
   * Default: none.
   */
  signal?: AbortSignal;
  /** Items of a higher priority are worked on first, those of one priority in their order. Default: 0, as by `map`. */
  priority?: number;
}

/**
 * How a pool is shut down, and its workers.
 *
 * @example
 * const pool = new WorkerPool(Thumbnail, { args: [128] });
 * const options: PoolShutdownOptions = { drain: true, grace: 500 };
 * await pool.shutdown(options);
 */
export interface PoolShutdownOptions extends ShutdownOptions {
  /** Whether the pool first finishes what it was given, as `drain()` does. Default: false. */
  drain?: boolean;
}

export type CheckedOptions = Required<PoolOptions>;

const isAboveZero = (value: unknown) => isNumber(0)(value) && value !== 0;

const isFiniteCount = (least: number) => (value: unknown) =>
  value !== Number.POSITIVE_INFINITY && isCount(least)(value);

const POOL_CHECKS: Checks<PoolOptions> = {
  workers: ['a whole number, 1 or more', isFiniteCount(1)],
  minWorkers: ['a whole number, 0 or more', isFiniteCount(0)],
  args: ['an array: what init() takes', Array.isArray],
  share: ['a value', () => true],
  ordered: BOOLEAN,
  timeout: ['a number of ms above 0, or Infinity', isAboveZero],
  cancelGrace: DURATION,
  concurrency: ['a whole number, 1 or more', isFiniteCount(1)],
  retries: ['a whole number, 0 or more, or Infinity', isCount(0)],
  recycleAfter: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  maxRss: ['a number of bytes above 0, or Infinity', isAboveZero],
  idleTimeout: DURATION,
  queueLimit: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  settle: BOOLEAN,
};

const RUN_CHECKS: Checks<RunOptions> = { signal: SIGNAL, priority: ['a finite number', Number.isFinite] };

/** The options of a pool with their defaults. `call` begins each message. @throws StateError if an option is wrong */
export function checkOptions(options: unknown, subprocess: string, call: string): CheckedOptions {
  const defaults: CheckedOptions = {
    workers: 0,
    minWorkers: 0,
    args: [],
    share: undefined,
    ordered: true,
    timeout: Number.POSITIVE_INFINITY,
    cancelGrace: 1_000,
    concurrency: 1,
    retries: 0,
    recycleAfter: Number.POSITIVE_INFINITY,
    maxRss: Number.POSITIVE_INFINITY,
    idleTimeout: Number.POSITIVE_INFINITY,
    queueLimit: 1_000_000,
    settle: false,
  };
  const checker = new OptionChecker(`${call}: `, { subprocess });
  const checked = checker.withDefaults('options', options, defaults, POOL_CHECKS);
  const { workers, minWorkers } = checked;
  if (workers === 0) checked.workers = Math.max(availableParallelism(), minWorkers);
  else checker.must('minWorkers', minWorkers, [`at most workers, which is ${workers}`, isNumber(0, workers)]);
  return checked;
}

/** The options of `map`. Those of its pool are the defaults. @throws StateError if an option is wrong */
export function checkMapOptions(
  options: unknown,
  subprocess: string,
  { ordered, settle }: Pick<CheckedOptions, 'ordered' | 'settle'>,
): CheckedMapOptions {
  const checks: Checks<MapOptions> = { ordered: POOL_CHECKS.ordered, settle: POOL_CHECKS.settle, signal: SIGNAL };
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

/** The options of `shutdown`. @throws StateError if an option is wrong */
export const checkPoolShutdownOptions = (options: unknown, subprocess: string): PoolShutdownOptions =>
  new OptionChecker(`${subprocess}.shutdown(): `, { subprocess }).withDefaults<PoolShutdownOptions>(
    'options',
    options,
    {},
    { ...SHUTDOWN_CHECKS, drain: BOOLEAN },
  );
