/** Parent side: makes the public streams of one instance from its journal. */
import { inspect } from 'node:util';
import { type MonoTypeOperatorFunction, type Observable, Subject, takeUntil } from 'rxjs';
import type { TaskTrace } from '../../diagnostics/tracer';
import { StateError } from '../../model/errors';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import type { SubprocessState } from '../../model/state';
import type { Iteration, LogLine, MessageIterator, Stdio, Usage } from '../../model/types';
import { toState } from '../../operators/to-state';
import { whenReady } from '../../operators/when-ready';
import { whenResult } from '../../operators/when-result';
import { QUEUE_LIMIT, queueWarning } from '../../queue/queue-warning';
import { queued } from '../../queue/queued';
import type { ParentStreams } from '../../side';
import type { ClassInfo } from '../flags';
import type { Connection } from '../process/connection';
import { bound } from './bound';
import { deferred } from './deferred';
import type { Journal } from './journal';
import type { Log } from './log';
import { reportSoon } from './report-failure';

type OutputName = 'stdout$' | 'stderr$';

export class Streams implements ParentStreams {
  readonly #name: string;
  readonly #stdio: Stdio;
  readonly #connection: Connection;
  readonly #journal: Journal;
  /** Undefined unless they are piped. */
  #stdout$: Observable<string> | undefined;
  #stderr$: Observable<string> | undefined;
  readonly #log: Log | undefined;
  /** Outputs whose stream was used. Only these warn when lines are dropped. */
  readonly #usedOutputs = new Set<OutputName>();
  #wasReadyUsed = false;
  #wasResultUsed = false;
  readonly #subscribed = new Set<string>();
  readonly #trace: TaskTrace | undefined;

  /** The streams that were asked for. */
  readonly #made = new Map<string, Observable<unknown>>();

  /** `trace`: what records a trace of the task, if anything does. */
  constructor({ name, flags: { STDIO } }: ClassInfo, connection: Connection, journal: Journal, trace?: TaskTrace) {
    this.#name = name;
    this.#stdio = STDIO;
    this.#connection = connection;
    this.#journal = journal;
    this.#trace = trace;
    if (typeof STDIO === 'object') this.#print();
    if (STDIO !== 'pipe') return;
    // Loaded on first use.
    const { Log } = require('./log') as typeof import('./log');
    const { exit$ } = journal;
    this.#log = new Log(name, { stdout$: this.stdoutLine$, stderr$: this.stderrLine$, end$: exit$ });
    this.#stdout$ = this.#queuedLines('stdout$', this.stdoutLine$.pipe(takeUntil(exit$)));
    this.#stderr$ = this.#queuedLines('stderr$', this.stderrLine$.pipe(takeUntil(exit$)));
  }

  /** The lines of the child's stdout, as they arrive. */
  get stdoutLine$(): Subject<string> {
    return this.#once('stdoutLine$', () => new Subject<string>());
  }

  /** The lines of the child's stderr, as they arrive. */
  get stderrLine$(): Subject<string> {
    return this.#once('stderrLine$', () => new Subject<string>());
  }

  get event$(): Observable<SubprocessEvent> {
    return this.#once('event$', () => this.#traced(this.#journal.event$.pipe(bound())));
  }

  get state$(): Observable<SubprocessState> {
    const make = () => this.#journal.laterLifecycle$.pipe(toState(this.#journal.state), bound());
    return this.#once('state$', () => deferred(make, this.#trace));
  }

  get exit$(): Observable<ExitStatus> {
    return this.#once('exit$', () => this.#traced(this.#journal.exit$.pipe(this.#held(), bound())));
  }

  get ready$(): Observable<void> {
    const make = () => {
      this.#wasReadyUsed = true;
      return this.#journal.lifecycle$.pipe(whenReady(), this.#held(), bound());
    };
    return this.#once('ready$', () => deferred(make, this.#trace));
  }

  get result$(): Observable<unknown> {
    const make = () => {
      this.markResultUsed();
      return this.#journal.lifecycle$.pipe(whenResult(), this.#held(), bound());
    };
    return this.#once('result$', () => deferred(make, this.#trace));
  }

  get message$(): Observable<unknown> {
    return this.#once('message$', () => this.#noted('message$', this.#journal.messages.value$.pipe(this.#held())));
  }

  get iteration$(): Observable<Iteration> {
    return this.#once('iteration$', () =>
      this.#noted('iteration$', this.#journal.iterations.value$.pipe(this.#held())),
    );
  }

  get stdout$(): Observable<string> {
    return this.#ifPiped('stdout$', this.#stdout$);
  }

  get stderr$(): Observable<string> {
    return this.#ifPiped('stderr$', this.#stderr$);
  }

  get log$(): Observable<LogLine> {
    this.#mustBePiped('log$');
    return (this.#log as Log).line$.pipe(this.#held());
  }

  usage$(intervalMs: number): Observable<Usage> {
    // Loaded on first use.
    const { usageStream } = require('../../observe/parent/usage') as typeof import('../../observe/parent/usage');
    return usageStream(this.#name, intervalMs, this.#journal).pipe(bound());
  }

  /** Whether a loop over `messages()` is running. */
  get isIterated(): boolean {
    return this.#connection.receiveWindow.oneByOne;
  }

  /** Which of `message$` and `iteration$` were subscribed to. A failure does not reach their subscribers. */
  get completedStreams(): readonly string[] {
    return [...this.#subscribed];
  }

  /** A failure reaches whoever asked for the result. */
  markResultUsed(): void {
    this.#wasResultUsed = true;
  }

  /** Whether a failure reaches a subscriber of `result$`, or one of `ready$` if the child was never ready. */
  isFailureHandled(): boolean {
    return this.#wasResultUsed || (this.#wasReadyUsed && !this.#journal.facts.ready);
  }

  messages(): MessageIterator<unknown> {
    const { keepAlive, receiveWindow } = this.#connection;
    let release = () => {};
    return this.#journal.messages.iterate({
      begin: () => {
        if (receiveWindow.oneByOne) {
          throw new StateError(
            `${this.#name}.messages() is iterated already, and each message goes to one loop only: subscribe to message$ to share them`,
            { subprocess: this.#name },
          );
        }
        release = keepAlive.acquire();
        receiveWindow.oneByOne = true;
      },
      consumed: () => receiveWindow.consumed(),
      end: () => {
        receiveWindow.oneByOne = false;
        release();
        reportSoon();
      },
    });
  }

  /** As a subscription to `message$`: see `StreamQueue.listen`. Returns a function that ends it. */
  listen(onMessage: (message: unknown) => void): () => void {
    this.#subscribed.add('message$');
    const release = this.#connection.keepAlive.acquire();
    const stop = this.#journal.messages.listen(onMessage);
    return () => {
      stop();
      release();
    };
  }

  /** Made when it is asked for: a program that uses no stream loads nothing of RxJS. */
  #once<S extends Observable<unknown>>(name: string, make: () => S): S {
    const stream$ = (this.#made.get(name) as S | undefined) ?? make();
    this.#made.set(name, stream$);
    return stream$;
  }

  /** Keeps this process alive while there is a subscriber. */
  #held<T>(): MonoTypeOperatorFunction<T> {
    return this.#connection.keepAlive.during();
  }

  #noted<T>(name: string, stream$: Observable<T>): Observable<T> {
    return deferred(() => {
      this.#subscribed.add(name);
      return stream$;
    }, this.#trace);
  }

  #traced<T>(stream$: Observable<T>): Observable<T> {
    return this.#trace ? deferred(() => stream$, this.#trace) : stream$;
  }

  #queuedLines(name: OutputName, source$: Observable<string>): Observable<string> {
    const onOverflow = queueWarning(this.#name, name, () => this.#usedOutputs.has(name));
    return queued(source$, { limit: QUEUE_LIMIT, onOverflow }).pipe(this.#held());
  }

  #ifPiped(name: OutputName, line$: Observable<string> | undefined): Observable<string> {
    this.#mustBePiped(name);
    this.#usedOutputs.add(name);
    this.#log?.drop();
    return line$ as Observable<string>;
  }

  #print(): void {
    const { prefixedPrinter } = require('./print-prefixed') as typeof import('./print-prefixed');
    const print = prefixedPrinter(this.#name, () => this.#journal.facts.pid);
    this.stdoutLine$.subscribe(line => print('stdout', line));
    this.stderrLine$.subscribe(line => print('stderr', line));
  }

  /** @throws StateError if the child's output is not piped */
  #mustBePiped(name: OutputName | 'log$'): void {
    if (this.#stdio === 'pipe') return;
    throw new StateError(
      `${this.#name}: ${name} needs the flag STDIO = 'pipe', which is ${inspect(this.#stdio)} in the parent's class`,
      { subprocess: this.#name, pid: this.#journal.facts.pid },
    );
  }
}
