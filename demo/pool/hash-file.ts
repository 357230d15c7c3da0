/** Both sides: hashes a file: in this process by the function, in a worker by the class. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { SubprocessWorker } from 'offspring-rx/pool';
import type { HashedFile } from '../reactive-app/hash-files';

const chunk = Buffer.allocUnsafeSlow(512 * 1024);

/** Blocks until it is done. Throws if the file cannot be read. */
export function hashFile(folder: string, file: string): HashedFile {
  const descriptor = openSync(path.join(folder, file), 'r');
  try {
    const hash = createHash('sha256');
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      hash.update(chunk.subarray(0, length));
    }
    return { path: file, sha256: hash.digest('hex') };
  } finally {
    closeSync(descriptor);
  }
}

/** The same, for one path after another. */
export class HashFile extends SubprocessWorker<[folder: string], string, HashedFile> {
  folder = '';

  override init(folder: string) {
    this.folder = folder;
  }

  override work(file: string) {
    return hashFile(this.folder, file);
  }
}
