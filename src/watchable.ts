/** Both sides: what a watchdog needs of a task, whichever copy of the package the task is of. */
import type { SubprocessError, Whereabouts } from './model/errors';
import { acrossCopies } from './util/across-copies';

/** The answer of a child that gave no sign of life. */
export interface Answer extends Whereabouts {
  /** It waits until the parent reads its messages, so its silence is none. */
  isHeld: boolean;
}

export interface Watchable {
  /** Has the child tell where it is busy, from its start on. Does nothing if the child has started. */
  watch(): void;
  /** Asks the child where it is. Calls back for each answer, until the returned function is called. */
  ask(onAnswer: (answer: Answer) => void): () => void;
  /** Ends the child, if it has not ended, as a failure. */
  fail(error: SubprocessError): void;
}

const watchables = acrossCopies('watchables', () => new WeakMap<object, Watchable>());

/** Called with each new task of the parent. */
export const setWatchable = (task: object, watchable: Watchable): void => {
  watchables.set(task, watchable);
};

export const watchableOf = (task: object): Watchable | undefined => watchables.get(task);
