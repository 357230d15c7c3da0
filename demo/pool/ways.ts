/** Parent: two ways to hash many files: all in this process, or through a pool. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WorkerPool } from 'offspring-rx/pool';
import type { FoundFile } from '../reactive-app/find-files';
import type { HashedFile } from '../reactive-app/hash-files';
import { HashFile, hashFile } from './hash-file';

/** One file: hashed, or not readable. */
export type Hashed = { file: FoundFile; hashed: HashedFile } | { file: FoundFile; error: unknown };

export async function* onOneCore(folder: string, files: readonly FoundFile[]): AsyncGenerator<Hashed> {
  for (const file of files) {
    try {
      yield { file, hashed: hashFile(folder, file.path) };
    } catch (error) {
      yield { file, error };
    }
    // Signals and the progress bar get their turn.
    await nextTurn();
  }
}

export async function* throughPool(
  folder: string,
  files: readonly FoundFile[],
  workers: number,
): AsyncGenerator<Hashed> {
  await using pool = new WorkerPool(HashFile, { workers, args: [folder] });
  const paths = files.map(file => file.path);
  let index = 0;
  // In the order of the files; with `settle`, one that cannot be read is a value like the others.
  for await (const outcome of pool.map(paths, { settle: true })) {
    const file = files[index++] as FoundFile;
    yield outcome.status === 'fulfilled' ? { file, hashed: outcome.value } : { file, error: outcome.reason };
  }
}
