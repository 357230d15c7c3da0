/** Children with the pipes and the files of a Subprocess, and no code of it. */
import { once } from 'node:events';
import { OWN_PROCESSES, ownChild } from '../floor/own-processes';
import type { IdleKind } from './idle';

export const ownProcesses = (module: string): IdleKind => ({
  name: OWN_PROCESSES,
  async start(count) {
    const started = Array.from({ length: count }, () => ownChild(module, true));
    await Promise.all(started.map(({ answer }) => answer));
    const children = started.map(({ child }) => child);
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
