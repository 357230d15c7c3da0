/** Parent side: the functions that side.ts calls in a parent. Loaded on first use. */
import { StateError } from '../model/errors';
import type { AnySubprocess } from '../model/types';
import { retireOwners } from '../owners';
import { childSide, type ParentSide } from '../side';
import { checkShutdownOptions } from '../util/check-shutdown-options';
import { installExitHooks } from './end/exit-hooks';
import { dismissed } from './end/guardian';
import { registered } from './end/registry';
import { shutdownInOrder } from './end/stop-order';
import { ParentInstance } from './parent-instance';
import { cancelRefills } from './start/spares';

/** Levels of children that are allowed. A module that starts itself again and again exceeds any limit. */
const MAX_DEPTH = 8;

installExitHooks();

export const parentHalf: ParentSide = {
  adopt(instance: AnySubprocess, args: unknown[]) {
    const depth = childSide()?.depth ?? 0;
    if (depth >= MAX_DEPTH) {
      const subprocess = instance.constructor.name;
      throw new StateError(
        `${subprocess}: children of children are ${MAX_DEPTH} deep here: a module starts itself again without end; guard the start with isChild`,
        { subprocess, pid: process.pid },
      );
    }
    return new ParentInstance(instance, args);
  },

  async shutdownAll(type, options) {
    checkShutdownOptions(options, (type as { name: string }).name);
    cancelRefills(type);
    // A supervisor that has other tasks too goes on. Its policy decides whether it restarts those that end here.
    retireOwners(owner => owner.isOf(type));
    const entries = registered().filter(entry => entry.isOf(type));
    const exits = await shutdownInOrder(entries, entry => entry.shutdown(options));
    // A spare has no exit status.
    return exits.filter(exit => exit !== undefined);
  },

  dismissed,
};
