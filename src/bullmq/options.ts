/** Both sides: the options of a caller and of a host, each with its default and its check. */
import type {
  BackoffOptions,
  WorkerOptions as BullmqWorkerOptions,
  KeepJobs,
  MetricsOptions,
  RateLimiterOptions,
  Telemetry,
} from 'bullmq';
import type { RedisOptions } from 'ioredis';
import { checkOptions, type PoolOptions } from '../pool/options';
import { BOOLEAN, type Check, type Checks, isCount, isNumber, OBJECT, OptionChecker } from '../util/check-options';

/**
 * What a caller and its hosts have to agree on.
 *
 * @example
 * const base: QueueBase = {
 *   connection: 'redis://queue:6379',
 *   version: '2',
 * };
 */
export interface QueueBase {
  /**
   * The Redis server: its URL (`redis://`, or `rediss://` for TLS), or the options of ioredis. 'local': there is none, and
   * a caller works on its items in a pool of its own.
   */
  connection: string | RedisOptions | 'local';
  /** The name of the queue. Default: the name of the class. */
  queue?: string;
  /** The version of the class. Hosts of another version do not get its items. Default: '1'. */
  version?: string;
  /** What the names of all keys in Redis begin with. Default: '{offspring}'. */
  prefix?: string;
}

/**
 * How a caller hands in its items.
 *
 * @example
 * const options: CallOptions = {
 *   connection: 'redis://queue:6379',
 *   attempts: 3,
 *   backoff: 1_000,
 *   hostTimeout: 60_000,
 * };
 * await using pool = new QueuePool(Thumbnail, options);
 */
export interface CallOptions extends QueueBase {
  /** Whether outputs come in the order of their items. Default: true. */
  ordered?: boolean;
  /** Whether each item gives one `Outcome` instead of its outputs. Default: false. */
  settle?: boolean;
  /** How many items this caller has in Redis at most. The others wait here. Default: 64. */
  ahead?: number;
  /** How many bytes of items this caller has in Redis, roughly. Default: 64 MiB. */
  aheadBytes?: number;
  /** How many items travel as one job of BullMQ, if so many are handed in at once. Default: 1. */
  batch?: number;
  /** How many times an item is tried if its work throws or its worker crashes. Default: 1. */
  attempts?: number;
  /** How long to wait before an item is tried again: ms, or BullMQ's options. Default: no time. */
  backoff?: number | BackoffOptions;
  /** BullMQ's priority: items with a lower number come first, and those without one before all others. Default: none. */
  priority?: number;
  /** ms after which hosts take this caller for dead if it does not renew its lease, and drop its items. Default: 30,000. */
  leaseMs?: number;
  /** ms after which items are rejected if no host works on any item of this caller. Default: no limit. */
  hostTimeout?: number;
  /** With `connection: 'local'`: the options of the pool. Its `ordered` and `settle` are those of the call. Default: none. */
  local?: Omit<PoolOptions<any>, 'ordered' | 'settle'>;
}

/**
 * How a host works on items.
 *
 * @example
 * const options: ServeOptions<[size: number]> = {
 *   connection: 'redis://queue:6379',
 *   args: [128],
 *   workers: 4,
 * };
 */
export interface ServeOptions<Args extends unknown[] = unknown[]>
  extends QueueBase,
    Omit<PoolOptions<Args>, 'ordered' | 'settle' | 'queueLimit' | 'retries'> {
  /** How many jobs this host has at a time. Default: twice its `workers`. */
  concurrency?: number;
  /** ms after which another host may take an item if this host does not renew its lock. Default: 10,000. */
  lockDuration?: number;
  /** ms between two looks of a host for items whose host has died. Default: 5,000. */
  stalledInterval?: number;
  /** How many times an item is given to another host because its host has died. Default: 3. */
  maxStalledCount?: number;
  /** Which failed jobs stay in Redis. Default: 1,000, for 7 days. */
  removeOnFail?: KeepJobs;
  /** How many jobs are begun in a time, over all hosts. Default: no limit. */
  limiter?: RateLimiterOptions;
  /** BullMQ's metrics. Default: none. */
  metrics?: MetricsOptions;
  /** BullMQ's telemetry. Default: none. */
  telemetry?: Telemetry;
}

/**
 * The options of `serveQueue`. `args` is required if `init` requires arguments.
 *
 * @example
 * const options: ServeRest<[size: number]> = {
 *   connection: 'redis://queue:6379',
 *   args: [128],
 * };
 */
export type ServeRest<Args extends unknown[]> = ServeOptions<Args> & ([] extends Args ? unknown : { args: Args });

type Optional = 'backoff' | 'priority';
export type CheckedCallOptions = Required<Omit<CallOptions, Optional | 'queue'>> &
  Pick<CallOptions, Optional> & { queue: string };

type OfBullmq = 'limiter' | 'metrics' | 'telemetry';
export type CheckedServeOptions = Required<Omit<ServeOptions, OfBullmq | 'queue'>> &
  Pick<BullmqWorkerOptions, OfBullmq> & { queue: string };

const TEXT: Check = [
  "a text that is not empty, without ':' and control characters",
  value => typeof value === 'string' && /^[^:\p{Cc}]+$/u.test(value),
];
const COUNT: Check = ['a whole number, 1 or more', value => Number.isSafeInteger(value) && (value as number) >= 1];
const MS: Check = ['a number of ms above 0', isNumber(Number.MIN_VALUE, 2 ** 31 - 1)];
const MOST_PRIORITY = 2_097_152;

const isUrl = (value: unknown) => typeof value === 'string' && /^rediss?:\/\/./.test(value);
const isOptions = (value: unknown) => typeof value === 'object' && value !== null && !('keyPrefix' in value);

const BASE_CHECKS: Checks<QueueBase> = {
  connection: [
    "a URL that begins with redis:// or rediss://, options of ioredis without keyPrefix, or 'local'; if it comes from an environment variable, set that",
    value => isUrl(value) || isOptions(value) || value === 'local',
  ],
  queue: TEXT,
  version: TEXT,
  prefix: TEXT,
};

const CALL_CHECKS: Checks<CallOptions> = {
  ...BASE_CHECKS,
  ordered: BOOLEAN,
  settle: BOOLEAN,
  ahead: COUNT,
  aheadBytes: ['a number of bytes, 1 or more, or Infinity', isNumber(1)],
  batch: COUNT,
  attempts: COUNT,
  backoff: ['a number of ms, 0 or more, or an object', value => isNumber(0)(value) || OBJECT[1](value)],
  priority: [`a whole number, 0 to ${MOST_PRIORITY}`, value => isCount(0)(value) && isNumber(0, MOST_PRIORITY)(value)],
  leaseMs: ['a number of ms, 1,000 or more', isNumber(1_000, 2 ** 31 - 1)],
  hostTimeout: ['a number of ms above 0, or Infinity', isNumber(Number.MIN_VALUE)],
  local: OBJECT,
};

type OfQueue = Pick<
  ServeOptions,
  keyof QueueBase | OfBullmq | 'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount' | 'removeOnFail'
>;

const SERVE_CHECKS: Checks<OfQueue> = {
  ...BASE_CHECKS,
  concurrency: COUNT,
  lockDuration: MS,
  stalledInterval: MS,
  maxStalledCount: ['a whole number, 0 or more', value => value !== Number.POSITIVE_INFINITY && isCount(0)(value)],
  removeOnFail: OBJECT,
  limiter: OBJECT,
  metrics: OBJECT,
  telemetry: OBJECT,
};

/** The options of a pool that a host cannot have: the caller has them, or BullMQ has its own. */
const NOT_OF_HOST: Record<string, string> = {
  ordered: 'it is an option of the caller',
  settle: 'it is an option of the caller',
  queueLimit: 'items wait in Redis',
  retries: 'the caller has the option attempts',
};

const checkerOf = (subprocess: string, call: string) => new OptionChecker(`${call}: `, { subprocess });

/** `withDefaults` takes undefined for a default, but `connection` has none: a missing variable is never silently local. */
function checkConnection(checker: OptionChecker, options: unknown): void {
  checker.must('options', options, OBJECT);
  checker.must('connection', (options as QueueBase).connection, BASE_CHECKS.connection);
}

const baseOf = (subprocess: string) => ({
  connection: 'local' as QueueBase['connection'],
  queue: subprocess,
  version: '1',
  prefix: '{offspring}',
});

/** The options of a caller with their defaults. `call` begins each message. @throws StateError if an option is wrong */
export function checkCallOptions(options: unknown, subprocess: string, call: string): CheckedCallOptions {
  const checker = checkerOf(subprocess, call);
  checkConnection(checker, options);
  const defaults: CheckedCallOptions = {
    ...baseOf(subprocess),
    ordered: true,
    settle: false,
    ahead: 64,
    aheadBytes: 64 * 2 ** 20,
    batch: 1,
    attempts: 1,
    leaseMs: 30_000,
    hostTimeout: Number.POSITIVE_INFINITY,
    local: {},
  };
  const checked = checker.withDefaults<CheckedCallOptions>('options', options, defaults, CALL_CHECKS as never);
  if (checked.connection !== 'local' && Object.keys(checked.local).length > 0) {
    throw checker.fail("local holds the options of a pool, which there is with connection: 'local' alone");
  }
  return checked;
}

/** The options of a host with their defaults. `call` begins each message. @throws StateError if an option is wrong */
export function checkServeOptions(options: unknown, subprocess: string, call: string): CheckedServeOptions {
  const checker = checkerOf(subprocess, call);
  checkConnection(checker, options);
  const ofQueue: Record<string, unknown> = {};
  const ofPool: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options as object)) {
    if (NOT_OF_HOST[name]) throw checker.fail(`there is no option ${name} of a host: ${NOT_OF_HOST[name]}`);
    (name in SERVE_CHECKS ? ofQueue : ofPool)[name] = value;
  }
  if (ofQueue['connection'] === 'local') {
    throw checker.fail("with connection: 'local' there is nothing to serve, since callers have pools of their own");
  }
  const pool = checkOptions(ofPool, subprocess, call);
  const defaults = {
    ...baseOf(subprocess),
    concurrency: 2 * pool.workers,
    lockDuration: 10_000,
    stalledInterval: 5_000,
    maxStalledCount: 3,
    removeOnFail: { count: 1_000, age: 7 * 86_400 },
  };
  const checked = checker.withDefaults<typeof defaults>('options', ofQueue, defaults, SERVE_CHECKS as never);
  return { ...pool, ...checked };
}
