/** Parent: deals files into batches that take about the same time to hash. */
import type { FoundFile } from './find-files';

/** Opening a file takes about as long as hashing so many bytes. */
const COST_OF_OPENING = 256 * 1024;

/** What is to be done, or has been. */
export interface Amount {
  files: number;
  bytes: number;
}

/** The time that an amount takes, in no particular unit. */
export const effortOf = ({ files, bytes }: Amount): number => files * COST_OF_OPENING + bytes;

/**
 * At most `count` batches, none of them empty: the largest file first, each to the batch with the least to do. A batch
 * is in the order of its paths, since files of one folder lie close together on the disk.
 */
export function deal(files: readonly FoundFile[], count: number): FoundFile[][] {
  const hands = Array.from({ length: Math.min(count, files.length) }, () => ({ effort: 0, batch: [] as FoundFile[] }));
  for (const file of files.toSorted((a, b) => b.size - a.size)) {
    const least = hands.reduce((a, b) => (b.effort < a.effort ? b : a));
    least.effort += effortOf({ files: 1, bytes: file.size });
    least.batch.push(file);
  }
  return hands.map(({ batch }) => batch.sort((a, b) => (a.path < b.path ? -1 : 1)));
}
