/** Child side: loads the modules that a spare will need for its start. */
import type { Kind } from '../model/kind';

export function warmUp(kind: Kind): void {
  require('../protocol/v8-codec');
  if (kind === 'once') require('./run-once');
  else require('./loop/run-loop');
}
