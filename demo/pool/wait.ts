/** Child: work that waits, and heeds the signal of its item. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ItemContext, SubprocessWorker } from 'offspring-rx/pool';

/** Waits for so many ms, and returns its process id. */
export class Wait extends SubprocessWorker<[], number, number> {
  override async work(ms: number, { signal }: ItemContext) {
    await sleep(ms, undefined, { signal });
    return process.pid;
  }
}
