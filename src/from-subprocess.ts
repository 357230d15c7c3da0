/** Both sides: makes a cold Observable of a process. Loads rxjs only when called, since every child loads this file. */
import type { Observable, ObservableInput, ObservedValueOf } from 'rxjs';
import type { AnySubprocess, MessageOf } from './model/types';
import { takeOver } from './take-over';

type Picker<T> = (task: T) => ObservableInput<unknown>;

/**
 * Returns a cold Observable that runs one process for each subscription. Subscribing constructs the task and starts it.
 * Unsubscribing shuts it down.
 *
 * Emits what `pick` returns, by default the messages. Completes when the process has exited without an `error` in its
 * ExitStatus, and the picked stream has completed. All streams of a task have completed by then. A shutdown by other
 * code is not an error. Errors as `result$` does, with the `error` of the ExitStatus, as the picked stream does, or
 * with what the factory throws.
 *
 * A retry never overlaps the process before it: a subscription first waits until the processes of earlier
 * subscriptions that have ended are gone. It does not wait for processes that are still subscribed to.
 *
 * @example fromSubprocess(() => new CountLines(path), task => task.result$).pipe(timeout(5_000), retry(3))
 */
export function fromSubprocess<T extends AnySubprocess>(factory: () => T): Observable<MessageOf<T>>;
export function fromSubprocess<T extends AnySubprocess, Picked extends ObservableInput<any>>(
  factory: () => T,
  pick: (task: T) => Picked,
): Observable<ObservedValueOf<Picked>>;
export function fromSubprocess<T extends AnySubprocess>(
  factory: () => T,
  pick: Picker<T> = task => task.message$,
): Observable<unknown> {
  // Not all of rxjs: a module may call this at its top level, and then every child of that module loads it too.
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  const exiting = new Set<AnySubprocess>();
  return new Observable(subscriber => runNext(factory, pick, exiting).subscribe(subscriber));
}

/** Runs a task once the tasks that are `exiting` have exited. */
function runNext<T extends AnySubprocess>(factory: () => T, pick: Picker<T>, exiting: Set<AnySubprocess>) {
  const { concat, defer, forkJoin, ignoreElements } = require('rxjs') as typeof import('rxjs');
  const othersExited$ = defer(() => forkJoin([...exiting].map(({ exit$ }) => exit$))).pipe(ignoreElements());
  const values$ = defer(() => observeTask(takeOver(factory(), 'fromSubprocess'), pick, exiting));
  return concat(othersExited$, values$);
}

function observeTask<T extends AnySubprocess>(
  task: T,
  pick: Picker<T>,
  exiting: Set<AnySubprocess>,
): Observable<unknown> {
  const { defer, finalize, ignoreElements, merge, tap } = require('rxjs') as typeof import('rxjs');
  let isDone = false;
  const markDone = () => {
    isDone = true;
  };
  const release = () => {
    // A task that is done exits by itself. A signal would only change its ExitStatus.
    if (!isDone) void task.shutdown();
    exiting.add(task);
    task.exit$.subscribe(() => exiting.delete(task));
  };

  const exit$ = task.exit$.pipe(
    tap(({ error }) => {
      if (error) throw error;
    }),
  );
  const outcome$ = merge(task.result$, exit$).pipe(ignoreElements(), tap({ error: markDone, complete: markDone }));
  const picked$ = defer(() => pick(task));
  // On an error, `tap` releases the task before a `retry` subscribes again. `finalize` alone would do it after that.
  return merge(outcome$, picked$).pipe(tap({ error: release }), finalize(release));
}
