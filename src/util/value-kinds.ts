/** Both sides: tells kinds of values apart by their methods, since a value may come from another library or realm. */
import type { Observable } from 'rxjs';

/** A generator object, sync or async. An array or another iterable is not one. */
export type Generated = Generator | AsyncGenerator;

const hasMethod = (value: unknown, name: PropertyKey): boolean =>
  typeof (value as Record<PropertyKey, unknown> | null | undefined)?.[name] === 'function';

/** A view of memory that threads share. By its tag, since the memory may come from another realm. */
export const isSharedView = (value: unknown): boolean =>
  ArrayBuffer.isView(value) && Object.prototype.toString.call(value.buffer) === '[object SharedArrayBuffer]';

export const isThenable = (value: unknown): value is PromiseLike<unknown> => hasMethod(value, 'then');

export const isGenerator = (value: unknown): value is Generated =>
  hasMethod(value, 'next') && hasMethod(value, 'throw') && hasMethod(value, 'return');

export const isObservable = (value: unknown): value is Observable<unknown> => hasMethod(value, 'subscribe');

export const isIterable = (value: unknown): value is Iterable<unknown> => hasMethod(value, Symbol.iterator);

export const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  hasMethod(value, Symbol.asyncIterator);
