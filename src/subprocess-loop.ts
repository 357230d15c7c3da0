/** Both sides: a unit of work that runs again and again in a child process. */
import type { Observable } from 'rxjs';
import { StateError } from './model/errors';
import type { Iteration } from './model/types';
import { inParent } from './side';
import { Subprocess } from './subprocess';

/** What `loop()` may return: ms to sleep, `false` to end, nothing for `DEFAULT_SLEEP`. */
export type LoopOutcome = number | false | null | undefined | void;

/**
 * Extend it and write `loop()`: `begin()` runs once in the child, then `loop()` until it returns `false` or a stop is
 * asked for, then `end()`, exactly once and however the loop ended, bar SIGKILL and process.exit.
 *
 * The child obeys SIGTERM: it wakes the sleep at once, and lets a running `loop()` finish.
 */
export abstract class SubprocessLoop<
  Args extends unknown[] = [],
  Message = unknown,
  Command = never,
> extends Subprocess<Args, Message, Command> {
  static override WAIT_FOR_CHILD = true;
  /** Milliseconds to sleep when `loop()` returns nothing. */
  static DEFAULT_SLEEP = 50;

  /** Child side: once, before the first `loop()`. The child is ready when it is done. */
  begin(): void | Promise<void> {}

  /** Child side: one turn. Returns the ms to sleep, `false` to end the loop, or nothing for `DEFAULT_SLEEP`. */
  abstract loop(): LoopOutcome | Promise<LoopOutcome>;

  /** Child side: once, after the last `loop()`. */
  end(): void | Promise<void> {}

  /**
   * Parent side: `{ index, duration, sleep }` of each turn, before its sleep: its number, from 0; how long `loop()` took,
   * in ms; the sleep that follows, in ms, `false` where `loop()` ended the loop. None for a turn that threw. While nobody
   * is subscribed, the last 1,024 wait. Never errors, completes when the process is over.
   */
  get iteration$(): Observable<Iteration> {
    return inParent(this, 'iteration$').streams.iteration$;
  }

  /** Belongs to the library, which drives `begin`, `loop` and `end` in the child. @throws StateError */
  override run(): void {
    const subprocess = this.constructor.name;
    throw new StateError(`${subprocess}.run() is the library's: call begin(), loop() and end() to try them`, {
      subprocess,
    });
  }
}
