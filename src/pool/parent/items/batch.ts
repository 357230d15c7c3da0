/** Parent side: takes from the queue the items that are sent together. Pure. */
import { PlainData } from '../../../protocol/plain-data';
import { approximateSize } from '../../wire/approximate-size';
import type { Job } from './job';
import type { PriorityFifo } from './priority-fifo';

/** The most bytes of a batch, or of its outputs, roughly. A single item may be larger. */
export const MAX_BATCH_BYTES = 4 * 2 ** 20;
/**
 * The most bytes of plain data in it. With more of it, the other workers wait longer for their first batch, and the bytes
 * leave the processor's cache before they are read.
 */
const MAX_PLAIN_BYTES = 512 * 1024;

/** Takes the next items, at most `limit`, those of the highest priority first. Drops those that have settled. */
export function takeBatch(queue: PriorityFifo<Job>, limit: number): Job[] {
  const batch: Job[] = [];
  let size = 0;
  let plainSize = 0;
  let currentLimit = limit;
  while (batch.length < currentLimit) {
    const next = queue.first;
    if (!next) break;
    if (!next.settled) {
      currentLimit = Math.min(currentLimit, next.batchLimit);
      const { payload } = next;
      const isPlain = payload instanceof PlainData;
      next.size = isPlain ? payload.size : approximateSize(next.item);
      if (isPlain) plainSize += next.size;
      else size += next.size;
      const isFull = batch.length >= currentLimit || size > MAX_BATCH_BYTES || plainSize > MAX_PLAIN_BYTES;
      if (isFull && batch.length > 0) break;
      batch.push(next);
    }
    queue.shift();
  }
  return batch;
}
