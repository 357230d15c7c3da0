/** How long the end of idle children takes. */
import { type Contender, simple } from '../../suite/group';
import { untilAtRest } from '../../suite/rest';
import type { IdleKind } from './idle';

/** Milliseconds from the first signal until all are gone. */
export const endOf = (kind: IdleKind): Contender =>
  simple(kind.name, async count => {
    const idle = await kind.start(count);
    await untilAtRest();
    const start = performance.now();
    await idle.end();
    return performance.now() - start;
  });
