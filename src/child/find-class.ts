/** Child side: which of the classes that the module made is the one to run. */
import { textOf } from '../classes/class-text';
import { writtenAt } from '../classes/written-at';
import type { ClassTarget } from '../protocol/to-child';
import type { AnySubprocess } from '../types';

export type TaskClass = new () => AnySubprocess;

/** The classes among the exports of a module: the export itself, what it holds, and what its default export holds. */
export function exportedClasses(exported: unknown): TaskClass[] {
  const inside = valuesOf(exported);
  const byDefault = valuesOf((exported as { default?: unknown } | null)?.default);
  return [exported, ...inside, ...byDefault].filter(isTaskClass);
}

/** The class that the parent could name by its key in the exports. */
export function classAt(exported: unknown, key: string): TaskClass | undefined {
  const named = key === '' ? exported : (exported as Record<string, unknown> | null)?.[key];
  return isTaskClass(named) ? named : undefined;
}

/** The one of `classes` that `target` means: of the same name and text, or of the same name and place. */
export function choose(classes: readonly TaskClass[], target: ClassTarget): TaskClass | undefined {
  const named = [...new Set(classes)].filter(type => type.name === target.name);
  const same = named.filter(type => textOf(type) === target.text);
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  // Another compiler's settings may change the text, but not the place.
  return named.find(type => isAt(type, target));
}

function isAt(type: TaskClass, target: ClassTarget): boolean {
  if (target.line === undefined) return false;
  const written = writtenAt(type);
  return written?.line === target.line && written.column === target.column;
}

function isTaskClass(value: unknown): value is TaskClass {
  // Not instanceof: the module may use another copy of this package.
  return typeof value === 'function' && typeof value.prototype === 'object' && 'event$' in (value.prototype ?? {});
}

function valuesOf(exported: unknown): unknown[] {
  if (exported === null || (typeof exported !== 'object' && typeof exported !== 'function')) return [];
  return Object.keys(exported).map(key => {
    try {
      return (exported as Record<string, unknown>)[key];
    } catch {
      return undefined;
    }
  });
}
