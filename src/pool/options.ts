/** Both sides: the options of a pool, each with its default, and what is refused. */
import { availableParallelism } from 'node:os';
import { BOOLEAN, type Checks, DURATION, isCount, isNumber, OptionChecker } from '../util/check-options';

export interface PoolOptions<Args extends unknown[] = unknown[]> {
  /** How many child processes at the most; they start as they are needed. Default: `os.availableParallelism()`. */
  workers?: number;
  /** What `init` of each worker gets. Default: nothing. */
  args?: Args;
  /** Whether outputs come in the order of their items. Default: true; `false`: as they are done. */
  ordered?: boolean;
  /** Milliseconds that the work for one item may take, from its start; then its worker is replaced. Default: no limit. */
  timeout?: number;
  /** How many times more an item is tried whose worker crashed under it. Default: 0. */
  retries?: number;
  /** A worker is replaced after so many items. Default: never. */
  recycleAfter?: number;
  /** A worker is replaced once its resident memory is larger, bytes. Default: no limit. */
  maxRss?: number;
  /** Milliseconds after which a worker without items is ended. Default: never. */
  idleTimeout?: number;
  /** How many items may wait in the pool. Default: 1,000,000. */
  queueLimit?: number;
  /** Whether an item's failure is a value on the stream, beside those of the others, and no error. Default: false. */
  settle?: boolean;
}

/** The options as a last argument: needed where `init` needs arguments. */
export type ArgsRest<Args extends unknown[], Extra = unknown> = [] extends Args
  ? [options?: PoolOptions<Args> & Extra]
  : [options: PoolOptions<Args> & { args: Args } & Extra];

export interface MapOptions {
  /** Whether outputs come in the order of their items. Default: as the pool. */
  ordered?: boolean;
  /** Whether an item's failure is a value on the stream. Default: as the pool. */
  settle?: boolean;
}

export interface RunOptions {
  /** Gives the item up: the promise rejects with the signal's reason. A worker that works on the item is replaced. */
  signal?: AbortSignal;
}

export type CheckedOptions = Required<PoolOptions>;

const ABOVE_ZERO = (value: unknown) => isNumber(0)(value) && value !== 0;

const CHECKS: Checks<PoolOptions> = {
  workers: ['a whole number, 1 or more', value => value !== Number.POSITIVE_INFINITY && isCount(1)(value)],
  args: ['an array: what init() takes', Array.isArray],
  ordered: BOOLEAN,
  timeout: ['a number of ms above 0, or Infinity', ABOVE_ZERO],
  retries: ['a whole number, 0 or more, or Infinity', isCount(0)],
  recycleAfter: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  maxRss: ['a number of bytes above 0, or Infinity', ABOVE_ZERO],
  idleTimeout: DURATION,
  queueLimit: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  settle: BOOLEAN,
};

const RUN_CHECKS: Checks<RunOptions> = {
  signal: ['an AbortSignal', value => hasListeners(value)],
};

const hasListeners = (value: unknown) => typeof (value as Partial<AbortSignal> | null)?.addEventListener === 'function';

/** The options of a pool with their defaults; `where` begins the messages. @throws StateError that names what is wrong */
export function checkOptions(options: unknown, subprocess: string, where: string): CheckedOptions {
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
  return new OptionChecker(`${where}: `, { subprocess }).withDefaults('options', options, defaults, CHECKS);
}

/** The options of `map`, where those of its pool are the defaults. @throws StateError that names what is wrong */
export function checkMapOptions(
  options: unknown,
  subprocess: string,
  { ordered, settle }: CheckedOptions,
): Required<MapOptions> {
  const checks: Checks<MapOptions> = { ordered: CHECKS.ordered, settle: CHECKS.settle };
  const checker = new OptionChecker(`${subprocess}: map(): `, { subprocess });
  return checker.withDefaults('options', options, { ordered, settle }, checks);
}

/** The options of `run`. @throws StateError that names what is wrong */
export const checkRunOptions = (options: unknown, subprocess: string): RunOptions =>
  new OptionChecker(`${subprocess}: run(item): `, { subprocess }).withDefaults<RunOptions>(
    'options',
    options,
    {},
    RUN_CHECKS,
  );
