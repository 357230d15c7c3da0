/** Parent side: an item of a `map`, which keeps its outputs until it is its turn. */
import { Job } from '../items/job';
import type { MapRun } from './map-run';

export class MapJob extends Job {
  readonly #run: MapRun;
  /** Outputs that wait, and whether more come. */
  outputs: unknown[] | undefined;
  done = false;
  failure: { reason: unknown } | undefined;
  /** Outputs that have come, and those of them that are out and come again. */
  #given = 0;
  #repeated = 0;

  constructor(item: unknown, run: MapRun) {
    super(item);
    this.#run = run;
  }

  isOf(run: MapRun): boolean {
    return this.#run === run;
  }

  output(value: unknown): void {
    if (this.#repeated > 0) {
      this.#repeated -= 1;
      return;
    }
    this.#given += 1;
    this.#run.output(this, value);
  }

  restart(): void {
    this.#given -= this.outputs?.length ?? 0;
    this.outputs = undefined;
    this.#repeated = this.#given;
  }

  override whenRoom(go: () => void): void {
    this.#run.whenRoom(this, go);
  }

  fulfill(): void {
    this.#run.done(this);
  }

  reject(reason: unknown): void {
    this.failure = { reason };
    this.#run.done(this);
  }
}
