/** Both sides: encodes whatever was thrown, without ever throwing itself. */
import { isRemoteError, RemoteError, type RemoteFacts } from '../model/errors';
import { attempt } from '../util/safely';
import type { ErrorDetails } from './error-details';
import { decodeValue, encodeValue } from './frames';

/** A thrown value as data. Each text is cut at 65,536 characters. */
export interface EncodedError extends RemoteFacts {
  cause?: EncodedError;
  errors?: EncodedError[];
}

/** Whether a value is an EncodedError, with all its causes. */
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

/** Characters of a text, and bytes of a field. */
const LONGEST_ERROR_TEXT = 64 * 1024;
const DEEPEST_CAUSE = 16;
/** Errors in one report: causes, and the errors of AggregateErrors. */
const MOST_ERRORS = 64;

/** Encodes any thrown value, be it frozen, cyclic, or with getters that throw. */
export function encodeError(thrown: unknown): EncodedError {
  return encode(thrown, new Set(), { errors: MOST_ERRORS });
}

/** `path`: the errors that lead to this one. `remaining.errors`: how many errors the report may still hold. */
function encode(thrown: unknown, path: Set<unknown>, remaining: { errors: number }): EncodedError {
  remaining.errors -= 1;
  if (!isErrorLike(thrown)) return encodeNonError(thrown);
  const encoded = path.size > 0 && isRemoteError(thrown) ? { ...thrown.remote } : encodeOwn(thrown);
  if (path.size >= DEEPEST_CAUSE) return encoded;
  const inner = new Set(path).add(thrown);
  const cause = attempt(() => thrown.cause);
  // A RemoteError from a child of this child: its `remote` becomes the cause, and the cause of that follows.
  if (path.size === 0 && isRemoteError(thrown)) encoded.cause = encode(thrown, inner, remaining);
  else if (cause !== undefined && !inner.has(cause) && remaining.errors > 0)
    encoded.cause = encode(cause, inner, remaining);
  const errors = attempt(() => listOf((thrown as { errors?: unknown }).errors));
  if (errors) {
    encoded.errors = errors
      .filter(error => !inner.has(error))
      .flatMap(error => (remaining.errors > 0 ? [encode(error, inner, remaining)] : []));
  }
  return encoded;
}

/** Reads the array once, entry by entry: it may be a Proxy. */
const listOf = (errors: unknown): unknown[] | undefined =>
  Array.isArray(errors)
    ? Array.from({ length: Math.min(errors.length, MOST_ERRORS) }, (_, at) => errors[at])
    : undefined;

function encodeOwn(error: Error): EncodedError {
  const name = readText(() => error.name) ?? 'Error';
  const message = readText(() => error.message) ?? '';
  const stack = readText(() => error.stack) ?? `${name}: ${message}`;
  return { name, message, stack, data: dataOf(error) };
}

function encodeNonError(thrown: unknown): EncodedError {
  const value = readText(() => asText(thrown)) ?? 'a value';
  const message = `${value} was thrown, which is not an Error`;
  const encoded: EncodedError = { name: 'NonError', message, stack: `NonError: ${message}`, data: {} };
  const copy = copyIfSendable(thrown);
  if (copy) encoded.thrown = copy.value;
  return encoded;
}

function asText(thrown: unknown): string {
  if (typeof thrown === 'string') return JSON.stringify(thrown);
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  return JSON.stringify(thrown) ?? String(thrown);
}

function isErrorLike(thrown: unknown): thrown is Error {
  return (
    attempt(() => thrown instanceof Error) === true ||
    // Errors of another realm, and DOMException.
    attempt(() => Object.prototype.toString.call(thrown)) === '[object Error]' ||
    attempt(() => Object.prototype.toString.call(thrown)) === '[object DOMException]'
  );
}

/** Fields that are encoded separately. So is `errors` if it is an array, and `remote` of a RemoteError. */
const NOT_DATA = new Set(['name', 'message', 'stack', 'cause']);

function dataOf(error: Error): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const keys = attempt(() => Object.keys(error)) ?? [];
  for (const key of keys) {
    if (NOT_DATA.has(key) || (key === 'remote' && isRemoteError(error))) continue;
    const value = attempt(() => (error as unknown as Record<string, unknown>)[key]);
    if (key === 'errors' && attempt(() => Array.isArray(value)) !== false) continue;
    const copy = copyIfSendable(value);
    if (copy?.value === undefined) continue;
    Object.defineProperty(data, key, { value: copy.value, enumerable: true, configurable: true, writable: true });
  }
  return data;
}

/** Returns a copy of the value as it would arrive, if it can be sent. A getter may return something else next time. */
function copyIfSendable(value: unknown): { value: unknown } | undefined {
  // Loaded on first use: a child that does not fail never needs it.
  const { findObstacle } = require('./crossing') as typeof import('./crossing');
  return attempt(() => {
    const details: ErrorDetails[] = [];
    if (findObstacle(value, '', 'message', details)) return undefined;
    const bytes = encodeValue(value, details);
    return bytes.length > LONGEST_ERROR_TEXT ? undefined : { value: decodeValue(bytes) };
  });
}

/** Returns what `read` returns, as a text of limited length. Undefined if it is undefined, or if reading it throws. */
function readText(read: () => unknown): string | undefined {
  const value = attempt(() => {
    const raw = read();
    return raw === undefined ? undefined : String(raw);
  });
  if (value === undefined || value.length <= LONGEST_ERROR_TEXT) return value;
  return `${value.slice(0, LONGEST_ERROR_TEXT)}... (${value.length} characters)`;
}

/** Returns the RemoteError for `encoded`. Its message starts with `what`: "CountLines: run() threw in the child". */
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
