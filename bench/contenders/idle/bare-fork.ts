/** Bare forks, ended by a signal each. */
import { bareFork, type Kind, kill } from '../floor/bare-fork';
import type { IdleKind } from './idle';

export const bareForks = (name: string, kind: Kind): IdleKind => ({
  name,
  async start(count) {
    const children = await Promise.all(Array.from({ length: count }, () => bareFork(kind)));
    return {
      pids: children.map(({ pid }) => pid as number),
      end: () => kill(children),
    };
  },
});
