/** Parent side: takes back from one worker the items that it has not begun, also while it is busy. */
import { markHandled } from '../../../util/mark-handled';
import { clearTimeout, setTimeout } from '../../../util/timers';
import { ASK_THREAD, ClaimFile, NOT_OPEN } from '../../wire/claim-file';
import type { PoolCommand } from '../../wire/messages';

/** ms that a worker has to answer by itself. After that its claims are read, again and again in this interval. */
const LOOK_DELAY = 10;
/** How many reads fail before the caller is told that a busy worker cannot answer. */
const MAX_LOOKS = 10;

/** What a TakeBack needs of its worker. */
export interface GivingWorker {
  send(command: PoolCommand): Promise<void>;
  /** The worker has begun this many items since it was started, and begins none of the others that it has. */
  onBegun(begun: number): void;
}

export class TakeBack {
  readonly #worker: GivingWorker;
  #file: ClaimFile | undefined;
  #isShared = false;
  #request = 0;
  /** Whether the worker has yet to answer the last request. Items that it got now would count as given back then. */
  isPending = false;
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  #callbacks: ((isKnown: boolean) => void)[] = [];

  constructor(worker: GivingWorker) {
    this.#worker = worker;
  }

  /** Has the worker claim its items. Called before the worker gets several at a time. */
  share(): void {
    if (this.#isShared) return;
    this.#isShared = true;
    this.#file = ClaimFile.create();
    if (this.#file) markHandled(this.#worker.send({ type: 'open-claims', file: this.#file.address }));
  }

  /**
   * Asks for all items that are not begun. Calls `callback` once: with true when it is known which items those are, with
   * false if the worker is busy and its claims cannot be read.
   */
  request(callback?: (isKnown: boolean) => void): void {
    if (callback) this.#callbacks.push(callback);
    if (this.isPending) {
      // The claims have told it already. Only the worker has yet to answer.
      if (!this.#timer) this.#tell(true);
      return;
    }
    this.isPending = true;
    this.#request += 1;
    this.#looks = 0;
    markHandled(this.#worker.send({ type: 'give-back', request: this.#request }));
    if (this.#file) this.#file.request = this.#request;
    this.#lookLater();
  }

  /** The worker has answered. */
  onGivenBack(request: number, begun: number): void {
    if (request !== this.#request) return;
    this.isPending = false;
    this.#onKnown(begun);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#file?.close();
    this.#file = undefined;
    this.#callbacks = [];
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => this.#look(), LOOK_DELAY).unref();
  }

  /** The worker has not answered, since it is busy. Looks whether its claims tell how far it is. */
  #look(): void {
    const begun = this.#readClaims();
    if (begun !== undefined) return this.#onKnown(begun);
    this.#looks += 1;
    // First, since a callback may close this.
    this.#lookLater();
    if (this.#looks >= MAX_LOOKS) this.#tell(false);
  }

  #readClaims(): number | undefined {
    const begun = this.#file?.begun ?? NOT_OPEN;
    if (begun === NOT_OPEN) return undefined;
    return begun === ASK_THREAD ? this.#file?.answerTo(this.#request) : begun;
  }

  #onKnown(begun: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#worker.onBegun(begun);
    this.#tell(true);
  }

  #tell(isKnown: boolean): void {
    for (const callback of this.#callbacks.splice(0)) callback(isKnown);
  }
}
