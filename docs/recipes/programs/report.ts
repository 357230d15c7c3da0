import { setTimeout as sleep } from 'node:timers/promises';
import { type ItemContext, SubprocessWorker } from 'offspring-rx/pool';

export type Output = { page: number; of: number } | { report: string };

export class Report extends SubprocessWorker<[], number, Output> {
  // In the child: a generator, so each value that it yields is an output.
  override async *work(pages: number, { signal }: ItemContext) {
    try {
      for (let page = 1; page <= pages; page++) {
        await sleep(20, undefined, { signal }); // one page of work; rejects once the item is canceled
        yield { page, of: pages };
      }
      yield { report: `${pages} pages` };
    } finally {
      if (signal.aborted) console.log('the work was canceled');
    }
  }
}
