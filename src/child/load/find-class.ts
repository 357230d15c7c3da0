/** Child side: which of the classes that the module made is the one to run, where the parent knows no export by its key. */
import { sourceDigest } from '../../classes/class-text';
import { evaluatedClasses } from '../../classes/evaluated-classes';
import { writtenAt } from '../../classes/written-at';
import type { ClassTarget } from '../../protocol/to-child';
import { Subprocess } from '../../subprocess';
import { isTaskClass, type TaskClass } from './task-class';

/** The classes among the exports of a module: the export itself, what it holds, and what its default export holds. */
export function exportedClasses(exported: unknown): TaskClass[] {
  const inside = valuesOf(exported);
  const byDefault = valuesOf((exported as { default?: unknown } | null)?.default);
  return [exported, ...inside, ...byDefault].filter(isTaskClass);
}

/** The classes that the module has evaluated, exported or not. */
export function evaluated(): TaskClass[] {
  try {
    return evaluatedClasses(Subprocess.prototype) as TaskClass[];
  } catch {
    // No inspector in this process: what was exported or constructed is all there is.
    return [];
  }
}

/** The one of `classes` that `target` means: of the same name and text, or of the same name and place. */
export function choose(classes: readonly TaskClass[], target: ClassTarget): TaskClass | undefined {
  const same = alike(classes, target);
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  // Another compiler's settings may change the text, but not the place.
  return classes.find(type => type.name === target.name && isAt(type, target));
}

/** Those of `classes` with the name and the text of `target`: more than one, where a function has made several. */
export function alike(classes: readonly TaskClass[], target: ClassTarget): TaskClass[] {
  return [...new Set(classes)].filter(type => type.name === target.name && sourceDigest(type) === target.text);
}

function isAt(type: TaskClass, target: ClassTarget): boolean {
  if (target.line === undefined) return false;
  const written = writtenAt(type);
  return written?.line === target.line && written.column === target.column;
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
