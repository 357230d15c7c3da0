/** Parent side: the half of the library that runs children; loaded on first use. */
import { StateError } from '../errors';
import { childHalf, type ParentHalf } from '../side';
import type { AnySubprocess } from '../types';
import { installExitHooks } from './exit-hooks';
import { Lifecycle } from './lifecycle';
import { living } from './registry';
import { cancelRefills } from './spares';

/** So many processes may be above a child; more than that is a module that forks without end. */
const DEEPEST = 8;

installExitHooks();

export const parentHalf: ParentHalf = {
  adopt(instance: AnySubprocess, args: unknown[]) {
    const depth = childHalf()?.depth ?? 0;
    if (depth >= DEEPEST) {
      const subprocess = instance.constructor.name;
      throw new StateError(
        `${subprocess}: children of children are ${DEEPEST} deep here: something starts itself again without end; guard it with isChild`,
        { subprocess, pid: process.pid },
      );
    }
    return new Lifecycle(instance, args);
  },

  async shutdownAll(type, options) {
    cancelRefills(type);
    const own = living().filter(life => life.isOf(type));
    const exits = await Promise.all(own.map(life => life.shutdown(options)));
    return exits.filter(exit => exit !== undefined);
  },
};
