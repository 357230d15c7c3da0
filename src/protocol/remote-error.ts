/** Both sides: a codec for thrown values that cannot throw itself. */
import { isRemoteError, RemoteError, type RemoteFacts } from '../model/errors';
import { attempt } from '../util/safely';
import { decodeValue, encodeValue } from './frames';

/** A thrown value as data; every text is cut at 64 KiB. */
export interface EncodedError extends RemoteFacts {
  cause?: EncodedError;
  errors?: EncodedError[];
}

/** True for data that `decodeError` takes. */
export function isEncodedError(value: unknown): value is EncodedError {
  if (typeof value !== 'object' || value === null) return false;
  const { name, message, stack, data, cause, errors } = value as Partial<EncodedError>;
  return (
    [name, message, stack].every(each => typeof each === 'string') &&
    typeof data === 'object' &&
    data !== null &&
    (cause === undefined || isEncodedError(cause)) &&
    (errors === undefined || (Array.isArray(errors) && errors.every(isEncodedError)))
  );
}

const LONGEST_TEXT = 64 * 1024;
const DEEPEST_CAUSE = 16;
/** In one report, those of AggregateErrors and causes together. */
const MOST_ERRORS = 64;

/** `thrown` as data. Whatever it is, frozen, cyclic or with getters that throw, this returns. */
export function encodeError(thrown: unknown): EncodedError {
  return encode(thrown, new Set(), { errors: MOST_ERRORS });
}

/** `left`: how many errors may still be told. */
function encode(thrown: unknown, above: Set<unknown>, left: { errors: number }): EncodedError {
  left.errors -= 1;
  if (!isErrorLike(thrown)) return encodeNonError(thrown);
  const encoded = above.size > 0 && isRemoteError(thrown) ? { ...thrown.remote } : encodeOwn(thrown);
  if (above.size >= DEEPEST_CAUSE) return encoded;
  const path = new Set(above).add(thrown);
  const cause = attempt(() => thrown.cause);
  // From a child of this child: what was thrown there is the cause, and the chain goes on behind it.
  if (above.size === 0 && isRemoteError(thrown)) encoded.cause = encode(thrown, path, left);
  else if (cause !== undefined && !path.has(cause) && left.errors > 0) encoded.cause = encode(cause, path, left);
  const errors = attempt(() => listOf((thrown as { errors?: unknown }).errors));
  if (errors) {
    encoded.errors = errors
      .filter(error => !path.has(error))
      .flatMap(error => (left.errors > 0 ? [encode(error, path, left)] : []));
  }
  return encoded;
}

const listOf = (errors: unknown): unknown[] | undefined =>
  Array.isArray(errors)
    ? Array.from({ length: Math.min(errors.length, MOST_ERRORS) }, (_, at) => errors[at])
    : undefined;

function encodeOwn(error: Error): EncodedError {
  const name = text(() => error.name) ?? 'Error';
  const message = text(() => error.message) ?? '';
  const stack = text(() => error.stack) ?? `${name}: ${message}`;
  return { name, message, stack, data: dataOf(error) };
}

function encodeNonError(thrown: unknown): EncodedError {
  const shown = text(() => (typeof thrown === 'string' ? JSON.stringify(thrown) : describe(thrown))) ?? 'a value';
  const message = `${shown} was thrown, which is no Error`;
  const encoded: EncodedError = { name: 'NonError', message, stack: `NonError: ${message}`, data: {} };
  const arrives = crossed(thrown);
  if (arrives) encoded.thrown = arrives.value;
  return encoded;
}

function describe(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  return JSON.stringify(thrown) ?? String(thrown);
}

function isErrorLike(thrown: unknown): thrown is Error {
  return (
    attempt(() => thrown instanceof Error) === true ||
    // Errors of another realm, and DOMException
    attempt(() => Object.prototype.toString.call(thrown)) === '[object Error]' ||
    attempt(() => Object.prototype.toString.call(thrown)) === '[object DOMException]'
  );
}

const TOLD_APART = new Set(['name', 'message', 'stack', 'cause', 'errors', 'remote', 'data', 'thrown']);

function dataOf(error: Error): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const keys = attempt(() => Object.keys(error)) ?? [];
  for (const key of keys) {
    if (TOLD_APART.has(key)) continue;
    const arrives = crossed(attempt(() => (error as unknown as Record<string, unknown>)[key]));
    if (arrives?.value === undefined) continue;
    Object.defineProperty(data, key, { value: arrives.value, enumerable: true, configurable: true, writable: true });
  }
  return data;
}

/** What arrives of `value`, if it can cross; taken now, since a getter may do something else at the next look. */
function crossed(value: unknown): { value: unknown } | undefined {
  // Loaded here: on its way to run(), a child has no error to tell of.
  const { findObstacle } = require('./crossing') as typeof import('./crossing');
  return attempt(() => {
    if (findObstacle(value, '', 'message')) return undefined;
    const bytes = encodeValue(value);
    return bytes.length > LONGEST_TEXT ? undefined : { value: decodeValue(bytes) };
  });
}

function text(read: () => unknown): string | undefined {
  const value = attempt(() => {
    const raw = read();
    return raw === undefined ? undefined : String(raw);
  });
  if (value === undefined || value.length <= LONGEST_TEXT) return value;
  return `${value.slice(0, LONGEST_TEXT)}... (${value.length} characters)`;
}

/** The RemoteError for `encoded`; `what` opens its message: "CountLines: run() threw in the child". */
export function decodeError(encoded: EncodedError, what: string, context: { subprocess: string; pid: number | null }) {
  return decode(encoded, `${what}: ${encoded.name}: ${encoded.message}`, context);
}

function decode(
  encoded: EncodedError,
  message: string,
  context: { subprocess: string; pid: number | null },
): RemoteError {
  const { cause, errors, ...remote } = encoded;
  const inner = (error: EncodedError) => decode(error, `${error.name}: ${error.message}`, context);
  return new RemoteError(message, remote, {
    ...context,
    ...(cause ? { cause: inner(cause) } : {}),
    ...(errors ? { errors: errors.map(inner) } : {}),
  });
}
