/** A slow parent: `for await` over `messages()`, which is acknowledged as it is consumed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { firstValueFrom } from 'rxjs';
import { EVERY, PAUSE } from './slowness';
import { Flooding } from './subprocess-tasks';

async function main(): Promise<void> {
  const task = new Flooding();
  await firstValueFrom(task.ready$);
  process.once('message', () => void task.send(Number(process.argv[2])));
  process.send?.({ child: task.process?.pid });
  let seen = 0;
  for await (const _ of task.messages()) if (++seen % EVERY === 0) await sleep(PAUSE);
  process.exit();
}

void main();
