/** Fake tasks in virtual time, which have no processes. */
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
  'stopped from outside': { ...ended, reason: 'stopped', fromOutside: true },
  failed: { ...ended, code: 1, reason: 'failed', error },
  killed: { ...ended, code: null, signal: 'SIGSEGV', reason: 'killed', error },
  'not-started': { ...ended, pid: null, code: null, reason: 'not-started', error },
  'never started': { ...ended, pid: null, code: null, reason: 'not-started' },
  'failed while it stopped': { ...ended, code: 1, reason: 'stopped', error },
} satisfies Record<string, ExitStatus>;

/** How a fake task behaves. */
export interface Behavior {
  /** When the task is ready, in ms after its start; `Infinity`: never. Default: 0. */
  readyAfter?: number;
  /** When the task ends by itself, in ms after its start. Default: never. */
  endAfter?: number;
  /** How the task ends by itself. Default: failed. */
  exit?: keyof typeof EXITS;
  /** ms that a shutdown takes. Default: 0. */
  stopTime?: number;
}

export interface Fakes {
  /** A factory of tasks. Each start takes the next behavior; when there is none left, it takes the last one again. */
  factory(name: string, ...behaviors: Behavior[]): () => AnySubprocess;
  /** What happened to the tasks, each with its frame: `a starts 0`, `a is stopped 5`, `a has ended 9`. */
  log: string[];
}

const after = (ms: number, scheduler: SchedulerLike): Observable<unknown> =>
  ms === Number.POSITIVE_INFINITY ? NEVER : ms === 0 ? of(0) : timer(ms, scheduler);

export function fakes(scheduler: SchedulerLike): Fakes {
  const log: string[] = [];
  const note = (what: string) => log.push(`${what} ${scheduler.now()}`);

  function start(
    name: string,
    { readyAfter = 0, endAfter = Number.POSITIVE_INFINITY, exit = 'failed', stopTime = 0 }: Behavior,
  ) {
    const exit$ = new ReplaySubject<ExitStatus>(1);
    let hasEnded = false;
    const end = (status: ExitStatus) => {
      if (hasEnded) return;
      hasEnded = true;
      note(`${name} has ended`);
      exit$.next(status);
      exit$.complete();
    };
    note(`${name} starts`);
    if (endAfter !== Number.POSITIVE_INFINITY) after(endAfter, scheduler).subscribe(() => end(EXITS[exit]));
    return {
      exit$,
      state$: of('starting'),
      ready$: after(readyAfter, scheduler).pipe(
        map(() => undefined),
        takeUntil(exit$),
      ),
      result$: exit$.pipe(ignoreElements()),
      shutdown() {
        if (!hasEnded) note(`${name} is stopped`);
        after(stopTime, scheduler).subscribe(() => end(EXITS.stopped));
      },
    } as unknown as AnySubprocess;
  }

  return {
    log,
    factory(name, ...behaviors) {
      let starts = 0;
      return () => start(name, behaviors[Math.min(starts++, behaviors.length - 1)] ?? {});
    },
  };
}

/** An event as text: `a started 1`, `b/x restarting 2 after 100`. */
export function textOf(event: SupervisorEvent & Partial<Place>): string {
  const path = event.path ? `${event.path.join('/')} ` : '';
  if (event.type === 'gave-up') return `${path}gave-up ${event.history.length}`;
  if (event.type === 'restarting') return `${path}restarting ${event.attempt} after ${event.delay}`;
  if (event.type === 'exited') return `${path}exited ${event.attempt} ${event.exit.reason}`;
  return `${path}started ${event.attempt}`;
}
