/** Both sides: an operator that works through its source by way of a queue. */
import type { Observable as ObservableType, OperatorFunction } from 'rxjs';
import type { Outcome } from '../pool/outcome';
import {
  type AnySubprocessWorker,
  checkWorker,
  type ItemOf,
  nameOfClass,
  type OutputOf,
  type WorkerClass,
} from '../pool/subprocess-worker';
import { markHandled } from '../util/mark-handled';
import { type CallOptions, checkCallOptions } from './options';
import { QueuePool } from './queue-pool';

/**
 * Works on each item of its source at the hosts that call `serveQueue` with the same class. Each subscription is a caller
 * of its own, which is shut down when the subscription ends. Emits all outputs, in the order of the items unless
 * `ordered` is false. Completes when the source has completed and every item is done. Errors with the first failure,
 * unless `settle` makes each item's outcome a value; errors also if no host takes an item, or Redis cannot be reached, as
 * a QueuePool does. Each item is worked on at least once.
 *
 * @throws StateError if the class or an option is wrong
 * @example
 * image$
 *   .pipe(mapOverQueue(Thumbnail, { connection: 'redis://queue:6379' }))
 *   .subscribe(thumbnail => console.log(thumbnail.length));
 */
export function mapOverQueue<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  options: CallOptions & { settle: true },
): OperatorFunction<ItemOf<Worker>, Outcome<ItemOf<Worker>, OutputOf<Worker>>>;
export function mapOverQueue<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  options: CallOptions & { settle?: false },
): OperatorFunction<ItemOf<Worker>, OutputOf<Worker>>;
export function mapOverQueue(type: WorkerClass, options: CallOptions): OperatorFunction<unknown, unknown> {
  const call = `mapOverQueue(${nameOfClass(type)})`;
  checkWorker(type, call);
  checkCallOptions(options, type.name, call);
  return (source$: ObservableType<unknown>) => {
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    return new Observable(subscriber => {
      const pool = new QueuePool(type, options);
      subscriber.add((pool.map(source$) as ObservableType<unknown>).subscribe(subscriber));
      // Added second, so that the items are canceled when the pool is shut down.
      subscriber.add(() => markHandled(pool.shutdown()));
    });
  };
}
