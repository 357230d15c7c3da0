/** Parent side: an item on its way through a pool. It settles once. */
import { now } from '../../../util/clock';

export abstract class Job {
  readonly item: unknown;
  /** What of it travels: the item as it was handed in, or its Place on the shelf. */
  payload: unknown;
  /** ms, when it was handed in. */
  readonly since = now();
  /** How many workers have crashed under it. */
  crashes = 0;
  /** How many items may travel together with it, itself included: fewer, where one of them has crashed a worker. */
  batchLimit = Number.POSITIVE_INFINITY;
  settled = false;
  /** Whether a worker has it, which may read it still. */
  isOut = false;

  constructor(item: unknown) {
    this.item = item;
  }

  abstract output(value: unknown): void;

  /** It is worked on again, from its beginning: outputs that are out already do not count once more. */
  abstract restart(): void;

  /** Calls `go`, at once or later: when there is room for more outputs. */
  whenRoom(go: () => void): void {
    go();
  }

  /** The item is done. */
  abstract fulfill(): void;

  abstract reject(reason: unknown): void;
}
