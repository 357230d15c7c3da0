/** Parent side: what `map` gives: an Observable that can be iterated. */
import type { Observable as ObservableType, Subscriber } from 'rxjs';
import type { Mapped, MapSource } from '../../outcome';
import type { Scheduler } from '../scheduler/scheduler';
import { MapRun, type MapRunOptions } from './map-run';
import { OutputIterator } from './output-iterator';
import { checkSource, sourceOf } from './sources';

export function mapStream(scheduler: Scheduler, source: MapSource<any>, options: MapRunOptions): Mapped<unknown> {
  checkSource(source, scheduler.name);
  const outputs$ = observeMap(scheduler, source, options);
  const iterate = () =>
    new OutputIterator(outlet => {
      const run = new MapRun(scheduler, options, outlet);
      run.start(sourceOf(source, run));
      return run;
    });
  return Object.assign(outputs$, { [Symbol.asyncIterator]: iterate });
}

/** An Observable is not held up by its consumer: outputs go as they come. */
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
