/** Parent: one digest over many hashed files. Pure. */
import { createHash } from 'node:crypto';
import type { HashedFile } from './hash-files';

/** The SHA-256, in hexadecimal, of what `sha256sum` would print for the files, in the order of their paths' bytes. */
export function digestOf(hashed: readonly HashedFile[]): string {
  const keyed = hashed.map(file => ({ key: Buffer.from(file.path), line: lineOf(file) }));
  const hash = createHash('sha256');
  for (const { line } of keyed.sort((a, b) => Buffer.compare(a.key, b.key))) hash.update(line);
  return hash.digest('hex');
}

/** A name that would break the line is escaped, and the line says so. https://www.gnu.org/software/coreutils/md5sum */
function lineOf({ path, sha256 }: HashedFile): string {
  const name = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${name === path ? '' : '\\'}${sha256}  ${name}\n`;
}
