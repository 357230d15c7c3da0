/** Child side: the sleep between two turns of a loop. */
import { EMPTY, expand, map, Observable, type SchedulerLike, skipWhile, timer } from 'rxjs';
import { LONGEST_TIMER, now } from '../../util/clock';
import { realTime } from '../../util/real-time';
import { clearImmediate, dateNow, setImmediate } from '../../util/timers';

/** The clocks that a sleep goes by, in ms. */
export interface Clocks {
  /** Monotonic, with fractions. */
  now(): number;
  /** The time of day, in whole ms; it may be set. */
  date(): number;
  /** The timers. Default: RxJS's `asyncScheduler`. */
  scheduler?: SchedulerLike;
}

/** Real time. */
export const CLOCKS: Clocks = { now, date: dateNow, scheduler: realTime };

/**
 * Emits once when `ms` have passed since the call, never earlier, and completes; for 0, in the next turn of the event
 * loop. It never errors.
 *
 * A timer of Node ignores fractions, counts in whole ms and may fire up to 1 ms early: another timer waits for the rest.
 * A loop that aligns its turns to `Date.now()` needs that clock to reach the moment too. The system may slow it down a
 * little in order to correct it, so the sleep waits for it as well, but at most 1 ms and a thousandth of the sleep
 * longer: somebody may have set it back by an hour.
 */
export function sleep(ms: number, clocks = CLOCKS): Observable<unknown> {
  if (ms === 0 && clocks === CLOCKS) return nextTurn$;
  const due = clocks.now() + ms;
  const dueDate = clocks.date() + ms;
  const latest = due + 1 + ms / 1000;
  const left = () => {
    const time = clocks.now();
    return Math.max(due - time, Math.min(dueDate - clocks.date(), latest - time));
  };
  const wait = (rest: number) => timer(Math.min(Math.ceil(rest), LONGEST_TIMER), clocks.scheduler).pipe(map(left));
  return wait(ms).pipe(
    expand(rest => (rest > 0 ? wait(rest) : EMPTY)),
    skipWhile(rest => rest > 0),
  );
}

/** A timer would take 1 ms at least, and RxJS's `asapScheduler` is a microtask: a loop without sleep would block I/O. */
const nextTurn$ = new Observable<void>(subscriber => {
  const immediate = setImmediate(() => {
    subscriber.next();
    subscriber.complete();
  });
  return () => clearImmediate(immediate);
});
