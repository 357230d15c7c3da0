import { SubprocessLoop } from 'offspring-rx';
import { processTree$ } from 'offspring-rx/observe';
import { superviseAll } from 'offspring-rx/supervise';
import { filter, firstValueFrom } from 'rxjs';

export class Feed extends SubprocessLoop {
  override loop() {
    return 1_000;
  }
}

export class Reader extends SubprocessLoop {
  feed: Feed | undefined;

  override begin() {
    this.feed = new Feed(); // a process of the process
  }

  override loop() {
    return 1_000;
  }
}

const readers = superviseAll({ news: () => new Reader() }).subscribe();
const [supervisor, news, feed] = await firstValueFrom(
  processTree$().pipe(filter(nodes => nodes.length === 3 && nodes.every(({ state }) => state === 'running'))),
);
console.log(supervisor?.kind, supervisor?.name);
console.log(news?.kind, news?.name, news?.key, news?.parent === supervisor?.id);
console.log(feed?.kind, feed?.name, feed?.parent === news?.id);
readers.unsubscribe();
// prints: supervisor superviseAll
// prints: loop Reader news true
// prints: loop Feed true
