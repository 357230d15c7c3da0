/** Both sides: the base class for work that runs again and again in a child process. */
import type { Observable } from 'rxjs';
import { StateError } from './model/errors';
import type { Iteration } from './model/types';
import { inParent } from './side';
import { Subprocess } from './subprocess';
import { markBaseClass } from './util/base-class';

/** What `loop()` may return: milliseconds to sleep, `false` to end the loop, or nothing to sleep `DEFAULT_SLEEP` ms. */
export type LoopOutcome = number | false | null | undefined | void;

/**
 * Extend this class and write `loop()`. In the child, `begin()` runs once. Then `loop()` runs until it returns `false`,
 * or a shutdown or a SIGTERM stops it. Then `end()` runs exactly once, also after an error; only SIGKILL and
 * process.exit prevent it.
 *
 * A stop ends the sleep at once, and lets a running `loop()` finish.
 *
 * @example
 * export class Countdown extends SubprocessLoop<[], number> {
 *   left = 3;
 *   override loop() {
 *     this.emit(this.left);
 *     this.left -= 1;
 *     return this.left > 0 && 10; // sleeps 10 ms, or ends the loop
 *   }
 * }
 *
 * const countdown = new Countdown();
 * countdown.message$.subscribe(left => console.log(left));
 * console.log((await countdown.wait()).reason);
 * // prints: 3
 * // prints: 2
 * // prints: 1
 * // prints: completed
 */
export abstract class SubprocessLoop<
  Args extends unknown[] = [],
  Message = unknown,
  Command = never,
> extends Subprocess<Args, Message, Command> {
  /** `true`: the child runs `begin` and `end` even if the parent ends at once. Default: `true`. */
  static override WAIT_FOR_CHILD = true;
  /** Milliseconds to sleep when `loop()` returns nothing. Default: 50. */
  static DEFAULT_SLEEP = 50;

  /** Child side: runs once, before the first `loop()`. The child is ready when it is done. */
  begin(): void | Promise<void> {}

  /**
   * Child side: one turn of the loop. Returns the milliseconds to sleep, `false` to end the loop, or nothing to sleep
   * `DEFAULT_SLEEP` ms.
   */
  abstract loop(): LoopOutcome | Promise<LoopOutcome>;

  /** Child side: runs once, after the last `loop()`. */
  end(): void | Promise<void> {}

  /**
   * Parent side: emits an Iteration after each `loop()`, before the sleep that follows; none for a `loop()` that threw.
   * While nobody is subscribed, the last 1,024 wait. Completes when the process has exited. Never errors.
   */
  get iteration$(): Observable<Iteration> {
    return inParent(this, 'iteration$').streams.iteration$;
  }

  /** Reserved for the library, which calls `begin`, `loop` and `end` in the child. @throws StateError */
  override run(): void {
    const subprocess = this.constructor.name;
    throw new StateError(
      `${subprocess}.run() is reserved for the library: to test your code, call begin(), loop() and end()`,
      {
        subprocess,
      },
    );
  }
}

markBaseClass(SubprocessLoop, 'SubprocessLoop');
