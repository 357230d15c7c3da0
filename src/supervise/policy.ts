/** Parent side: decides what follows from the ends of one child: a restart, after which delay, or none. */
import { delayAfter, earlierFailures } from './backoff';
import type { Signal } from './branch';
import type { Settings } from './options';
import { asksForRestart, type ChildEnd, type RestartPolicy } from './restart-policy';

export class Policy {
  readonly #key: string;
  readonly #settings: Settings;
  readonly #restart: RestartPolicy;
  #attempts = 0;
  #failuresInARow = 0;

  constructor(key: string, settings: Settings) {
    this.#key = key;
    this.#settings = settings;
    this.#restart = settings.restart(key);
  }

  /** It starts only once, and has been started. */
  get isSpent(): boolean {
    return this.#restart === 'never' && this.#attempts > 0;
  }

  /** The number of the start that is made now. */
  nextAttempt(): number {
    this.#attempts += 1;
    return this.#attempts;
  }

  /** The failure that the end is, if it asks for a restart. `readyAt`: when the child was ready, if it was. */
  failureOf(
    { exit, error }: ChildEnd,
    attempt: number,
    readyAt: number | undefined,
  ): Extract<Signal, { type: 'failed' }> | undefined {
    if (!asksForRestart(this.#restart, { ...(exit && { exit }), ...(error && { error }) })) return undefined;
    const { scheduler, backoff, random } = this.#settings;
    const at = scheduler.now();
    const uptime = readyAt === undefined ? 0 : at - readyAt;
    const earlier = earlierFailures(this.#failuresInARow, uptime, backoff);
    this.#failuresInARow = earlier + 1;
    return {
      type: 'failed',
      failure: { child: this.#key, attempt, at, ...(exit && { exit }), ...(error && { error }) },
      delay: delayAfter(earlier, backoff, random()),
    };
  }
}
