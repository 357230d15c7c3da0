/** Parent side: ends a child that gives no sign of life. */
import {
  EMPTY,
  map,
  merge,
  Observable,
  race,
  type SchedulerLike,
  Subject,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import { type AnySubprocess, type SubprocessEvent, WatchdogError } from '../index';
import { type Answer, type Watchable, watchableOf } from '../watchable';
import { silence } from './silence';

/** ms that a silent child has to tell where it is. */
const ANSWER_LIMIT = 1_000;

const NO_ANSWER: Answer = { state: 'unknown', stack: '', resources: [], isHeld: false };

/**
 * Ends the task as a failure once it has given no sign of life for `ms` milliseconds. Before that the child is asked
 * where it is: a sign of life meanwhile calls it off, and so does the answer that it waits for the parent to read its
 * messages. Emits nothing; completes when the task is not watched any longer.
 */
export function watchdog(task: AnySubprocess, ms: number, scheduler: SchedulerLike): Observable<never> {
  const watchable = watchableOf(task);
  if (!watchable || ms === Number.POSITIVE_INFINITY) return EMPTY;
  watchable.watch();
  const held$ = new Subject<Pick<SubprocessEvent, 'type'>>();
  return merge(task.event$, held$).pipe(
    takeUntil(task.exit$),
    silence(ms, scheduler),
    switchMap(isSilent => (isSilent ? answer(watchable, scheduler) : EMPTY)),
    switchMap(where => {
      if (where.isHeld) held$.next({ type: 'alive' });
      else watchable.fail(watchdogError(task, ms, where));
      return EMPTY;
    }),
  );
}

/** What the child tells of where it is. */
const answer = (watchable: Watchable, scheduler: SchedulerLike): Observable<Answer> =>
  race(
    new Observable<Answer>(subscriber => watchable.ask(each => subscriber.next(each))),
    timer(ANSWER_LIMIT, scheduler).pipe(map(() => NO_ANSWER)),
  ).pipe(take(1));

function watchdogError(task: AnySubprocess, ms: number, { state, stack, resources }: Answer): WatchdogError {
  const subprocess = task.constructor.name;
  const pid = task.process?.pid ?? null;
  const message = `${subprocess}: the child (pid ${pid}) gave no sign of life for ${ms} ms and was killed: ${HOW[state](stack, resources)}`;
  return new WatchdogError(message, ms, { state, stack, resources }, { subprocess, pid });
}

const ADVICE = 'call this.alive() as the work makes progress, or raise watchdog';

const HOW: Record<Answer['state'], (stack: string, resources: readonly string[]) => string> = {
  busy: stack => {
    const [place] = stack.split('\n');
    return `it was busy${place ? `, ${place.trim()}` : ''}: if that is no endless loop, ${ADVICE}`;
  },
  waiting: (_, resources) => {
    const open = [...new Set(resources)].join(', ');
    return `its event loop was free, so it awaited something (open: ${open || 'nothing'}): if it may take so long, ${ADVICE}`;
  },
  unknown: () => `it did not answer, so it was busy or paused: if that is no endless loop, ${ADVICE}`,
};
