/** Both sides: values of a stream that wait until somebody subscribes. */
import type { Observable } from 'rxjs';
import { Queue, type QueueConfig } from './queue';

/** Subscribes to its source at once, and queues what it emits; see Queue. Completes or errors with its source. */
export function queued<T>(source$: Observable<T>, config: QueueConfig): Observable<T> {
  const queue = new Queue<T>(config);
  source$.subscribe(queue);
  return queue.value$;
}
