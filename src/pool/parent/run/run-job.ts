/** Parent side: an item of `run()`, which settles a promise. */
import { type Failure, Job } from '../items/job';

export class RunJob extends Job {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #lastOutput: unknown;
  /** Called when the item settles. */
  onSettled: (() => void) | undefined;

  constructor(item: unknown, resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    super(item);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  addOutput(value: unknown): void {
    this.#lastOutput = value;
  }

  restart(): void {
    this.#lastOutput = undefined;
  }

  fulfill(): void {
    this.onSettled?.();
    this.#resolve(this.#lastOutput);
  }

  reject({ reason }: Failure): void {
    this.onSettled?.();
    this.#reject(reason);
  }
}
