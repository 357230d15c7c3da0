/** Parent side: the live instances of a class as a stream. */
import { Observable } from 'rxjs';
import { liveTasks, watchCensus } from '../../census';
import type { AnySubprocess } from '../../subprocess';
import { type BaseClass, extendsClass } from '../../util/base-class';
import { BoundObserver } from '../../util/bound-observer';
import { queueMicrotask } from '../../util/timers';

/** Emits the live instances of `type` and its subclasses at once, and again in a microtask after each change. */
export const instances = (type: object): Observable<readonly AnySubprocess[]> =>
  new Observable(subscriber => {
    const observer = new BoundObserver(subscriber);
    const read = () => liveTasks().filter(task => extendsClass(task, type as BaseClass));
    let last = read();
    let isDue = false;
    const look = () => {
      isDue = false;
      const list = read();
      // Others than those of this class may have changed.
      if (subscriber.closed || isSame(list, last)) return;
      last = list;
      observer.next(list);
    };
    // An instance that was just added is still being constructed.
    const unwatch = watchCensus(() => {
      if (!isDue) queueMicrotask(look);
      isDue = true;
    });
    subscriber.add(unwatch);
    subscriber.next(last);
  });

const isSame = (list: readonly unknown[], other: readonly unknown[]) =>
  list.length === other.length && list.every((each, index) => each === other[index]);
