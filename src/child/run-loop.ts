/** Child side: runs a SubprocessLoop. */

import type { Iteration } from '../model/types';
import type { LoopOutcome, SubprocessLoop } from '../subprocess-loop';
import { LONGEST_TIMER, now } from '../util/clock';
import { safeText } from '../util/safely';
import type { Crash } from './crash';
import type { StopRequest } from './stop';

type AnyLoop = Pick<SubprocessLoop, 'begin' | 'loop' | 'end'>;
type Stage = 'begin' | 'loop' | 'end';

export interface LoopConfig {
  stop: StopRequest;
  /** ms to sleep when `loop()` returns nothing. */
  defaultSleep: number;
  /** Ends a stage where the process cannot go on. */
  crash: Crash;
  /** Calls the user's code. */
  call<T>(stage: Stage, work: () => T): Promise<Awaited<T>>;
  /** `begin` is done. */
  begun(): void;
  iterated(iteration: Iteration): void;
}

/**
 * `begin`, then `loop` until it returns `false` or a stop is asked for, then `end`, exactly once whatever came before.
 * Resolves with true if the loop ended by itself. Rejects with the first error.
 */
export async function runLoop(loop: AnyLoop, config: LoopConfig): Promise<boolean> {
  const { crash, call } = config;
  const working = { is: true };
  let outcome: { ended: boolean } | { error: unknown };
  try {
    outcome = { ended: await crash.race(work(loop, config, working)) };
  } catch (error) {
    outcome = { error };
  }
  working.is = false;
  try {
    await crash.race(call('end', () => loop.end()));
  } catch (error) {
    if ('error' in outcome)
      process.emitWarning(`end() failed too, after the error that is reported: ${safeText(error)}`);
    else outcome = { error };
  }
  if ('error' in outcome) throw outcome.error;
  return outcome.ended;
}

/** `working` tells whether it is still wanted: after a crash, it is left where it awaits. */
async function work(loop: AnyLoop, config: LoopConfig, working: { is: boolean }): Promise<boolean> {
  const { stop, call, defaultSleep, begun, iterated } = config;
  await call('begin', () => loop.begin());
  begun();
  for (let index = 0; !stop.asked && working.is; index++) {
    const start = now();
    const outcome = await call('loop', () => loop.loop());
    const duration = now() - start;
    if (!working.is) break;
    const sleep = sleepFor(outcome, defaultSleep);
    // Told while it sleeps, so that the telling takes no time of its own.
    const paused = sleep === false ? undefined : pause(sleep, stop);
    iterated({ index, duration, sleep });
    if (!paused) return true;
    await paused;
  }
  return false;
}

/** @throws RangeError if `outcome` is no sleep */
function sleepFor(outcome: LoopOutcome, defaultSleep: number): number | false {
  if (outcome === false) return false;
  const sleep = outcome ?? defaultSleep;
  if (typeof sleep === 'number' && sleep >= 0 && sleep !== Infinity) return sleep;
  const shown = typeof sleep === 'string' ? JSON.stringify(sleep) : safeText(sleep);
  throw new RangeError(
    `loop() returned ${shown}: return the ms to sleep (a finite number, 0 or more), false to end the loop, or nothing`,
  );
}

/**
 * Resolves after `sleep` ms, or when a stop is asked for. By Node's own timer: RxJS's would take a child that does not
 * use RxJS 1 MB and 20 files.
 */
async function pause(sleep: number, stop: StopRequest): Promise<void> {
  if (sleep === 0) return nextTurn();
  for (let rest = sleep; rest > 0 && !stop.asked; rest -= LONGEST_TIMER) {
    await new Promise<void>(resolve => {
      const wake = () => {
        clearTimeout(timer);
        forget();
        resolve();
      };
      const timer = setTimeout(wake, Math.min(rest, LONGEST_TIMER));
      const forget = stop.whenAsked(wake);
    });
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve));
