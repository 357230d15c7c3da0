/** Parent side: makes the order that tells a child which class to load. */
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { PrimeOrder } from '../../protocol/to-child';
import { childSide } from '../../side';
import type { ClassInfo } from '../flags';
import { leadsGroup } from '../spawn/leads-group';
import { tsNode } from '../spawn/ts-node';
import { type Class, locateClass, mainScript } from './locate-class';

/** Returns the order, and the place of the class for messages. @throws Error that says why the module was not found */
export function makePrimeOrder(type: Class, { kind, flags }: ClassInfo): { prime: PrimeOrder; place: string } {
  const { module, load, packageFile, target, place } = locateClass(type);
  const typescript = tsNode();
  if (isLogging && typescript) debugLog(type.name, `its child takes over ts-node (${typescript.path})`);
  // Undefined if this process is no child itself.
  const ownSide = childSide();
  const prime: PrimeOrder = {
    type: 'prime',
    kind,
    module,
    load,
    ...(packageFile === undefined ? {} : { packageFile }),
    target,
    mainScript: ownSide ? ownSide.mainScript : mainScript(),
    depth: (ownSide?.depth ?? 0) + 1,
    ...(flags.TITLE ? {} : { untitled: true }),
    ...(leadsGroup(flags) ? { ownGroup: true } : {}),
    ...(typescript ? { tsNode: typescript } : {}),
  };
  return { prime, place };
}
