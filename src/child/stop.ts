/** Child side: whether a stop was asked for, and who wants to know. */
export class Stop {
  #asked = false;
  #waiting = new Set<() => void>();

  get asked(): boolean {
    return this.#asked;
  }

  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    for (const call of this.#waiting) call();
    this.#waiting.clear();
  }

  /** Calls once, at once if it was asked before; returns how to take it back. */
  whenAsked(call: () => void): () => void {
    if (this.#asked) call();
    else this.#waiting.add(call);
    return () => this.#waiting.delete(call);
  }
}
