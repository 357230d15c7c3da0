/** Child side: what the instance whose `run` is called can do. */
import type { Observable, Subject } from 'rxjs';
import { SendError } from '../errors';
import type { ChildMembers } from '../side';
import type { Channel } from './channel';
import type { Stop } from './stop';

/** How many commands wait for a subscriber. */
const LONGEST_QUEUE = 1024;

export class TaskMembers implements ChildMembers {
  readonly side = 'child';
  readonly #subprocess: string;
  readonly #channel: Channel;
  readonly #stop: Stop;
  readonly #obey: () => void;
  readonly #sent = Promise.resolve();
  #early: unknown[] = [];
  #commands: { source: Subject<unknown>; command$: Observable<unknown> } | undefined;
  #abort: AbortController | undefined;
  #overflown = false;
  #entered = false;

  /** `obey` is called when the task wants to hear of a stop, and so is no longer to die of SIGTERM. */
  constructor(subprocess: string, channel: Channel, stop: Stop, obey: () => void) {
    this.#subprocess = subprocess;
    this.#channel = channel;
    this.#stop = stop;
    this.#obey = obey;
  }

  emit(message: unknown): Promise<void> {
    this.refuseUnsendable(message, 'emit()', 'message');
    try {
      this.#channel.report({ type: 'message', message });
    } catch (cause) {
      throw this.#unsendable(`emit(): the message cannot be serialised (${String(cause)})`, cause);
    }
    return this.#sent;
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
    this.#channel.hold(true);
    this.#commands ??= this.#listen();
    return this.#commands.command$;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      this.#channel.hold(true);
      this.#obey();
      this.#stop.whenAsked(() => abort.abort());
    }
    return this.#abort.signal;
  }

  /** Whether `error` is how the work lets go upon `signal`: an AbortError, or what names the signal's reason as its cause. */
  isAbort(error: unknown): boolean {
    const reason: unknown = this.#abort?.signal.aborted ? this.#abort.signal.reason : undefined;
    if (reason === undefined || !(error instanceof Error)) return false;
    return error === reason || error.cause === reason || error.name === 'AbortError';
  }

  /** The synchronous part of run() is past. */
  enter(): void {
    this.#entered = true;
  }

  /** A command has arrived. */
  push(command: unknown): void {
    if (this.#commands) return this.#commands.source.next(command);
    this.#early.push(command);
    // None goes before run() had its turn to subscribe.
    if (!this.#entered || this.#early.length <= LONGEST_QUEUE) return;
    this.#early.shift();
    this.#overflow();
  }

  #listen() {
    const { Subject } = require('rxjs/internal/Subject') as typeof import('rxjs');
    const { queued } = require('../operators/queued') as typeof import('../operators/queued');
    const source = new Subject<unknown>();
    const command$ = queued(source, {
      limit: LONGEST_QUEUE,
      onOverflow: () => this.#overflow(),
      first: this.#early.splice(0),
    });
    return { source, command$ };
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
