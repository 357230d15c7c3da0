/** Parent side: refuses a class that could not work, before anything is made of it. */
import { StateError } from '../errors';
import { safeText } from '../safely';
import type { Subprocess } from '../subprocess';
import { SubprocessLoop } from '../subprocess-loop';
import type { AnySubprocess } from '../types';

export type Flags = Omit<typeof Subprocess, 'prototype' | 'shutdownAll'> & Pick<typeof SubprocessLoop, 'DEFAULT_SLEEP'>;

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isDuration = (value: unknown) => typeof value === 'number' && value >= 0;

const isFileUrl = (value: unknown) => value instanceof URL && value.protocol === 'file:';

const FLAGS: Record<string, [expected: string, check: (value: unknown) => boolean]> = {
  WAIT_FOR_CHILD: ['true or false', isBoolean],
  TERMINATE_ON_SHUTDOWN: ['true or false', isBoolean],
  EXPLICIT_START: ['true or false', isBoolean],
  SHUTDOWN_GRACE: ['a number of ms, 0 or more, or Infinity', isDuration],
  READY_TIMEOUT: ['a number of ms, 0 or more, or Infinity', isDuration],
  DEFAULT_SLEEP: ['a number of ms, 0 or more', value => isDuration(value) && value !== Infinity],
  SPARES: ['a whole number, 0 or more', value => Number.isSafeInteger(value) && (value as number) >= 0],
  STDIO: ["'inherit', 'pipe' or 'ignore'", value => value === 'inherit' || value === 'pipe' || value === 'ignore'],
  MODULE: [
    'a path or a file: URL',
    value => value === undefined || (typeof value === 'string' && value !== '') || isFileUrl(value),
  ],
};

/** Whether the class is a loop, and its flags. @throws StateError if the class or a flag of it is wrong */
export function checkClass(instance: AnySubprocess): { kind: 'once' | 'loop'; flags: Flags } {
  const type = instance.constructor as unknown as Flags & { name: string };
  const name = type.name || 'an anonymous class';
  const fail = (message: string) => new StateError(message, { subprocess: type.name });
  const hooks = instance as { run?: unknown; loop?: unknown; begin?: unknown; end?: unknown };
  // `begin` is what every SubprocessLoop inherits, also of another copy of the package.
  const kind = typeof hooks.begin === 'function' && 'iteration$' in instance ? 'loop' : 'once';
  const work = kind === 'loop' ? 'loop' : 'run';
  if (typeof hooks[work] !== 'function') {
    throw fail(
      `${name} has no ${work}() method: extend ${kind === 'loop' ? 'SubprocessLoop' : 'Subprocess'}, and write the work as ${work}(), a method and no field`,
    );
  }
  if (kind === 'loop' && hooks.run !== SubprocessLoop.prototype.run) {
    throw fail(
      `${name}.run() would never be called: a loop's work is loop(); for work that runs once extend Subprocess`,
    );
  }
  const flags: Record<string, unknown> = {};
  for (const [flag, [expected, check]] of Object.entries(FLAGS)) {
    const value = (type as unknown as Record<string, unknown>)[flag];
    if (flag === 'DEFAULT_SLEEP' && kind === 'once') continue;
    if (!check(value)) throw fail(`${name}.${flag} is ${show(value)}: it must be ${expected}`);
    flags[flag] = value;
  }
  // Copied, so that what was checked is what counts.
  return { kind, flags: flags as unknown as Flags };
}

const show = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : safeText(value));
