/** Both sides: values of a stream that wait until somebody subscribes. */
import type { Observable } from 'rxjs';
import { StreamQueue, type StreamQueueConfig } from './stream-queue';

/** Subscribes to its source at once, and queues what it emits; see Queue. Completes or errors with its source. */
export function queued<T>(source$: Observable<T>, config: StreamQueueConfig): Observable<T> {
  const queue = new StreamQueue<T>(config);
  source$.subscribe(queue);
  return queue.value$;
}
