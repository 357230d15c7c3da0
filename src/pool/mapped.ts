/** Parent side: what `map` gives: an Observable that can be iterated. */
import type { Observable as ObservableType, Subscriber } from 'rxjs';
import { checkSource, feedOf } from './feeds';
import { Mapping, type MappingOptions } from './mapping';
import type { Mapped, MapSource } from './mapping-types';
import { OutputIterator } from './output-iterator';
import type { Scheduler } from './scheduler';

export function mapped(scheduler: Scheduler, source: MapSource<any>, options: MappingOptions): Mapped<unknown> {
  checkSource(source, scheduler.name);
  const outputs$ = observed(scheduler, source, options);
  const iterate = () =>
    new OutputIterator(outlet => {
      const mapping = new Mapping(scheduler, options, outlet);
      mapping.start(feedOf(source, mapping));
      return mapping;
    });
  return Object.assign(outputs$, { [Symbol.asyncIterator]: iterate });
}

/** An Observable is not held up by its consumer: outputs go as they come. */
export function observed(
  scheduler: Scheduler,
  source: MapSource<any>,
  options: MappingOptions,
): ObservableType<unknown> {
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  return new Observable((subscriber: Subscriber<unknown>) => {
    const mapping = new Mapping(scheduler, options, {
      waiting: 0,
      next: value => subscriber.next(value),
      error: error => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    subscriber.add(() => mapping.stop());
    mapping.start(feedOf(source, mapping));
  });
}
