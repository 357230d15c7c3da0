/** Parent side: a stream through a pool that lives as long as its subscription. */
import type { Observable as ObservableType } from 'rxjs';
import { observed } from './mapped';
import type { CheckedOptions } from './options';
import { Scheduler } from './scheduler';
import type { WorkerClass } from './subprocess-worker';

export function inOwnPool(
  type: WorkerClass,
  options: CheckedOptions,
  source$: ObservableType<unknown>,
): ObservableType<unknown> {
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  return new Observable(subscriber => {
    const scheduler = new Scheduler(type, options);
    // After the passage, which takes its items back first.
    subscriber.add(observed(scheduler, source$, options).subscribe(subscriber));
    subscriber.add(() => void scheduler.shutdown());
  });
}
