/** Bare forks, ended by a signal each. */
import { once } from 'node:events';
import { bareFork, type Kind } from '../floor/bare-fork';
import type { IdleKind } from './idle';

export const bareForks = (name: string, kind: Kind): IdleKind => ({
  name,
  async start(count) {
    const children = await Promise.all(Array.from({ length: count }, () => bareFork(kind)));
    return {
      pids: children.map(({ pid }) => pid as number),
      end() {
        const exits = children.map(child => once(child, 'exit'));
        for (const child of children) child.kill();
        return Promise.all(exits);
      },
    };
  },
});
