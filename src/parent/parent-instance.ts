/** Parent side: the life of one instance, from its construction to its end, as the members of ParentMembers. */

import type { ChildProcess } from 'node:child_process';
import { firstValueFrom, throwIfEmpty } from 'rxjs';
import { StartError, type StartPhase, StateError } from '../model/errors';
import type { ExitStatus } from '../model/exit-status';
import type { Kind } from '../model/kind';
import type { AnySubprocess, ShutdownOptions } from '../model/types';
import { failureOf } from '../operators/failure-of';
import type { ParentMembers } from '../side';
import { Ending } from './end/ending';
import { guard, unguard } from './end/guardian';
import type { Joinable } from './end/join';
import { ParentExit } from './end/parent-exit';
import { isTooLateToStart, type Registered, register, unregister } from './end/registry';
import { whenEntered } from './end/when-entered';
import { checkClass, type Flags } from './flags';
import { Journal } from './follow/journal';
import { reportUnlessHandled } from './follow/report-failure';
import { Streams } from './follow/streams';
import { KeepAlive } from './process/keep-alive';
import { Outbox } from './process/outbox';
import { ReceiveWindow } from './process/receive-window';
import type { SpawnedChild } from './process/spawn-child';
import { Preparation } from './start/preparation';
import { startChild } from './start/start-child';

export class ParentInstance implements ParentMembers, Registered {
  readonly side = 'parent';
  readonly #instance: AnySubprocess;
  readonly #kind: Kind;
  readonly #flags: Flags;
  readonly #name: string;
  readonly #keepAlive = new KeepAlive();
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #receiveWindow: ReceiveWindow;
  readonly #ending: Ending;
  readonly #parentExit: ParentExit;
  readonly #streams: Streams;
  readonly #preparation: Preparation;
  #startAsked: boolean;
  #child: SpawnedChild | undefined;
  #exit: ExitStatus | undefined;

  constructor(instance: AnySubprocess, args: unknown[]) {
    const { kind, flags } = checkClass(instance);
    const name = instance.constructor.name || 'an anonymous class';
    this.#instance = instance;
    this.#kind = kind;
    this.#flags = flags;
    this.#name = name;
    const keepAlive = this.#keepAlive;
    const journal = new Journal(name, {
      onVerdict: () => this.#ending.force(),
      onExit: exit => this.#settle(exit),
    });
    this.#journal = journal;
    this.#outbox = new Outbox({
      subprocess: name,
      pid: () => journal.facts.pid,
      onPending: holdWhile(keepAlive),
    });
    this.#receiveWindow = new ReceiveWindow(messages => this.#outbox.taken(messages));
    this.#ending = new Ending({ kind, flags, journal, keepAlive, outbox: this.#outbox });
    this.#parentExit = new ParentExit({ kind, flags, journal, outbox: this.#outbox, ending: this.#ending });
    this.#streams = new Streams({
      subprocess: name,
      stdio: flags.STDIO,
      journal,
      keepAlive,
      receiveWindow: this.#receiveWindow,
    });
    this.#preparation = new Preparation({
      instance,
      args,
      name,
      onDone: () => this.#launch(),
      onFailure: (phase, message, cause) => this.#fail(phase, message, cause),
    });

    this.#startAsked = !flags.EXPLICIT_START;
    if (this.#startAsked) this.#enroll();
    // After the fields of the subclass are initialised, which would overwrite what `init` sets.
    queueMicrotask(() => this.#prepare());
  }

  get event$() {
    return this.#streams.event$;
  }

  get state$() {
    return this.#streams.state$;
  }

  get ready$() {
    return this.#streams.ready$;
  }

  get exit$() {
    return this.#streams.exit$;
  }

  get result$() {
    return this.#streams.result$;
  }

  get message$() {
    return this.#streams.message$;
  }

  get iteration$() {
    return this.#streams.iteration$;
  }

  get stdout$() {
    return this.#streams.stdout$;
  }

  get stderr$() {
    return this.#streams.stderr$;
  }

  get process(): ChildProcess | null {
    return this.#child?.process ?? null;
  }

  messages(): AsyncIterableIterator<unknown, undefined> {
    return this.#streams.messages();
  }

  start(): void {
    const { exited, startedAt } = this.#journal.facts;
    if (exited) throw this.#misuse('start() came after the end: create a new instance for another run');
    if (startedAt !== null || (this.#startAsked && !this.#preparation.isDue)) {
      throw this.#misuse('it has been started before: an instance starts once, by itself unless EXPLICIT_START is set');
    }
    if (!this.#startAsked) this.#enroll();
    this.#startAsked = true;
    if (this.#preparation.isDue) this.#prepare();
    else this.#launch();
  }

  wait(): Promise<ExitStatus> {
    return firstValueFrom(this.exit$);
  }

  result(): Promise<unknown> {
    const stopped = () => failureOf(this.#exit as ExitStatus, 'it had a result');
    return firstValueFrom(this.result$.pipe(throwIfEmpty(stopped)));
  }

  shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    return this.#ending.shutdown(options);
  }

  send(command: unknown): Promise<void> {
    return this.#outbox.command(command);
  }

  fields(): unknown {
    return this.#preparation.fields();
  }

  isOf(type: object): boolean {
    return this.#instance instanceof (type as abstract new () => unknown);
  }

  async entered(): Promise<void> {
    if (this.#child) await this.#parentExit.entered();
  }

  force(): void {
    this.#ending.force();
  }

  atParentExit(afterError: boolean): Joinable | undefined {
    if (this.#flags.WAIT_FOR_CHILD && !afterError) this.#prepare();
    if (this.#child) return this.#parentExit.joinable(this.#child);
    this.#ending.cancel();
    return undefined;
  }

  #prepare(): void {
    if (!this.#journal.facts.exited) this.#preparation.run();
  }

  #launch(): void {
    const { exited, startedAt } = this.#journal.facts;
    if (!this.#startAsked || !this.#preparation.isDone || exited || startedAt !== null) return;
    const snapshot = this.#preparation.snapshot();
    if (!snapshot) return;
    startChild(
      { instance: this.#instance, kind: this.#kind, flags: this.#flags, ...snapshot },
      {
        journal: this.#journal,
        outbox: this.#outbox,
        receiveWindow: this.#receiveWindow,
        keepAlive: this.#keepAlive,
        stdout: this.#streams.stdoutLine$,
        stderr: this.#streams.stderrLine$,
        own: child => this.#own(child),
      },
    );
    if (this.#child && this.#flags.WAIT_FOR_CHILD) whenEntered(this.#journal).subscribe(this.#keepAlive.acquire());
  }

  #own(child: SpawnedChild): void {
    this.#child = child;
    if (this.#flags.TERMINATE_ON_SHUTDOWN) guard(child.pid, this.#flags.SHUTDOWN_GRACE);
    else unguard(child.pid);
    this.#ending.attach(child);
  }

  #fail(phase: StartPhase, message: string, cause: unknown): void {
    this.#journal.add({ type: 'fault', error: new StartError(phase, message, { subprocess: this.#name, cause }) });
    this.#journal.add({ type: 'end', code: null, signal: null });
  }

  #enroll(): void {
    register(this);
    if (isTooLateToStart()) void this.shutdown();
  }

  #settle(exit: ExitStatus): void {
    this.#exit = exit;
    this.#outbox.close(`the child has ended (${exit.reason}): send before it ends, and see wait() for why it did`);
    unregister(this);
    if (exit.pid !== null) unguard(exit.pid);
    this.#reportUnhandled(exit);
  }

  #reportUnhandled({ error }: ExitStatus): void {
    if (!error) return;
    reportUnlessHandled({
      error,
      isHandled: () => this.#streams.isHandled(this.#journal.facts.ready),
      isLooping: () => this.#streams.isLooping,
    });
  }

  #misuse(why: string): StateError {
    return new StateError(`${this.#name}: ${why}`, { subprocess: this.#name, pid: this.#journal.facts.pid });
  }
}

/** Holds from `true` to `false`. */
function holdWhile(keepAlive: KeepAlive): (isHeld: boolean) => void {
  let release = () => {};
  return isHeld => {
    release();
    release = isHeld ? keepAlive.acquire() : () => {};
  };
}
