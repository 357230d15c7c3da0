/** Parent: hashes a folder in child processes, while another samples the load, as one stream of states. */
import { type AnySubprocess, Subprocess, type SubprocessError } from 'offspring-rx';
import { ofType } from 'offspring-rx/operators';
import {
  catchError,
  concat,
  concatMap,
  connect,
  defer,
  EMPTY,
  endWith,
  finalize,
  from,
  ignoreElements,
  interval,
  map,
  merge,
  type Observable,
  of,
  scan,
  take,
  takeUntil,
  tap,
  timestamp,
} from 'rxjs';
import { deal } from './deal';
import { type FoundFile, findFiles } from './find-files';
import { HashFiles } from './hash-files';
import { LoadSampler } from './load-sampler';
import { type AppEvent, amountOf, initialState, reduce, type State } from './state';

/** ms between two samples of the load, and between two marks of the progress. */
const PERIOD = 200;

export interface HashFolderConfig {
  /** How many child processes share the files. */
  workers: number;
  /** Emits the signal upon which everything is stopped. */
  stop$: Observable<NodeJS.Signals>;
}

/** Emits a state after each event. Completes when no child is left, also after a stop. Never errors. */
export function hashFolder(folder: string, { workers, stop$ }: HashFolderConfig): Observable<State> {
  return hashing(folder, workers, stop$).pipe(
    connect(hashing$ => merge(sampling(endOf(hashing$)), hashing$)),
    connect(work$ => merge(merge(ticking(), stopping(stop$)).pipe(takeUntil(endOf(work$))), work$)),
    timestamp(),
    scan(reduce, initialState(folder)),
  );
}

/** Emits when `source$` completes. */
const endOf = (source$: Observable<unknown>): Observable<unknown> => source$.pipe(ignoreElements(), endWith('end'));

const ticking = (): Observable<AppEvent> => interval(PERIOD).pipe(map(() => ({ type: 'tick' })));

/** The children end, their streams complete, and so does everything that is made of them. */
const stopping = (stop$: Observable<NodeJS.Signals>): Observable<AppEvent> =>
  stop$.pipe(
    take(1),
    tap(() => void Subprocess.shutdownAll()),
    map(signal => ({ type: 'stop', signal })),
  );

/** Samples until `over$` emits, and completes when the sampler has ended. */
const sampling = (over$: Observable<unknown>): Observable<AppEvent> =>
  whileSubscribed(
    () => new LoadSampler(PERIOD),
    sampler =>
      merge(
        sampler.message$.pipe(map((sample): AppEvent => ({ type: 'load', sample }))),
        sampler.result$.pipe(ignoreElements(), catchError(failed)),
        over$.pipe(
          tap(() => void sampler.shutdown()),
          ignoreElements(),
        ),
      ),
  );

/** A stop ends the search; what it ends after the search are the children. */
const hashing = (folder: string, workers: number, stop$: Observable<unknown>): Observable<AppEvent> =>
  from(findFiles(folder)).pipe(
    takeUntil(stop$),
    concatMap(listing =>
      concat(
        of<AppEvent>({ type: 'found', listing }),
        listing.complete ? hashingBatches(folder, deal(listing.files, workers)) : EMPTY,
      ),
    ),
  );

const hashingBatches = (folder: string, batches: FoundFile[][]): Observable<AppEvent> =>
  merge(
    of<AppEvent>({ type: 'dealt', batches: batches.map(amountOf) }),
    ...batches.map((files, worker) => hashingBatch(folder, files, worker)),
  );

const hashingBatch = (folder: string, files: FoundFile[], worker: number): Observable<AppEvent> =>
  whileSubscribed(
    () => new HashFiles(folder, files),
    task =>
      merge(
        task.event$.pipe(
          ofType('spawned'),
          map(({ pid }): AppEvent => ({ type: 'spawned', worker, pid })),
        ),
        task.message$.pipe(map((progress): AppEvent => ({ type: 'progress', worker, progress }))),
        task.result$.pipe(
          map((hashed): AppEvent => ({ type: 'result', worker, hashed })),
          catchError(failed),
        ),
        task.exit$.pipe(map((exit): AppEvent => ({ type: 'exited', worker, exit }))),
      ),
  );

const failed = (error: SubprocessError): Observable<AppEvent> => of({ type: 'failed', error });

/** A child that starts upon subscription, and is shut down if its streams are left before it has ended. */
const whileSubscribed = <T extends AnySubprocess, Event>(
  create: () => T,
  follow: (task: T) => Observable<Event>,
): Observable<Event> =>
  defer(() => {
    const task = create();
    return follow(task).pipe(finalize(() => void task.shutdown()));
  });
