/** Child side: loads what a spare will need, so that its start need not. */
import type { Kind } from '../model/kind';

export function warmUp(kind: Kind): void {
  require('../protocol/v8-codec');
  if (kind === 'once') require('./run-once');
  else require('./run-loop');
}
