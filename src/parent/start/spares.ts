/** Parent side: keeps processes that stand ready for a class, booted and with its module loaded. */

import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PrimeOrder } from '../../protocol/to-child';
import { attempt } from '../../util/safely';
import { isTooLateToStart } from '../end/registry';
import type { ClassInfo } from '../flags';
import { type SpawnPlan, spawnChild } from '../process/spawn-child';
import { type Class, isOf, primeOrder } from './prime-order';
import { Spare } from './spare';

/** What a process has to be like for an instance to run in it. */
export interface Wanted {
  type: Class;
  info: ClassInfo;
  plan: SpawnPlan;
}

/** ms after a start was ready until others are made: what the child says first comes before. */
const AFTERWARDS = 5;

const spares = new Map<Class, Set<Spare>>();
const refills = new Map<Class, NodeJS.Timeout>();

/** A spare that is as a process made now would be; undefined if none is ready. */
export function findSpare(wanted: Wanted): Spare | undefined {
  const own = spares.get(wanted.type);
  if (!own || own.size === 0) return undefined;
  const likeness = attempt(() => describe(wanted).likeness);
  return [...own].find(each => each.isReady && each.likeness === likeness);
}

/** Makes as many as the class wants, in a while. */
export function refillSpares(wanted: Wanted): void {
  const { type, info } = wanted;
  if (info.flags.SPARES === 0 || refills.has(type)) return;
  const fill = () => {
    refills.delete(type);
    fillUp(wanted);
  };
  refills.set(type, setTimeout(fill, AFTERWARDS).unref());
}

/** Those of a class and its subclasses that are about to be made are not. */
export function cancelRefills(type: object): void {
  for (const [each, refill] of refills) {
    if (!isOf(each, type)) continue;
    clearTimeout(refill);
    refills.delete(each);
  }
}

function fillUp(wanted: Wanted): void {
  if (isTooLateToStart()) return;
  const { type, info, plan } = wanted;
  const described = attempt(() => describe(wanted));
  // The next start tells what is wrong.
  if (!described) return;
  const { prime, shown, likeness } = described;
  const own = spares.get(type) ?? new Set();
  spares.set(type, own);
  for (const spare of own) if (spare.likeness !== likeness) void spare.shutdown();
  while (own.size < info.flags.SPARES) {
    const child = spawnChild(plan);
    // The next instance finds out by itself what is wrong.
    if ('refused' in child) return;
    const spare = new Spare({
      type,
      child,
      prime,
      shown,
      likeness,
      flags: info.flags,
      onLeft: () => own.delete(spare),
    });
    own.add(spare);
  }
}

/** `likeness` is the same for two processes if an instance can run in either. */
function describe({ type, info, plan }: Wanted): { prime: PrimeOrder; shown: string; likeness: string } {
  const { prime, shown } = primeOrder(type, info.kind);
  return { prime, shown, likeness: JSON.stringify([plan, process.cwd(), prime, changedAt(prime.module)]) };
}

function changedAt(module: string): number | undefined {
  const file = module.startsWith('file:') ? fileURLToPath(module) : module;
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
