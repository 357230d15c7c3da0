/** Child side: what the instance whose `run` is called can do. */
import type { Observable } from 'rxjs';
import { SendError } from '../model/errors';
import type { StreamQueue } from '../queue/stream-queue';
import type { ChildMembers } from '../side';
import { attempt, safeText } from '../util/safely';
import type { Channel } from './channel';
import type { StopRequest } from './stop';

/** How many commands wait for a subscriber. */
const LONGEST_QUEUE = 1024;

export class ChildInstance implements ChildMembers {
  readonly side = 'child';
  readonly #subprocess: string;
  readonly #channel: Channel;
  readonly #stop: StopRequest;
  #early: unknown[] = [];
  #commands: StreamQueue<unknown> | undefined;
  #abort: AbortController | undefined;
  #overflown = false;
  #entered = false;

  constructor(subprocess: string, channel: Channel, stop: StopRequest) {
    this.#subprocess = subprocess;
    this.#channel = channel;
    this.#stop = stop;
  }

  emit(message: unknown): Promise<void> {
    if (!this.#channel.emitPlain(message)) this.#emitAny(message);
    return this.#channel.room();
  }

  #emitAny(message: unknown): void {
    this.refuseUnsendable(message, 'emit()', 'message');
    try {
      this.#channel.emitAny(message);
    } catch (cause) {
      throw this.#unsendable(`emit(): the message cannot be serialised (${safeText(cause)})`, cause);
    }
  }

  /** @throws SendError that names what in `value` cannot cross */
  refuseUnsendable(value: unknown, member: string, root: string): void {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'))
      return;
    // Loaded here, since many a child sends only what needs no look.
    const { findObstacle } = require('../protocol/crossing') as typeof import('../protocol/crossing');
    const obstacle = findObstacle(value, root, 'message');
    if (obstacle) throw this.#unsendable(`${member}: ${obstacle.path} ${obstacle.problem}: send plain data`);
  }

  get command$(): Observable<unknown> {
    this.#channel.hold('listener', true);
    this.#commands ??= this.#listen();
    return this.#commands.value$;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      this.#channel.hold('listener', true);
      // It is no longer to die of SIGTERM.
      this.#stop.obey();
      this.#stop.whenAsked(() => abort.abort());
    }
    return this.#abort.signal;
  }

  /** Whether `error` is how the work lets go upon `signal`: an AbortError, or what names the signal's reason as its cause. */
  isAbort(error: unknown): boolean {
    const reason: unknown = this.#abort?.signal.aborted ? this.#abort.signal.reason : undefined;
    if (reason === undefined) return false;
    // Looking at what was thrown may run the user's code, or a Proxy's.
    return attempt(() => error === reason || (error instanceof Error && isAbortOf(error, reason))) ?? false;
  }

  /** The synchronous part of run() is past. */
  enter(): void {
    this.#entered = true;
  }

  /** Commands have arrived. */
  push(commands: unknown[]): void {
    for (const command of commands) {
      if (this.#commands) this.#commands.next(command);
      else this.#early.push(command);
    }
    // None goes before run() had its turn to subscribe.
    if (!this.#entered || this.#early.length <= LONGEST_QUEUE) return;
    this.#early.splice(0, this.#early.length - LONGEST_QUEUE);
    this.#overflow();
  }

  #listen(): StreamQueue<unknown> {
    const { StreamQueue } = require('../queue/stream-queue') as typeof import('../queue/stream-queue');
    return new StreamQueue<unknown>({
      limit: LONGEST_QUEUE,
      onOverflow: () => this.#overflow(),
      first: this.#early.splice(0),
    });
  }

  #overflow(): void {
    if (this.#overflown) return;
    this.#overflown = true;
    process.emitWarning(`${this.#subprocess}.command$: more than ${LONGEST_QUEUE} commands wait and the oldest go`, {
      type: 'SubprocessWarning',
      code: 'OFFSPRING_QUEUE',
    });
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
