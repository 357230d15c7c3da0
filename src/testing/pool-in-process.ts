/** Both sides: makes a pool whose workers run in the process of its test. */
import type { OptionsRest, PoolOptions } from '../pool/options';
import type { AnySubprocessWorker, WorkerClass } from '../pool/subprocess-worker';
import { WorkerPool } from '../pool/worker-pool';
import type { Fault } from './fault';
import { constructInProcess } from './in-process';

/**
 * The options of a pool in the same process, and what happens to its workers.
 *
 * @example
 * const options: InProcessPoolOptions = {
 *   workers: 2,
 *   retries: 1,
 *   faults: [killedBy('SIGKILL')],
 * };
 */
export interface InProcessPoolOptions<Args extends unknown[] = unknown[], Shared = any>
  extends PoolOptions<Args, Shared> {
  /** What happens to the workers, in the order in which they are started; nothing to those beyond its end. Default: none. */
  faults?: readonly (Fault | undefined)[];
}

/**
 * A WorkerPool whose workers run in this process. All else is that of the real one: queues, batches, retries, the order
 * of outputs, timeouts in real time, and what cannot cross.
 *
 * @param type - the class of the workers
 * @param options - those of a WorkerPool, and `faults`
 * @throws StateError if the class or an option is wrong
 * @example
 * const faults = [killedBy('SIGKILL')]; // the next worker takes its item
 * await using pool = poolInProcess(Thumbnail, {
 *   args: [128],
 *   retries: 1,
 *   faults,
 * });
 * console.log((await pool.run(image)).length);
 * // prints: 8
 */
export function poolInProcess<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  ...[options]: OptionsRest<Worker, Pick<InProcessPoolOptions, 'faults'>>
): WorkerPool<Worker> {
  const { faults = [], ...poolOptions }: Pick<InProcessPoolOptions, 'faults'> = options ?? {};
  let started = 0;
  const inThisProcess =
    typeof type !== 'function'
      ? type
      : new Proxy(type, {
          construct(_, args) {
            const fault = faults[started++];
            return constructInProcess(type, () => new type(...args), fault ? { fault } : {});
          },
        });
  return new WorkerPool(inThisProcess, poolOptions as never);
}
