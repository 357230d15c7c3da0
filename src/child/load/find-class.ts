/** Child side: finds the class to run among those of its module, if the parent knows no export key for it. */
import { sourceDigest } from '../../classes/class-text';
import { evaluatedClasses } from '../../classes/evaluated-classes';
import { writtenAt } from '../../classes/written-at';
import type { ClassTarget } from '../../protocol/to-child';
import { Subprocess } from '../../subprocess';
import { isTaskClass, type TaskClass } from './task-class';

/** The classes among the exports of a module: the export itself, its properties, and those of its default export. */
export function exportedClasses(exported: unknown): TaskClass[] {
  const properties = propertyValues(exported);
  const defaultProperties = propertyValues((exported as { default?: unknown } | null)?.default);
  return [exported, ...properties, ...defaultProperties].filter(isTaskClass);
}

/** All subclasses of Subprocess in this process, exported or not. */
export function evaluatedTaskClasses(): TaskClass[] {
  try {
    return evaluatedClasses(Subprocess.prototype) as TaskClass[];
  } catch {
    // This process has no inspector. The exported, captured and constructed classes have to do.
    return [];
  }
}

/**
 * The class that `target` means: the only one with its name and text, or else one with its name and place. Undefined if
 * several classes have its name and text.
 */
export function chooseClass(classes: readonly TaskClass[], target: ClassTarget): TaskClass | undefined {
  const matches = classesWithSameText(classes, target);
  if (matches.length > 0) return matches.length === 1 ? matches[0] : undefined;
  // Other compiler settings may change the text, but not the place.
  return classes.find(type => type.name === target.name && isAt(type, target));
}

/** The classes with the name and the text of `target`. There are several if a function has made them. */
export function classesWithSameText(classes: readonly TaskClass[], target: ClassTarget): TaskClass[] {
  return [...new Set(classes)].filter(type => type.name === target.name && sourceDigest(type) === target.text);
}

function isAt(type: TaskClass, target: ClassTarget): boolean {
  if (target.line === undefined) return false;
  const written = writtenAt(type);
  return written?.line === target.line && written.column === target.column;
}

/** The values of the properties that can be read. A getter may throw. */
function propertyValues(object: unknown): unknown[] {
  if (object === null || (typeof object !== 'object' && typeof object !== 'function')) return [];
  return Object.keys(object).map(key => {
    try {
      return (object as Record<string, unknown>)[key];
    } catch {
      return undefined;
    }
  });
}
