/** Parent side: an item of a `map`, which keeps its outputs until it is its turn. */
import { Job } from './job';
import type { Mapping } from './mapping';

export class MapJob extends Job {
  readonly #mapping: Mapping;
  /** Outputs that wait, and whether more come. */
  outputs: unknown[] | undefined;
  done = false;
  failure: { reason: unknown } | undefined;
  /** Outputs that have come, and those of them that are out and come again. */
  #given = 0;
  #repeated = 0;

  constructor(item: unknown, mapping: Mapping) {
    super(item);
    this.#mapping = mapping;
  }

  isOf(mapping: Mapping): boolean {
    return this.#mapping === mapping;
  }

  output(value: unknown): void {
    if (this.#repeated > 0) {
      this.#repeated -= 1;
      return;
    }
    this.#given += 1;
    this.#mapping.output(this, value);
  }

  restart(): void {
    this.#given -= this.outputs?.length ?? 0;
    this.outputs = undefined;
    this.#repeated = this.#given;
  }

  override whenRoom(go: () => void): void {
    this.#mapping.whenRoom(this, go);
  }

  fulfil(): void {
    this.#mapping.done(this);
  }

  reject(reason: unknown): void {
    this.failure = { reason };
    this.#mapping.done(this);
  }
}
