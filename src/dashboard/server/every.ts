/** Parent side: a clock that does not keep this process alive. */
import { Observable } from 'rxjs';
import { clearTimeout, dateNow, setTimeout } from '../../util/timers';

/** Emits the time, in ms since the epoch, every `interval` ms. A late turn does not delay those after it. */
export const every = (interval: number): Observable<number> =>
  new Observable(subscriber => {
    let due = dateNow() + interval;
    let timer: NodeJS.Timeout;
    const wait = () => {
      timer = setTimeout(turn, Math.max(1, due - dateNow())).unref();
    };
    const turn = () => {
      const at = dateNow();
      // After a pause, or if the clock was set, it starts afresh: turns are not made up for.
      due = Math.abs(at - due) > interval ? at + interval : due + interval;
      wait();
      subscriber.next(at);
    };
    wait();
    return () => clearTimeout(timer);
  });
