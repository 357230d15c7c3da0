/** Parent side: which of the waiting items travel together. Pure. */
import type { Fifo } from '../../../util/fifo';
import { approximateSize } from '../../wire/approximate-size';
import type { Job } from './job';

/** Bytes, roughly, that a batch does not exceed unless one item does. */
const MUCH = 4 * 2 ** 20;

/** Takes the next items, `most` at the most. */
export function batchOf(line: Fifo<Job>, most: number): Job[] {
  const jobs: Job[] = [];
  let bulk = 0;
  let limit = most;
  while (jobs.length < limit) {
    const next = line.first;
    if (!next) break;
    if (!next.settled) {
      limit = Math.min(limit, next.batchLimit);
      bulk += approximateSize(next.item);
      if (jobs.length > 0 && (jobs.length >= limit || bulk > MUCH)) break;
      jobs.push(next);
    }
    line.shift();
  }
  return jobs;
}
