/** Parent side: the functions that side.ts calls in a parent. Loaded on first use. */
import { StateError } from '../model/errors';
import { retireOwnersOf } from '../owners';
import { childSide, type ParentSide, type TreeSide } from '../side';
import { type AnySubprocess, Subprocess } from '../subprocess';
import { acrossCopies } from '../util/across-copies';
import { type BaseClass, extendsClass } from '../util/base-class';
import { checkShutdownOptions } from '../util/check-shutdown-options';
import { shutdownInSequence } from './end/end-sequence';
import { installExitHooks } from './end/exit-hooks';
import { endGuardian } from './end/guardian';
import { registered } from './end/registry';
import { ParentInstance } from './parent-instance';
import { cancelBlankRefill, keepBlanks } from './start/blank-spares';
import { cancelRefills } from './start/spares';

/** Levels of children that are allowed. A module that starts itself again and again exceeds any limit. */
const MAX_DEPTH = 8;

installExitHooks();

type ShutdownAll = ParentSide['shutdownAll'];

/** For `Subprocess.shutdownAll()`, which ends the children of every copy of the package in this process. */
const copies = acrossCopies('shutdown-all', () => new Set<ShutdownAll>());

/** Shuts down the instances that this copy has started. */
const shutdownOwn: ShutdownAll = async (type, options) => {
  cancelRefills(type);
  // Subprocess itself, of this or of another copy of the package.
  if (extendsClass(Subprocess.prototype, type as BaseClass)) cancelBlankRefill();
  // A supervisor that has other tasks too goes on. Its policy decides whether it restarts those that end here.
  retireOwnersOf(type);
  const entries = registered().filter(entry => entry.isOf(type));
  const exits = await shutdownInSequence(entries, entry => entry.shutdown(options));
  // A spare has no exit status.
  return exits.filter(exit => exit !== undefined);
};
copies.add(shutdownOwn);

let tree: TreeSide | undefined;

export const parentHalf: ParentSide = {
  adopt(instance: object, args: unknown[]) {
    const depth = childSide()?.depth ?? 0;
    if (depth >= MAX_DEPTH) {
      const subprocess = instance.constructor.name;
      throw new StateError(
        `${subprocess}: children of children are ${MAX_DEPTH} deep here: a module starts itself again without end; guard the start with isChild`,
        { subprocess, pid: process.pid },
      );
    }
    // Only the constructor of Subprocess calls this; side lies below that class, and cannot name it.
    return new ParentInstance(instance as AnySubprocess, args);
  },

  async shutdownAll(type, options) {
    checkShutdownOptions(options, (type as { name: string }).name);
    const exits = await Promise.all([...copies].map(shutdown => shutdown(type, options)));
    return exits.flat();
  },

  keepSpares: keepBlanks,

  finish() {
    tree?.tellLast();
    return endGuardian();
  },

  // Loaded on first use: most processes are not watched.
  instances$: type =>
    (require('../observe/parent/instances') as typeof import('../observe/parent/instances')).instances(type),

  get tree() {
    tree ??= (require('../observe/parent/tree-side') as typeof import('../observe/parent/tree-side')).tree;
    return tree;
  },
};
