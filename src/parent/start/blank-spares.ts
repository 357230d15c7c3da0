/** Parent side: keeps spares for any class, which have booted and loaded the library. */
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import { Subprocess } from '../../subprocess';
import { attempt } from '../../util/safely';
import { clearTimeout, setTimeout } from '../../util/timers';
import { isTooLateToStart } from '../end/registry';
import { inheritedBy } from '../spawn/inherited';
import { blankPlan, planSpawn, type SpawnPlan, spawnChild } from '../spawn/spawn-child';
import { Spare } from './spare';
import { REFILL_DELAY_MS, type WantedProcess } from './spares';

/** How many are kept. */
let wanted = 0;
const blanks = new Set<Spare>();
let refill: NodeJS.Timeout | undefined;

/** From now on, keeps so many. Makes them now. */
export function keepBlanks(count: number): void {
  wanted = count;
  fillUp();
}

/** A spare that was spawned with the same plan. */
export function findBlank({ plan, info }: WantedProcess): Spare | undefined {
  if (blanks.size === 0) return undefined;
  const fingerprint = fingerprintOf(blankPlan(plan));
  const found = [...blanks].find(spare => spare.isReady && spare.fingerprint === fingerprint);
  if (isLogging && !found)
    debugLog(info.name, 'takes no spare for any class: each has another environment, directory, user or options');
  return found;
}

/** Soon makes as many as are wanted. */
export function refillBlanks(): void {
  if (wanted > 0) refill ??= setTimeout(fillUp, REFILL_DELAY_MS).unref();
}

/** Those that are about to be made will not be made. */
export function cancelBlankRefill(): void {
  clearTimeout(refill);
  refill = undefined;
}

function fillUp(): void {
  cancelBlankRefill();
  for (const spare of [...blanks].slice(wanted)) void spare.shutdown();
  if (wanted === 0 || isTooLateToStart()) return;
  // If it fails, the next start fails with the reason.
  const plan = attempt(() => blankPlan(planSpawn({ kind: 'once', flags: Subprocess }, {})));
  if (!plan) return;
  const fingerprint = fingerprintOf(plan);
  for (const spare of blanks) if (spare.fingerprint !== fingerprint) void spare.shutdown();
  while (blanks.size < wanted) {
    const child = spawnChild(plan);
    if ('refused' in child) return;
    const onUnavailable = () => blanks.delete(spare);
    const spare = new Spare({ child, fingerprint, flags: Subprocess, onUnavailable });
    blanks.add(spare);
    if (isLogging) debugLog('keepSpares', `process ${child.pid} is a spare for any class`);
  }
}

const fingerprintOf = (plan: SpawnPlan) => JSON.stringify(inheritedBy(plan));
