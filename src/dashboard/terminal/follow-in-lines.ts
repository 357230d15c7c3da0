/** Terminal: writes a plain line for each change of the tree. */
import type { Writable } from 'node:stream';
import type { Observable } from 'rxjs';
import { dateNow, setImmediate } from '../../util/timers';
import { NO_ROWS, type Rows } from '../wire/fold';
import type { Hello } from '../wire/frames';
import { changedLines, linesOf, programLine } from './changes';
import type { News } from './connect';

/**
 * Writes lines until the connection ends, the signal aborts, or nobody reads `output` any more.
 * Rejects with the error of a connection that is never made.
 */
export function followInLines(news$: Observable<News>, output: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let hello: Hello | undefined;
    let before: Rows = NO_ROWS;
    const write = (lines: readonly string[]) => {
      if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
    };
    let isStopped = false;
    const stop = () => {
      if (isStopped) return;
      isStopped = true;
      subscription.unsubscribe();
      signal.removeEventListener('abort', stop);
      forgetErrors(output, stop);
      resolve();
    };
    output.on('error', stop);
    signal.addEventListener('abort', stop);
    const end = () => {
      if (hello) write([programLine(dateNow(), hello, 'lost', 'the connection has ended')]);
      stop();
    };
    const subscription = news$.subscribe({
      next: news => {
        if (news.type === 'hello') {
          hello = news.hello;
          write([programLine(dateNow(), hello, 'connected', '')]);
        } else if (news.type === 'rows') {
          const { rows, delta } = news;
          write(delta ? changedLines(before, rows, delta) : linesOf(rows));
          before = rows;
        }
      },
      error: error => {
        if (hello) return end();
        reject(error);
        stop();
      },
      complete: end,
    });
    if (signal.aborted) stop();
  });
}

/**
 * Removes the listener once all is written: until then the system may still tell that nobody reads it, and an error
 * without a listener would be uncaught.
 */
function forgetErrors(output: Writable, listener: () => void): void {
  output.write('', () => setImmediate(() => output.removeListener('error', listener)));
}
