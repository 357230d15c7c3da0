/** Parent side: finds the module that defines a class. */
import { realpathSync, statSync } from 'node:fs';
import Module, { createRequire, SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sourceDigest } from '../../classes/class-text';
import { type WrittenAt, writtenAt } from '../../classes/written-at';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { ClassTarget } from '../../protocol/to-child';
import type { AnySubprocess } from '../../subprocess';
import { cachedPath, moduleCache } from '../../util/module-cache';
import { attempt } from '../../util/safely';

/** Where a class is defined. */
export interface Location {
  /** Absolute path if the child requires the module, URL if the child imports it. */
  module: string;
  load: 'require' | 'import';
  /** The file that `require('offspring-rx')` gives the module. Undefined if it does not find the package. */
  packageFile: string | undefined;
  target: ClassTarget;
  /** For messages: `tasks.ts:12`. */
  place: string;
}

/** The class of an instance. */
export type Class = AnySubprocess['constructor'] & { MODULE?: string | URL | undefined };

const locations = new WeakMap<Class, Location>();

/** @throws Error that says why the module was not found, and what to do */
export function locateClass(type: Class): Location {
  const known = locations.get(type);
  if (known) return known;
  // Only a MODULE of its own: a subclass may be in another module.
  const module = Object.hasOwn(type, 'MODULE') ? type.MODULE : undefined;
  const location = module ? locateByFlag(type, module) : findLocation(type);
  locations.set(type, location);
  if (isLogging) debugLog(type.name, describeLocation(location, module !== undefined));
  return location;
}

function describeLocation({ module, load, target, place }: Location, isByFlag: boolean): string {
  const { exportKey } = target;
  const export_ = exportKey === '' ? 'as module.exports' : `as the export ${exportKey}`;
  const how = isByFlag ? 'by its flag MODULE' : exportKey === undefined ? `by the inspector, at ${place}` : export_;
  return `found ${how} of ${module}, which its child loads by ${load}`;
}

function locateByFlag(type: Class, module: string | URL): Location {
  const file = String(module).startsWith('file:') ? fileURLToPath(module) : path.resolve(String(module));
  return locationOf(type, file, pathToFileURL(file).href, {});
}

function findLocation(type: Class): Location {
  const exported = findExport(type);
  if (exported) {
    return locationOf(type, exported.file, pathToFileURL(exported.file).href, { exportKey: exported.key });
  }
  if (type.name === '') throw new Error('it has no name: give the class a name of its own, and export it');
  const written = placeOf(type);
  if (!/^(file:|\/|[A-Za-z]:[\\/]|\\\\)/.test(written.url)) {
    throw new Error(
      `it was written in a script without a file (${written.url.slice(0, 100) || 'eval'}): put the class into a file of its own`,
    );
  }
  mustBeAlone(type, written);
  const isUrl = written.url.startsWith('file:');
  const file = isUrl ? fileURLToPath(written.url) : written.url;
  const { line, column } = written;
  return locationOf(type, file, isUrl ? written.url : pathToFileURL(file).href, { line, column }, lineOf(written));
}

/** The classes that were located, by their place and name. */
const located = new Map<string, WeakRef<Class>>();

/**
 * @throws Error if another class has the same name and place. A function or a loop can make several such classes, and a
 * child could not tell them apart.
 */
function mustBeAlone(type: Class, { script, url, line, column }: WrittenAt): void {
  const key = `${script}:${line}:${column}:${type.name}`;
  const other = located.get(key)?.deref();
  if (other && other !== type) {
    throw new Error(
      `${path.basename(url)}:${line + 1} has made several classes ${type.name}, and the child could not tell which is meant: write each as a class of its own, as in class A extends make() {}, or hand what differs to init()`,
    );
  }
  located.set(key, new WeakRef(type));
}

/** Asks V8 for the place of a class in the source. */
function placeOf(type: Class): WrittenAt {
  let cause: unknown;
  try {
    const written = writtenAt(type);
    if (written) return { ...written, url: fileBehind(written.url) };
  } catch (error) {
    cause = error;
  }
  if (process.versions['bun'] !== undefined) {
    throw new Error(
      'Bun does not tell where a class was written: export the class, and set `static MODULE = import.meta.url`',
      { cause },
    );
  }
  const module = 'set `static MODULE = __filename` (or import.meta.url)';
  const why = isInspectorBarred()
    ? `the permission model keeps Node from telling where a class was written: ${module}${canAllowInspector() ? ', or add --allow-inspector' : ''}`
    : `this Node does not tell where a class was written: ${module}`;
  throw new Error(why, { cause });
}

/** Node 22 knows no name for this permission, and bars the inspector always. */
const isInspectorBarred = () =>
  (process as { permission?: { has(scope: string): boolean } }).permission?.has('inspector') === false;
const canAllowInspector = () => process.allowedNodeEnvironmentFlags.has('--allow-inspector');

/** tsx makes an ES module of a CommonJS one: a data: URL that names the file. Returns any other URL as it is. */
function fileBehind(url: string): string {
  const [, file] = /^data:.*[?&]filePath=([^&]+)$/s.exec(url) ?? [];
  return file ? pathToFileURL(decodeURIComponent(file)).href : url;
}

function locationOf(
  type: Class,
  file: string,
  url: string,
  target: Pick<ClassTarget, 'exportKey' | 'line' | 'column'>,
  line?: number,
): Location {
  const cached = cachedPath(file);
  return {
    module: cached ?? url,
    load: cached === undefined ? 'import' : 'require',
    packageFile: attempt(() => (cached === undefined ? importedPackage(file) : requiredPackage(cached))),
    target: { name: type.name, text: sourceDigest(type), ...target },
    place: line === undefined ? path.basename(file) : `${path.basename(file)}:${line}`,
  };
}

/** Node's own resolution would compile what reads `exports` a second time, which takes 1 ms and 0.5 MB. */
function requiredPackage(file: string): string | undefined {
  const entry = require.resolve('../../entry');
  const loaded = moduleCache[entry];
  return loaded && moduleCache[file]?.children.includes(loaded) ? entry : undefined;
}

/** Undefined on a Node whose children cannot use it: see child/load/with-package. */
const importedPackage = (file: string) =>
  'registerHooks' in Module ? createRequire(file).resolve('offspring-rx') : undefined;

/**
 * The CommonJS module that exports the class first. Other modules may re-export it, so this is the one that has not
 * loaded another module which exports the class too.
 */
function findExport(type: Class): { file: string; key: string } | undefined {
  const exporters = new Map<NodeJS.Module, string>();
  for (const module of Object.values(moduleCache)) {
    const key = module && keyOf(module.exports, type);
    if (module && key !== undefined) exporters.set(module, key);
  }
  for (const [module, key] of exporters) {
    if (!module.children.some(child => exporters.has(child))) return { file: module.filename, key };
  }
  return undefined;
}

/** The name of the export that is the class; '' if `module.exports` itself is. Calls no getters. */
function keyOf(exported: unknown, type: Class): string | undefined {
  if (exported === type) return '';
  if (exported === null || (typeof exported !== 'object' && typeof exported !== 'function')) return undefined;
  try {
    return Object.keys(exported).find(key => Object.getOwnPropertyDescriptor(exported, key)?.value === type);
  } catch {
    return undefined;
  }
}

/** The line in the original source, from 1. */
function lineOf({ line, column, sourceMap }: WrittenAt): number {
  const [, encoded] = /^data:application\/json[^,]*;base64,(.*)$/s.exec(sourceMap) ?? [];
  if (!encoded) return line + 1;
  try {
    const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()));
    const entry = map.findEntry(line, column);
    return 'originalLine' in entry ? entry.originalLine + 1 : line + 1;
  } catch {
    return line + 1;
  }
}

/** The last answer of `mainScript`, and `process.argv[1]` then. */
let known: { argument: string | undefined; script: string | null } | undefined;

/**
 * The script that this process was started with; null if there is none. A launcher that loads another script (pm2)
 * names that script in argv, while `require.main` is the launcher.
 */
export function mainScript(): string | null {
  const argument = process.argv[1];
  if (!known || known.argument !== argument) known = { argument, script: findMainScript(argument) };
  return known.script;
}

function findMainScript(argument: string | undefined): string | null {
  const named = argument && attempt(() => realpathSync(argument));
  const isFile = named && statSync(named, { throwIfNoEntry: false })?.isFile();
  return isFile ? named : (require.main?.filename ?? null);
}
