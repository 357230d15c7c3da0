/** What parents take of the processor while they and their children have nothing to do. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../../suite/group';
import { untilAtRest } from '../../suite/rest';
import { parent, tell } from '../parent/parent';

/** Percent of a core. The size is the ms that are looked at. */
export const quiet = (name: string, program: string, ...args: string[]): Contender =>
  parent(name, path.join(__dirname, program), ...args);

/** For the program itself, once all is set up. */
export async function tellIdleness(): Promise<void> {
  await untilAtRest();
  const before = process.cpuUsage();
  const start = performance.now();
  await sleep(Number(process.argv[2]));
  const { user, system } = process.cpuUsage(before);
  await tell((user + system) / 10 / (performance.now() - start));
}
