/** Both sides: constructs a task that runs in the process of its test. */
import type { AnySubprocess, ArgsOf } from '../index';
import { type ChildSide, childSide } from '../side';
import type { Fault } from './fault';
import { constructWith } from './half';
import { VirtualTime } from './virtual-time';

/**
 * A class whose instances are tasks.
 *
 * @example const make = (type: TaskType<Heartbeat>) => inProcess(type, [3]);
 */
export type TaskType<T extends AnySubprocess = AnySubprocess> = new (...args: any[]) => T;

/**
 * By which time a task in the same process goes, and what happens to it.
 *
 * @example
 * const options: InProcessOptions = {
 *   time: new VirtualTime(),
 *   fault: crash({ after: 500 }),
 * };
 */
export interface InProcessOptions {
  /**
   * The time by which the task goes. Default: a time of its own, which passes by itself: at once while the task sleeps,
   * and as real time does while its code runs.
   */
  time?: VirtualTime;
  /** What happens to the task. Default: nothing. */
  fault?: Fault;
}

/**
 * Constructs a task of a class. It runs in this process, without a child: with the same streams, states, errors and
 * ends. `init` and `forkOptions` are called on the task that this returns. The work is done by a second instance, which
 * gets the snapshot, as in a child. `process` stays null.
 *
 * A stop cannot interrupt code that is running. If a task is "killed", its code goes on until it next waits for `emit`
 * or for the sleep of a loop, and nothing that it does is reported.
 *
 * @throws StateError if the class cannot work
 * @example
 * const task = inProcess(CountLines, ['access.log']);
 * console.log(await task.result());
 * // prints: 25000
 */
export function inProcess<T extends AnySubprocess>(
  type: TaskType<T>,
  args: ArgsOf<T>,
  options: InProcessOptions = {},
): T {
  return constructInProcess(type, () => new type(...args), options);
}

/** Calls `construct`. The instance of `type` that it constructs runs in this process. */
export function constructInProcess<T extends AnySubprocess>(
  type: TaskType<T>,
  construct: () => T,
  { time = new VirtualTime('automatic'), fault }: InProcessOptions,
): T {
  const outer = childSide();
  let isConstructed = false;
  const half: ChildSide = {
    depth: outer?.depth ?? 0,
    mainScript: outer?.mainScript ?? null,
    isWork: outer?.isWork ?? true,
    adopt(instance, args, real) {
      // A constructor may construct other tasks too.
      if (isConstructed || instance.constructor !== type) {
        return outer ? outer.adopt(instance, args, real) : real().adopt(instance, args);
      }
      isConstructed = true;
      const { InProcessInstance } =
        require('./parent/in-process-instance') as typeof import('./parent/in-process-instance');
      const { startChild } = require('./child/task') as typeof import('./child/task');
      return new InProcessInstance(instance as AnySubprocess, args, { time, fault, startChild });
    },
    shutdownAll(shutType, options, real) {
      return outer ? outer.shutdownAll(shutType, options, real) : real().shutdownAll(shutType, options);
    },
    // Only an outer half can be that of code that runs again.
    inertStream: () => (outer as ChildSide).inertStream(),
    inertPromise: () => (outer as ChildSide).inertPromise(),
  };
  return constructWith(half, construct);
}
