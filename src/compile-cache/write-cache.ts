/** Both sides: saves the library code that V8 compiled in this process, and bounds what such files take of the disk. */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Age in ms from which a cache file that V8 rejects is replaced, and from which a draft has lost its writer. */
const OLD_MS = 60_000;
/** How many cache files there may be, of 400 to 700 KB each. Each version of Node has three for each set of flags. */
const MOST_FILES = 12;
/** The names of cache files and of their drafts. Nothing else in the folder is removed. */
const OWN_NAME = /^[0-9a-f]{16}-.+-(once|loop|program)(\.\d+)?$/;
/** A draft is named after its cache file, and has a number that no other draft has. */
const DRAFT = /\.\d+$/;

/** @param cacheFile its name starts with the hash that tells the version of the library */
export function writeCache(createContent: () => Buffer, cacheFile: string): void {
  const folder = path.dirname(cacheFile);
  const draft = `${cacheFile}.${process.pid}${process.hrtime.bigint()}`;
  try {
    if (!isReplaceable(cacheFile) || !isOwn(path.dirname(folder))) return;
    // Whatever the umask, nobody else may write here: whoever can, runs code in this user's processes.
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    if (!isOwn(folder)) return;
    // This fails early if the folder is read-only. Creating the data is the expensive part.
    writeFileSync(draft, '', { flag: 'wx', mode: 0o644 });
    try {
      writeFileSync(draft, createContent());
      renameSync(draft, cacheFile);
    } finally {
      rmSync(draft, { force: true });
    }
    removeUnused(folder, path.basename(cacheFile));
  } catch {
    // The folder is read-only or the disk is full: the next process compiles again.
  }
}

/**
 * True if the cache file is old or missing. V8 may reject the file of another program, whose flags have other values. Both
 * would replace each other's file at every start.
 */
function isReplaceable(cacheFile: string): boolean {
  const { mtimeMs = 0 } = statSync(cacheFile, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs > OLD_MS;
}

/**
 * True if the folder belongs to the user of this process and is not read-only. Root could write to any folder, but its
 * owner could not remove what root had written.
 */
function isOwn(folder: string): boolean {
  const { uid, mode } = statSync(folder);
  const user = process.geteuid?.();
  return user === undefined || (uid === user && (mode & 0o200) !== 0);
}

/** Removes drafts whose writer was killed, files of other versions of the library, and those that were used least. */
function removeUnused(folder: string, written: string): void {
  const [libraryVersion] = written.split('-');
  const others: { file: string; usedAt: number }[] = [];
  for (const name of readdirSync(folder).filter(each => OWN_NAME.test(each))) {
    const file = path.join(folder, name);
    const { atimeMs, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
    // Another process has just removed it.
    if (mtimeMs === undefined || atimeMs === undefined) continue;
    if (DRAFT.test(name)) {
      if (Date.now() - mtimeMs > OLD_MS) rmSync(file, { force: true });
    } else if (!name.startsWith(`${libraryVersion}-`)) {
      rmSync(file, { force: true });
    } else if (name !== written) {
      others.push({ file, usedAt: Math.max(atimeMs, mtimeMs) });
    }
  }
  others.sort((a, b) => b.usedAt - a.usedAt);
  for (const { file } of others.slice(MOST_FILES - 1)) rmSync(file, { force: true });
}
