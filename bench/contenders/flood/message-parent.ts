/** A slow parent: a subscriber of `message$` that blocks. */
import { firstValueFrom } from 'rxjs';
import { work } from './slowness';
import { Flooding } from './subprocess-tasks';

async function main(): Promise<void> {
  const task = new Flooding();
  await firstValueFrom(task.ready$);
  let seen = 0;
  task.message$.subscribe({ next: () => work(++seen), complete: () => process.exit() });
  process.once('message', () => void task.send(Number(process.argv[2])));
  process.send?.({ child: task.process?.pid });
}

void main();
