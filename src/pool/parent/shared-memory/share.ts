/** Parent side: hands the value of the option `share` to each worker of a pool, once. */
import { statfsSync } from 'node:fs';
import { StateError } from '../../../index';
import { platform } from '../../../platform/platform';
import { describeObstacle, findObstacle } from '../../../protocol/crossing';
import type { ErrorDetails } from '../../../protocol/error-details';
import { attempt, safeText } from '../../../util/safely';
import { copyValue } from '../../wire/copy-value';
import { encodeShare, readShare, type ShareToken } from '../../wire/share-file';
import { SharedFile } from '../../wire/shared-file';

/** The part of the free memory of a folder that the value may take. */
const MOST_OF_FREE = 3 / 4;

export class Share {
  #file: SharedFile | undefined;
  /** A copy of the value, if there is no file. */
  #copy: unknown;
  readonly token: ShareToken;

  /** @throws StateError if the value cannot cross */
  constructor(value: unknown, subprocess: string) {
    const fail = (why: string, cause?: unknown) =>
      new StateError(`new WorkerPool(${subprocess}): ${why}`, { subprocess, ...(cause !== undefined && { cause }) });
    const details: ErrorDetails[] = [];
    const obstacle = findObstacle(value, 'share', 'message', details);
    if (obstacle) throw fail(describeObstacle(obstacle, 'share plain data'));
    let parts: Buffer[];
    try {
      parts = encodeShare(value, details);
    } catch (cause) {
      throw fail(`share is too deep or too large to be sent (${safeText(cause)})`, cause);
    }
    const head = (parts[0] as Buffer).length;
    this.#file = fileWith(parts);
    if (!this.#file) this.#copy = copyValue(value);
    this.token = this.#file ? { file: this.#file.address, head } : { head };
  }

  /** The value, for a worker that cannot read the file. */
  read(): unknown {
    return this.#file ? readShare(this.#file, this.token.head) : this.#copy;
  }

  /** Gives the memory back when no worker reads it any more. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#copy = undefined;
  }
}

/** A file in memory that holds these parts. Undefined if no folder has room for them. */
function fileWith(parts: readonly Buffer[]): SharedFile | undefined {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  for (const folder of platform.memory.folders()) {
    const stats = attempt(() => statfsSync(folder));
    if (!stats || platform.memory.freeBytes(stats) * MOST_OF_FREE < size) continue;
    const file = SharedFile.create(folder);
    if (file && writeAll(file, parts)) return file;
    file?.close();
  }
  return undefined;
}

/** Writes the parts one after the other. False if the file system is full. */
function writeAll(file: SharedFile, parts: readonly Buffer[]): boolean {
  let offset = 0;
  for (const part of parts) {
    if (!file.write(part, offset)) return false;
    offset += part.length;
  }
  return true;
}
