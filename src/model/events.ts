/** Both sides: the events of a child, as one union on `type`. */
import type { SubprocessError } from './errors';
import type { ExitStatus } from './exit-status';
import type { Iteration } from './types';

/**
 * What happens to a child. `at` is the time when the parent observed the event, in ms since the epoch.
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
export type SubprocessEvent<Message = unknown> = {
  at: number;
} /** `init` is done, and a process is about to be made. */ & (
  | { type: 'starting' }
  /** There is a process, new or a spare. */
  | { type: 'spawned'; pid: number }
  /** The module is loaded and the instance is there; a loop has run `begin`. */
  | { type: 'ready' }
  /** The child has emitted this. */
  | { type: 'message'; message: Message }
  /** A turn of a loop is over. */
  | ({ type: 'iteration' } & Iteration)
  /** The child called `alive()`. At most one for each 10 ms. */
  | { type: 'alive' }
  /** `run` has returned this. */
  | { type: 'result'; value: unknown }
  /** The task has failed. There may still be a process. */
  | { type: 'failed'; error: SubprocessError }
  /** The child is to stop: a shutdown has begun, or it obeys a SIGTERM. */
  | { type: 'stopping' }
  /** The last event. */
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
