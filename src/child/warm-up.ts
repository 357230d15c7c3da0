/** Child side: loads what a spare will need, so that its start need not. */
import type { PrimeOrder } from '../protocol/to-child';

export function warmUp(kind: PrimeOrder['kind']): void {
  require('../protocol/v8-codec');
  if (kind === 'once') require('./run-once');
  else require('./run-loop');
}
