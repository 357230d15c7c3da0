/** Both sides: what V8 loses of an Error when it serializes one: its own name and fields, and the errors of an AggregateError. */
import { types } from 'node:util';
import { attempt } from '../util/safely';

/** What V8 loses of one error. It is serialized next to the error. */
export interface ErrorDetails {
  error: Error;
  name?: string;
  /** Own enumerable fields. */
  fields?: Record<string, unknown>;
  /** The errors of an AggregateError. */
  errors?: unknown[];
}

/** Fields that V8 serializes itself. */
const CARRIED = new Set(['message', 'stack', 'cause']);
/** Names that V8 keeps. Each other error arrives as a plain Error. */
const KEPT_NAMES = new Set([
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/** The details of `error`; undefined if it has none. Fields and errors that cannot be sent are left out: see `canSend`. */
export function detailsOf(error: Error, canSend: (value: unknown) => boolean): ErrorDetails | undefined {
  const details: ErrorDetails = { error };
  const fields = fieldsOf(error, canSend);
  if (Object.keys(fields).length > 0) details.fields = fields;
  const name: unknown = attempt(() => error.name);
  if (typeof name === 'string' && !KEPT_NAMES.has(name) && !Object.hasOwn(fields, 'name')) details.name = name;
  // Each entry is read once, since the array may be a Proxy.
  const errors = Object.hasOwn(fields, 'errors') ? undefined : attempt(() => listOf((error as AggregateError).errors));
  if (errors) details.errors = errors.filter(canSend);
  return Object.keys(details).length > 1 ? details : undefined;
}

const listOf = (errors: unknown): unknown[] | undefined => (Array.isArray(errors) ? Array.from(errors) : undefined);

function fieldsOf(error: Error, canSend: (value: unknown) => boolean): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  for (const key of attempt(() => Object.keys(error)) ?? []) {
    if (CARRIED.has(key)) continue;
    const field = attempt(() => ({ value: (error as unknown as Record<string, unknown>)[key] }));
    if (field && canSend(field.value)) fields[key] = field.value;
  }
  return fields;
}

/** Gives errors that have arrived what V8 has lost of them. @throws Error if `arrived` is not a list of ErrorDetails */
export function restoreDetails(arrived: unknown): void {
  for (const { error, name, fields, errors } of arrived as ErrorDetails[]) {
    if (!types.isNativeError(error)) throw new Error('details of something that is not an error');
    if (name === 'AggregateError') Object.setPrototypeOf(error, AggregateError.prototype);
    if (name !== undefined && error.name !== name) define(error, 'name', name, false);
    if (errors !== undefined) define(error, 'errors', errors, false);
    for (const key of Object.keys(fields ?? {})) define(error, key, fields?.[key], true);
  }
}

/** Not an assignment: a field may be named `__proto__`. */
function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
}
