/** Parent side: works through a stream in a pool that lives as long as the subscription. */
import type { Observable as ObservableType } from 'rxjs';
import type { CheckedOptions } from '../../options';
import type { WorkerClass } from '../../subprocess-worker';
import { Scheduler } from '../scheduler/scheduler';
import { observeMap } from './map-stream';

export function inOwnPool(
  type: WorkerClass,
  options: CheckedOptions,
  source$: ObservableType<unknown>,
): ObservableType<unknown> {
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  return new Observable(subscriber => {
    const scheduler = new Scheduler(type, options);
    subscriber.add(observeMap(scheduler, source$, options).subscribe(subscriber));
    // Added second, so that the run has canceled its items when the pool is shut down.
    subscriber.add(() => void scheduler.shutdown());
  });
}
