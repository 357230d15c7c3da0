/** Child side: what a class that can be run looks like. */
import type { AnySubprocess } from '../../model/types';

export type TaskClass = new () => AnySubprocess;

/** Not by instanceof: the module may use another copy of this package. */
export function isTaskClass(value: unknown): value is TaskClass {
  return typeof value === 'function' && typeof value.prototype === 'object' && 'event$' in (value.prototype ?? {});
}

/** The class among the exports of a module whose key the parent saw; '' if it is the whole export. */
export function classAt(exported: unknown, key: string): TaskClass | undefined {
  const named = key === '' ? exported : (exported as Record<string, unknown> | null)?.[key];
  return isTaskClass(named) ? named : undefined;
}
