/** Parent side: the half of the library that runs children; loaded on first use. */
import { StateError } from '../model/errors';
import type { AnySubprocess } from '../model/types';
import { childSide, type ParentSide } from '../side';
import { installExitHooks } from './end/exit-hooks';
import { registered } from './end/registry';
import { ParentInstance } from './parent-instance';
import { cancelRefills } from './start/spares';

/** So many processes may be above a child; more than that is a module that forks without end. */
const DEEPEST = 8;

installExitHooks();

export const parentHalf: ParentSide = {
  adopt(instance: AnySubprocess, args: unknown[]) {
    const depth = childSide()?.depth ?? 0;
    if (depth >= DEEPEST) {
      const subprocess = instance.constructor.name;
      throw new StateError(
        `${subprocess}: children of children are ${DEEPEST} deep here: something starts itself again without end; guard it with isChild`,
        { subprocess, pid: process.pid },
      );
    }
    return new ParentInstance(instance, args);
  },

  async shutdownAll(type, options) {
    cancelRefills(type);
    const own = registered().filter(each => each.isOf(type));
    const exits = await Promise.all(own.map(each => each.shutdown(options)));
    return exits.filter(exit => exit !== undefined);
  },
};
