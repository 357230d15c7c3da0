/** Both sides: the events of a child, as one union on `type`. */
import type { SubprocessError } from './errors';
import type { ExitStatus } from './exit-status';
import type { Iteration } from './types';

/**
 * What happens to a child. `at` is the time when the parent observed the event, in ms since the epoch.
 *
 * - 'starting': `init` is done, and a process is about to be made.
 * - 'spawned': there is a process, new or a spare.
 * - 'ready': the module is loaded and the instance is there; a loop has run `begin`.
 * - 'message': the child has emitted `message`.
 * - 'iteration': a turn of a loop is over.
 * - 'alive': the child called `alive()`. At most one for each 10 ms.
 * - 'result': `run` has returned `value`.
 * - 'failed': the task has failed. There may still be a process.
 * - 'stopping': the child is to stop: a shutdown has begun, or it obeys a SIGTERM.
 * - 'exited': the process has ended, or there never was one. This is the last event.
 *
 * @example
 * const task = new CountLines('access.log');
 * task.event$.subscribe(event => {
 *   if (event.type === 'message') console.log(event.message.lines);
 *   if (event.type === 'exited') console.log(event.exit.reason);
 * });
 * await task.wait(); // keeps this process alive: event$ does not
 * // prints: 10000
 * // prints: 20000
 * // prints: completed
 */
export type SubprocessEvent<Message = unknown> = { at: number } & (
  | { type: 'starting' }
  | { type: 'spawned'; pid: number }
  | { type: 'ready' }
  | { type: 'message'; message: Message }
  | ({ type: 'iteration' } & Iteration)
  | { type: 'alive' }
  | { type: 'result'; value: unknown }
  | { type: 'failed'; error: SubprocessError }
  | { type: 'stopping' }
  | { type: 'exited'; exit: ExitStatus }
);

/**
 * The event with this `type`.
 *
 * @example const log = ({ pid }: EventOf<'spawned'>) => console.log(pid);
 */
export type EventOf<Type extends SubprocessEvent['type'], Message = unknown> = Extract<
  SubprocessEvent<Message>,
  { type: Type }
>;
