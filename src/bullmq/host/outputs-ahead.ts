/** Host side: the outputs of an item that its caller has not acknowledged. Its work pauses if there are too many. */
import { sizeOfOutput, UNACKNOWLEDGED } from '../wire/words';

export class OutputsAhead {
  #acknowledged = 0;
  /** Bytes of the outputs, oldest first. */
  readonly #sizes: number[] = [];
  #bytes = 0;
  #isOpen = false;
  readonly #roomCallbacks: (() => void)[] = [];

  add(value: unknown): void {
    const size = sizeOfOutput(value);
    this.#sizes.push(size);
    this.#bytes += size;
  }

  /** Calls `callback` when more outputs may come: at once, or later. */
  whenRoom(callback: () => void): void {
    const isFull = this.#sizes.length >= UNACKNOWLEDGED.outputs || this.#bytes >= UNACKNOWLEDGED.bytes;
    if (isFull && !this.#isOpen) this.#roomCallbacks.push(callback);
    else callback();
  }

  /** The caller has taken `count` outputs in all. */
  acknowledge(count: number): void {
    for (; this.#acknowledged < count && this.#sizes.length > 0; this.#acknowledged++) {
      this.#bytes -= this.#sizes.shift() as number;
    }
    for (const callback of this.#roomCallbacks.splice(0)) this.whenRoom(callback);
  }

  /** There is room from now on, since the item has settled. */
  open(): void {
    this.#isOpen = true;
    for (const callback of this.#roomCallbacks.splice(0)) callback();
  }
}
