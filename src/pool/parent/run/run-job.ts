/** Parent side: an item of `run`, which settles a promise. */
import { Job } from '../items/job';

export class RunJob extends Job {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #last: unknown;
  /** Called once it is settled. */
  onSettled: (() => void) | undefined;

  constructor(item: unknown, resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    super(item);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  output(value: unknown): void {
    this.#last = value;
  }

  restart(): void {
    this.#last = undefined;
  }

  fulfill(): void {
    this.onSettled?.();
    this.#resolve(this.#last);
  }

  reject(reason: unknown): void {
    this.onSettled?.();
    this.#reject(reason);
  }
}
