/** Child side: recognizes a class that can be run. */
import type { AnySubprocess } from '../../subprocess';

export type TaskClass = new () => AnySubprocess;

/** Checks for a member instead of using instanceof, because the module may use another copy of this package. */
export function isTaskClass(value: unknown): value is TaskClass {
  return typeof value === 'function' && typeof value.prototype === 'object' && 'event$' in (value.prototype ?? {});
}

/** The exported class with this key; the key '' means the whole export. */
export function classAt(exported: unknown, key: string): TaskClass | undefined {
  const value = key === '' ? exported : (exported as Record<string, unknown> | null)?.[key];
  return isTaskClass(value) ? value : undefined;
}
