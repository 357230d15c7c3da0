/** Parent side: the lines of a child's stdout and stderr as one stream, in the order in which they arrive. */
import { map, merge, type Observable, Subject, takeUntil } from 'rxjs';
import type { LogLine } from '../../model/types';
import { QUEUE_LIMIT, queueWarning } from '../../queue/queue-warning';
import { queued } from '../../queue/queued';
import { dateNow } from '../../util/timers';

export interface LogSources {
  stdout$: Observable<string>;
  stderr$: Observable<string>;
  /** Emits when the child has ended. */
  end$: Observable<unknown>;
}

export class Log {
  readonly #sources: LogSources;
  readonly #dropped$ = new Subject<void>();
  readonly #onOverflow: () => void;
  #line$: Observable<LogLine> | undefined;
  #isUsed = false;

  constructor(subprocess: string, sources: LogSources) {
    this.#sources = sources;
    this.#onOverflow = queueWarning(subprocess, 'log$', () => this.#isUsed);
    this.#line$ = this.#queue();
  }

  /** The lines wait for a subscriber. Completes when the child has ended. */
  get line$(): Observable<LogLine> {
    this.#isUsed = true;
    this.#line$ ??= this.#queue();
    return this.#line$;
  }

  /** Lets no more lines wait, until `line$` is used. Somebody takes them elsewhere. */
  drop(): void {
    if (this.#isUsed) return;
    this.#line$ = undefined;
    this.#dropped$.next();
  }

  #queue(): Observable<LogLine> {
    const { stdout$, stderr$, end$ } = this.#sources;
    const from = (stream: LogLine['stream']) => map((line: string): LogLine => ({ stream, line, at: dateNow() }));
    const line$ = merge(stdout$.pipe(from('stdout')), stderr$.pipe(from('stderr')));
    const source$ = line$.pipe(takeUntil(merge(end$, this.#dropped$)));
    return queued(source$, { limit: QUEUE_LIMIT, onOverflow: this.#onOverflow });
  }
}
