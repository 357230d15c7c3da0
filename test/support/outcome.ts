/** Everything that a task settles with, each exactly once. */
import type { ExitStatus, SubprocessError } from 'offspring-rx';
import { lastValueFrom, toArray } from 'rxjs';

interface Task {
  result(): Promise<unknown>;
  wait(): Promise<ExitStatus>;
  exit$: import('rxjs').Observable<ExitStatus>;
  state$: import('rxjs').Observable<string>;
  message$: import('rxjs').Observable<unknown>;
}

export interface Outcome {
  exit: ExitStatus;
  /** What result() gave, if it did. */
  value?: unknown;
  /** What result() rejected with, if it did. */
  error?: SubprocessError & Record<string, any>;
  states: string[];
  messages: unknown[];
}

/** Waits for the end of a task, and sees that every promise and stream settles, once. */
export async function outcomeOf(task: Task): Promise<Outcome> {
  const messages = lastValueFrom(task.message$.pipe(toArray()));
  const states = lastValueFrom(task.state$.pipe(toArray()));
  const exits = lastValueFrom(task.exit$.pipe(toArray()));
  const result = await task.result().then(
    value => ({ value }),
    error => ({ error }),
  );
  const exit = await task.wait();
  const seen = await exits;
  if (seen.length !== 1 || seen[0] !== exit) throw new Error(`exit$ emitted ${seen.length} times`);
  return { exit, ...result, states: await states, messages: await messages };
}
