/** Both sides: an operator that works through its source in a pool of its own. */
import type { Observable, OperatorFunction } from 'rxjs';
import { checkOptions, type OptionsRest } from './options';
import type { Outcome } from './outcome';
import {
  type AnySubprocessWorker,
  checkWorker,
  type ItemOf,
  nameOfClass,
  type OutputOf,
  type WorkerClass,
} from './subprocess-worker';

/**
 * Works on each item of its source in a pool of workers. Each subscription has its own pool, which is shut down when
 * the subscription ends. Emits all outputs, in the order of the items unless `ordered` is false. Completes when the
 * source has completed and every item is done. Errors with the first failure, unless `settle` makes each item's outcome
 * a value. Errors also if more than `queueLimit` items wait.
 *
 * @param type - the class of the workers
 * @param options - how the pool works; required if `args` or `share` is
 * @throws StateError if the class or an option is wrong
 * @example
 * image$
 *   .pipe(mapInSubprocess(Thumbnail, { workers: 4, args: [128] }))
 *   .subscribe(thumbnail => console.log(thumbnail.length));
 * // prints: 8
 * // prints: 16
 */
export function mapInSubprocess<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  ...[options]: OptionsRest<Worker, { settle?: false }>
): OperatorFunction<ItemOf<Worker>, OutputOf<Worker>>;
export function mapInSubprocess<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  ...[options]: OptionsRest<Worker, { settle: true }>
): OperatorFunction<ItemOf<Worker>, Outcome<ItemOf<Worker>, OutputOf<Worker>>>;
export function mapInSubprocess(type: WorkerClass, options?: object): OperatorFunction<unknown, unknown> {
  const call = `mapInSubprocess(${nameOfClass(type)})`;
  checkWorker(type, call);
  const checked = checkOptions(options, type.name, call);
  return (source$: Observable<unknown>) => {
    // Loaded on subscription: a child that loads the module never needs it.
    const { inOwnPool } = require('./parent/map/own-pool') as typeof import('./parent/map/own-pool');
    return inOwnPool(type, checked, source$);
  };
}
