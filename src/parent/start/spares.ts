/** Parent side: keeps spare processes for each class, which have booted and loaded its module. See blank-spares for others. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { PrimeOrder } from '../../protocol/to-child';
import { type BaseClass, extendsClass } from '../../util/base-class';
import { attempt } from '../../util/safely';
import { clearTimeout, setTimeout } from '../../util/timers';
import { isTooLateToStart } from '../end/registry';
import type { ClassInfo } from '../flags';
import { inheritedBy } from '../spawn/inherited';
import { type SpawnPlan, spawnChild } from '../spawn/spawn-child';
import type { Class } from './locate-class';
import { makePrimeOrder } from './make-prime-order';
import { Spare } from './spare';

/** The process that an instance needs. */
export interface WantedProcess {
  type: Class;
  info: ClassInfo;
  plan: SpawnPlan;
}

/** ms after a child is ready until its spares are made, so that they do not delay its first messages. */
export const REFILL_DELAY_MS = 5;

const spares = new Map<Class, Set<Spare>>();
const refills = new Map<Class, NodeJS.Timeout>();

/** A spare that is like a process which is made now. Undefined if none is ready. */
export function findSpare(wanted: WantedProcess): Spare | undefined {
  const candidates = spares.get(wanted.type);
  if (!candidates || candidates.size === 0) return undefined;
  const fingerprint = attempt(() => planSpare(wanted).fingerprint);
  const found = [...candidates].find(spare => spare.isReady && spare.fingerprint === fingerprint);
  if (isLogging && !found) {
    const isReady = [...candidates].some(spare => spare.isReady);
    const why = isReady ? 'was made for another module, environment or other options' : 'is not ready yet';
    debugLog(wanted.info.name, `takes no spare: each ${why}`);
  }
  return found;
}

/** Soon makes as many spares as the class wants. */
export function refillSpares(wanted: WantedProcess): void {
  const { type, info } = wanted;
  if (info.flags.SPARES === 0 || refills.has(type)) return;
  const fill = () => {
    refills.delete(type);
    fillUp(wanted);
  };
  refills.set(type, setTimeout(fill, REFILL_DELAY_MS).unref());
}

/** Spares of a class and its subclasses that are about to be made will not be made. */
export function cancelRefills(type: object): void {
  for (const [refilled, timer] of refills) {
    if (!extendsClass(refilled.prototype, type as BaseClass)) continue;
    clearTimeout(timer);
    refills.delete(refilled);
  }
}

function fillUp(wanted: WantedProcess): void {
  if (isTooLateToStart()) return;
  const { type, info, plan } = wanted;
  const sparePlan = attempt(() => planSpare(wanted));
  // The next start fails with the reason.
  if (!sparePlan) return;
  const { prime, place, fingerprint } = sparePlan;
  const own = spares.get(type) ?? new Set();
  spares.set(type, own);
  for (const spare of own) if (spare.fingerprint !== fingerprint) void spare.shutdown();
  while (own.size < info.flags.SPARES) {
    const child = spawnChild(plan);
    // The next start fails with the reason.
    if ('refused' in child) return;
    const spare = new Spare({
      class: { type, prime, place },
      child,
      fingerprint,
      flags: info.flags,
      onUnavailable: () => own.delete(spare),
    });
    own.add(spare);
    if (isLogging) debugLog(info.name, `process ${child.pid} is a spare`);
  }
}

function planSpare({ type, info, plan }: WantedProcess): { prime: PrimeOrder; place: string; fingerprint: string } {
  const { prime, place } = makePrimeOrder(type, info);
  return { prime, place, fingerprint: JSON.stringify([inheritedBy(plan), prime, changeTime(prime.module)]) };
}

/** When the module was changed last, in ms since the epoch. */
function changeTime(module: string): number | undefined {
  const file = module.startsWith('file:') ? fileURLToPath(module) : module;
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
