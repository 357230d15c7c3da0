/** Child side: finds the class to run among those of its module, if the parent knows no export key for it. */
import { pathToFileURL } from 'node:url';
import { sourceDigest } from '../../../classes/class-text';
import { evaluatedClasses } from '../../../classes/evaluated-classes';
import { writtenAt } from '../../../classes/written-at';
import type { ClassTarget } from '../../../protocol/to-child';
import { Subprocess } from '../../../subprocess';
import { attempt } from '../../../util/safely';
import { classAt, isTaskClass, type TaskClass } from '../task-class';

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
 * The class that `target` means: the one of its name. Compilers, formatters and edits change the text of a class and its
 * place. So these only choose between several of one name. Undefined if there is none, or if that does not tell.
 */
export function chooseClass(classes: readonly TaskClass[], target: ClassTarget): TaskClass | undefined {
  const named = namesakes(classes, target);
  if (named.length < 2) return named[0];
  const [match, ...others] = named.filter(type => hasSameText(type, target));
  if (match) return others.length === 0 ? match : undefined;
  return named.find(type => isAt(type, target));
}

/** The classes with the name of `target`, each once. */
export function namesakes(classes: readonly TaskClass[], target: ClassTarget): TaskClass[] {
  return [...new Set(classes)].filter(({ name }) => name === target.name);
}

/** The classes with the name and the text of `target`. There are several if a function has made them. */
export function classesWithSameText(classes: readonly TaskClass[], target: ClassTarget): TaskClass[] {
  return namesakes(classes, target).filter(type => hasSameText(type, target));
}

const hasSameText = (type: TaskClass, target: ClassTarget) => sourceDigest(type) === target.text;

/**
 * The exported class that a compiler has given another name than `target` has: one with that name as its key, the
 * default export if both have none, or one with an underscore before its name.
 */
export function chooseRenamed(exported: unknown, target: ClassTarget): TaskClass | undefined {
  const inner = (exported as { default?: unknown } | null)?.default;
  const keyed = classAt(exported, target.name) ?? classAt(inner, target.name);
  if (keyed) return keyed;
  const byDefault = classAt(exported, 'default') ?? classAt(inner, 'default') ?? classAt(exported, '');
  if (byDefault && isUnnamed(target.name) && isUnnamed(byDefault.name)) return byDefault;
  const plain = plainName(target.name);
  const likely = [...new Set(exportedClasses(exported))].filter(({ name }) => plainName(name) === plain);
  return likely.length === 1 ? likely[0] : undefined;
}

/** What Node, TypeScript and esbuild call a class that is exported by default and has no name. */
const isUnnamed = (name: string) => /^$|^default(_\d+)?$|_default$/.test(name);
/** Compilers call a class _Task inside if its text names it. */
const plainName = (name: string) => name.replace(/^_+/, '');

/** The classes of `classes` that were written in a module. */
export function writtenIn(classes: readonly TaskClass[], module: string): TaskClass[] {
  const url = module.startsWith('file:') ? module : pathToFileURL(module).href;
  return classes.filter(type => {
    const written = attempt(() => writtenAt(type)?.url) ?? '';
    return written === url || written === module || attempt(() => pathToFileURL(written).href === url);
  });
}

function isAt(type: TaskClass, target: ClassTarget): boolean {
  if (target.line === undefined) return false;
  const written = attempt(() => writtenAt(type));
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
