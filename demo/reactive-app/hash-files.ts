/** Child: hashes a batch of files, one after the other. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { Subprocess } from 'offspring-rx';
import type { FoundFile } from './find-files';
import { reasonOf } from './unreadable';

/** Bytes read at once. */
const CHUNK = 512 * 1024;

export type HashProgress =
  | { type: 'read'; path: string; bytes: number }
  | { type: 'hashed' }
  | { type: 'unreadable'; path: string; reason: string };

export interface HashedFile {
  path: string;
  /** In hexadecimal. */
  sha256: string;
}

/** Yields its progress, which becomes `message$`, and returns the hashes, which become `result$`. */
export class HashFiles extends Subprocess<[folder: string, files: FoundFile[]]> {
  folder = '';
  paths: string[] = [];

  override init(folder: string, files: FoundFile[]) {
    this.folder = folder;
    this.paths = files.map(file => file.path);
  }

  override async *run(): AsyncGenerator<HashProgress, HashedFile[]> {
    const hashed: HashedFile[] = [];
    for (const file of this.paths) {
      try {
        hashed.push({ path: file, sha256: yield* this.hash(file) });
        yield { type: 'hashed' };
      } catch (error) {
        yield { type: 'unreadable', path: file, reason: reasonOf(error) };
      }
    }
    return hashed;
  }

  private async *hash(file: string): AsyncGenerator<HashProgress, string> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path.join(this.folder, file), { highWaterMark: CHUNK })) {
      hash.update(chunk);
      yield { type: 'read', path: file, bytes: chunk.length };
    }
    return hash.digest('hex');
  }
}
