/** Parent side: refuses a value that could not be meant, with an error that says what it must be. */
import { inspect } from 'node:util';
import { StateError } from '../index';

/** What a value must be, in words and as a test. */
export type Check = readonly [expected: string, holds: (value: unknown) => boolean];

export const OBJECT: Check = ['an object', value => typeof value === 'object' && value !== null];

export const isNumber = (from: number, to: number) => (value: unknown) =>
  typeof value === 'number' && value >= from && value <= to;

export const oneOf = (values: readonly string[]): Check => [
  values.map(value => `'${value}'`).join(', '),
  value => values.includes(value as string),
];

/** @throws StateError, in the name of `owner`, if `value`, called `name`, is not what it must be */
export function must(owner: string, name: string, value: unknown, [expected, holds]: Check): void {
  if (!holds(value)) throw wrong(owner, name, value, expected);
}

/** The own keys of `values` are among `known`. @throws StateError */
export function mustBeKnown(owner: string, prefix: string, values: object, known: readonly string[]): void {
  const unknown = Object.entries(values).find(([name]) => !known.includes(name));
  if (!unknown) return;
  const [name, value] = unknown;
  throw wrong(owner, `${prefix}${name}`, value, `left out, since there are only ${oneOf(known)[0]}`);
}

export function wrong(owner: string, name: string, value: unknown, expected: string): StateError {
  const shown = inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  return new StateError(`${owner}: ${name} is ${shown}: it must be ${expected}`, { subprocess: owner });
}
