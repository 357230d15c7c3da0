/** Vitest 5, and no loader for TypeScript: the child takes Node's own type stripping. */
import { kindsOf } from '../vitest/kinds.mjs';

export default kindsOf('Vitest 5').map(kind => ({
  ...kind,
  since: kind.name.includes('TypeScript') ? '22.18.0' : '22.12.0',
  before: 'Vitest 5 needs Node 22.12 or later.',
}));
