/** Child side: emits each command in the context in which the parent has sent it, for spans of what is done about it. */
import type { Observable } from 'rxjs';
import type { Carrier, Tracer } from '../diagnostics/tracer';

/** A command as it waits in the queue. */
class TracedCommand {
  constructor(
    readonly command: unknown,
    readonly trace: Carrier,
  ) {}
}

export class TracedCommands {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  wrap(command: unknown, trace: Carrier): unknown {
    return new TracedCommand(command, trace);
  }

  /** The async context of the subscriber stays: only the context of the trace is that of the sender. */
  unwrapped(command$: Observable<unknown>): Observable<unknown> {
    const rxjs = require('rxjs/internal/Observable') as { Observable: typeof Observable };
    return new rxjs.Observable(subscriber =>
      command$.subscribe({
        next: entry => {
          if (!(entry instanceof TracedCommand)) return subscriber.next(entry);
          this.#tracer.receive(entry.trace, () => subscriber.next(entry.command));
        },
        error: error => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
  }
}
