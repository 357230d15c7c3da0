/** Worker: hashes a file as if it were large, since those of a folder of packages are small. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SubprocessWorker } from 'offspring-rx/pool';

/** Bytes that are hashed for each file. */
const BYTES = 8_000_000;

export class HashDeep extends SubprocessWorker<[folder: string], string, string> {
  folder = '';

  override init(folder: string) {
    this.folder = folder;
  }

  override async work(file: string) {
    const content = await readFile(path.join(this.folder, file));
    const large = Buffer.alloc(BYTES, content.length === 0 ? 0 : content);
    return createHash('sha256').update(large).digest('hex');
  }
}
