/** Child side: sees to it that user code that listens to SIGTERM hears one SIGTERM for one stop. */
import { debugLog, isLogging } from '../diagnostics/debug-log';
import { now } from '../util/clock';
import { isOurs, markAsOurs } from '../util/our-listeners';
import { queueMicrotask, setImmediate } from '../util/timers';
import { hasUsersListener } from '../util/users-listeners';
import type { StopRequest } from './stop';

/**
 * A stop may bring several signals: one that goes to the whole process group, that of the parent, that of the guardian.
 * The first one uses up a `once` listener, and by Node's default a second one would end the process in the middle of
 * its cleanup. Node does not tell who sent a signal. So this child tells its parent while user code listens. The parent
 * then sends an order instead of a SIGTERM, and this child raises the signal, unless it has heard one already.
 */
export class UsersSigterm {
  readonly #stop: StopRequest;
  readonly #target: number;
  readonly #report: (listens: boolean) => void;
  #reported = false;
  /** ms of a monotonic clock. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #grace = 0;

  /**
   * `target`: the process or, below 0, the group that a signal is sent to. `report` is called when user code begins or
   * ceases to listen.
   */
  constructor(stop: StopRequest, target: number, report: (listens: boolean) => void) {
    this.#stop = stop;
    this.#target = target;
    this.#report = report;
    markAsOurs(this.#note);
  }

  /** From now on, notes which SIGTERMs user code hears. After one, the child has `grace` ms to end, and needs no other one. */
  watch(grace: number): void {
    this.#grace = grace;
    process.on('newListener', this.#onNew);
    process.on('removeListener', this.#onRemoved);
    this.#update();
  }

  /** Sends this process a SIGTERM, unless user code in it has heard one. */
  raise(): void {
    if (!this.#listens) return this.#raiseUnlessHeard();
    // One may have arrived that Node has not told of yet. Node does so in its next poll for events, which lies between
    // these two immediates. https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
    setImmediate(() => setImmediate(() => this.#raiseUnlessHeard()));
  }

  #raiseUnlessHeard(): void {
    if (!this.#isHeard) process.kill(this.#target, 'SIGTERM');
  }

  get #isHeard(): boolean {
    return now() - this.#heardAt < this.#grace;
  }

  /** The stop's own listener stays, so a second signal does no harm. */
  get #listens(): boolean {
    return !this.#stop.handlesSigterm && hasUsersListener('SIGTERM');
  }

  readonly #onNew = (event: string | symbol, listener: object) => {
    if (event !== 'SIGTERM' || isOurs(listener)) return;
    // At once: what the user's code sends next may be why its parent is ended.
    if (!this.#handledByStop(listener) && hasUsersListener('SIGTERM', 1)) this.#tell(true);
    // Node tells of a new listener before it adds it.
    queueMicrotask(() => this.#update());
  };

  readonly #onRemoved = (event: string | symbol, listener: object) => {
    if (event !== 'SIGTERM' || isOurs(listener)) return;
    // At once: while another listener is there, a signal that the user's last listener raises again is lost.
    if (!this.#listens) process.off('SIGTERM', this.#note);
    // A `once` listener may be gone before the signal that it hears is noted.
    queueMicrotask(() => this.#update());
  };

  #handledByStop(listener: object): boolean {
    return this.#stop.handlesSigterm || this.#stop.isListener(listener);
  }

  #update(): void {
    if (this.#listens && !this.#isNoting) process.prependListener('SIGTERM', this.#note);
    this.#tell(this.#listens || this.#isHeard);
  }

  #tell(listens: boolean): void {
    if (listens === this.#reported) return;
    this.#reported = listens;
    if (isLogging)
      debugLog('this process', `code of the program ${listens ? 'listens' : 'no longer listens'} to SIGTERM`);
    this.#report(listens);
  }

  get #isNoting(): boolean {
    return process.listeners('SIGTERM').includes(this.#note);
  }

  readonly #note = () => {
    this.#heardAt = now();
  };
}
