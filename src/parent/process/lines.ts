/** Parent side: splits a byte stream into lines. */
import { StringDecoder } from 'node:string_decoder';
import { fromEvent, merge, NEVER, Observable, takeUntil } from 'rxjs';

/** A longer line is emitted in pieces, so that output without newlines does not fill the memory. In characters. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Emits each line without its newline. Characters are never split. Completes when the stream is closed or `until$`
 * emits. If the output does not end with a newline, its last line is emitted then.
 */
export function lines(stream: NodeJS.ReadableStream, until$: Observable<unknown> = NEVER): Observable<string> {
  return new Observable(subscriber => {
    const decoder = new StringDecoder('utf8');
    /** The line so far. */
    let partial = '';
    const emit = (text: string) => subscriber.next(text.endsWith('\r') ? text.slice(0, -1) : text);
    return fromEvent(stream, 'data')
      .pipe(takeUntil(merge(fromEvent(stream, 'close'), until$)))
      .subscribe({
        next(chunk) {
          const pieces = (partial + decoder.write(chunk as Buffer)).split('\n');
          partial = pieces.pop() ?? '';
          pieces.forEach(emit);
          if (partial.length > LONGEST_LINE) {
            emit(partial);
            partial = '';
          }
        },
        complete() {
          partial += decoder.end();
          if (partial !== '') emit(partial);
          subscriber.complete();
        },
      });
  });
}
