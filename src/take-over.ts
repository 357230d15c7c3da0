/** Both sides: takes a task that a factory returned into the care of one owner, and sees that it starts. */
import { isStateError, StateError } from './model/errors';
import type { AnySubprocess } from './model/types';
import type { Subprocess } from './subprocess';
import { safeText } from './util/safely';

const owned = new WeakSet<object>();

/** Whether a value is an instance of Subprocess, also of another copy of the package. */
export const isTask = (value: unknown): value is AnySubprocess =>
  typeof value === 'object' && value !== null && 'exit$' in value && 'shutdown' in value;

/**
 * Returns the task, started where `EXPLICIT_START` left that to its owner. `owner` is named in errors.
 *
 * @throws StateError if it is no task, or has an owner already
 */
export function takeOver<T>(task: T, owner: string): T & AnySubprocess {
  if (!isTask(task)) {
    throw new StateError(
      `${owner}: the factory returned ${safeText(task)}, which is no Subprocess: return a new instance, as in () => new MyTask()`,
      { subprocess: owner },
    );
  }
  const { name, EXPLICIT_START } = task.constructor as unknown as typeof Subprocess & { name: string };
  if (owned.has(task)) {
    throw new StateError(
      `${owner}: the factory returned an instance of ${name} that it or another had returned before, and an instance runs once: construct one each time, as in () => new ${name}()`,
      { subprocess: name },
    );
  }
  owned.add(task);
  if (EXPLICIT_START) startUnlessStarted(task);
  return task;
}

/** `() => new MyTask().start()` is a good factory too. */
function startUnlessStarted(task: AnySubprocess): void {
  try {
    task.start();
  } catch (error) {
    if (!isStateError(error)) throw error;
  }
}
