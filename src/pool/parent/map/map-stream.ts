/** Parent side: what `map` returns: an Observable that can also be iterated. */
import type { Observable as ObservableType, Subscriber } from 'rxjs';
import { QueueIterator } from '../../../queue/queue-iterator';
import type { Mapped, MapSource } from '../../outcome';
import type { Scheduler } from '../scheduler/scheduler';
import { MapRun, type MapRunOptions } from './map-run';
import { checkSource, sourceOf } from './sources';

/** How many outputs an iteration takes before more items are pulled. */
const TAKEN = 64;

export function mapStream(scheduler: Scheduler, source: MapSource<any>, options: MapRunOptions): Mapped<unknown> {
  checkSource(source, scheduler.name);
  const outputs$ = observeMap(scheduler, source, options);
  return Object.assign(outputs$, { [Symbol.asyncIterator]: () => iterateMap(scheduler, source, options) });
}

/** Outputs are emitted as they come, whatever the pace of the subscriber. */
export function observeMap(
  scheduler: Scheduler,
  source: MapSource<any>,
  options: MapRunOptions,
): ObservableType<unknown> {
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  return new Observable((subscriber: Subscriber<unknown>) => {
    const run = new MapRun(scheduler, options, {
      waiting: 0,
      next: value => subscriber.next(value),
      error: error => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    subscriber.add(() => run.stop());
    run.start(sourceOf(source, run));
  });
}

/** Items are pulled only as outputs are taken. */
function iterateMap(scheduler: Scheduler, source: MapSource<any>, options: MapRunOptions): QueueIterator<unknown> {
  let run: MapRun | undefined;
  const iterator = new QueueIterator<unknown>({
    subscribe(observer) {
      run = new MapRun(scheduler, options, {
        get waiting() {
          return iterator.waiting;
        },
        next: value => observer.next(value),
        error: error => observer.error(error),
        complete: () => observer.complete(),
      });
      run.start(sourceOf(source, run));
    },
    consumed() {
      if (iterator.waiting % TAKEN === 0) run?.taken();
    },
    unsubscribe: () => run?.stop(),
  });
  return iterator;
}
