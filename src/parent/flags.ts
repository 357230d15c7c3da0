/** Parent side: the flags of a class; a class that could not work is refused here, before anything is made of it. */
import { StateError } from '../model/errors';
import type { Kind } from '../model/kind';
import type { AnySubprocess } from '../model/types';
import type { Subprocess } from '../subprocess';
import { SubprocessLoop } from '../subprocess-loop';
import { BOOLEAN, type Checks, DURATION, isCount, OptionChecker, oneOf } from '../util/check-options';

export type Flags = Omit<typeof Subprocess, 'prototype' | 'shutdownAll'> & Pick<typeof SubprocessLoop, 'DEFAULT_SLEEP'>;

const CHECKS: Checks<Flags> = {
  WAIT_FOR_CHILD: BOOLEAN,
  TERMINATE_ON_SHUTDOWN: BOOLEAN,
  EXPLICIT_START: BOOLEAN,
  SHUTDOWN_GRACE: DURATION,
  READY_TIMEOUT: DURATION,
  DEFAULT_SLEEP: [
    'a number of ms, 0 or more',
    value => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  ],
  SPARES: ['a whole number, 0 or more', value => value !== Number.POSITIVE_INFINITY && isCount(0)(value)],
  STDIO: oneOf(['inherit', 'pipe', 'ignore']),
  MODULE: ['a path or a file: URL', value => value === undefined || isPath(value) || isFileUrl(value)],
};

const isPath = (value: unknown) => typeof value === 'string' && value !== '';
const isFileUrl = (value: unknown) => value instanceof URL && value.protocol === 'file:';

/** What the parent's half needs to know of a class. */
export interface ClassInfo {
  /** As messages show it. */
  name: string;
  kind: Kind;
  flags: Flags;
}

/** @throws StateError if the class of `instance` or a flag of it is wrong */
export function checkClass(instance: AnySubprocess): ClassInfo {
  const type = instance.constructor as unknown as Flags & { name: string };
  const kind = kindOf(instance);
  refuseWithoutWork(instance, kind);
  const checker = new OptionChecker(`${nameOf(type)}.`, { subprocess: type.name });
  const flags: Record<string, unknown> = {};
  for (const name of Object.keys(CHECKS) as (keyof Flags)[]) {
    if (name === 'DEFAULT_SLEEP' && kind === 'once') continue;
    checker.must(name, type[name], CHECKS[name]);
    // Copied, so that later changes of the class do not count.
    flags[name] = type[name];
  }
  return { name: nameOf(type), kind, flags: flags as unknown as Flags };
}

const nameOf = (type: { name: string }) => type.name || 'an anonymous class';

/** Every SubprocessLoop inherits `begin` and `iteration$`, also one of another copy of the package. */
function kindOf(instance: AnySubprocess): Kind {
  const { begin } = instance as { begin?: unknown };
  return typeof begin === 'function' && 'iteration$' in instance ? 'loop' : 'once';
}

function refuseWithoutWork(instance: AnySubprocess, kind: Kind): void {
  const type = instance.constructor;
  const hooks = instance as { run?: unknown; loop?: unknown };
  const work = kind === 'loop' ? 'loop' : 'run';
  if (typeof hooks[work] !== 'function') {
    throw new StateError(
      `${nameOf(type)} has no ${work}() method: extend ${kind === 'loop' ? 'SubprocessLoop' : 'Subprocess'}, and write the work as ${work}(), a method and no field`,
      { subprocess: type.name },
    );
  }
  if (kind === 'loop' && hooks.run !== SubprocessLoop.prototype.run) {
    throw new StateError(
      `${nameOf(type)}.run() would never be called: a loop's work is loop(); for work that runs once extend Subprocess`,
      { subprocess: type.name },
    );
  }
}
