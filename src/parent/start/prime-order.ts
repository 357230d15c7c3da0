/** Parent side: tells a child what it is made of. */

import type { Kind } from '../../model/kind';
import type { AnySubprocess } from '../../model/types';
import type { PrimeOrder } from '../../protocol/to-child';
import { childSide } from '../../side';
import { tsNode } from '../process/ts-node';
import { locateClass, mainScript } from './locate-class';

export type Class = AnySubprocess['constructor'];

/** Whether a class is another one or extends it. */
export const isOf = (type: Class, base: object): boolean =>
  type === base || type.prototype instanceof (base as abstract new () => unknown);

/** The order, and the place of the class for messages. @throws Error that says why its module was not found */
export function primeOrder(type: Class, kind: Kind): { prime: PrimeOrder; shown: string } {
  const { module, load, target, shown } = locateClass(type);
  const typescript = tsNode();
  const above = childSide();
  const prime: PrimeOrder = {
    type: 'prime',
    kind,
    module,
    load,
    target,
    mainScript: above ? above.mainScript : mainScript(),
    depth: (above?.depth ?? 0) + 1,
    ...(typescript ? { tsNode: typescript } : {}),
  };
  return { prime, shown };
}
