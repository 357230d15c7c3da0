/** Parent side: an item of `run()`, which settles a promise. */
import { type Failure, Job } from '../items/job';

export class RunJob extends Job {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  /** The only output, or a list of all. */
  #value: unknown;
  #outputs: unknown[] | undefined;
  /** Called when the item settles. */
  onSettled: (() => void) | undefined;

  constructor(item: unknown, resolve: (value: unknown) => void, reject: (reason: unknown) => void, priority?: number) {
    super(item, priority);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  addOutput(value: unknown): void {
    if (this.#outputs) this.#outputs.push(value);
    else this.#outputs = [value];
  }

  setOnlyOutput(value: unknown): void {
    this.#value = value;
  }

  override endOutputs(): void {
    this.#value = this.#outputs ?? [];
  }

  restart(): void {
    this.#outputs = undefined;
  }

  fulfill(): void {
    this.onSettled?.();
    this.#resolve(this.#value);
  }

  reject({ reason }: Failure): void {
    this.onSettled?.();
    this.#reject(reason);
  }
}
