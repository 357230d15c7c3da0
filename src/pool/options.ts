/** Both sides: the options of a pool, each with its default, and what is refused. */
import { availableParallelism } from 'node:os';
import { StateError } from '../index';

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

export type CheckedOptions = Required<PoolOptions>;

const DEFAULTS = {
  args: [],
  ordered: true,
  timeout: Number.POSITIVE_INFINITY,
  retries: 0,
  recycleAfter: Number.POSITIVE_INFINITY,
  maxRss: Number.POSITIVE_INFINITY,
  idleTimeout: Number.POSITIVE_INFINITY,
  queueLimit: 1_000_000,
  settle: false,
} satisfies PoolOptions;

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isAbove = (least: number) => (value: unknown) => typeof value === 'number' && value >= least;
const isCount = (least: number) => (value: unknown) =>
  value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= least);

const CHECKS: Record<keyof PoolOptions, [expected: string, check: (value: unknown) => boolean]> = {
  workers: ['a whole number, 1 or more', value => Number.isInteger(value) && (value as number) >= 1],
  args: ['an array: what init() takes', Array.isArray],
  ordered: ['true or false', isBoolean],
  timeout: ['a number of ms above 0, or Infinity', value => isAbove(0)(value) && value !== 0],
  retries: ['a whole number, 0 or more, or Infinity', isCount(0)],
  recycleAfter: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  maxRss: ['a number of bytes above 0, or Infinity', value => isAbove(0)(value) && value !== 0],
  idleTimeout: ['a number of ms, 0 or more, or Infinity', isAbove(0)],
  queueLimit: ['a whole number of items, 1 or more, or Infinity', isCount(1)],
  settle: ['true or false', isBoolean],
};

/** The options with their defaults. @throws StateError that names what is wrong */
export function checkOptions(options: unknown, subprocess: string, where: string): CheckedOptions {
  const given = checkKnown(options, subprocess, where);
  const checked: Record<string, unknown> = { workers: availableParallelism(), ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) checked[name] = value;
  return checked as unknown as CheckedOptions;
}

/** `options` as it is. @throws StateError that names what is unknown or wrong in it */
export function checkKnown(
  options: unknown,
  subprocess: string,
  where: string,
  known = Object.keys(CHECKS),
): Partial<PoolOptions> {
  const fail = (what: string) => new StateError(`${where}: ${what}`, { subprocess });
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw fail(`the options are ${show(options)}, not an object`);
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) {
      throw fail(`there is no option ${name}; there are ${known.join(', ')}`);
    }
    const [expected, check] = CHECKS[name as keyof PoolOptions];
    if (value !== undefined && !check(value)) throw fail(`${name} is ${show(value)}: it must be ${expected}`);
  }
  return options;
}

const show = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : String(value));
