/** Parent side: tells the tree of processes which children of a supervisor wait for their restart. */
import type { Restartable } from '../census';

/** The children of a branch that are restarted together, each with its last run. */
export class RestartWait {
  readonly #runs = new Map<string, Restartable>();

  /** A child has begun. */
  add(key: string, run: Restartable): void {
    this.#runs.set(key, run);
  }

  /** This child has failed. Nothing is known yet of the time of its restart, since others have to end first. */
  begin(key: string): void {
    const run = this.#runs.get(key);
    if (run) run.restartAt = null;
  }

  /** All have ended, and are restarted at this time, in ms since the epoch. */
  until(at: number): void {
    for (const run of this.#runs.values()) run.restartAt = at;
  }

  /** They are restarted, or never will be. */
  end(): void {
    for (const run of this.#runs.values()) delete run.restartAt;
    this.#runs.clear();
  }
}
