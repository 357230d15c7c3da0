/** Parent side: lets the values of a stream wait until there is a subscriber. */
import type { Observable } from 'rxjs';
import { StreamQueue, type StreamQueueConfig } from './stream-queue';

/** Subscribes to `source$` at once, and queues its values; see StreamQueue. Completes or errors as `source$` does. */
export function queued<T>(source$: Observable<T>, config: StreamQueueConfig): Observable<T> {
  const queue = new StreamQueue<T>(config);
  source$.subscribe(queue);
  return queue.value$;
}
