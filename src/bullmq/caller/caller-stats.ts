/** Caller side: the statistics of a caller. Hosts have the workers, so it counts items alone. */
import { StatsRecorder } from '../../pool/parent/scheduler/stats-recorder';
import type { PoolStats } from '../../pool/stats';

export class CallerStats extends StatsRecorder {
  readonly #count: () => { waiting: number; sent: number };

  constructor(name: string, count: () => { waiting: number; sent: number }) {
    super(name, () => ({ waiting: count().waiting, workers: [] }));
    this.#count = count;
  }

  override get stats(): PoolStats {
    return { ...super.stats, running: this.#count().sent };
  }
}
