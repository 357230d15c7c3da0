/** Both sides: a process as a cold Observable; loads rxjs when it is called, since every child loads this file. */
import type { Observable, ObservableInput, ObservedValueOf } from 'rxjs';
import type { AnySubprocess, MessageOf } from './model/types';
import { takeOver } from './take-over';

type Picking<T> = (task: T) => ObservableInput<unknown>;

/**
 * A process for each subscription: subscribing constructs the task and starts it, unsubscribing shuts it down.
 *
 * Emits what `pick` gives, by default the messages. Completes when the process has ended, with no `error` in its
 * ExitStatus, and what `pick` gave has completed, as all streams of a task have by then. A process that somebody else
 * has stopped is no error. Errors as `result$` does, with the `error` of an ExitStatus that tells of a failure after the
 * result, as what `pick` gave does, or with what the factory throws.
 *
 * A subscription waits for the processes of this same Observable whose subscription has ended and that are not gone
 * yet, so that a retry never overlaps the process before it. It does not wait for those still subscribed to.
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
  pick: Picking<T> = task => task.message$,
): Observable<unknown> {
  // All that a module needs which calls this at its top level, and which a child loads again.
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  const leaving = new Set<AnySubprocess>();
  return new Observable(subscriber => runOne(factory, pick, leaving).subscribe(subscriber));
}

/** One process, once those that are `leaving` have gone. */
function runOne<T extends AnySubprocess>(factory: () => T, pick: Picking<T>, leaving: Set<AnySubprocess>) {
  const { concat, defer, forkJoin, ignoreElements } = require('rxjs') as typeof import('rxjs');
  const othersGone$ = defer(() => forkJoin([...leaving].map(({ exit$ }) => exit$))).pipe(ignoreElements());
  const values$ = defer(() => valuesOf(takeOver(factory(), 'fromSubprocess'), pick, leaving));
  return concat(othersGone$, values$);
}

function valuesOf<T extends AnySubprocess>(
  task: T,
  pick: Picking<T>,
  leaving: Set<AnySubprocess>,
): Observable<unknown> {
  const { defer, finalize, ignoreElements, merge, tap } = require('rxjs') as typeof import('rxjs');
  let endsByItself = false;
  const ends = () => {
    endsByItself = true;
  };
  const leave = () => {
    // A signal would only spoil the end of what ends anyway.
    if (!endsByItself) void task.shutdown();
    leaving.add(task);
    task.exit$.subscribe(() => leaving.delete(task));
  };

  const well$ = task.exit$.pipe(
    tap(({ error }) => {
      if (error) throw error;
    }),
  );
  const outcome$ = merge(task.result$, well$).pipe(ignoreElements(), tap({ error: ends, complete: ends }));
  const picked$ = defer(() => pick(task));
  // On an error at once, before anybody who subscribes again because of it.
  return merge(outcome$, picked$).pipe(tap({ error: leave }), finalize(leave));
}
