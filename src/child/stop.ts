/** Child side: whether a stop was asked for, and who wants to know. */
export class StopRequest {
  #asked = false;
  #waiting = new Set<() => void>();
  readonly #report: () => void;
  readonly #enter: (tell: () => void) => void;

  /** `report` is called when a stop is asked for; `enter` calls those who wait, as part of the task. */
  constructor(report: () => void, enter: (tell: () => void) => void) {
    this.#report = report;
    this.#enter = enter;
  }

  get asked(): boolean {
    return this.#asked;
  }

  /** Whether a SIGTERM asks for a stop here, and does not end the process. */
  get obeyed(): boolean {
    return process.listeners('SIGTERM').includes(this.#onSignal);
  }

  /** From now on, a SIGTERM asks for a stop. */
  obey(): void {
    if (!this.obeyed) process.on('SIGTERM', this.#onSignal);
  }

  ask(): void {
    if (this.#asked) return;
    this.#report();
    this.#asked = true;
    this.#enter(() => {
      for (const call of this.#waiting) call();
    });
    this.#waiting.clear();
  }

  /** Calls once, at once if it was asked before; returns how to take it back. */
  whenAsked(call: () => void): () => void {
    if (this.#asked) call();
    else this.#waiting.add(call);
    return () => this.#waiting.delete(call);
  }

  readonly #onSignal = () => this.ask();
}
