/** Parent side: how many items go to a worker at a time, told from how long items have taken. Pure. */
/** ms of work that a batch is to hold, and rarely more: where all processors work, its way costs a fortieth of that. */
const BATCH = 12;
/** ms; what takes no longer than that is not divided further. */
const SHORT = 2;
/** ms; an item that takes longer is begun before others are handed in. */
const LONG = 1;
/** Items that a batch holds at the most. */
const MOST = 1024;
/** ms; where items may take longer, a worker gets the next only when it is done with the one before. */
const LONGEST_AHEAD = 20;
/** How much the latest answer counts against all before. */
const WEIGHT = 0.3;
/** ms; what an item takes at the least, by its way alone. */
const LEAST = 0.002;

export class Pace {
  #known = false;
  #mean = 0;
  #square = 0;
  #batch = 1;

  /** Of `count` items, the sums of their ms and of the squares of these. */
  observe(count: number, sum: number, squares: number): void {
    const weight = this.#known ? WEIGHT : 1;
    this.#mean += (sum / count - this.#mean) * weight;
    this.#square += (squares / count - this.#square) * weight;
    this.#known = true;
    this.#batch = Math.max(1, Math.min(this.#fitting(), this.#batch * 2, MOST));
  }

  /** Items of a batch at the most; it grows step by step, and falls at once. */
  get batch(): number {
    return this.#batch;
  }

  /** How many of `waiting` items one of so many workers takes next: fewer towards the end, so that all end together. */
  share(waiting: number, workers: number): number {
    const even = Math.ceil(waiting / workers);
    return Math.min(this.#batch, even * this.#mean <= SHORT ? even : Math.ceil(even / 2));
  }

  /** Whether an item takes longer than to hand in some more. */
  get isSlow(): boolean {
    return this.#mean > LONG;
  }

  /** Whether a worker may be given items before it is done with those that it has. */
  get isAhead(): boolean {
    return this.#known && this.#mean + 2 * this.#deviation() < LONGEST_AHEAD;
  }

  /** So many items take as long as a batch is to, and two deviations of their sum besides: n * mean + 2 * sqrt(n) * deviation. */
  #fitting(): number {
    const mean = Math.max(LEAST, this.#mean);
    const deviation = this.#deviation();
    const root = (Math.sqrt(deviation ** 2 + mean * BATCH) - deviation) / mean;
    return Math.floor(root ** 2 + 1e-6);
  }

  #deviation(): number {
    return Math.sqrt(Math.max(0, this.#square - this.#mean ** 2));
  }
}
