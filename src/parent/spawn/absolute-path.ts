/** Parent side: makes the path or the module in a Node flag absolute, for a child with another working directory. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { scriptUrls } from '../../classes/script-urls';
import { startDirectory } from '../../side';
import { moduleCache } from '../../util/module-cache';
import { attempt } from '../../util/safely';
import { importTarget } from './import-target';

/**
 * The directories that relative paths are looked up in. The program may have changed its working directory before this
 * library was loaded.
 */
const DIRECTORIES = [startDirectory, process.env['PWD'], path.dirname(process.argv[1] ?? '')].filter(
  directory => directory !== undefined && path.isAbsolute(directory),
) as string[];

/**
 * `value` as an absolute path, or as a URL if Node expects one. Unchanged if nothing is found. `isElsewhere`: the child
 * runs in another directory than this process was started in.
 */
export function absolutePath(flag: string, value: string, isElsewhere: boolean): string {
  if (path.isAbsolute(value) || /^(file|data|node|https?):/.test(value)) return value;
  if (/^(-r|--require)$/.test(flag)) return required(value) ?? fromLoaded(value, requiredFrom) ?? value;
  // Not looked for elsewhere: it need not exist, and the child must not have access to another one.
  if (/^--allow-fs-/.test(flag)) return value === '*' || !startDirectory ? value : path.resolve(startDirectory, value);
  if (/^--(import|loader|experimental-loader)$/.test(flag)) return imported(value, isElsewhere) ?? value;
  const file = firstOf(directory => existing(path.join(directory, value)));
  return file ?? (startDirectory === undefined ? value : path.resolve(startDirectory, value));
}

const requiredFrom = (value: string, directory: string) => createRequire(path.join(directory, 'x.js')).resolve(value);
const required = (value: string) => firstOf(directory => requiredFrom(value, directory));

function imported(value: string, isElsewhere: boolean): string | undefined {
  if (/^\.\.?[\\/]/.test(value)) {
    return firstOf(directory => existingUrl(new URL(value, `${pathToFileURL(directory)}/`))) ?? loadedUrl(value);
  }
  // Node resolves a package from the working directory, with import conditions that are not available here. So the name
  // is kept if the child finds the package by it.
  const isFound = !isElsewhere && startDirectory !== undefined && hasPackage(value, startDirectory);
  if (isFound) return undefined;
  const file =
    firstOf(directory => importTarget(value, directory)) ?? required(value) ?? fromLoaded(value, importTarget);
  return file && pathToFileURL(file).href;
}

const existing = (file: string) => (existsSync(file) ? file : undefined);
const existingUrl = (url: URL) => (existsSync(fileURLToPath(url)) ? url.href : undefined);

function hasPackage(value: string, directory: string): boolean {
  try {
    requiredFrom(value, directory);
    return true;
  } catch (error) {
    // The package may have nothing for `require`.
    return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
  }
}

/** The first result that is not undefined. A lookup that throws counts as undefined. */
function firstOf(lookUp: (directory: string) => string | undefined): string | undefined {
  for (const directory of DIRECTORIES) {
    const found = attempt(() => lookUp(directory));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Another file of the same package may have been loaded before the one that is meant, which is looked up from there. */
function fromLoaded(value: string, lookUp: (value: string, directory: string) => string | undefined) {
  const loaded = loadedFile(value);
  return loaded && (attempt(() => lookUp(value, path.dirname(loaded))) ?? loaded);
}

/** What `loadedFile` has found for each value. The search takes long. */
const loadedFiles = new Map<string, string | undefined>();

/**
 * The file that Node has loaded for `value`, if it is found from none of the directories. Node loads the files of such
 * flags before all others.
 */
function loadedFile(value: string): string | undefined {
  if (!loadedFiles.has(value)) loadedFiles.set(value, findLoaded(value));
  return loadedFiles.get(value);
}

function loadedUrl(value: string): string | undefined {
  const [pathname = '', ...search] = value.split(/(?=[?#])/);
  const file = loadedFile(attempt(() => decodeURIComponent(pathname)) ?? pathname);
  return file === undefined ? undefined : pathToFileURL(file).href + search.join('');
}

function findLoaded(value: string): string | undefined {
  const isPackage = !/^\.\.?([\\/]|$)/.test(value);
  const tail = path.normalize(value).replace(/^(\.\.?[\\/])+/, '');
  const [packageName = ''] = /^(@[^\\/]+[\\/])?[^\\/]+/.exec(tail) ?? [];
  const isInPackage = (file: string) => file.includes(path.join('/node_modules', packageName, '/'));
  const isFile = (file: string) => {
    const { dir, name } = path.parse(file);
    return [file, path.join(dir, name), dir].some(each => each.endsWith(path.sep + tail));
  };
  const matches = isPackage ? isInPackage : isFile;
  return Object.keys(moduleCache).find(matches) ?? attempt(importedFiles)?.find(matches);
}

/** The ES modules of this process, oldest first. */
const importedFiles = () =>
  scriptUrls()
    .filter(url => url.startsWith('file:'))
    .map(url => fileURLToPath(url.replace(/[?#].*$/, '')));
