/** Compiled, never run: the types of queues. */
import { type CallOptions, mapOverQueue, QueuePool, type ServeOptions, serveQueue } from 'offspring-rx/bullmq';
import { type Outcome, SubprocessWorker } from 'offspring-rx/pool';
import { type Observable, of } from 'rxjs';

class Measure extends SubprocessWorker<[unit: number], string, number> {
  override init(_unit: number) {}
  override work(item: string) {
    return item.length;
  }
}

const connection = 'redis://queue';

serveQueue(Measure, { connection, args: [1], workers: 2, limiter: { max: 1, duration: 1_000 } });
// @ts-expect-error init() takes an argument
serveQueue(Measure, { connection });
// @ts-expect-error the caller has attempts
serveQueue(Measure, { connection, args: [1], retries: 2 });

export const output: Promise<number> = new QueuePool(Measure, { connection }).run('item');
of('item')
  .pipe(mapOverQueue(Measure, { connection, backoff: { type: 'exponential', delay: 10 } }))
  .subscribe((length: number) => length);
of('item')
  .pipe(mapOverQueue(Measure, { connection, settle: true }))
  .subscribe(outcome => (outcome.status === 'fulfilled' ? outcome.value.toFixed() : outcome.reason));
// @ts-expect-error an item is a string
of(1).pipe(mapOverQueue(Measure, { connection }));
export const call: CallOptions = { connection: { host: 'queue', port: 6379 } };
export const either$: Observable<number | Outcome<string, number>> = of('item').pipe(mapOverQueue(Measure, call));
export const serve: ServeOptions<[unit: number]> = { connection: 'redis://queue', args: [1] };
