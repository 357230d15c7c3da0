/** Parent side: the streams of one instance, made of its events. */
import { defer, NEVER, type Observable, Subject, takeUntil } from 'rxjs';
import { StateError } from '../errors';
import type { SubprocessEvent } from '../events';
import type { ExitStatus } from '../exit-status';
import { queued } from '../operators/queued';
import { toState } from '../operators/to-state';
import { whenReady } from '../operators/when-ready';
import { whenResult } from '../operators/when-result';
import type { SubprocessState } from '../state';
import type { Iteration, Stdio } from '../types';
import type { Hold } from './hold';
import type { Intake } from './intake';
import type { Journal } from './journal';
import { LONGEST_QUEUE, overflowWarning } from './overflow';
import { reportSoon } from './report-failure';

export interface StreamsConfig {
  subprocess: string;
  stdio: Stdio;
  journal: Journal;
  hold: Hold;
  intake: Intake;
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
    const { journal, hold } = config;
    const { lifecycle$, exit$ } = journal;
    this.#config = config;
    this.event$ = journal.event$;
    this.state$ = defer(() => journal.laterLifecycle$.pipe(toState(journal.state)));
    this.exit$ = exit$.pipe(hold.during());
    this.ready$ = defer(() => {
      this.#readyWatched = true;
      return lifecycle$.pipe(whenReady(), hold.during());
    });
    this.result$ = defer(() => {
      this.#resultWatched = true;
      return lifecycle$.pipe(whenResult(), hold.during());
    });
    this.message$ = journal.messages.value$.pipe(hold.during());
    this.iteration$ = journal.iterations.value$.pipe(hold.during());
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
    return this.#config.intake.oneByOne;
  }

  /** Whether somebody has heard, or will, of an error that came at this time. */
  isHandled(ready: boolean): boolean {
    return this.#resultWatched || (this.#readyWatched && !ready);
  }

  messages(): AsyncIterableIterator<unknown, undefined> {
    const { subprocess, journal, hold, intake } = this.#config;
    let release = () => {};
    return journal.messages.iterate({
      begin() {
        if (intake.oneByOne) {
          throw new StateError(
            `${subprocess}.messages() is iterated already, and each message is taken once: subscribe to message$ to share them`,
            { subprocess },
          );
        }
        release = hold.acquire();
        intake.oneByOne = true;
      },
      taken: () => intake.taken(),
      end() {
        intake.oneByOne = false;
        release();
        reportSoon();
      },
    });
  }

  #lines(name: Lines, source$: Observable<string>): Observable<string> {
    const { subprocess, hold } = this.#config;
    const onOverflow = overflowWarning(subprocess, name, () => this.#askedFor.has(name));
    return queued(source$, { limit: LONGEST_QUEUE, onOverflow }).pipe(hold.during());
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
