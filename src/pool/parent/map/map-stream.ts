/** Parent side: makes the result of `map()`, an Observable that can also be iterated. */
import type { Observable as ObservableType, Subscriber } from 'rxjs';
import { QueueIterator } from '../../../queue/queue-iterator';
import { BoundObserver } from '../../../util/bound-observer';
import type { CheckedMapOptions } from '../../options';
import type { Mapped, MapSource } from '../../outcome';
import { followSignal } from '../items/follow-signal';
import type { ItemScheduler } from '../items/item-scheduler';
import { MapRun } from './map-run';
import { checkSource, sourceOf } from './sources';

/** An iteration pulls items each time its backlog of outputs is a multiple of this, and not with each output. */
const PULL_EVERY = 64;

export function mapStream(
  scheduler: ItemScheduler,
  source: MapSource<any>,
  options: CheckedMapOptions,
): Mapped<unknown> {
  checkSource(source, scheduler.name);
  const outputs$ = observeMap(scheduler, source, options);
  return Object.assign(outputs$, { [Symbol.asyncIterator]: () => iterateMap(scheduler, source, options) });
}

/** Emits outputs as they come, whatever the pace of the subscriber, and in the async context of its subscription. */
export function observeMap(
  scheduler: ItemScheduler,
  source: MapSource<any>,
  options: CheckedMapOptions,
): ObservableType<unknown> {
  const { signal } = options;
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  return new Observable((subscriber: Subscriber<unknown>) => {
    if (signal?.aborted) return subscriber.error(signal.reason);
    const observer = new BoundObserver(subscriber);
    const run = new MapRun(scheduler, options, {
      waiting: 0,
      next: value => observer.next(value),
      error: error => observer.error(error),
      complete: () => observer.complete(),
    });
    subscriber.add(() => run.stop());
    if (signal) subscriber.add(followSignal(signal, () => run.fail(signal.reason)));
    run.start(sourceOf(source, run));
  });
}

/** Pulls items only as fast as outputs are consumed. */
function iterateMap(
  scheduler: ItemScheduler,
  source: MapSource<any>,
  options: CheckedMapOptions,
): QueueIterator<unknown> {
  const { signal } = options;
  let run: MapRun | undefined;
  let unfollow = () => {};
  const iterator = new QueueIterator<unknown>({
    subscribe(observer) {
      if (signal?.aborted) return observer.error(signal.reason);
      run = new MapRun(scheduler, options, {
        get waiting() {
          return iterator.waiting;
        },
        next: value => observer.next(value),
        error: error => observer.error(error),
        complete: () => observer.complete(),
      });
      if (signal) unfollow = followSignal(signal, () => abort(signal.reason));
      run.start(sourceOf(source, run));
    },
    consumed() {
      if (iterator.waiting % PULL_EVERY === 0) run?.onOutputsConsumed();
    },
    unsubscribe() {
      unfollow();
      run?.stop();
    },
  });
  const abort = (reason: unknown) => {
    run?.stop();
    iterator.abort(reason);
  };
  return iterator;
}
