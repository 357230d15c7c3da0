/** Compile-only: events and ends narrow on their one field. */
import {
  type EventOf,
  type ExitCause,
  type ExitStatus,
  isExitError,
  isRemoteError,
  isStartError,
  type StartPhase,
  Subprocess,
  type SubprocessError,
  type SubprocessEvent,
  type SubprocessState,
} from 'offspring-rx';
import { ofType, toState, whenExited, whenReady } from 'offspring-rx/operators';
import type { Observable } from 'rxjs';
import { same, some } from './expect.js';

class Count extends Subprocess<[], { lines: number }> {
  override run() {}
}
class Yields extends Subprocess {
  override *run() {
    yield 1 as number;
  }
}
const count = new Count();

// ExitStatus narrows on its reason
export function told(exit: ExitStatus): string {
  same<typeof exit.duration, number>(true);
  same<typeof exit.forced, boolean>(true);
  same<typeof exit.pid, number | null>(true);
  same<typeof exit.cause, ExitCause | undefined>(true);
  switch (exit.reason) {
    case 'completed':
      same<typeof exit.code, 0>(true);
      same<typeof exit.signal, null>(true);
      same<typeof exit.error, undefined>(true);
      same<typeof exit.cause, undefined>(true);
      return 'completed';
    case 'failed':
      same<typeof exit.code, number | null>(true);
      same<typeof exit.error, SubprocessError>(true);
      return exit.error.message;
    case 'stopped':
      same<typeof exit.error, SubprocessError | undefined>(true);
      return 'stopped';
    case 'killed':
      same<typeof exit.signal, NodeJS.Signals>(true);
      return `${exit.signal}: ${exit.error.message}`;
    case 'not-started':
      same<typeof exit.error, SubprocessError | undefined>(true);
      return 'not started';
    default:
      return exit satisfies never;
  }
}
// @ts-expect-error: no such reason
export const wrong = (exit: ExitStatus) => exit.reason === 'timeout';
// @ts-expect-error: no such cause
export const wrongCause = (exit: ExitStatus) => exit.cause === 'out of memory';

// SubprocessEvent narrows on its type, and knows the type of a message
export function seen(event: SubprocessEvent<{ lines: number }>): unknown {
  same<typeof event.at, number>(true);
  switch (event.type) {
    case 'spawned':
      same<typeof event.pid, number>(true);
      return event.pid;
    case 'message':
      same<typeof event.message, { lines: number }>(true);
      return event.message;
    case 'iteration':
      same<typeof event.sleep, number | false>(true);
      return [event.index, event.duration];
    case 'result':
      same<typeof event.value, unknown>(true);
      return event.value;
    case 'failed':
      same<typeof event.error, SubprocessError>(true);
      return event.error;
    case 'exited':
      same<typeof event.exit, ExitStatus>(true);
      return event.exit;
    case 'starting':
    case 'ready':
    case 'alive':
    case 'stopping':
      return undefined;
    default:
      return event satisfies never;
  }
}

// event$ knows the type of its messages: declared, or yielded
same<Count['event$'], Observable<SubprocessEvent<{ lines: number }>>>(true);
same<Yields['event$'], Observable<SubprocessEvent<number>>>(true);
same<EventOf<'message', string>['message'], string>(true);

// The operators, over it
const lines$ = count.event$.pipe(ofType('message'));
lines$.subscribe(({ message }) => same<typeof message, { lines: number }>(true));
const exited$ = count.event$.pipe(ofType('exited'));
exited$.subscribe(({ exit }) => same<typeof exit, ExitStatus>(true));
const ready$ = count.event$.pipe(whenReady());
const exit$ = count.event$.pipe(whenExited());
const state$ = count.event$.pipe(toState());
same<typeof ready$, Observable<void>>(true);
same<typeof exit$, Observable<ExitStatus>>(true);
same<typeof state$, Observable<SubprocessState>>(true);
// @ts-expect-error: no such event
count.event$.pipe(ofType('crashed'));

// The guards narrow
const error = some<unknown>();
if (isStartError(error)) same<typeof error.phase, StartPhase>(true);
if (isRemoteError(error)) same<typeof error.remote.data, Record<string, unknown>>(true);
if (isExitError(error)) same<typeof error.exit, ExitStatus>(true);
