/** Both sides: starts a task that a factory returned, and makes sure that only one owner uses it. */
import { isStateError, StateError } from './model/errors';
import type { AnySubprocess, Subprocess } from './subprocess';
import { acrossCopies } from './util/across-copies';
import { safeText } from './util/safely';

/** The tasks that have an owner. A task of one copy of the package may be handed to two copies. */
const owned = acrossCopies('owned', () => new WeakSet());

/** Whether a value is an instance of Subprocess, be it of this or another copy of the package. */
export const isTask = (value: unknown): value is AnySubprocess =>
  typeof value === 'object' && value !== null && 'exit$' in value && 'shutdown' in value;

/** Whether a value can be a factory of tasks. The class of a task is none, since it cannot be called without `new`. */
export const isFactory = (value: unknown): boolean => typeof value === 'function' && !isTask(value.prototype);

/** What a factory must be, for an error. */
export const FACTORY_EXPECTED = 'a function that returns a new task, as in () => new MyTask()';

/**
 * Returns the task, and starts it if it has `EXPLICIT_START`. `owner` is named in errors.
 *
 * @throws StateError if it is not a task, or already has an owner
 */
export function takeOver<T>(task: T, owner: string): T & AnySubprocess {
  if (!isTask(task)) {
    throw new StateError(
      `${owner}: the factory returned ${safeText(task)}, which is not a Subprocess: return a new instance, as in () => new MyTask()`,
      { subprocess: owner },
    );
  }
  const { name, EXPLICIT_START } = task.constructor as unknown as typeof Subprocess & { name: string };
  if (owned.has(task)) {
    throw new StateError(
      `${owner}: the factory returned an instance of ${name} that was already returned before, and an instance runs only once: return a new one each time, as in () => new ${name}()`,
      { subprocess: name },
    );
  }
  owned.add(task);
  if (EXPLICIT_START) startUnlessStarted(task);
  return task;
}

/** The factory may have started it, as in `() => new MyTask().start()`. */
function startUnlessStarted(task: AnySubprocess): void {
  try {
    task.start();
  } catch (error) {
    if (!isStateError(error)) throw error;
  }
}
