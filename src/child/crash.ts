/** Child side: ends the running stage when an error is raised that nothing caught. */
import type { Activity } from '../protocol/to-parent';

export class Crash {
  #listener: ((error: unknown) => void) | undefined;
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

  /** Calls `listener` with each error that is raised, until the returned function is called. There is one at a time. */
  whenRaised(listener: (error: unknown) => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  /**
   * Settles as `work` does, or rejects when an error is raised. Each stage gets a new promise, since Promise.race with
   * a promise that never settles would keep every stage in memory.
   */
  race<T>(work: Promise<T>): Promise<T> {
    let stopListening = () => {};
    return new Promise<T>((resolve, reject) => {
      stopListening = this.whenRaised(reject);
      work.then(resolve, reject);
    }).finally(() => stopListening());
  }

  raise(error: unknown): void {
    if (this.#listener) this.#listener(error);
    else this.#missed ??= { error };
  }
}
