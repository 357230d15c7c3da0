/** Parent side: an operator that calls each subscriber in the async context in which it has subscribed. */
import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { BoundObserver } from '../../util/bound-observer';

export const bound =
  <T>(): MonoTypeOperatorFunction<T> =>
  source$ =>
    new Observable(subscriber => source$.subscribe(new BoundObserver(subscriber)));
