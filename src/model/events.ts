/** Both sides: the events of a child, as one union on `type`. */
import type { SubprocessError } from './errors';
import type { ExitStatus } from './exit-status';
import type { Iteration } from './types';

/** `at` is the time when the parent observed the event, in ms since the epoch. */
export type SubprocessEvent<Message = unknown> = { at: number } & (
  | { type: 'starting' }
  | { type: 'spawned'; pid: number }
  | { type: 'ready' }
  | { type: 'message'; message: Message }
  | ({ type: 'iteration' } & Iteration)
  /** The child called `alive()`. At most one for each 10 ms. */
  | { type: 'alive' }
  | { type: 'result'; value: unknown }
  | { type: 'failed'; error: SubprocessError }
  | { type: 'stopping' }
  | { type: 'exited'; exit: ExitStatus }
);

/** The event with this `type`. */
export type EventOf<Type extends SubprocessEvent['type'], Message = unknown> = Extract<
  SubprocessEvent<Message>,
  { type: Type }
>;
