/** Child side: ends the work where it cannot go on by itself: an error that nothing caught. */
import type { Activity } from '../protocol/to-parent';

export class Crash {
  #reject: ((error: unknown) => void) | undefined;
  #missed: { error: unknown } | undefined;
  #culprit: Activity | undefined;

  /** What was raised while nothing was raced. */
  get missed(): { error: unknown } | undefined {
    return this.#missed;
  }

  /** Where the first error came from. */
  get culprit(): Activity | undefined {
    return this.#culprit;
  }

  /** Names where an error came from; the first counts. */
  blame(activity: Activity): void {
    this.#culprit ??= activity;
  }

  /** Settles as `work` does, or rejects when something is raised. One promise a stage: a race with one that never settles would hold on to every stage. */
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
