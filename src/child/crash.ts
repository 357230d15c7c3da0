/** Child side: ends the work where it cannot go on by itself: an error that nothing caught. */
import type { Activity } from '../protocol/to-parent';

export class Crash {
  #tell: ((error: unknown) => void) | undefined;
  #missed: { error: unknown } | undefined;
  #culprit: Activity | undefined;

  /** What was raised while nobody was told. */
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

  /** Calls `tell` with what is raised, until the function that it returns is called. One at a time is told. */
  whenRaised(tell: (error: unknown) => void): () => void {
    this.#tell = tell;
    return () => {
      if (this.#tell === tell) this.#tell = undefined;
    };
  }

  /** Settles as `work` does, or rejects when something is raised. One promise a stage: a race with one that never settles would hold on to every stage. */
  race<T>(work: Promise<T>): Promise<T> {
    let forget = () => {};
    return new Promise<T>((resolve, reject) => {
      forget = this.whenRaised(reject);
      work.then(resolve, reject);
    }).finally(() => forget());
  }

  raise(error: unknown): void {
    if (this.#tell) this.#tell(error);
    else this.#missed ??= { error };
  }
}
