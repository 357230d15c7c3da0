/** Parent side: what a process uses of the machine, as a stream. */
import { filter, Observable, switchMap, take, takeUntil } from 'rxjs';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import type { Usage } from '../../model/types';
import { isNumber, OptionChecker } from '../../util/check-options';
import { LONGEST_TIMER } from '../../util/clock';
import { samplerOf } from './sampler';

/** The streams of an instance that its usage depends on. */
interface Life {
  /** Replayed. */
  readonly lifecycle$: Observable<SubprocessEvent>;
  readonly exit$: Observable<ExitStatus>;
}

/** Emits every `interval` ms from the spawn to the exit of an instance of the class `name`. @throws StateError */
export function usageStream(name: string, interval: number, { lifecycle$, exit$ }: Life): Observable<Usage> {
  const checker = new OptionChecker(`${name}.usage$(): `, { subprocess: name });
  checker.must('intervalMs', interval, [`a number of ms, 10 to ${LONGEST_TIMER}`, isNumber(10, LONGEST_TIMER)]);
  return lifecycle$.pipe(
    filter(event => event.type === 'spawned'),
    take(1),
    switchMap(({ pid }) => usageOf(pid, interval)),
    takeUntil(exit$),
  );
}

/** Emits every `interval` ms while the process lives. Never completes. Errors if the system has nothing that tells it. */
export const usageOf = (pid: number, interval: number): Observable<Usage> =>
  new Observable(subscriber => samplerOf(interval).add(pid, subscriber));
