/** Parent side: a pool, as it is shown in the tree of processes. */
import { addGroup, type Group, type NodeStats } from '../../../census';
import type { Owner } from '../../../owners';
import { dateNow } from '../../../util/timers';
import type { PoolHistogram, PoolStats } from '../../stats';

/** The pool itself, as the owner of its workers. */
export interface PoolOwner extends Owner {
  readonly name: string;
  readonly isShutDown: boolean;
  readonly stats: { readonly stats: PoolStats };
  shutdown(): Promise<void>;
}

export class PoolGroup implements Group {
  readonly kind = 'pool';
  readonly startedAt = dateNow();
  readonly #pool: PoolOwner;
  /** Called when it has been shut down. */
  readonly remove: () => void;

  constructor(pool: PoolOwner) {
    this.#pool = pool;
    this.remove = addGroup(this);
  }

  get name(): string {
    return this.#pool.name;
  }

  get isStopping(): boolean {
    return this.#pool.isShutDown;
  }

  readonly actions = { stop: () => void this.#pool.shutdown() };

  stats(): NodeStats {
    const { utilization, waitTime, runTime, ...counts } = this.#pool.stats.stats;
    return {
      ...counts,
      // Else an idle pool would seem to change all the time.
      utilization: Math.round(utilization * 1_000) / 1_000,
      waitTime: timesOf(waitTime),
      runTime: timesOf(runTime),
    };
  }
}

function timesOf(histogram: PoolHistogram): NodeStats['waitTime'] {
  const { count, mean, max } = histogram;
  if (count === 0) return { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 };
  const [p50, p90, p99] = [50, 90, 99].map(each => ms(histogram.percentile(each))) as [number, number, number];
  return { count, mean: ms(mean), p50, p90, p99, max: ms(max) };
}

/** From nanoseconds, to the microsecond. */
const ms = (ns: number): number => Math.round(ns / 1e3) / 1e3;
