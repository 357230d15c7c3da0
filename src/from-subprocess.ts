/** Both sides: makes a cold Observable of a process. Loads rxjs only when called, since every child loads this file. */
import type { Observable, ObservableInput, ObservedValueOf } from 'rxjs';
import { StateError } from './model/errors';
import type { MessageOf } from './model/types';
import type { AnySubprocess } from './subprocess';
import { FACTORY_EXPECTED, isFactory, takeOver } from './take-over';
import { safeText } from './util/safely';

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
 * A subscription first waits for processes that have lost their subscriber and have not exited yet: those of this same
 * Observable, and those of the same pipeline, which is all that one `subscribe()` at its end has started. So a retry
 * never overlaps the process before it, and `mergeMap(..., 4)` has four processes at most, also if `timeout` or `take`
 * ends some of them early. A subscription does not wait for processes that are still subscribed to.
 *
 * @throws StateError if an argument is no function, or is a class instead of a factory
 *
 * @example
 * const count$ = fromSubprocess(
 *   () => new CountLines('access.log'),
 *   task => task.result$,
 * );
 * const lines = await firstValueFrom(
 *   count$.pipe(timeout(5_000), retry(3)),
 * );
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
  if (!isFactory(factory)) throw wrongArgument('first', factory, FACTORY_EXPECTED);
  if (typeof pick !== 'function') {
    throw wrongArgument('second', pick, 'a function of the task, as in task => task.result$');
  }
  // Not all of rxjs: a module may call this at its top level, and then every child of that module loads it too.
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  const exiting: Exiting = new Set();
  return new Observable(subscriber =>
    runNext(factory, pick, [exiting, exitingIn(endOfPipeline(subscriber))]).subscribe(subscriber),
  );
}

function wrongArgument(which: string, value: unknown, expected: string): StateError {
  const given = typeof value === 'function' ? `the class ${value.name}` : safeText(value);
  return new StateError(`fromSubprocess: the ${which} argument is ${given}: it must be ${expected}`, {
    subprocess: 'fromSubprocess',
  });
}

/** Tasks that have lost their subscriber and have not exited yet. */
type Exiting = Set<AnySubprocess>;

/** The exiting tasks of each pipeline, by the subscriber at its end. */
const exitingByEnd = new WeakMap<object, Exiting>();

function exitingIn(end: object): Exiting {
  const exiting = exitingByEnd.get(end) ?? new Set();
  exitingByEnd.set(end, exiting);
  return exiting;
}

/**
 * The last subscriber of a chain of operators. Each knows the next one as its `destination`, so that all inner
 * subscriptions of a `mergeMap` lead to the same one.
 * https://github.com/ReactiveX/rxjs/blob/7.8.1/src/internal/Subscriber.ts
 */
function endOfPipeline(subscriber: object): object {
  const { destination } = subscriber as { destination?: object };
  return destination && 'destination' in destination ? endOfPipeline(destination) : subscriber;
}

/** Runs a task once the tasks that are `exiting` have exited. */
function runNext<T extends AnySubprocess>(factory: () => T, pick: Picker<T>, exiting: Exiting[]) {
  const { concat, defer, forkJoin, ignoreElements } = require('rxjs') as typeof import('rxjs');
  const others = () => new Set(exiting.flatMap(tasks => [...tasks]));
  const othersExited$ = defer(() => forkJoin([...others()].map(({ exit$ }) => exit$))).pipe(ignoreElements());
  const values$ = defer(() => {
    const task = takeOver(factory(), 'fromSubprocess');
    // Loaded on first use: a child loads this file too.
    (require('./census') as typeof import('./census')).markFromSubprocess(task);
    return observeTask(task, pick, exiting);
  });
  return concat(othersExited$, values$);
}

function observeTask<T extends AnySubprocess>(task: T, pick: Picker<T>, exiting: Exiting[]): Observable<unknown> {
  const { defer, finalize, ignoreElements, merge, tap } = require('rxjs') as typeof import('rxjs');
  let isDone = false;
  const markDone = () => {
    isDone = true;
  };
  const release = () => {
    // A task that is done exits by itself. A signal would only change its ExitStatus.
    if (!isDone) void task.shutdown();
    for (const tasks of exiting) tasks.add(task);
    task.exit$.subscribe(() => {
      for (const tasks of exiting) tasks.delete(task);
    });
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
