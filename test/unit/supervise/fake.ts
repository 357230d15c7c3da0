/** Tasks without processes, in virtual time. */
import type { AnySubprocess, ExitStatus } from 'offspring-rx';
import {
  ignoreElements,
  map,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  type SchedulerLike,
  takeUntil,
  timer,
} from 'rxjs';
import { StartError } from '../../../src/model/errors';
import type { Place, SupervisorEvent } from '../../../src/supervise';

const ended = { subprocess: 'Fake', pid: 7, code: 0, signal: null, duration: 5, forced: false } as const;
const error = new StartError('load', 'Fake: it could not be loaded', { subprocess: 'Fake' });

export const EXITS = {
  completed: { ...ended, reason: 'completed' },
  stopped: { ...ended, reason: 'stopped' },
  failed: { ...ended, code: 1, reason: 'failed', error },
  killed: { ...ended, code: null, signal: 'SIGSEGV', reason: 'killed', error },
  'not-started': { ...ended, pid: null, code: null, reason: 'not-started', error },
  'never started': { ...ended, pid: null, code: null, reason: 'not-started' },
  'failed while it stopped': { ...ended, code: 1, reason: 'stopped', error },
} satisfies Record<string, ExitStatus>;

export interface Conduct {
  /** ms after the start; `Infinity`: never. Default: 0. */
  ready?: number;
  /** ms after the start at which it ends by itself. Default: never. */
  ends?: number;
  /** How it ends by itself. Default: failed. */
  exit?: keyof typeof EXITS;
  /** ms that a shutdown takes. Default: 0. */
  goes?: number;
}

export interface Fakes {
  /** A factory of tasks, whose first start behaves as the first conduct says; further starts as the last one. */
  factory(name: string, ...conducts: Conduct[]): () => AnySubprocess;
  /** What happened to the tasks, with the frame: `a starts 0`, `a is told 5`, `a is gone 9`. */
  log: string[];
}

const after = (ms: number, scheduler: SchedulerLike): Observable<unknown> =>
  ms === Number.POSITIVE_INFINITY ? NEVER : ms === 0 ? of(0) : timer(ms, scheduler);

export function fakes(scheduler: SchedulerLike): Fakes {
  const log: string[] = [];
  const note = (what: string) => log.push(`${what} ${scheduler.now()}`);

  function start(name: string, { ready = 0, ends = Number.POSITIVE_INFINITY, exit = 'failed', goes = 0 }: Conduct) {
    const exit$ = new ReplaySubject<ExitStatus>(1);
    let over = false;
    const end = (status: ExitStatus) => {
      if (over) return;
      over = true;
      note(`${name} is gone`);
      exit$.next(status);
      exit$.complete();
    };
    note(`${name} starts`);
    if (ends !== Number.POSITIVE_INFINITY) after(ends, scheduler).subscribe(() => end(EXITS[exit]));
    return {
      exit$,
      state$: of('starting'),
      ready$: after(ready, scheduler).pipe(
        map(() => undefined),
        takeUntil(exit$),
      ),
      result$: exit$.pipe(ignoreElements()),
      shutdown() {
        if (!over) note(`${name} is told`);
        after(goes, scheduler).subscribe(() => end(EXITS.stopped));
      },
    } as unknown as AnySubprocess;
  }

  return {
    log,
    factory(name, ...conducts) {
      let starts = 0;
      return () => start(name, conducts[Math.min(starts++, conducts.length - 1)] ?? {});
    },
  };
}

/** `a started 1`, `b/x restarting 2 after 100`: an event as text. */
export function textOf(event: SupervisorEvent & Partial<Place>): string {
  const path = event.path ? `${event.path.join('/')} ` : '';
  if (event.type === 'gave-up') return `${path}gave-up ${event.history.length}`;
  if (event.type === 'restarting') return `${path}restarting ${event.attempt} after ${event.delay}`;
  if (event.type === 'exited') return `${path}exited ${event.attempt} ${event.exit.reason}`;
  return `${path}started ${event.attempt}`;
}
