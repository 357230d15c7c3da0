/** Parent: shows states as they come, live on a terminal and as plain lines elsewhere, and a summary at the end. */
import { createLogUpdate } from 'log-update';
import { auditTime, last, type Observable, tap } from 'rxjs';
import { canvasOf } from '../reactive-app/paint';
import type { State } from './state';
import { eventLine, summary, view } from './view';

/** ms between two frames. */
const FRAME = 66;

/** Emits the last state, once everything is told. */
export const show = (state$: Observable<State>, stream: NodeJS.WriteStream): Observable<State> =>
  (isLive(stream) ? draw(state$, stream) : print(state$, stream)).pipe(
    tap(state => stream.write(`${summary(state, canvasOf(stream))}\n`)),
  );

const isLive = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && process.env['TERM'] !== 'dumb';

/** The last view stays: it shows in which order they have stopped. */
function draw(state$: Observable<State>, stream: NodeJS.WriteStream): Observable<State> {
  const update = createLogUpdate(stream);
  const frame = (state: State) => update(`${view(state, canvasOf(stream)).join('\n')}\n`);
  return state$.pipe(
    auditTime(FRAME),
    tap(frame),
    last(),
    tap(frame),
    tap(() => update.done()),
  );
}

const print = (state$: Observable<State>, stream: NodeJS.WriteStream): Observable<State> =>
  state$.pipe(
    tap(state => {
      const line = eventLine(state);
      if (line) stream.write(`${line}\n`);
    }),
    last(),
  );
