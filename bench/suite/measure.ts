/** Measures a group: one sample of each contender in turn, round by round. */
import { type Contender, type Group, type Measured, type Row, type Sample, type Series, Unavailable } from './group';
import { untilAtRest } from './rest';

/** ms after which a sample counts as failed. */
const DEADLINE = 180_000;

export interface Course {
  size: number;
  rounds: number;
  /** ms of rounds that count, after which none begins; one there is always. */
  budget?: number;
  /** Nothing is measured unless one of these contenders can be. */
  subjects?: readonly string[];
  /** Called after each round, warm-up included. */
  onRound(done: number, of: number): void;
}

export async function measureGroup(group: Group, course: Course): Promise<{ rows: Row[]; series: Series[] }> {
  const { size, rounds, budget = Number.POSITIVE_INFINITY, subjects, onRound } = course;
  const warmUp = group.warmUp ?? 1;
  const entrants = group.contenders.map(contender => new Entrant(contender));
  for (const entrant of entrants) await entrant.open(size);
  const isWorthIt = !subjects || entrants.some(({ name, isIn }) => isIn && subjects.includes(name));
  let start = performance.now();
  for (let round = 0; isWorthIt && round < warmUp + rounds; round++) {
    if (round === warmUp) start = performance.now();
    if (round > warmUp && performance.now() - start > budget) break;
    for (const entrant of entrants) await entrant.take(round >= warmUp);
    onRound(round + 1, warmUp + rounds);
  }
  for (const entrant of entrants) await entrant.close();
  return report(entrants);
}

const report = (entrants: readonly Entrant[]) => ({
  rows: entrants.flatMap(({ rows }) => rows),
  series: entrants.flatMap(({ series }) => series),
});

/** A contender that takes part until it fails. */
class Entrant {
  readonly #contender: Contender;
  readonly #samples = new Map<string, number[]>();
  #measured: Measured | undefined;
  #without: Pick<Row, 'skipped' | 'failed'> | undefined;
  series: Series[] = [];

  constructor(contender: Contender) {
    this.#contender = contender;
  }

  async open(size: number): Promise<void> {
    await this.#guard(async () => {
      this.#measured = await this.#contender.open(size);
    });
  }

  async take(counts: boolean): Promise<void> {
    await this.#guard(async () => {
      if (!this.#measured || !this.isIn) return;
      await untilAtRest();
      const sample = await this.#measured.measure();
      if (counts) this.#keep(sample);
    });
  }

  async close(): Promise<void> {
    await this.#guard(async () => {
      await this.#measured?.close?.();
    });
  }

  get name(): string {
    return this.#contender.name;
  }

  /** Whether it takes part, still. */
  get isIn(): boolean {
    return this.#without === undefined;
  }

  get rows(): Row[] {
    const { name } = this;
    if (this.#samples.size === 0) return [{ name, samples: [], ...this.#without }];
    return [...this.#samples].map(([name, samples]) => ({ name, samples, ...this.#without }));
  }

  #keep(sample: Sample): void {
    const { name } = this;
    if (typeof sample === 'number') return this.#add(name, sample);
    for (const [part, value] of Object.entries(sample.values)) this.#add(`${name}: ${part}`, value);
    // Of several rounds the last: one line a thing is enough.
    this.series = sample.series;
  }

  #add(name: string, value: number): void {
    const samples = this.#samples.get(name);
    if (samples) samples.push(value);
    else this.#samples.set(name, [value]);
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing came of it in ${DEADLINE / 1_000} s`)), DEADLINE);
    });
    try {
      await Promise.race([work(), late]);
    } catch (error) {
      const { message } = error as Error;
      this.#without = error instanceof Unavailable ? { skipped: message } : { failed: message };
    } finally {
      clearTimeout(timer);
    }
  }
}
