/** Both sides: validates options, with errors that say what each option must be. */
import { inspect } from 'node:util';
import { type ErrorContext, StateError } from '../model/errors';
import { attempt, safeText } from './safely';

/** What a value must be, in words for the error and as a predicate. */
export type Check = readonly [expected: string, holds: (value: unknown) => boolean];

export type Checks<T> = { readonly [Name in keyof T]-?: Check };

/** A predicate for a number from `least` to `most`, both included. NaN fails. */
export const isNumber =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= least && value <= most;

/** A predicate for a whole number of `least` or more, or Infinity. */
export const isCount =
  (least: number) =>
  (value: unknown): boolean =>
    value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= least);

export const BOOLEAN: Check = ['true or false', value => typeof value === 'boolean'];
export const DURATION: Check = ['a number of ms, 0 or more, or Infinity', isNumber(0)];
export const OBJECT: Check = ['an object of options', value => isObject(value) && !hasEntries(value)];

export const SIGNAL: Check = ['an AbortSignal', value => isSignal(value ?? {})];

export const oneOf = (values: readonly string[]): Check => [
  values.map(value => `'${value}'`).join(', '),
  value => values.includes(value as string),
];

const isSignal = ({ aborted, addEventListener }: Partial<AbortSignal>): boolean =>
  typeof aborted === 'boolean' && typeof addEventListener === 'function';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
/** Whether it is a list, or has its values elsewhere than in properties, as a Map does. */
const hasEntries = (value: object) => Array.isArray(value) || value instanceof Map || value instanceof Set;

/** Any value as text for an error message. */
const inspectSafely = (value: unknown): string =>
  attempt(() => inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY })) ?? safeText(value);

export class OptionChecker {
  readonly #opening: string;
  readonly #context: ErrorContext;

  /** `opening`: the start of each error message, such as `new WorkerPool(Thumbnail): `. */
  constructor(opening: string, context: ErrorContext) {
    this.#opening = opening;
    this.#context = context;
  }

  fail(message: string): StateError {
    return new StateError(`${this.#opening}${message}`, this.#context);
  }

  /** The error for an option whose value is not as `expected`. */
  wrong(name: string, value: unknown, expected: string): StateError {
    return this.fail(`${name} is ${inspectSafely(value)}: it must be ${expected}`);
  }

  /** @throws StateError if `value` does not pass the check */
  must(name: string, value: unknown, [expected, holds]: Check): void {
    if (!holds(value)) throw this.wrong(name, value, expected);
  }

  /** `prefix`: the path of `values`, such as `backoff.`. @throws StateError if `values` has an unknown key */
  mustBeKnown(prefix: string, values: object, known: readonly string[]): void {
    const unknown = Object.keys(values).find(name => !known.includes(name));
    if (unknown !== undefined) throw this.fail(`there is no option ${prefix}${unknown}; there are ${known.join(', ')}`);
  }

  /**
   * Returns `values` merged over `defaults`. A value of undefined means the default.
   * @throws StateError if an option is unknown, or does not pass its check
   */
  withDefaults<T extends object, C extends Checks<T> = Checks<T>>(
    name: string,
    values: unknown,
    defaults: T,
    checks: C,
  ): T {
    const prefix = name === 'options' ? '' : `${name}.`;
    const given = values === undefined ? {} : (values as object);
    this.must(name, given, OBJECT);
    this.mustBeKnown(prefix, given, Object.keys(checks));
    const all = { ...defaults };
    for (const key of Object.keys(checks) as (keyof T & string)[]) {
      const value = (given as T)[key];
      if (value === undefined) continue;
      this.must(`${prefix}${key}`, value, checks[key]);
      all[key] = value;
    }
    return all;
  }
}
