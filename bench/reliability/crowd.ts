/** So many children at once: prints as JSON how long their start and their stop took, and what the parent holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isChild, Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import { look } from '../soak/world';
import { Idle, Returning } from './tasks';

async function main(): Promise<void> {
  const count = Number(process.argv[2]);
  const warnings: string[] = [];
  process.on('warning', ({ message }) => warnings.push(message));
  await new Returning().wait();
  await sleep(500);
  const before = look();
  const start = performance.now();
  const crowd = Array.from({ length: count }, () => new Idle(''));
  await Promise.all(crowd.map(task => firstValueFrom(task.ready$)));
  const started = performance.now() - start;
  const during = look();
  const stop = performance.now();
  const exits = await Subprocess.shutdownAll();
  const stopped = performance.now() - stop;
  await sleep(500);
  const reasons = [...new Set(exits.map(({ reason, forced }) => (forced ? 'forced' : reason)))];
  console.log(JSON.stringify({ count, started, stopped, reasons, warnings, before, during, after: look() }));
}

if (!isChild) void main();
