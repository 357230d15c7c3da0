/** A bare fork, to its first message. */
import { once } from 'node:events';
import { type Contender, simple } from '../../suite/group';
import { bareFork, type Kind } from '../floor/bare-fork';

export const bareForkStart = (name: string, kind: Kind): Contender =>
  simple(name, async () => {
    const start = performance.now();
    const child = await bareFork(kind, true);
    const time = performance.now() - start;
    await once(child, 'exit');
    return time;
  });
