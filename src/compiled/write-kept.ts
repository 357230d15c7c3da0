/** Both sides: saves the library code that V8 compiled in this process, and bounds what such files take of the disk. */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Age in ms from which a cache file that V8 rejects is replaced, and from which a draft has lost its writer. */
const OLD_MS = 60_000;
/** How many cache files there may be. Each version of Node has three, of 200 to 500 KB each. */
const MOST_FILES = 12;
/** A draft is named after its cache file and its writer. */
const DRAFT = /\.\d+$/;

/**
 * @param createParts make the cached data of each bundle
 * @param cacheFile its name starts with the hash that tells the version of the library
 */
export function writeKept(createParts: (() => Buffer)[], cacheFile: string): void {
  const folder = path.dirname(cacheFile);
  const draft = `${cacheFile}.${process.pid}`;
  try {
    if (!isWritable(cacheFile)) return;
    mkdirSync(folder, { recursive: true });
    if (!isOwn(folder)) return;
    // This fails early if the folder is read-only. Creating the data is the expensive part.
    writeFileSync(draft, '');
    try {
      const parts = createParts.flatMap(create => twice(create()));
      writeFileSync(draft, Buffer.concat(parts), { flush: true });
      renameSync(draft, cacheFile);
    } finally {
      rmSync(draft, { force: true });
    }
    removeUnused(folder, path.basename(cacheFile));
  } catch {
    // The folder is read-only or the disk is full: the next process compiles again.
  }
}

/** Whether the file may be written, as far as that can be told without writing. */
export function isWritable(cacheFile: string): boolean {
  try {
    return isReplaceable(cacheFile) && isOwn(path.join(cacheFile, '..', '..'));
  } catch {
    return false;
  }
}

/** The part after its length in 4 bytes. It comes twice, so that a later process can tell whether it is damaged. */
function twice(part: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(part.length);
  return [length, part, part];
}

/**
 * True if the cache file is old or missing. V8 may reject data that was made with other flags although the file is of the
 * same name: `v8.setFlagsFromString()` changes them. Such processes would replace each other's file at every start.
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
  const kept: { file: string; usedAt: number }[] = [];
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const { atimeMs, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
    // Another child has just removed it.
    if (mtimeMs === undefined || atimeMs === undefined) continue;
    if (DRAFT.test(name)) {
      if (Date.now() - mtimeMs > OLD_MS) rmSync(file, { force: true });
    } else if (!name.startsWith(`${libraryVersion}-`)) {
      rmSync(file, { force: true });
    } else if (name !== written) {
      kept.push({ file, usedAt: Math.max(atimeMs, mtimeMs) });
    }
  }
  kept.sort((a, b) => b.usedAt - a.usedAt);
  for (const { file } of kept.slice(MOST_FILES - 1)) rmSync(file, { force: true });
}
