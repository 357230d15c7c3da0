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

/** As much of an Observable as all libraries agree on. */
export interface Subscribable {
  /** Some libraries return a function that unsubscribes, and some return nothing. */
  subscribe(observer: {
    next(value: unknown): void;
    error(error: unknown): void;
    complete(): void;
  }): { unsubscribe?(): void } | (() => void) | undefined;
}

/** Several values, one after the other: an iterator is asked for them, an Observable pushes them. */
export type Stream = { iterator: Generated | AsyncIterator<unknown> } | { source$: Subscribable };

/** By these keys libraries recognize each other's Observables. https://github.com/tc39/proposal-observable */
const observableKeys = (): PropertyKey[] => {
  const { observable } = Symbol as { observable?: symbol };
  return observable === undefined ? ['@@observable'] : [observable, '@@observable'];
};

/**
 * The values of a generator, an AsyncIterable such as a Readable, or the Observable of any library. Undefined for any
 * other value. May throw, since it may run the user's getters.
 */
export function streamOf(value: unknown): Stream | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isGenerator(value)) return { iterator: value };
  const key = observableKeys().find(each => hasMethod(value, each));
  if (key !== undefined)
    return { source$: (value as Record<PropertyKey, () => Subscribable>)[key]?.() as Subscribable };
  // Before subscribe(), which means something else in some libraries.
  if (isAsyncIterable(value)) return { iterator: value[Symbol.asyncIterator]() };
  return isObservable(value) ? { source$: value as unknown as Subscribable } : undefined;
}

/** Whether `streamOf` returns a stream for this object. */
export const isStream = (value: object): boolean =>
  isGenerator(value) ||
  isObservable(value) ||
  isAsyncIterable(value) ||
  observableKeys().some(key => hasMethod(value, key));

/** Ends a subscription, whatever `subscribe()` has returned. */
export function unsubscribe(subscription: ReturnType<Subscribable['subscribe']>): void {
  if (typeof subscription === 'function') subscription();
  else subscription?.unsubscribe?.();
}
