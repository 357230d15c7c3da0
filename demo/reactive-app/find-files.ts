/** Parent: lists the files below a folder; symbolic links are counted and not followed. */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf, type Unreadable } from './unreadable';

export interface FoundFile {
  /** Below the folder, with forward slashes. */
  path: string;
  /** Bytes. */
  size: number;
}

/** What has been found so far. */
export interface Listing {
  readonly files: readonly FoundFile[];
  /** Of all files together. */
  readonly bytes: number;
  readonly links: number;
  readonly unreadable: readonly Unreadable[];
  /** Whether that is all. */
  readonly complete: boolean;
}

/** Folders that are looked into at a time. */
const BREADTH = 32;

/** Yields after every few folders that it has looked into, `root` first. Never throws. */
export async function* findFiles(root: string): AsyncGenerator<Listing> {
  const files: FoundFile[] = [];
  const unreadable: Unreadable[] = [];
  const waiting = [''];
  let bytes = 0;
  let links = 0;

  while (waiting.length > 0) {
    const next = waiting.splice(-BREADTH);
    for (const found of await Promise.all(next.map(folder => lookInto(root, folder)))) {
      append(files, found.files);
      append(unreadable, found.unreadable);
      append(waiting, found.folders);
      for (const { size } of found.files) bytes += size;
      links += found.links;
    }
    yield { files, bytes, links, unreadable, complete: waiting.length === 0 };
  }
}

interface Found {
  files: FoundFile[];
  folders: string[];
  links: number;
  unreadable: Unreadable[];
}

async function lookInto(root: string, folder: string): Promise<Found> {
  const found: Found = { files: [], folders: [], links: 0, unreadable: [] };
  const below = (name: string) => path.posix.join(folder, name);

  async function add(entry: Dirent): Promise<void> {
    if (entry.isDirectory()) found.folders.push(below(entry.name));
    else if (entry.isSymbolicLink()) found.links += 1;
    else if (entry.isFile()) {
      const { size } = await lstat(path.join(root, below(entry.name)));
      found.files.push({ path: below(entry.name), size });
    }
  }

  const refuse = (name: string) => (error: unknown) => found.unreadable.push({ path: name, reason: reasonOf(error) });
  try {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true });
    await Promise.all(entries.map(entry => add(entry).catch(refuse(below(entry.name)))));
  } catch (error) {
    refuse(folder || '.')(error);
  }
  return found;
}

/** `push(...more)` overflows the stack where a folder holds very many. */
function append<T>(list: T[], more: readonly T[]): void {
  for (const item of more) list.push(item);
}
