/** Parent side: the half of the library that runs children; loaded on first use. */
import { StateError } from '../errors';
import { childHalf, type ParentHalf } from '../side';
import type { AnySubprocess } from '../types';
import { installExitHooks } from './exit-hooks';
import { Lifecycle } from './lifecycle';
import { living } from './registry';

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

  shutdownAll(type, options) {
    const own = living().filter(({ instance }) => instance instanceof (type as never));
    return Promise.all(own.map(life => life.shutdown(options)));
  },
};
