/**
 * Both sides: what a watchdog, the tree of processes and a pool need of a task, whichever copy of the package the task is
 * of.
 */
import type { SubprocessError, Whereabouts } from './model/errors';
import type { SubprocessEvent } from './model/events';
import type { LogLine, Stdio } from './model/types';
import type { TreeOrder } from './protocol/to-child';
import type { TreeAnswer } from './protocol/to-parent';
import { acrossCopies } from './util/across-copies';

/** The answer of a child that gave no sign of life. */
export interface Answer extends Whereabouts {
  /** It waits until the parent reads its messages, so its silence is none. */
  isHeld: boolean;
}

/** What the tree of processes needs of a task. */
export interface TaskView {
  readonly name: string;
  readonly isLoop: boolean;
  /** The title by which `ps` shows the process, if the library gives it one. */
  readonly title: string | undefined;
  /** How many have arrived so far. */
  readonly counts: { readonly messages: number; readonly iterations: number };
  /** Calls back with the lifecycle events so far, then with each, until the returned function is called. */
  follow(onEvent: (event: SubprocessEvent) => void): () => void;
  /** Sends the child an order that concerns its own processes. */
  order(order: TreeOrder): void;
  /** Sets what is called with each answer of the child to such an order. */
  onTreeAnswer(onAnswer: (answer: TreeAnswer) => void): void;
  /** Where its output goes. */
  readonly stdio: Stdio;
  /**
   * Calls back with each line of its output that the parent reads, until the returned function is called. Takes no line
   * from the queues of `stdout$`, `stderr$` and `log$`.
   */
  onLine(onLine: (line: string, stream: LogLine['stream']) => void): () => void;
}

export interface Watchable {
  readonly view: TaskView;
  /** Has the child tell where it is busy, from its start on. Does nothing if the child has started. */
  watch(): void;
  /** Asks the child where it is. Calls back for each answer, until the returned function is called. */
  ask(onAnswer: (answer: Answer) => void): () => void;
  /** Ends the child, if it has not ended, as a failure. */
  fail(error: SubprocessError): void;
  /** As `send()`, but nobody is told when the child has the command. Returns the error if it cannot be sent. */
  post(command: unknown): SubprocessError | undefined;
  /** As a subscription to `message$`, in any async context and without RxJS. Returns a function that ends it. */
  listen(onMessage: (message: unknown) => void): () => void;
}

const watchables = acrossCopies('watchables', () => new WeakMap<object, Watchable>());

/** Called with each new task of the parent. */
export const setWatchable = (task: object, watchable: Watchable): void => {
  watchables.set(task, watchable);
};

export const watchableOf = (task: object): Watchable | undefined => watchables.get(task);
