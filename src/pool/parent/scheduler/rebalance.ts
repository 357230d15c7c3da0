/** Parent side: takes items back from workers that are stuck in a long item, while other workers have none. */
import { now } from '../../../util/clock';
import { clearTimeout, setImmediate, setTimeout } from '../../../util/timers';
import type { Roster } from './roster';

/** A worker that has answered nothing for this many ms is stuck in an item. More than a batch of short items takes. */
const STUCK_TIME = 20;

const hasSeveral = ({ itemCount }: { itemCount: number }) => itemCount > 1;

export class Rebalance {
  readonly #roster: Pick<Roster, 'active'>;
  /** Whether somebody could work on items, if there were any. */
  readonly #isNeeded: () => boolean;
  #timer: NodeJS.Timeout | undefined;

  constructor(roster: Pick<Roster, 'active'>, isNeeded: () => boolean) {
    this.#roster = roster;
    this.#isNeeded = isNeeded;
  }

  /** Called when there are no items for a worker. Looks after a while whether another one is stuck. */
  lookSoon(): void {
    if (this.#timer || !this.#hasReserves()) return;
    this.#timer = setTimeout(() => {
      // If this process was blocked, it first reads the answers that have arrived.
      setImmediate(() => this.#look());
    }, STUCK_TIME).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    if (!this.#isNeeded()) return;
    const latest = now() - STUCK_TIME;
    for (const { lanes } of this.#roster.active)
      for (const lane of lanes) if (lane.headSince <= latest) lane.takeBack();
    this.lookSoon();
  }

  /** Whether a worker has items that it has not begun. */
  #hasReserves(): boolean {
    for (const { lanes, itemCount } of this.#roster.active) if (itemCount > 1 && lanes.some(hasSeveral)) return true;
    return false;
  }
}
