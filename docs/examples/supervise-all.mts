import { SubprocessLoop } from 'offspring-rx';
import { superviseAll } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';

export class Service extends SubprocessLoop<[name: string]> {
  name = '';

  override init(name: string) {
    this.name = name;
  }

  override loop() {
    return 1_000;
  }

  override end() {
    console.log(this.name, 'ends');
  }
}

const feeds = {
  news: () => new Service('news'),
  mail: () => new Service('mail'),
};
const event$ = superviseAll(
  {
    store: () => new Service('store'),
    feeds: () => ({ children: feeds, options: { strategy: 'one-for-all' } }),
    web: () => new Service('web'),
  },
  { strategy: 'rest-for-one' },
);

const supervised = event$.subscribe(async event => {
  if (event.type !== 'started') return;
  console.log(event.path.join('/'), 'start', event.attempt);
  await firstValueFrom(event.task.ready$);
  if (event.child !== 'web') return;
  if (event.attempt === 1) event.task.process?.kill('SIGKILL');
  else supervised.unsubscribe();
});
// prints: store start 1
// prints: feeds/news start 1
// prints: feeds/mail start 1
// prints: web start 1
// prints: web start 2
// prints: web ends
// prints: mail ends
// prints: news ends
// prints: store ends
