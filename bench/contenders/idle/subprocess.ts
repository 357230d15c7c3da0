/** Instances of a class, ended by its `shutdownAll()`. */
import type { AnySubprocess, SubprocessClass } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import type { IdleKind } from './idle';

export type IdleClass = SubprocessClass & (new () => AnySubprocess);

export const subprocesses = (name: string, load: () => Promise<IdleClass>): IdleKind => ({
  name,
  async start(count) {
    const Type = await load();
    const tasks = Array.from({ length: count }, () => new Type());
    await Promise.all(tasks.map(task => firstValueFrom(task.message$)));
    return {
      pids: tasks.map(({ process }) => process?.pid as number),
      end: () => Type.shutdownAll(),
    };
  },
});
