/** A supervisor of fifty loops, of which each sleeps so many ms between its turns. */
import { Supervisor } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { Resting } from './loop-tasks';
import { tellIdleness } from './quiet';

async function main(sleep: number): Promise<void> {
  const children = Array.from({ length: 50 }, (_, index) => [`loop ${index}`, () => new Resting(sleep)] as const);
  const supervisor = new Supervisor(Object.fromEntries(children));
  await firstValueFrom(supervisor.ready$);
  await tellIdleness();
  await supervisor.shutdown();
  process.disconnect();
}

void main(Number(process.argv[3]));
