/** Both sides: a unit of work that runs in a child process. */
import type { ChildProcess } from 'node:child_process';
import type { Observable } from 'rxjs';
import type { SubprocessEvent } from './model/events';
import type { ExitStatus } from './model/exit-status';
import type { SubprocessState } from './model/state';
import type {
  AnySubprocess,
  ForkOptions,
  MessageFrom,
  ResultOf,
  ShutdownOptions,
  Stdio,
  SubprocessClass,
} from './model/types';
import { adopt, inChild, inParent, shutdownAll } from './side';

/**
 * Extend it, write the work as `run()`, and create an instance: the work runs in a child process.
 *
 * @typeParam Args - what the constructor and `init` take
 * @typeParam Message - what `emit` takes and `message$` gives; where it is left out, what `run` yields
 * @typeParam Command - what `send` takes and `command$` gives
 */
export abstract class Subprocess<Args extends unknown[] = [], Message = unknown, Command = never> {
  /** The parent does not finish before the child has entered `run`. */
  static WAIT_FOR_CHILD = false;
  /** `false`: a shutdown sends no signal and waits, without a limit, until `run` completes. */
  static TERMINATE_ON_SHUTDOWN = true;
  /** `true`: nothing is forked until `start()`. */
  static EXPLICIT_START = false;
  /** Milliseconds between SIGTERM and SIGKILL; `Infinity`: never SIGKILL. */
  static SHUTDOWN_GRACE = 5_000;
  /**
   * Milliseconds from the start of the process, after `init`, until it is ready, a loop's `begin` included; then it is
   * killed, and fails with a StartError. `Infinity`: no limit.
   */
  static READY_TIMEOUT = 30_000;
  /** Where the child's stdout and stderr go: 'inherit', 'pipe' or 'ignore' (see Stdio). Its stdin is always empty. */
  static STDIO: Stdio = 'inherit';
  /** How many processes stand ready for this class, booted and with its module loaded, once it has been started. */
  static SPARES = 0;
  /** Path or URL of the module that defines the class; found by itself where it is undefined. */
  static MODULE: string | URL | undefined = undefined;

  /** Returns at once; `init` and the start follow in a microtask. */
  constructor(...args: Args) {
    adopt(this, args);
  }

  /**
   * Parent side: prepares the object, with the constructor's arguments. May be async; what it sets crosses to the child.
   * It has no time limit: `READY_TIMEOUT` counts from the start of the process, which follows.
   */
  init(..._args: Args): void | Promise<void> {}

  /** Child side: the work. May return a value, a promise, a generator or an Observable. */
  abstract run(): unknown;

  /** Parent side, after `init`: how this instance's process is made. */
  forkOptions(): ForkOptions {
    return {};
  }

  /** Parent side, at the start: what crosses to the child. Default: the instance's own fields. */
  snapshot(): unknown {
    return inParent(this, 'snapshot()').fields();
  }

  /** Child side, before `run`: takes what `snapshot` gave. Default: lays the fields over the instance. */
  restore(state: unknown): void {
    for (const [key, value] of Object.entries(state as object)) {
      Object.defineProperty(this, key, { value, writable: true, enumerable: true, configurable: true });
    }
  }

  /**
   * Parent side: forks, and returns this. Only needed with `EXPLICIT_START`.
   * @throws StateError if it was started before, or shut down
   */
  start(): this {
    inParent(this, 'start()').start();
    return this;
  }

  /** Parent side: every event; the lifecycle events so far first. Never errors, completes after `exited`. Does not keep the parent alive. */
  get event$(): Observable<SubprocessEvent<MessageFrom<this['run'], Message>>> {
    return inParent(this, 'event$').streams.event$ as never;
  }

  /** Parent side: the state, the current one first. Never errors, completes after 'exited'. Does not keep the parent alive. */
  get state$(): Observable<SubprocessState> {
    return inParent(this, 'state$').streams.state$;
  }

  /** Parent side: emits once (void) when the child is ready, and completes; replayed. Errors with what prevented it. */
  get ready$(): Observable<void> {
    return inParent(this, 'ready$').streams.ready$;
  }

  /** Parent side: emits how the child ended, and completes; replayed. Never errors. */
  get exit$(): Observable<ExitStatus> {
    return inParent(this, 'exit$').streams.exit$;
  }

  /**
   * Parent side: emits what `run` returned as soon as it arrives, and completes; replayed. Errors with a StartError,
   * a RemoteError or an ExitError; completes empty if the child was stopped without a result.
   */
  get result$(): Observable<ResultOf<this>> {
    return inParent(this, 'result$').streams.result$ as never;
  }

  /**
   * Parent side: what the child emits. While nobody is subscribed, the last 1,024 wait for the next subscriber; the
   * first one that goes causes a process warning. Never errors, completes when the process is over.
   */
  get message$(): Observable<MessageFrom<this['run'], Message>> {
    return inParent(this, 'message$').streams.message$ as never;
  }

  /**
   * Parent side: the messages one by one, for `for await`. The child's `emit` waits while too many are not taken. Never
   * errors, ends when the process is over; what a loop that is left has not taken waits on.
   */
  messages(): AsyncIterableIterator<MessageFrom<this['run'], Message>, undefined> {
    return inParent(this, 'messages()').streams.messages() as never;
  }

  /**
   * Parent side: the child's stdout line by line, without the line ends; one of more than 1,048,576 characters comes
   * in parts. Lines wait as messages do. Never errors, completes when the process is over.
   * @throws StateError unless `STDIO` is 'pipe'
   */
  get stdout$(): Observable<string> {
    return inParent(this, 'stdout$').streams.stdout$;
  }

  /**
   * Parent side: the child's stderr, as `stdout$` gives its stdout.
   * @throws StateError unless `STDIO` is 'pipe'
   */
  get stderr$(): Observable<string> {
    return inParent(this, 'stderr$').streams.stderr$;
  }

  /** Parent side: Node's ChildProcess; `null` until it is made. */
  get process(): ChildProcess | null {
    return inParent(this, 'process').process;
  }

  /** Parent side: resolves with the ExitStatus, however the child ended. */
  wait(): Promise<ExitStatus> {
    return inParent(this, 'wait()').wait();
  }

  /** Parent side: resolves with what `run` returned; rejects as `result$` errors, and after a stop without a result. */
  result(): Promise<ResultOf<this>> {
    return inParent(this, 'result()').result() as never;
  }

  /**
   * Parent side: SIGTERM, and SIGKILL once the grace is over; no signal where `TERMINATE_ON_SHUTDOWN` is false.
   * Resolves with the ExitStatus, however the child ended; rejects with a StateError, and does nothing, if `grace` is
   * no number of ms, 0 or more. However often it is called, SIGTERM is sent once, and the shortest grace counts.
   */
  shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    return inParent(this, 'shutdown()').shutdown(options);
  }

  /**
   * Parent side: sends to the child's `command$`, as soon as there is a child. Resolves when that has it, whether or not
   * anybody subscribes there; rejects with a SendError if it cannot cross, or the child ends before it has it.
   */
  send(command: Command): Promise<void> {
    return inParent(this, 'send()').send(command);
  }

  /** Parent side: `shutdown()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /**
   * Child side: sends to the parent's `message$`. Resolves at once while up to 4,096 messages and 1 MiB are under way,
   * and beyond that when the parent has taken enough of them; resolves also when the parent is gone. Never rejects.
   * @throws SendError at once if the message cannot cross
   */
  emit(message: Message): Promise<void> {
    return inChild(this, 'emit()').emit(message);
  }

  /**
   * Child side: what the parent sends. All that comes before `run` has been entered (or a loop's `begin` is done) waits
   * for it to subscribe; later, while nobody is subscribed, the last 1,024 wait, and the first one that goes causes a
   * process warning. Never errors and never completes: it ends with the process, which it keeps alive until `run`
   * settles.
   */
  get command$(): Observable<Command> {
    return inChild(this, 'command$').command$ as never;
  }

  /**
   * Child side: aborts when a stop is asked for: by a shutdown that sends a signal, by a SIGTERM from elsewhere, or when
   * the parent is gone (work that runs once goes on then where `TERMINATE_ON_SHUTDOWN` is false). Once it has been
   * touched, SIGTERM does not end the process: the work ends by itself, or by SIGKILL after the grace.
   * Keeps the process alive until `run` settles.
   */
  get signal(): AbortSignal {
    return inChild(this, 'signal').signal;
  }

  /**
   * Parent side: shuts down all instances of this class and its subclasses that have been started and not ended.
   * Resolves with their ExitStatus when all have ended; rejects as `shutdown` does. Their spares are ended too, and have
   * no ExitStatus in the list.
   */
  static shutdownAll(this: SubprocessClass<AnySubprocess>, options?: ShutdownOptions): Promise<ExitStatus[]> {
    return shutdownAll(this, options);
  }
}
