/** Child: hashes one file after another, and says for which host. */
import { SubprocessWorker } from 'offspring-rx/pool';
import { hashFile } from '../pool/hash-file';
import type { HashedFile } from '../reactive-app/hash-files';

export interface HashedAtHost extends HashedFile {
  host: string;
}

export class HashAtHost extends SubprocessWorker<[folder: string, host: string], string, HashedAtHost> {
  folder = '';
  host = '';

  override init(folder: string, host: string) {
    this.folder = folder;
    this.host = host;
  }

  override work(file: string) {
    return { ...hashFile(this.folder, file), host: this.host };
  }
}
