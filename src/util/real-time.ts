/** Both sides: an RxJS scheduler that goes by Node's own timers and a monotonic clock; `asyncScheduler` takes the globals. */
import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import { now } from './clock';
import { clearTimeout, setTimeout } from './timers';

export const realTime: SchedulerLike = {
  now,
  schedule<State>(work: (this: SchedulerAction<State>, state?: State) => void, delay = 0, state?: State): Subscription {
    return new Action(work).schedule(state, delay);
  },
};

/** A work that is done after a delay, and that may schedule itself again. As much of a Subscription as RxJS asks for. */
class Action<State> {
  readonly #work: (this: SchedulerAction<State>, state?: State) => void;
  #timer: NodeJS.Timeout | undefined;
  closed = false;

  constructor(work: (this: SchedulerAction<State>, state?: State) => void) {
    this.#work = work;
  }

  schedule(state?: State, delay = 0): Subscription {
    const action = this as unknown as SchedulerAction<State>;
    clearTimeout(this.#timer);
    if (!this.closed) this.#timer = setTimeout(() => this.#work.call(action, state), delay);
    return action;
  }

  unsubscribe(): void {
    this.closed = true;
    clearTimeout(this.#timer);
  }
}
