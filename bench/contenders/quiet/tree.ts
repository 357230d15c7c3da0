/** Children three deep. */
import { firstValueFrom } from 'rxjs';
import { tellIdleness } from './quiet';
import { Level } from './tree-tasks';

async function main(): Promise<void> {
  await firstValueFrom(new Level(2).message$);
  await tellIdleness();
  await Level.shutdownAll();
  process.disconnect();
}

void main();
