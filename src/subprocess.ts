/** Both sides: the base class for work that runs in a child process. */
import type { ChildProcess } from 'node:child_process';
import type { Observable } from 'rxjs';
import type { SubprocessEvent } from './model/events';
import type { ExitStatus } from './model/exit-status';
import type { SubprocessState } from './model/state';
import type {
  ForkOptions,
  LogLine,
  MessageFrom,
  MessageIterator,
  ResultOf,
  ShutdownOptions,
  Stdio,
  Usage,
} from './model/types';
import { adopt, inChild, inParent, instances$, shutdownAll } from './side';
import { markBaseClass } from './util/base-class';

/**
 * Extend this class, write the work as `run()`, and create an instance: the work runs in a child process.
 *
 * @example
 * export class Sum extends Subprocess<[limit: number], string> {
 *   limit = 0;
 *   override init(limit: number) {
 *     this.limit = limit; // in the parent; its fields are sent
 *   }
 *   override run() {
 *     this.emit('adding'); // in the child: to message$
 *     return (this.limit * (this.limit + 1)) / 2;
 *   }
 * }
 *
 * const sum = new Sum(10); // starts by itself
 * sum.message$.subscribe(message => console.log(message));
 * console.log(await sum.result());
 * // prints: adding
 * // prints: 55
 *
 * @typeParam Args - the arguments of the constructor and of `init`
 * @typeParam Message - what `emit` takes and `message$` emits; by default what `run` yields
 * @typeParam Command - what `send` takes and `command$` emits
 */
export abstract class Subprocess<Args extends unknown[] = [], Message = unknown, Command = never> {
  /** `true`: the parent does not exit before the child has entered `run`. Default: `false`; `true` for a loop. */
  static WAIT_FOR_CHILD = false;
  /** `false`: a shutdown sends no signal. It waits, without a limit, until `run` is done. Default: `true`. */
  static TERMINATE_ON_SHUTDOWN = true;
  /** `true`: no process is spawned until `start()`. Default: `false`. */
  static EXPLICIT_START = false;
  /** Milliseconds between SIGTERM and SIGKILL. `Infinity`: never SIGKILL. Default: 5,000. */
  static SHUTDOWN_GRACE = 5_000;
  /**
   * `true`: the child ends together with all that it has started: shells, browsers, ffmpeg. It leads a process group of
   * its own. The group gets SIGTERM with the stop, and SIGKILL when the grace is over or the child is gone. A terminal
   * sends its signals (Ctrl-C) to the parent only, which decides. The children of the child have such groups too.
   * Default: `false`.
   */
  static OWN_GROUP = false;
  /**
   * Whether `process.title`, by which `ps` shows the process, names the class and the pid of the parent: `node Render
   * (offspring-rx of 4711)`. `false`: the title stays as it was. On Windows, which does not show titles, it always stays.
   * Default: `true`.
   */
  static TITLE = true;
  /**
   * Priority of the process from its start, as `os.setPriority` takes it: from 19, the least, to -20. A number that the
   * system does not allow is a StartError. Default: `undefined`, that of the parent.
   */
  static NICE: number | undefined = undefined;
  /**
   * Bytes of resident memory that the process may have. The parent looks every 250 ms, and where there is no /proc every
   * second, also while the child is busy. A process that has more is killed, and the task fails with an ExitError whose
   * `exit.cause` is 'memory-limit'. Default: `Infinity`, no limit.
   */
  static MEMORY_LIMIT = Number.POSITIVE_INFINITY;
  /**
   * Milliseconds that a process may take until it is ready, including the `begin` of a loop, but not `init`. If it
   * takes longer, it is killed, and the task fails with a StartError. `Infinity`: no limit. Default: 30,000.
   */
  static READY_TIMEOUT = 30_000;
  /**
   * Where the child's stdout and stderr go: 'inherit', 'pipe', 'ignore' or `{ prefix: true }`; see Stdio. Its stdin is
   * always empty. Default: 'inherit'.
   */
  static STDIO: Stdio = 'inherit';
  /** How many spare processes, with the module loaded, are kept ready for this class after its first start. Default: 0. */
  static SPARES = 0;
  /** Path or URL of the module that defines the class. Default: `undefined`, the library finds it. */
  static MODULE: string | URL | undefined = undefined;

  /** Returns at once. `init` and the start follow in a microtask. */
  constructor(...args: Args) {
    adopt(this, args);
  }

  /**
   * Parent side: prepares the instance, before its process loads anything of yours. Gets the constructor's arguments.
   * May be async, and has no time limit. The fields that it sets are sent to the child.
   */
  init(..._args: Args): void | Promise<void> {}

  /** Child side: the work. May return a value, a promise, a generator, an AsyncIterable or an Observable. */
  abstract run(): unknown;

  /** Parent side, after `init`: returns how the process of this instance is spawned. */
  forkOptions(): ForkOptions {
    return {};
  }

  /** Parent side, at the start: returns the state that is sent to the child. Default: the instance's own fields. */
  snapshot(): unknown {
    return inParent(this, 'snapshot()').fields();
  }

  /** Child side, before `run`: gets what `snapshot` returned. Default: sets the fields of the instance. */
  restore(state: unknown): void {
    for (const [key, value] of Object.entries(state as object)) {
      Object.defineProperty(this, key, { value, writable: true, enumerable: true, configurable: true });
    }
  }

  /**
   * Parent side: starts the task, and returns it. Only needed with `EXPLICIT_START`.
   * @throws StateError if the task was already started or shut down
   */
  start(): this {
    inParent(this, 'start()').start();
    return this;
  }

  /**
   * Parent side: emits every event, first the lifecycle events so far. Completes after `exited`. Never errors. Does not
   * keep the parent alive.
   */
  get event$(): Observable<SubprocessEvent<MessageFrom<this['run'], Message>>> {
    return inParent(this, 'event$').streams.event$ as never;
  }

  /**
   * Parent side: emits the current state, then each change. Completes after 'exited'. Never errors. Does not keep the
   * parent alive.
   */
  get state$(): Observable<SubprocessState> {
    return inParent(this, 'state$').streams.state$;
  }

  /**
   * Parent side: emits once (void) when the child is ready, and completes. Errors with the reason if the child never
   * becomes ready. Replayed to late subscribers.
   */
  get ready$(): Observable<void> {
    return inParent(this, 'ready$').streams.ready$;
  }

  /** Parent side: emits the ExitStatus, and completes. Never errors. Replayed to late subscribers. */
  get exit$(): Observable<ExitStatus> {
    return inParent(this, 'exit$').streams.exit$;
  }

  /**
   * Parent side: emits what `run` returned as soon as it arrives, and completes. Completes empty if the child was
   * stopped without a result. Errors with a StartError, a RemoteError or an ExitError. Replayed to late subscribers.
   */
  get result$(): Observable<ResultOf<this>> {
    return inParent(this, 'result$').streams.result$ as never;
  }

  /**
   * Parent side: emits what the child emits. While nobody is subscribed, the last 1,024 messages wait for the next
   * subscriber. The first message that is dropped causes a process warning. Completes when the process has exited.
   * Never errors.
   */
  get message$(): Observable<MessageFrom<this['run'], Message>> {
    return inParent(this, 'message$').streams.message$ as never;
  }

  /**
   * Parent side: returns an async iterator over the messages, for `for await`. The child's `emit` waits while too many
   * messages are unread. Ends when the process has exited. If the loop is left, the unread messages wait for the next
   * subscriber. Rejects with a StateError if another loop is iterating already.
   */
  messages(): MessageIterator<MessageFrom<this['run'], Message>> {
    return inParent(this, 'messages()').streams.messages() as never;
  }

  /**
   * Parent side: emits the child's stdout line by line, without line ends. A line of more than 1,048,576 characters
   * arrives in parts. Lines wait for a subscriber as messages do. Completes when the process has exited. Never errors.
   * @throws StateError unless `STDIO` is 'pipe'
   */
  get stdout$(): Observable<string> {
    return inParent(this, 'stdout$').streams.stdout$;
  }

  /**
   * Parent side: emits the child's stderr line by line, as `stdout$` emits its stdout. Completes when the process has
   * exited. Never errors.
   * @throws StateError unless `STDIO` is 'pipe'
   */
  get stderr$(): Observable<string> {
    return inParent(this, 'stderr$').streams.stderr$;
  }

  /**
   * Parent side: emits the lines of the child's stdout and stderr in the order in which the parent reads them, as
   * `{ stream: 'stdout' | 'stderr', line, at }`; `at` is in ms since the epoch. Lines wait for a subscriber as messages
   * do, unless `stdout$` or `stderr$` is used first: then those that came before the first use of `log$` are not in it.
   * Completes when the process has exited. Never errors.
   * @throws StateError unless `STDIO` is 'pipe'
   */
  get log$(): Observable<LogLine> {
    return inParent(this, 'log$').streams.log$;
  }

  /**
   * Parent side: emits how much processor time and memory the process uses, every `intervalMs` ms (default:
   * 1,000), measured from outside, so also while the child is busy: `{ cpu, memory, at }`. `cpu` is the share of one core since the value
   * before, from 0 up to the number of cores; `memory` the resident bytes; `at` the time in ms since the epoch. The
   * first value comes one interval after the process was spawned, or after the subscription. Completes when the process
   * has exited. Errors with a StateError if the system has nothing that tells it. Does not keep the parent alive.
   * @throws StateError unless `intervalMs` is a number of ms, from 10 to 2,147,483,647
   */
  usage$(intervalMs = 1_000): Observable<Usage> {
    return inParent(this, 'usage$()').streams.usage$(intervalMs);
  }

  /** Parent side: Node's ChildProcess. `null` until the process is spawned. */
  get process(): ChildProcess | null {
    return inParent(this, 'process').process;
  }

  /** Parent side: resolves with the ExitStatus when the child has exited. Never rejects. */
  wait(): Promise<ExitStatus> {
    return inParent(this, 'wait()').wait();
  }

  /**
   * Parent side: resolves with what `run` returned. Rejects as `result$` errors, and if the child was stopped without a
   * result.
   */
  result(): Promise<ResultOf<this>> {
    return inParent(this, 'result()').result() as never;
  }

  /**
   * Parent side: sends SIGTERM, and SIGKILL once the grace is over; no signal if `TERMINATE_ON_SHUTDOWN` is false.
   * Resolves with the ExitStatus when the child has exited. With invalid options, does nothing and rejects with a
   * StateError. A second call sends no second SIGTERM; of several calls, the shortest grace counts.
   */
  shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    return inParent(this, 'shutdown()').shutdown(options);
  }

  /**
   * Parent side: sends a command to the child's `command$`. Before the child has started, the command waits. Resolves
   * when the child has received it, with or without a subscriber. Rejects with a SendError if the command cannot be
   * sent, or the child exits before it has received it.
   */
  send(command: Command): Promise<void> {
    return inParent(this, 'send()').send(command);
  }

  /** Parent side: calls `shutdown()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /**
   * Child side: sends a message to the parent's `message$`. Resolves at once while at most 4,096 messages and 1 MiB are
   * under way, otherwise when the parent has read enough of them or is gone. Never rejects.
   * @throws SendError, synchronously, if the message cannot be sent
   */
  emit(message: Message): Promise<void> {
    return inChild(this, 'emit()').emit(message);
  }

  /**
   * Child side: tells the parent that the work makes progress, for the `watchdog` of a supervisor. Becomes an event
   * `alive`. May be called as often as you like: it sends at most one sign of life for each 10 ms, at once, also while
   * the event loop is blocked.
   */
  alive(): void {
    inChild(this, 'alive()').alive();
  }

  /**
   * Child side: emits the commands that the parent sends. Commands that arrive before `run` has been entered, or before
   * the `begin` of a loop is done, all wait for a subscriber. Later, while nobody is subscribed, the last 1,024 wait,
   * and the first command that is dropped causes a process warning. Never completes and never errors. Using it keeps
   * the process alive until `run` settles.
   */
  get command$(): Observable<Command> {
    return inChild(this, 'command$').command$ as never;
  }

  /**
   * Child side: aborts upon a shutdown that sends a signal, upon a SIGTERM from elsewhere, and when the parent is gone.
   * In the last case, it does not abort if the work runs once and `TERMINATE_ON_SHUTDOWN` is false: the work goes on.
   * Once this member has been used, SIGTERM no longer ends the process: the work has to stop by itself, or SIGKILL ends
   * it after the grace. Using it keeps the process alive until `run` settles.
   */
  get signal(): AbortSignal {
    return inChild(this, 'signal').signal;
  }

  /**
   * Parent side: shuts down all running instances of this class and its subclasses, and ends their spares. Resolves
   * with the ExitStatus of each instance when all have exited. Rejects as `shutdown` does.
   */
  static shutdownAll(this: SubprocessClass<AnySubprocess>, options?: ShutdownOptions): Promise<ExitStatus[]> {
    return shutdownAll(this, options);
  }

  /**
   * Parent side: emits the instances of this class and its subclasses that are to start, have started, and have not
   * exited: at once, and a fresh array after each change. So a subscriber sees an instance before it starts; one with
   * `EXPLICIT_START` is not among them before its `start()`. In a child, these are the child's own instances. Never
   * completes and never errors. Does not keep the process alive.
   */
  static get instances$(): Observable<readonly AnySubprocess[]> {
    return instances$(this) as Observable<readonly AnySubprocess[]>;
  }
}

markBaseClass(Subprocess, 'Subprocess');

/**
 * An instance with any arguments, messages and commands.
 *
 * @example
 * const report = async (task: AnySubprocess) =>
 *   console.log(task.constructor.name, (await task.wait()).reason);
 * await report(new CountLines('access.log'));
 * // prints: CountLines completed
 */
export type AnySubprocess = Subprocess<any, any, any>;

/**
 * A class, abstract or not, that extends Subprocess and whose instances are `T`.
 *
 * @example const graceOf = (type: SubprocessClass) => type.SHUTDOWN_GRACE;
 */
export type SubprocessClass<T extends AnySubprocess = AnySubprocess> = Omit<typeof Subprocess, 'prototype'> &
  (abstract new (
    ...args: any[]
  ) => T);
