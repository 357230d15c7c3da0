/** Child side: the shapes in which work gives more than one value, or gives it later. */
import type { Observable } from 'rxjs';

export type Generated = Generator | AsyncGenerator;

/** A generator object, sync or async; an array or another iterable is none. */
export function isGenerator(value: object): value is Generated {
  const { next, throw: raise, return: end } = value as Partial<Generator>;
  return typeof next === 'function' && typeof raise === 'function' && typeof end === 'function';
}

export function isObservable(value: object): value is Observable<unknown> {
  const { subscribe, pipe } = value as Partial<Observable<unknown>>;
  return typeof subscribe === 'function' && typeof pipe === 'function';
}

export const isThenable = (value: object): value is PromiseLike<unknown> =>
  typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
