/** Child side: ends the running stage when an error is raised that nothing caught. */
import type { Activity } from '../protocol/to-parent';

export class Crash {
  #reject: ((error: unknown) => void) | undefined;
  #missed: { error: unknown } | undefined;
  #culprit: Activity | undefined;

  /** An error that was raised while no stage was running. */
  get missed(): { error: unknown } | undefined {
    return this.#missed;
  }

  /** Where the first error came from. */
  get culprit(): Activity | undefined {
    return this.#culprit;
  }

  /** Notes where an error came from. Only the first call counts. */
  blame(activity: Activity): void {
    this.#culprit ??= activity;
  }

  /**
   * Settles as `work` does, or rejects when an error is raised. Each stage gets a new promise, since Promise.race with
   * a promise that never settles would keep every stage in memory.
   */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      work.then(resolve, reject);
    }).finally(() => {
      this.#reject = undefined;
    });
  }

  raise(error: unknown): void {
    if (this.#reject) this.#reject(error);
    else this.#missed ??= { error };
  }
}
