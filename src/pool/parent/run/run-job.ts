/** Parent side: an item of `run()`, which settles a promise. */
import { type Failure, Job } from '../items/job';

export class RunJob extends Job {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  /** The only output, or a list of several so far. */
  #value: unknown;
  /** Called when the item settles. */
  onSettled: (() => void) | undefined;

  constructor(item: unknown, resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
    super(item);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  addOutput(value: unknown): void {
    this.#value ??= [];
    (this.#value as unknown[]).push(value);
  }

  setOnlyOutput(value: unknown): void {
    this.#value = value;
  }

  override endOutputs(): void {
    this.#value ??= [];
  }

  restart(): void {
    this.#value = undefined;
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

/** An item with a priority of its own. The others do without the field, since there may be a million of them. */
export class PriorRunJob extends RunJob {
  readonly #priority: number;

  constructor(item: unknown, resolve: (value: unknown) => void, reject: (reason: unknown) => void, priority: number) {
    super(item, resolve, reject);
    this.#priority = priority;
  }

  override get priority(): number {
    return this.#priority;
  }
}
