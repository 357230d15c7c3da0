/** Child side: runs a SubprocessLoop: begin, its turns with the sleeps between them, and end, as one Observable. */
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  expand,
  ignoreElements,
  map,
  Observable,
  takeUntil,
  throwError,
} from 'rxjs';
import type { Iteration } from '../../model/types';
import type { LoopOutcome, SubprocessLoop } from '../../subprocess-loop';
import { safeText } from '../../util/safely';
import { queueMicrotask } from '../../util/timers';
import type { Crash } from '../crash';
import type { StopRequest } from '../stop';
import { CLOCKS, type Clocks, sleep } from './sleep';

type AnyLoop = Pick<SubprocessLoop, 'begin' | 'loop' | 'end'>;
type Stage = 'begin' | 'loop' | 'end';

export interface LoopConfig {
  stop: Pick<StopRequest, 'asked' | 'whenAsked'>;
  /** ms to sleep when `loop()` returns nothing. */
  defaultSleep: number;
  /** Ends a stage where the process cannot go on. */
  crash: Pick<Crash, 'whenRaised'>;
  /** What the sleeps and the turns are measured by. Default: real time. */
  clocks?: Clocks;
  /** Calls the user's code. */
  call<T>(stage: Stage, work: () => T): Promise<Awaited<T>>;
  /** `begin()` is done. */
  begun(): void;
  /** A turn is over, and its sleep is about to begin. */
  iterated(iteration: Iteration): void;
}

/**
 * `begin`, then `loop` until it returns `false` or a stop is asked for, then `end`, exactly once whatever came before.
 * Resolves with true if the loop ended by itself. Rejects with the first error.
 */
export function runLoop(loop: AnyLoop, config: LoopConfig): Promise<boolean> {
  const { stop, crash, call, begun, iterated, defaultSleep, clocks = CLOCKS } = config;
  // Each tells in a microtask of its own: what follows does not run inside the call that asks or raises.
  const stopped$ = new Observable<void>(subscriber => stop.whenAsked(() => queueMicrotask(() => subscriber.next())));
  const crashed$ = new Observable<never>(subscriber =>
    crash.whenRaised(error => queueMicrotask(() => subscriber.error(error))),
  );

  // Each stage is called upon subscription.
  const begin$ = defer(() => call('begin', () => loop.begin())).pipe(map(begun), ignoreElements());

  const turn = (index: number) => {
    const start = clocks.now();
    const over = (outcome: LoopOutcome): Iteration => {
      const iteration = { index, duration: clocks.now() - start, sleep: sleepFor(outcome, defaultSleep) };
      iterated(iteration);
      return iteration;
    };
    return defer(() => call('loop', () => loop.loop())).pipe(map(over));
  };
  /** A sleep that a stop cuts short completes without a value, and so no turn follows. */
  const turnAfter = ({ index, sleep: ms }: Iteration) =>
    ms === false
      ? EMPTY
      : sleep(ms, clocks).pipe(
          takeUntil(stopped$),
          concatMap(() => turn(index + 1)),
        );
  const turns$ = defer(() => (stop.asked ? EMPTY : turn(0).pipe(expand(turnAfter))));

  const end$ = defer(() => call('end', () => loop.end())).pipe(takeUntil(crashed$), ignoreElements());
  const endAfter = (error: unknown) =>
    concat(
      end$.pipe(catchError(warn)),
      throwError(() => error),
    );

  let ended = false;
  return concat(concat(begin$, turns$).pipe(takeUntil(crashed$), catchError(endAfter)), end$)
    .forEach(({ sleep }) => {
      ended = sleep === false;
    })
    .then(() => ended);
}

function warn(error: unknown): Observable<never> {
  process.emitWarning(`end() failed too, after the error that is reported: ${safeText(error)}`, {
    type: 'SubprocessWarning',
    code: 'OFFSPRING_END',
  });
  return EMPTY;
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
