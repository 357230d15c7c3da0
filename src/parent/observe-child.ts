/** Parent side: what a process and its channel show, as one stream. */
import type { Readable } from 'node:stream';
import {
  delayWhen,
  forkJoin,
  fromEvent,
  map,
  merge,
  Observable,
  of,
  ReplaySubject,
  share,
  startWith,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import { isReport, type Report } from '../protocol/to-parent';
import { readAhead } from '../read-ahead';
import type { SpawnedChild } from './spawn-child';

export type Observed =
  | { type: 'report'; report: Report }
  /** The channel brought something else than reports. */
  | { type: 'garbled'; why: string }
  /** The channel closed; the process may still be there. */
  | { type: 'closed' }
  | { type: 'end'; code: number | null; signal: NodeJS.Signals | null };

/** Once the process is gone, a pipe that somebody else still holds is given up after so many ms without a byte. */
const DRAIN = 250;
/** Ctrl-C reaches the whole group. A child too young to ignore it may be gone some ms before this process hears of it. */
const GROUP_SIGNAL = 50;

/** Emits what is observed, `end` last, and completes. Never errors. */
export function observeChild(spawned: SpawnedChild): Observable<Observed> {
  const { process: child, channel } = spawned;
  const pipes = [channel, child.stdout, child.stderr].filter((pipe): pipe is NonNullable<typeof pipe> => pipe !== null);
  const exit$ = fromEvent(child, 'exit', (code: number | null, signal: NodeJS.Signals | null) => ({
    code,
    signal,
  })).pipe(
    take(1),
    delayWhen(({ signal }) => (signal === 'SIGINT' || signal === 'SIGHUP' ? timer(GROUP_SIGNAL) : of(0))),
    share({ resetOnComplete: false, connector: () => new ReplaySubject(1) }),
  );
  const closed$ = fromEvent(channel, 'close').pipe(
    take(1),
    map((): Observed => ({ type: 'closed' })),
  );
  const allClosed$ = forkJoin(pipes.map(pipe => fromEvent(pipe, 'close').pipe(take(1))));
  const drained$ = merge(allClosed$, exit$.pipe(switchMap(() => silence(pipes)))).pipe(take(1));
  // 'exit' and the end of the pipes come in either order.
  const end$ = forkJoin([exit$, drained$]).pipe(
    map(([exit]): Observed => ({ type: 'end', ...exit })),
    share(),
  );
  return merge(merge(reports(spawned), closed$).pipe(takeUntil(end$)), end$);
}

/** Not 'close' of the process, which a grandchild that holds stdout can delay for ever. */
function silence(pipes: Readable[]): Observable<unknown> {
  return merge(...pipes.map(pipe => fromEvent(pipe, 'data'))).pipe(
    startWith(undefined),
    // Where this process was held up, its timers come before what waits in its pipes: one more look at these counts.
    switchMap(() => timer(DRAIN).pipe(switchMap(() => polled$))),
  );
}

/** Emits once the event loop has polled. */
const polled$ = new Observable<void>(subscriber => {
  const handle = setImmediate(() => subscriber.next());
  return () => clearImmediate(handle);
});

/** Plain code, since every message comes this way. */
function reports({ channel, descriptor, reader }: SpawnedChild): Observable<Observed> {
  return new Observable(subscriber => {
    const tell = (batches: Iterable<unknown[]>) => {
      for (const batch of batches) {
        for (const value of batch) subscriber.next({ type: 'report', report: reportOf(value) });
      }
    };
    const hear = (chunk: Buffer) => {
      try {
        tell(reader.read(chunk));
        tell(readAhead(descriptor(), reader));
      } catch (error) {
        subscriber.next({ type: 'garbled', why: (error as Error).message });
        subscriber.complete();
      }
    };
    channel.on('data', hear);
    return () => channel.off('data', hear);
  });
}

function reportOf(value: unknown): Report {
  if (isReport(value)) return value;
  throw new Error('a frame of unknown type');
}
