/** Both sides: the tree of processes, as users see it. */
import type { Observable } from 'rxjs';
import { observeTree } from '../side';
import { isNumber, OptionChecker } from '../util/check-options';
import { LONGEST_TIMER } from '../util/clock';
import type { ProcessNode, TreeOptions } from './types';

/** The least ms between two emissions. */
const LEAST_INTERVAL = 20;

/**
 * Emits all processes, supervisors and pools that this process has, and those that its processes have, to any depth: at
 * once, and a fresh array after changes, at most every `interval` ms (default: 250). Each node is plain data; one that
 * has not changed is the same object as before. Nodes come after those that they belong to. Those that have ended since
 * somebody first subscribed stay until more than 200 have. In a child, the tree begins with the child's own processes.
 *
 * While it is subscribed to, the processes of this process are asked to report their own. What they report comes later
 * than the rest, by up to `interval` ms for each level. Never completes and never errors. Does not keep the process
 * alive.
 *
 * @throws StateError if an option is wrong
 * @example
 * const task = new Heartbeat();
 * const exit = task.wait(); // keeps this process alive
 * const [node] = await firstValueFrom(
 *   processTree$().pipe(filter(nodes => nodes.length > 0)),
 * );
 * console.log(node?.kind, node?.name);
 * // prints: loop Heartbeat
 * void task.shutdown();
 * await exit;
 */
export function processTree$(options?: TreeOptions): Observable<readonly ProcessNode[]> {
  const checker = new OptionChecker('processTree$: ', { subprocess: 'processTree$' });
  const { interval } = checker.withDefaults(
    'options',
    options,
    { interval: 250 },
    {
      interval: [`a number of ms, ${LEAST_INTERVAL} to ${LONGEST_TIMER}`, isNumber(LEAST_INTERVAL, LONGEST_TIMER)],
    },
  );
  return observeTree(interval);
}
