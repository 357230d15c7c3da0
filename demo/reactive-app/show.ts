/** Parent: shows states as they come, live on a terminal and as plain lines elsewhere, and the summary at the end. */
import { createLogUpdate } from 'log-update';
import { auditTime, connect, ignoreElements, last, merge, type Observable, tap } from 'rxjs';
import { canvasOf } from './paint';
import { progressLines } from './progress-lines';
import type { State } from './state';
import { summary } from './summary';
import { view } from './view';

/** ms between two frames. */
const FRAME = 66;

/** Emits the last state, once everything is told. */
export const show = (state$: Observable<State>, stream: NodeJS.WriteStream): Observable<State> =>
  (isLive(stream) ? draw(state$, stream) : print(state$, stream)).pipe(
    tap(state => writeLines(stream, summary(state, canvasOf(stream)))),
  );

const isLive = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && process.env['TERM'] !== 'dumb';

/** Emits the last state, with the view wiped out and the cursor as it was. */
function draw(state$: Observable<State>, stream: NodeJS.WriteStream): Observable<State> {
  const update = createLogUpdate(stream);
  return state$.pipe(
    auditTime(FRAME),
    tap(state => update(view(state, canvasOf(stream)).join('\n'))),
    last(),
    tap(() => {
      update.clear();
      update.done();
    }),
  );
}

/** Emits the last state. */
const print = (state$: Observable<State>, stream: NodeJS.WriteStream): Observable<State> =>
  state$.pipe(
    connect(state$ => {
      const line$ = progressLines(state$).pipe(tap(line => writeLines(stream, [line])));
      return merge(line$.pipe(ignoreElements()), state$.pipe(last()));
    }),
  );

function writeLines(stream: NodeJS.WriteStream, lines: readonly string[]): void {
  stream.write(`${lines.join('\n')}\n`);
}
