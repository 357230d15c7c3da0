/** Parent side: which module defines a class, and how the child is to load it. */
import { realpathSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sourceDigest } from '../../classes/class-text';
import { type WrittenAt, writtenAt } from '../../classes/written-at';
import type { AnySubprocess } from '../../model/types';
import type { ClassTarget } from '../../protocol/to-child';
import { moduleCache } from '../../util/module-cache';

export interface Location {
  /** Absolute path, or URL where the child has to import it. */
  module: string;
  load: 'require' | 'import';
  target: ClassTarget;
  /** For messages: `tasks.ts:12`. */
  shown: string;
}

type Class = AnySubprocess['constructor'] & { MODULE?: string | URL | undefined };

const known = new WeakMap<Class, Location>();

/** @throws Error that says why the module was not found, and what to do */
export function locateClass(type: Class): Location {
  const found =
    known.get(type) ?? (Object.hasOwn(type, 'MODULE') && type.MODULE ? byFlag(type, type.MODULE) : find(type));
  known.set(type, found);
  return found;
}

function byFlag(type: Class, module: string | URL): Location {
  const file = String(module).startsWith('file:') ? fileURLToPath(module) : path.resolve(String(module));
  return located(type, file, pathToFileURL(file).href, {});
}

function find(type: Class): Location {
  const exported = findExport(type);
  if (exported) {
    return located(type, exported.file, pathToFileURL(exported.file).href, { exportKey: exported.key });
  }
  if (type.name === '') throw new Error('it has no name: give the class a name of its own, and export it');
  const asked = ask(type);
  // tsx gives an ES module that is made of a CommonJS one as data, and tells the file behind it.
  const [, behind] = /^data:.*[?&]filePath=([^&]+)$/s.exec(asked.url) ?? [];
  const written = behind ? { ...asked, url: pathToFileURL(decodeURIComponent(behind)).href } : asked;
  if (!/^(file:|\/|[A-Za-z]:[\\/])/.test(written.url)) {
    throw new Error(
      `it was written in a script without a file (${written.url.slice(0, 100) || 'eval'}): put the class into a file of its own`,
    );
  }
  refuseTwins(type, written);
  const isUrl = written.url.startsWith('file:');
  const file = isUrl ? fileURLToPath(written.url) : written.url;
  const { line, column } = written;
  return located(type, file, isUrl ? written.url : pathToFileURL(file).href, { line, column }, lineOf(written));
}

/** The class that was located at each place, by its name. */
const atPlace = new Map<string, WeakRef<Class>>();

/** @throws Error where a function or a loop has made several classes of one name at one place in the source: a child could not tell which is meant */
function refuseTwins(type: Class, { script, url, line, column }: WrittenAt): void {
  const place = `${script}:${line}:${column}:${type.name}`;
  const other = atPlace.get(place)?.deref();
  if (other && other !== type) {
    throw new Error(
      `${path.basename(url)}:${line + 1} has made several classes ${type.name}, and the child could not tell which is meant: write each as a class of its own, as in class A extends make() {}, or hand what differs to init()`,
    );
  }
  atPlace.set(place, new WeakRef(type));
}

function ask(type: Class): WrittenAt {
  let cause: unknown;
  try {
    const written = writtenAt(type);
    if (written) return written;
  } catch (error) {
    cause = error;
  }
  throw new Error(
    'this Node does not tell where a class was written: set `static MODULE = __filename` (or import.meta.url)',
    {
      cause,
    },
  );
}

function located(type: Class, file: string, url: string, how: Partial<ClassTarget>, line?: number): Location {
  const load = moduleCache[file] ? 'require' : 'import';
  return {
    module: load === 'require' ? file : url,
    load,
    target: { name: type.name, text: sourceDigest(type), ...how },
    shown: line === undefined ? path.basename(file) : `${path.basename(file)}:${line}`,
  };
}

/** The CommonJS module whose export the class is: the one that none of its children hold too, since they are where it came from. */
function findExport(type: Class): { file: string; key: string } | undefined {
  const holders = new Map<NodeJS.Module, string>();
  for (const module of Object.values(moduleCache)) {
    const key = module && keyOf(module.exports, type);
    if (module && key !== undefined) holders.set(module, key);
  }
  for (const [module, key] of holders) {
    if (!module.children.some(child => holders.has(child))) return { file: module.filename, key };
  }
  return undefined;
}

/** Own data properties only: a getter may run code. */
function keyOf(exported: unknown, type: Class): string | undefined {
  if (exported === type) return '';
  if (exported === null || (typeof exported !== 'object' && typeof exported !== 'function')) return undefined;
  try {
    return Object.keys(exported).find(key => Object.getOwnPropertyDescriptor(exported, key)?.value === type);
  } catch {
    return undefined;
  }
}

/** The line in the source as it was written, from 1. */
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

/** The script that this process was started with, where it has one. */
export function mainScript(): string | null {
  if (require.main?.filename) return require.main.filename;
  try {
    return process.argv[1] ? realpathSync(process.argv[1]) : null;
  } catch {
    return null;
  }
}
