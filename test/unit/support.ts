/** Helpers of unit tests: the events of a child by letter, and virtual time. */
import { expect } from 'chai';
import { concat, defer, type Observable, Subject, tap } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { StartError } from '../../src/model/errors';
import type { SubprocessEvent } from '../../src/model/events';
import type { ExitStatus } from '../../src/model/exit-status';

const ended = { subprocess: 'Task', pid: 7, code: 0, signal: null, duration: 5, forced: false } as const;

export const startError = new StartError('load', 'Task: it could not be loaded', { subprocess: 'Task' });
export const completed: ExitStatus = { ...ended, reason: 'completed' };
export const stopped: ExitStatus = { ...ended, reason: 'stopped' };
export const failed: ExitStatus = { ...ended, code: 1, reason: 'failed', error: startError };

type Letter = 's' | 'p' | 'r' | 'm' | 'n' | 'i' | 'v' | 'f' | 'q' | 'x' | 'y' | 'z';

/** The event that each letter of a marble diagram stands for. */
export const events: Record<Letter, SubprocessEvent> = {
  s: { at: 0, type: 'starting' },
  p: { at: 1, type: 'spawned', pid: 7 },
  r: { at: 2, type: 'ready' },
  m: { at: 3, type: 'message', message: 'one' },
  n: { at: 4, type: 'message', message: 'two' },
  i: { at: 5, type: 'iteration', index: 0, duration: 1, sleep: 50 },
  v: { at: 6, type: 'result', value: 42 },
  f: { at: 7, type: 'failed', error: startError },
  q: { at: 8, type: 'stopping' },
  x: { at: 9, type: 'exited', exit: completed },
  y: { at: 9, type: 'exited', exit: failed },
  z: { at: 9, type: 'exited', exit: stopped },
};

/** Runs `body` in virtual time: one column is one millisecond. */
export function marbles(body: (helpers: RunHelpers, scheduler: TestScheduler) => void): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  });
  scheduler.run(helpers => body(helpers, scheduler));
}

/** Like `event$` of the journal: replays the lifecycle events, but not the messages, to a late subscriber. */
export function journalled(source$: Observable<SubprocessEvent>): Observable<SubprocessEvent> {
  const lifecycle: SubprocessEvent[] = [];
  const live$ = new Subject<SubprocessEvent>();
  source$.pipe(tap(event => isLifecycle(event) && lifecycle.push(event))).subscribe(live$);
  return defer(() => concat(lifecycle.slice(), live$));
}

export const isLifecycle = ({ type }: SubprocessEvent) => type !== 'message' && type !== 'iteration';
