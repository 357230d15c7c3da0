/** Both sides: the cache of loaded CommonJS modules. */
import { createRequire } from 'node:module';

/** Not `require.cache` of this module: a TypeScript loader may pass a `require` that has no cache. */
export const moduleCache = createRequire(__filename).cache;

/** The path by which `file` is in the cache: the letter of a Windows drive may be in either case. */
export function cachedPath(file: string): string | undefined {
  if (moduleCache[file]) return file;
  const changes = [(letter: string) => letter.toUpperCase(), (letter: string) => letter.toLowerCase()];
  return changes.map(change => withDrive(file, change)).find(path => moduleCache[path]);
}

/** Whether two paths or two `file:` URLs are the same, whatever the case of a Windows drive's letter. */
export function isSamePath(one: string, other: string): boolean {
  if (one === other) return true;
  const upper = (file: string) => withDrive(file, letter => letter.toUpperCase());
  // The pattern of a drive is compiled only for those that may be the same.
  return one.toUpperCase() === other.toUpperCase() && upper(one) === upper(other);
}

const withDrive = (file: string, change: (letter: string) => string) =>
  file.replace(/(?<=^|^file:\/\/\/)[A-Za-z](?=:[\\/])/, change);
