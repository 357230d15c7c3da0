/** Parent side: the life of one instance, from its construction to its end, as the members of ParentMembers. */
import type { ChildProcess } from 'node:child_process';
import {
  defer,
  filter,
  firstValueFrom,
  map,
  merge,
  type Observable,
  ReplaySubject,
  Subject,
  switchMap,
  take,
  takeUntil,
  throwIfEmpty,
  timer,
} from 'rxjs';
import { StartError, type StartPhase, StateError } from '../errors';
import type { SubprocessEvent } from '../events';
import type { ExitStatus } from '../exit-status';
import { failureOf } from '../operators/failure-of';
import { ofType } from '../operators/of-type';
import { queued } from '../operators/queued';
import { shutdownWith } from '../operators/shutdown-with';
import { toState } from '../operators/to-state';
import { whenExited } from '../operators/when-exited';
import { whenReady } from '../operators/when-ready';
import { whenResult } from '../operators/when-result';
import { safeText } from '../safely';
import type { ParentMembers } from '../side';
import type { SubprocessState } from '../state';
import { Subprocess } from '../subprocess';
import type { AnySubprocess, Iteration, ShutdownOptions } from '../types';
import { checkClass, type Flags } from './check-class';
import { Ending } from './ending';
import { guard, unguard } from './guardian';
import { Hold } from './hold';
import type { Leaving } from './join';
import { Journal } from './journal';
import { Outbox } from './outbox';
import { type Living, register, unregister } from './registry';
import { reportFailure } from './report-failure';
import { type Baseline, baselineOf, encodeSnapshot, fieldsOf, ownOf, SnapshotError } from './snapshot';
import type { SpawnedChild } from './spawn-child';
import { startChild } from './start-child';

/** How many values wait for a subscriber. */
const LONGEST_QUEUE = 1024;
/** ms after `ready` in which a WAIT_FOR_CHILD child may enter `run`, so that a busy `run` stays killable. */
const ENTRY_TIME = 250;

export class Lifecycle implements ParentMembers, Living {
  readonly side = 'parent';
  readonly event$: Observable<SubprocessEvent>;
  readonly state$: Observable<SubprocessState>;
  readonly ready$: Observable<void>;
  readonly exit$: Observable<ExitStatus>;
  readonly result$: Observable<unknown>;
  readonly message$: Observable<unknown>;
  readonly iteration$: Observable<Iteration>;

  readonly instance: AnySubprocess;
  readonly #args: unknown[];
  readonly #kind: 'once' | 'loop';
  readonly #flags: Flags;
  readonly #name: string;
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #ending: Ending;
  readonly #hold = new Hold();
  readonly #stdoutLine$ = new Subject<string>();
  readonly #stderrLine$ = new Subject<string>();
  readonly #stdout$: Observable<string>;
  readonly #stderr$: Observable<string>;

  #baseline: Baseline = new Map();
  #init: 'due' | 'running' | 'done' = 'due';
  #startAsked: boolean;
  #child: SpawnedChild | undefined;
  #readyWatched = false;
  #resultWatched = false;
  #exit: ExitStatus | undefined;

  constructor(instance: AnySubprocess, args: unknown[]) {
    const { kind, flags } = checkClass(instance);
    this.instance = instance;
    this.#args = args;
    this.#kind = kind;
    this.#flags = flags;
    this.#name = instance.constructor.name || 'an anonymous class';
    this.#journal = new Journal(this.#name, () => this.#ending.force());
    this.#outbox = new Outbox(this.#name, () => this.#journal.facts.pid);
    this.#ending = new Ending(this.#journal, this.#outbox, flags, kind);

    const { event$ } = this.#journal;
    const exited$ = event$.pipe(whenExited());
    this.event$ = event$;
    this.state$ = latest(event$.pipe(toState()));
    this.exit$ = exited$.pipe(this.#hold.during());
    this.ready$ = defer(() => {
      this.#readyWatched = true;
      return event$.pipe(whenReady(), this.#hold.during());
    });
    this.result$ = defer(() => {
      this.#resultWatched = true;
      return event$.pipe(whenResult(), this.#hold.during());
    });
    this.message$ = this.#queued(
      'message$',
      event$.pipe(
        ofType('message'),
        map(({ message }) => message),
      ),
    );
    this.iteration$ = this.#queued(
      'iteration$',
      event$.pipe(
        ofType('iteration'),
        map(({ type, at, ...turn }) => turn),
      ),
    );
    this.#stdout$ = this.#queued('stdout$', this.#stdoutLine$.pipe(takeUntil(exited$)));
    this.#stderr$ = this.#queued('stderr$', this.#stderrLine$.pipe(takeUntil(exited$)));
    exited$.subscribe(exit => this.#settle(exit));
    // Once every subscriber has seen the end, and had its chance to handle it.
    this.#journal.milestone$.subscribe({ complete: () => this.#reportUnhandled() });

    this.#startAsked = !flags.EXPLICIT_START;
    if (this.#startAsked) register(this);
    // After the fields of the subclass are initialised, which would overwrite what `init` sets.
    queueMicrotask(() => this.#prepare());
  }

  get process(): ChildProcess | null {
    return this.#child?.process ?? null;
  }

  get stdout$(): Observable<string> {
    return this.#piped('stdout$', this.#stdout$);
  }

  get stderr$(): Observable<string> {
    return this.#piped('stderr$', this.#stderr$);
  }

  start(): void {
    const { exited, startedAt } = this.#journal.facts;
    if (exited) throw this.#misuse('start() came after the end: create a new instance for another run');
    if (startedAt !== null || (this.#startAsked && this.#init !== 'due')) {
      throw this.#misuse('it has been started before: an instance starts once, by itself unless EXPLICIT_START is set');
    }
    if (!this.#startAsked) register(this);
    this.#startAsked = true;
    if (this.#init === 'due') this.#prepare();
    else this.#launch();
  }

  wait(): Promise<ExitStatus> {
    return firstValueFrom(this.exit$);
  }

  result(): Promise<unknown> {
    const stopped = () => failureOf(this.#exit as ExitStatus, 'it had a result');
    return firstValueFrom(this.result$.pipe(throwIfEmpty(stopped)));
  }

  async shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    const { grace, terminate } = options ?? {};
    const { TERMINATE_ON_SHUTDOWN, SHUTDOWN_GRACE } = this.#flags;
    const patience = grace ?? SHUTDOWN_GRACE;
    if (typeof patience !== 'number' || !(patience >= 0))
      throw this.#misuse(`shutdown({ grace: ${grace} }): it must be a number of ms, 0 or more`);
    if (!this.#child) this.#cancel();
    if (!(terminate ?? TERMINATE_ON_SHUTDOWN)) {
      this.#journal.add({ type: 'stop', signalled: false });
      return this.wait();
    }
    const order = () => this.#ending.ask();
    const kill = () => this.#ending.force();
    return firstValueFrom(this.event$.pipe(shutdownWith({ order, kill, grace: patience }), this.#hold.during()));
  }

  async send(command: unknown): Promise<void> {
    const release = this.#hold.acquire();
    return this.#outbox.command(command).finally(release);
  }

  fields(): unknown {
    return fieldsOf(this.instance, this.#baseline);
  }

  async entered(): Promise<void> {
    // A loop gets its begin and end in any case.
    if (!this.#flags.WAIT_FOR_CHILD || this.#kind === 'loop' || !this.#child) return;
    await firstValueFrom(this.#entry());
  }

  force(): void {
    this.#ending.force();
  }

  leave(afterError: boolean): Leaving | undefined {
    const { WAIT_FOR_CHILD, TERMINATE_ON_SHUTDOWN, SHUTDOWN_GRACE, READY_TIMEOUT } = this.#flags;
    if (WAIT_FOR_CHILD && !afterError) this.#prepare();
    if (!this.#child) {
      this.#cancel();
      return undefined;
    }
    const { entered } = this.#journal.facts;
    // A loop may be asked at once: begin and end are certain.
    const mustEnter = WAIT_FOR_CHILD && this.#kind === 'once' && !entered;
    const ask = () => {
      this.#ending.ask();
      // No event tells any more that it is up, but it has entered, or had its time.
      if (mustEnter) this.#ending.signal();
    };
    return {
      child: this.#child,
      ask: TERMINATE_ON_SHUTDOWN ? ask : undefined,
      grace: SHUTDOWN_GRACE,
      entryTime: mustEnter ? READY_TIMEOUT : 0,
    };
  }

  /** Runs `init`, once, and goes on to the start if it was asked for. */
  #prepare(): void {
    if (this.#init !== 'due' || this.#journal.facts.exited) return;
    this.#init = 'running';
    const done = () => {
      this.#init = 'done';
      if (this.#startAsked) this.#launch();
    };
    const failed = (cause: unknown) =>
      this.#fail('init', `${this.#name}.init() threw in the parent: ${safeText(cause)}`, cause);
    let promise: unknown;
    try {
      this.#baseline = baselineOf(this.instance);
      promise = this.instance.init(...this.#args);
    } catch (error) {
      return failed(error);
    }
    if (isThenable(promise)) promise.then(done, failed);
    else done();
  }

  #launch(): void {
    const { exited, startedAt } = this.#journal.facts;
    if (this.#init !== 'done' || exited || startedAt !== null) return;
    let state: Uint8Array;
    let own: string[] = [];
    try {
      const chosen = this.instance.snapshot !== Subprocess.prototype.snapshot;
      state = encodeSnapshot(this.instance.snapshot());
      if (!chosen) own = ownOf(this.instance, this.#baseline);
    } catch (cause) {
      const why = cause instanceof SnapshotError ? cause.message : `snapshot() threw in the parent: ${safeText(cause)}`;
      return this.#fail('snapshot', `${this.#name}: ${why}`, cause);
    }
    startChild(
      { instance: this.instance, kind: this.#kind, flags: this.#flags, state, own },
      {
        journal: this.#journal,
        outbox: this.#outbox,
        hold: this.#hold,
        stdout: this.#stdoutLine$,
        stderr: this.#stderrLine$,
        own: child => {
          this.#child = child;
          if (this.#flags.TERMINATE_ON_SHUTDOWN) guard(child.pid, this.#flags.SHUTDOWN_GRACE);
          this.#ending.attach(child);
        },
      },
    );
    if (this.#child && this.#flags.WAIT_FOR_CHILD) this.#entry().subscribe(this.#hold.acquire());
  }

  /** Emits once `run` is entered, or has had its time for it, or the child has ended. */
  #entry(): Observable<unknown> {
    const { event$, milestone$ } = this.#journal;
    const late$ = event$.pipe(
      ofType('ready'),
      switchMap(() => timer(ENTRY_TIME)),
    );
    const entered$ = milestone$.pipe(filter(milestone => milestone === 'entered'));
    return merge(entered$, late$, event$.pipe(whenExited())).pipe(take(1));
  }

  #fail(phase: StartPhase, message: string, cause: unknown): void {
    this.#journal.add({ type: 'fault', error: new StartError(phase, message, { subprocess: this.#name, cause }) });
    this.#journal.add({ type: 'end', code: null, signal: null });
  }

  /** Ends what has no process. */
  #cancel(): void {
    this.#journal.add({ type: 'stop', signalled: true });
    this.#journal.add({ type: 'end', code: null, signal: null });
  }

  #settle(exit: ExitStatus): void {
    this.#exit = exit;
    this.#outbox.close(`the child has ended (${exit.reason}): send before it ends, and see wait() for why it did`);
    unregister(this);
    if (exit.pid !== null) unguard(exit.pid);
  }

  #reportUnhandled(): void {
    const error = this.#exit?.error;
    if (!error || this.#resultWatched || (this.#readyWatched && !this.#journal.facts.ready)) return;
    reportFailure(error);
  }

  #queued<T>(name: string, source$: Observable<T>): Observable<T> {
    const onOverflow = () =>
      process.emitWarning(
        `${this.#name}.${name}: more than ${LONGEST_QUEUE} values wait and the oldest go: subscribe, or emit less`,
        { type: 'SubprocessWarning', code: 'OFFSPRING_QUEUE' },
      );
    // Every long loop gets there; iterations that nobody asks for are no loss.
    const quiet = name === 'iteration$';
    return queued(source$, { limit: LONGEST_QUEUE, onOverflow: quiet ? () => {} : onOverflow }).pipe(
      this.#hold.during(),
    );
  }

  #piped(name: string, line$: Observable<string>): Observable<string> {
    if (this.#flags.STDIO === 'pipe') return line$;
    throw this.#misuse(`${name} needs the flag STDIO = 'pipe', which is '${this.#flags.STDIO}' in the parent's class`);
  }

  #misuse(why: string): StateError {
    return new StateError(`${this.#name}: ${why}`, { subprocess: this.#name, pid: this.#journal.facts.pid });
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

/** The latest value first, also after the end. */
function latest<T>(source$: Observable<T>): Observable<T> {
  const last$ = new ReplaySubject<T>(1);
  source$.subscribe(last$);
  return last$.asObservable();
}
