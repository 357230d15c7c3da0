import { Subprocess, SubprocessLoop } from 'offspring-rx';
import { Supervisor } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';

export class Store extends SubprocessLoop {
  override loop() {
    return 1_000;
  }
}

export class Session extends Subprocess<[user: string]> {
  user = '';

  override init(user: string) {
    this.user = user;
  }

  override async run() {
    await new Promise<void>(resolve => this.signal.addEventListener('abort', () => resolve()));
    console.log(this.user, 'ends');
  }
}

await using supervisor = new Supervisor({ store: () => new Store() }, { restart: 'always' });
supervisor.event$.subscribe(event => {
  if (event.type === 'started') console.log(event.path.join('/'), 'start', event.attempt);
});
await firstValueFrom(supervisor.ready$);

const key = supervisor.start(() => new Session('ada')); // gives it a key
supervisor.start('bob', () => new Session('bob'));
for (const each of [key, 'bob']) await firstValueFrom(supervisor.which(each)!.ready$);

await supervisor.restart('store', { overlap: true }); // the new one is ready before the old one ends
await supervisor.stop('bob'); // and is not restarted

const children = await firstValueFrom(supervisor.children$);
for (const { key, state, restarts } of children) console.log(key, state, restarts);
// Leaving the block calls `shutdown()`, which resolves once all have ended.
// prints: store start 1
// prints: child-1 start 1
// prints: bob start 1
// prints: store start 2
// prints: bob ends
// prints: store running 1
// prints: child-1 running 0
// prints: ada ends
