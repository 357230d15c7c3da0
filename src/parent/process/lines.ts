/** Parent side: a byte stream as lines. */
import { StringDecoder } from 'node:string_decoder';
import { fromEvent, merge, NEVER, Observable, takeUntil } from 'rxjs';

/** A line longer than this comes in pieces, so that output without line ends stays bounded. */
const LONGEST_LINE = 1024 * 1024;

/** Emits each line without its end, characters whole; the last one also without a line end. Completes when the stream is closed, or upon `until$`. */
export function lines(stream: NodeJS.ReadableStream, until$: Observable<unknown> = NEVER): Observable<string> {
  return new Observable(subscriber => {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    const emit = (text: string) => subscriber.next(text.endsWith('\r') ? text.slice(0, -1) : text);
    return fromEvent(stream, 'data')
      .pipe(takeUntil(merge(fromEvent(stream, 'close'), until$)))
      .subscribe({
        next(chunk) {
          const pieces = (rest + decoder.write(chunk as Buffer)).split('\n');
          rest = pieces.pop() ?? '';
          pieces.forEach(emit);
          if (rest.length > LONGEST_LINE) {
            emit(rest);
            rest = '';
          }
        },
        complete() {
          rest += decoder.end();
          if (rest !== '') emit(rest);
          subscriber.complete();
        },
      });
  });
}
