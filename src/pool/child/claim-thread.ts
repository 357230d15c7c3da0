/** Child side: claims items in memory that a thread shares, which takes a few nanoseconds. The thread answers the pool. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ClaimFile } from '../wire/claim-file';

/** What is in which number of the shared memory. */
const FIELDS = { claims: 0, hasItems: 1, isUp: 2 };

/**
 * The number `claims` holds three things, so that both threads change it in one step: whether the pool has taken the
 * items that are not begun (1 bit), the last request that the worker has answered (8 bits), and how many items it has
 * begun (the rest).
 */
const LAYOUT = { taken: 1, requestShift: 1, requestLimit: 0xff, requestMask: 0xff << 1, begunShift: 9 };

export interface ClaimThreadData {
  state: Int32Array;
  fields: typeof FIELDS;
  layout: typeof LAYOUT;
  file: ClaimFile['forThread'];
}

export class ClaimThread {
  readonly #state = new Int32Array(new SharedArrayBuffer(4 * Object.keys(FIELDS).length));

  /** Starts the thread. */
  constructor(file: ClaimFile) {
    // This file is a part of the bundle pool/index.js, and the file of the thread is not.
    const thread = path.join(__dirname, 'child', 'claim-thread-main.js');
    const workerData: ClaimThreadData = { state: this.#state, fields: FIELDS, layout: LAYOUT, file: file.forThread };
    const worker = new Worker(thread, { workerData, execArgv: [], env: {} });
    worker.unref();
    // Without the thread, claims are written to the file, which takes longer.
    worker.on('error', () => {});
  }

  get isUp(): boolean {
    return Atomics.load(this.#state, FIELDS.isUp) === 1;
  }

  /** Takes over the count. */
  begin(begun: number, request: number): void {
    Atomics.store(this.#state, FIELDS.claims, this.#pack(begun, request));
  }

  /** Claims the next item. False if the pool has taken it. */
  claim(): boolean {
    const claims = Atomics.add(this.#state, FIELDS.claims, 1 << LAYOUT.begunShift);
    if ((claims & LAYOUT.taken) === 0) return true;
    Atomics.sub(this.#state, FIELDS.claims, 1 << LAYOUT.begunShift);
    return false;
  }

  /** The pool has taken back what is not begun. */
  take(): void {
    Atomics.or(this.#state, FIELDS.claims, LAYOUT.taken);
  }

  /** Answers a request: how many items were begun. The items that come from now on can be claimed. */
  answer(request: number): number {
    for (;;) {
      const claims = Atomics.load(this.#state, FIELDS.claims);
      const begun = claims >>> LAYOUT.begunShift;
      const next = this.#pack(begun, request);
      if (Atomics.compareExchange(this.#state, FIELDS.claims, claims, next) === claims) return begun;
    }
  }

  /** Whether the worker has items. The thread sleeps while it has none. */
  set hasItems(hasItems: boolean) {
    const value = Number(hasItems);
    if (Atomics.exchange(this.#state, FIELDS.hasItems, value) !== value && hasItems) {
      Atomics.notify(this.#state, FIELDS.hasItems);
    }
  }

  #pack(begun: number, request: number): number {
    return (begun << LAYOUT.begunShift) | ((request & LAYOUT.requestLimit) << LAYOUT.requestShift);
  }
}
