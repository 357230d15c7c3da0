/** Child side: the members of the task's own instance, whose `run` is called. */
import type { Observable } from 'rxjs';
import { type Carrier, tracer } from '../diagnostics/tracer';
import { SendError, StateError } from '../model/errors';
import type { ErrorDetails } from '../protocol/error-details';
import type { StreamQueue } from '../queue/stream-queue';
import type { ChildMembers } from '../side';
import { now } from '../util/clock';
import { attempt, safeText } from '../util/safely';
import type { Channel } from './channel';
import type { StopRequest } from './stop';
import type { TracedCommands } from './traced-commands';

/** Commands that are queued for a subscriber. Beyond them, the oldest are dropped. */
const MAX_QUEUED_COMMANDS = 1024;

/** ms between two signs of life that are sent. */
const ALIVE_INTERVAL = 10;

/** The members of the channel and of the request to stop that an instance uses. */
type InstanceChannel = Pick<Channel, 'emitPlain' | 'emitAny' | 'keepAlive' | 'report'>;
type InstanceStop = Pick<StopRequest, 'handleSigterm' | 'whenAsked'>;

export class ChildInstance implements ChildMembers {
  readonly side = 'child';
  readonly #subprocess: string;
  readonly #channel: InstanceChannel;
  readonly #stop: InstanceStop;
  /** Commands that arrived before `command$` was used. */
  #earlyCommands: unknown[] = [];
  #commands: StreamQueue<unknown> | undefined;
  /** Set if somebody records traces. It keeps the context of each command until the command is emitted. */
  #traced: TracedCommands | undefined;
  #abort: AbortController | undefined;
  #hasOverflowed = false;
  #hasEntered = false;
  #lastAlive = Number.NEGATIVE_INFINITY;

  constructor(subprocess: string, channel: InstanceChannel, stop: InstanceStop) {
    this.#subprocess = subprocess;
    this.#channel = channel;
    this.#stop = stop;
  }

  emit(message: unknown): Promise<void> {
    return this.#channel.emitPlain(message) ?? this.#emitAny(message);
  }

  alive(): void {
    const time = now();
    if (time - this.#lastAlive < ALIVE_INTERVAL) return;
    this.#lastAlive = time;
    this.#channel.report({ type: 'alive' });
  }

  #emitAny(message: unknown): Promise<void> {
    return this.sendAny(message, ['emit()', 'message'], details => this.#channel.emitAny(message, details));
  }

  /**
   * Calls `send` with the details of the errors in `value`, and returns what it returns.
   * @throws SendError that names the part of `value` that cannot cross, or says why all of it cannot be serialized
   */
  sendAny<T>(value: unknown, [member, root]: [string, string], send: (details: ErrorDetails[]) => T): T {
    const details = this.#refuseUnsendable(value, member, root);
    try {
      return send(details);
    } catch (cause) {
      throw this.#unsendable(`${member}: ${root} cannot be serialized (${safeText(cause)})`, cause);
    }
  }

  #refuseUnsendable(value: unknown, member: string, root: string): ErrorDetails[] {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'))
      return [];
    // Loaded on first use: many children send only primitive values.
    const { describeObstacle, findObstacle } = require('../protocol/crossing') as typeof import('../protocol/crossing');
    const details: ErrorDetails[] = [];
    const obstacle = findObstacle(value, root, 'message', details);
    if (obstacle) throw this.#unsendable(`${member}: ${describeObstacle(obstacle, 'send plain data')}`);
    return details;
  }

  get command$(): Observable<unknown> {
    if (process.versions['bun'] !== undefined) {
      const subprocess = this.#subprocess;
      const message = `${subprocess}.command$: Bun does not read what a parent sends: commands and pools need Node`;
      throw new StateError(message, { subprocess, pid: process.pid });
    }
    this.#channel.keepAlive('listener', true);
    this.#commands ??= this.#createQueue();
    return this.#traced ? this.#traced.unwrapped(this.#commands.value$) : this.#commands.value$;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      // Else Node 20 warns of a leak when more than ten operations listen to the signal.
      (require('node:events') as typeof import('node:events')).setMaxListeners(0, abort.signal);
      this.#abort = abort;
      this.#channel.keepAlive('listener', true);
      // From now on SIGTERM aborts the signal, and no longer ends the process.
      this.#stop.handleSigterm();
      this.#stop.whenAsked(() => abort.abort());
    }
    return this.#abort.signal;
  }

  /** Whether `error` comes from the abort of `signal`: an AbortError, the signal's reason, or an error caused by it. */
  isAbort(error: unknown): boolean {
    const reason: unknown = this.#abort?.signal.aborted ? this.#abort.signal.reason : undefined;
    if (reason === undefined) return false;
    // Reading `error` may run the user's code, for example that of a Proxy.
    return attempt(() => error === reason || (error instanceof Error && isAbortOf(error, reason))) ?? false;
  }

  /** The synchronous part of run() is over. */
  entered(): void {
    this.#hasEntered = true;
  }

  /** Passes on commands that have arrived. `trace`: the context in which they were sent. */
  push(commands: unknown[], trace?: Carrier): void {
    if (trace && !this.#commands) this.#traceCommands();
    for (let at = 0; at < commands.length; at++) {
      const command = commands[at];
      const entry = trace && this.#traced ? this.#traced.wrap(command, trace) : command;
      if (this.#commands) this.#commands.next(entry);
      else this.#earlyCommands.push(entry);
    }
    // Before run() could subscribe, no command is dropped.
    if (!this.#hasEntered || this.#earlyCommands.length <= MAX_QUEUED_COMMANDS) return;
    this.#earlyCommands.splice(0, this.#earlyCommands.length - MAX_QUEUED_COMMANDS);
    this.#overflow();
  }

  /** Subscribers that came before a tracer get commands as they are. */
  #traceCommands(): void {
    const current = tracer();
    if (!current || this.#traced) return;
    const { TracedCommands } = require('./traced-commands') as typeof import('./traced-commands');
    this.#traced = new TracedCommands(current);
  }

  #createQueue(): StreamQueue<unknown> {
    this.#traceCommands();
    const { StreamQueue } = require('../queue/stream-queue') as typeof import('../queue/stream-queue');
    return new StreamQueue<unknown>({
      limit: MAX_QUEUED_COMMANDS,
      onOverflow: () => this.#overflow(),
      first: this.#earlyCommands.splice(0),
    });
  }

  #overflow(): void {
    if (this.#hasOverflowed) return;
    this.#hasOverflowed = true;
    process.emitWarning(
      `${this.#subprocess}.command$: more than ${MAX_QUEUED_COMMANDS} commands are queued, so the oldest are dropped`,
      {
        type: 'SubprocessWarning',
        code: 'OFFSPRING_QUEUE',
      },
    );
  }

  #unsendable(why: string, cause?: unknown): SendError {
    return new SendError(`${this.#subprocess}.${why}`, {
      subprocess: this.#subprocess,
      pid: process.pid,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

const isAbortOf = (error: Error, reason: unknown) => error.cause === reason || error.name === 'AbortError';
