/** Parent side: an item of `map()`, which keeps its outputs until all items before it are done. */
import { type Failure, Job } from '../items/job';
import type { MapRun } from './map-run';

export class MapJob extends Job {
  readonly #run: MapRun;
  /** Outputs that are not emitted yet. */
  outputs: unknown[] | undefined;
  /** Whether the work is over, so that no more outputs come. */
  done = false;
  failure: Failure | undefined;
  /** How many outputs were passed to the run. */
  #outputCount = 0;
  /** How many outputs come again after a restart, though they were emitted before. They are dropped. */
  #repeatedCount = 0;

  constructor(item: unknown, run: MapRun) {
    super(item);
    this.#run = run;
  }

  isOf(run: MapRun): boolean {
    return this.#run === run;
  }

  addOutput(value: unknown): void {
    if (this.#repeatedCount > 0) {
      this.#repeatedCount -= 1;
      return;
    }
    this.#outputCount += 1;
    this.#run.addOutput(this, value);
  }

  setOnlyOutput(value: unknown): void {
    this.addOutput(value);
  }

  restart(): void {
    this.#outputCount -= this.outputs?.length ?? 0;
    this.outputs = undefined;
    this.#repeatedCount = this.#outputCount;
  }

  override whenRoom(callback: () => void, size = 0): void {
    this.#run.whenRoom(this, callback, size);
  }

  fulfill(): void {
    this.#run.onDone(this);
  }

  reject(failure: Failure): void {
    this.failure = failure;
    this.#run.onDone(this);
  }
}
