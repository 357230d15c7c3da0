/** Child: work that is done once, and a process that has processes of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Subprocess } from 'offspring-rx';

/** Takes one to four seconds. One of six fails. */
export class Report extends Subprocess<[number: number], string> {
  static override STDIO = 'pipe' as const;
  number = 0;

  override init(number: number) {
    this.number = number;
  }

  override async run() {
    for (let page = 1; page <= 3; page++) {
      console.log(`report ${this.number}, page ${page}`);
      this.emit(`page ${page}`);
      await sleep(300 + Math.random() * 1_000);
    }
    if (this.number % 6 === 0) throw new RangeError(`report ${this.number} has no data`);
    return this.number;
  }
}

/** One page of a site. */
export class Fetcher extends Subprocess<[page: number], number> {
  static override STDIO = 'pipe' as const;
  page = 0;

  override init(page: number) {
    this.page = page;
  }

  override async run() {
    console.log(`GET /page/${this.page}`);
    await sleep(3_000 + Math.random() * 5_000);
    console.log('200 OK');
    return this.page;
  }
}

/** Starts processes, which are children of this child. */
export class Crawler extends Subprocess {
  static override STDIO = 'pipe' as const;

  override async run() {
    for (let page = 1; !this.signal.aborted; page++) {
      const fetchers = [new Fetcher(page), new Fetcher(-page)];
      await Promise.all(fetchers.map(fetcher => fetcher.wait()));
      console.log(`page ${page} is there`);
    }
  }
}
