/** Parent side: the streams of one instance, made of its events. */
import { defer, NEVER, type Observable, Subject, takeUntil } from 'rxjs';
import { StateError } from '../../model/errors';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import type { SubprocessState } from '../../model/state';
import type { Iteration, Stdio } from '../../model/types';
import { toState } from '../../operators/to-state';
import { whenReady } from '../../operators/when-ready';
import { whenResult } from '../../operators/when-result';
import { QUEUE_LIMIT, queueWarning } from '../../queue/queue-warning';
import { queued } from '../../queue/queued';
import type { KeepAlive } from '../process/keep-alive';
import type { ReceiveWindow } from '../process/receive-window';
import type { Journal } from './journal';
import { reportSoon } from './report-failure';

export interface StreamsConfig {
  subprocess: string;
  stdio: Stdio;
  journal: Journal;
  keepAlive: KeepAlive;
  receiveWindow: ReceiveWindow;
}

type Lines = 'stdout$' | 'stderr$';

export class Streams {
  readonly #config: StreamsConfig;
  #stdout$: Observable<string> = NEVER;
  #stderr$: Observable<string> = NEVER;
  readonly #askedFor = new Set<Lines>();
  #readyWatched = false;
  #resultWatched = false;

  /** Where the child's lines go to. */
  readonly stdoutLine$ = new Subject<string>();
  readonly stderrLine$ = new Subject<string>();

  readonly event$: Observable<SubprocessEvent>;
  readonly state$: Observable<SubprocessState>;
  readonly ready$: Observable<void>;
  readonly exit$: Observable<ExitStatus>;
  readonly result$: Observable<unknown>;
  readonly message$: Observable<unknown>;
  readonly iteration$: Observable<Iteration>;

  constructor(config: StreamsConfig) {
    const { journal, keepAlive } = config;
    const { lifecycle$, exit$ } = journal;
    this.#config = config;
    this.event$ = journal.event$;
    this.state$ = defer(() => journal.laterLifecycle$.pipe(toState(journal.state)));
    this.exit$ = exit$.pipe(keepAlive.during());
    this.ready$ = defer(() => {
      this.#readyWatched = true;
      return lifecycle$.pipe(whenReady(), keepAlive.during());
    });
    this.result$ = defer(() => {
      this.#resultWatched = true;
      return lifecycle$.pipe(whenResult(), keepAlive.during());
    });
    this.message$ = journal.messages.value$.pipe(keepAlive.during());
    this.iteration$ = journal.iterations.value$.pipe(keepAlive.during());
    if (config.stdio !== 'pipe') return;
    this.#stdout$ = this.#lines('stdout$', this.stdoutLine$.pipe(takeUntil(exit$)));
    this.#stderr$ = this.#lines('stderr$', this.stderrLine$.pipe(takeUntil(exit$)));
  }

  get stdout$(): Observable<string> {
    return this.#piped('stdout$', this.#stdout$);
  }

  get stderr$(): Observable<string> {
    return this.#piped('stderr$', this.#stderr$);
  }

  /** Whether somebody still takes what came before the end, and may ask for the result after it. */
  get isLooping(): boolean {
    return this.#config.receiveWindow.oneByOne;
  }

  /** Whether somebody has heard, or will, of an error that came at this time. */
  isHandled(ready: boolean): boolean {
    return this.#resultWatched || (this.#readyWatched && !ready);
  }

  messages(): AsyncIterableIterator<unknown, undefined> {
    const { subprocess, journal, keepAlive, receiveWindow } = this.#config;
    let release = () => {};
    return journal.messages.iterate({
      begin() {
        if (receiveWindow.oneByOne) {
          throw new StateError(
            `${subprocess}.messages() is iterated already, and each message is taken once: subscribe to message$ to share them`,
            { subprocess },
          );
        }
        release = keepAlive.acquire();
        receiveWindow.oneByOne = true;
      },
      consumed: () => receiveWindow.taken(),
      end() {
        receiveWindow.oneByOne = false;
        release();
        reportSoon();
      },
    });
  }

  #lines(name: Lines, source$: Observable<string>): Observable<string> {
    const { subprocess, keepAlive } = this.#config;
    const onOverflow = queueWarning(subprocess, name, () => this.#askedFor.has(name));
    return queued(source$, { limit: QUEUE_LIMIT, onOverflow }).pipe(keepAlive.during());
  }

  #piped(name: Lines, line$: Observable<string>): Observable<string> {
    const { subprocess, stdio } = this.#config;
    this.#askedFor.add(name);
    if (stdio === 'pipe') return line$;
    throw new StateError(
      `${subprocess}: ${name} needs the flag STDIO = 'pipe', which is '${stdio}' in the parent's class`,
      { subprocess, pid: this.#config.journal.facts.pid },
    );
  }
}
