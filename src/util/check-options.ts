/** Both sides: refuses options that cannot be meant, with errors that say what each must be. */
import { inspect } from 'node:util';
import { type ErrorContext, StateError } from '../model/errors';
import { attempt, safeText } from './safely';

/** What a value must be, in words and as a test. */
export type Check = readonly [expected: string, holds: (value: unknown) => boolean];

export type Checks<T> = { readonly [Name in keyof T]-?: Check };

/** A number between two others, both included. NaN is none. */
export const isNumber =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= least && value <= most;

/** A whole number or Infinity, `least` or more. */
export const isCount =
  (least: number) =>
  (value: unknown): boolean =>
    value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= least);

export const BOOLEAN: Check = ['true or false', value => typeof value === 'boolean'];
export const DURATION: Check = ['a number of ms, 0 or more, or Infinity', isNumber(0)];
export const OBJECT: Check = ['an object', value => typeof value === 'object' && value !== null];

export const oneOf = (values: readonly string[]): Check => [
  values.map(value => `'${value}'`).join(', '),
  value => values.includes(value as string),
];

/** A value as messages show it, whatever it is. */
const shown = (value: unknown): string =>
  attempt(() => inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY })) ?? safeText(value);

export class OptionChecker {
  readonly #opening: string;
  readonly #context: ErrorContext;

  /** `opening` begins each message: `new WorkerPool(Thumbnail): `. */
  constructor(opening: string, context: ErrorContext) {
    this.#opening = opening;
    this.#context = context;
  }

  fail(message: string): StateError {
    return new StateError(`${this.#opening}${message}`, this.#context);
  }

  /** The error for the option `name`, which is not what it must be. */
  wrong(name: string, value: unknown, expected: string): StateError {
    return this.fail(`${name} is ${shown(value)}: it must be ${expected}`);
  }

  /** @throws StateError if `value` is not what it must be */
  must(name: string, value: unknown, [expected, holds]: Check): void {
    if (!holds(value)) throw this.wrong(name, value, expected);
  }

  /** `values` has no other keys than `known`; `prefix` is what leads to them: `backoff.`. @throws StateError */
  mustBeKnown(prefix: string, values: object, known: readonly string[]): void {
    const unknown = Object.keys(values).find(name => !known.includes(name));
    if (unknown !== undefined) throw this.fail(`there is no option ${prefix}${unknown}; there are ${known.join(', ')}`);
  }

  /** `values` over `defaults`; a value that is undefined means the default. @throws StateError */
  withDefaults<T extends object>(name: string, values: unknown, defaults: T, checks: Checks<NoInfer<T>>): T {
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
