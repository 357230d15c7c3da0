/** Both sides: an operator that works through a stream in a pool of its own; the pool is loaded upon subscription. */
import type { Observable, OperatorFunction } from 'rxjs';
import { type ArgsRest, checkOptions } from './options';
import type { Outcome } from './outcome';
import {
  type AnySubprocessWorker,
  checkWorker,
  type ItemOf,
  type OutputOf,
  shownClass,
  type WorkerClass,
} from './subprocess-worker';

type WorkerArgs<Worker extends AnySubprocessWorker> = Parameters<Worker['init']>;

/**
 * Works on each item of its source in a pool of workers, one pool for each subscription, shut down when that ends. Emits
 * all outputs, in the order of the items unless `ordered` is false; completes when the source has completed and every
 * item is done; errors with the first failure, unless `settle` makes each item's outcome a value, and where more than
 * `queueLimit` items wait.
 *
 * @throws StateError if the class or an option is wrong
 * @example image$.pipe(mapInSubprocess(Thumbnail, { workers: 4, args: [128] }))
 */
export function mapInSubprocess<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  ...[options]: ArgsRest<WorkerArgs<Worker>, { settle?: false }>
): OperatorFunction<ItemOf<Worker>, OutputOf<Worker>>;
export function mapInSubprocess<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  ...[options]: ArgsRest<WorkerArgs<Worker>, { settle: true }>
): OperatorFunction<ItemOf<Worker>, Outcome<ItemOf<Worker>, OutputOf<Worker>>>;
export function mapInSubprocess(type: WorkerClass, options?: object): OperatorFunction<unknown, unknown> {
  const where = `mapInSubprocess(${shownClass(type)})`;
  checkWorker(type, where);
  const checked = checkOptions(options, type.name, where);
  return (source$: Observable<unknown>) => {
    const { inOwnPool } = require('./parent/map/own-pool') as typeof import('./parent/map/own-pool');
    return inOwnPool(type, checked, source$);
  };
}
