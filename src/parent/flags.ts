/** Parent side: reads the flags of a class. Refuses a class that cannot work. */
import { StateError } from '../model/errors';
import type { Kind } from '../model/kind';
import type { AnySubprocess, Subprocess } from '../subprocess';
import { SubprocessLoop } from '../subprocess-loop';
import { BOOLEAN, type Checks, DURATION, isCount, isNumber, OBJECT, OptionChecker } from '../util/check-options';

export type Flags = Omit<typeof Subprocess, 'prototype' | 'shutdownAll' | 'instances$'> &
  Pick<typeof SubprocessLoop, 'DEFAULT_SLEEP'>;

const FLAG_CHECKS: Checks<Flags> = {
  WAIT_FOR_CHILD: BOOLEAN,
  TERMINATE_ON_SHUTDOWN: BOOLEAN,
  EXPLICIT_START: BOOLEAN,
  SHUTDOWN_GRACE: DURATION,
  OWN_GROUP: BOOLEAN,
  TITLE: BOOLEAN,
  NICE: [
    'a whole number from -20 to 19, or undefined',
    value => value === undefined || (Number.isInteger(value) && isNumber(-20, 19)(value)),
  ],
  MEMORY_LIMIT: ['a number of bytes above 0, or Infinity', value => isNumber(0)(value) && value !== 0],
  READY_TIMEOUT: DURATION,
  DEFAULT_SLEEP: [
    'a number of ms, 0 or more',
    value => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  ],
  SPARES: ['a whole number, 0 or more', value => value !== Number.POSITIVE_INFINITY && isCount(0)(value)],
  STDIO: ["'inherit', 'pipe', 'ignore' or { prefix: true }", value => isPlace(value) || isPrefix(value)],
  MODULE: ['a path or a file: URL', value => value === undefined || isPath(value) || isFileUrl(value)],
};

const isPlace = (value: unknown) => ['inherit', 'pipe', 'ignore'].includes(value as string);
const isPrefix = (value: unknown) =>
  OBJECT[1](value) &&
  Object.keys(value as object).join() === 'prefix' &&
  (value as { prefix: unknown }).prefix === true;
const isPath = (value: unknown) => typeof value === 'string' && value !== '';
const isFileUrl = (value: unknown) => value instanceof URL && value.protocol === 'file:';

/** What the parent half needs to know about a class. */
export interface ClassInfo {
  /** The name of the class, or 'an anonymous class'. */
  name: string;
  kind: Kind;
  flags: Flags;
}

/** Reads the flags of an instance's class. @throws StateError if the class or one of its flags is wrong */
export function checkClass(instance: AnySubprocess): ClassInfo {
  const type = instance.constructor as unknown as Flags & { name: string };
  const kind = kindOf(instance);
  mustHaveWork(instance, kind);
  const checker = new OptionChecker(`${nameOf(type)}.`, { subprocess: type.name });
  const flags: Record<string, unknown> = {};
  for (const name of Object.keys(FLAG_CHECKS) as (keyof Flags)[]) {
    if (name === 'DEFAULT_SLEEP' && kind === 'once') continue;
    checker.must(name, type[name], FLAG_CHECKS[name]);
    // A copy: flags that are changed later do not affect this instance.
    flags[name] = type[name];
  }
  return { name: nameOf(type), kind, flags: flags as unknown as Flags };
}

const nameOf = (type: { name: string }) => type.name || 'an anonymous class';

/** Checks members, not `instanceof`: the SubprocessLoop may be that of another copy of the package. */
function kindOf(instance: AnySubprocess): Kind {
  const { begin } = instance as { begin?: unknown };
  return typeof begin === 'function' && 'iteration$' in instance ? 'loop' : 'once';
}

/** @throws StateError if the class does not have the method for its kind of work */
function mustHaveWork(instance: AnySubprocess, kind: Kind): void {
  const type = instance.constructor;
  const hooks = instance as { run?: unknown; loop?: unknown };
  const work = kind === 'loop' ? 'loop' : 'run';
  if (typeof hooks[work] !== 'function') {
    throw new StateError(
      `${nameOf(type)} has no ${work}() method: extend ${kind === 'loop' ? 'SubprocessLoop' : 'Subprocess'}, and write the work as a method ${work}(), not as a field`,
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
