/** What a FrameReader makes of bytes, as arrays. */
import type { FrameReader } from '../../src/protocol/frame-reader';

/** The batches that `chunk` completes. */
export function batchesOf(reader: FrameReader, chunk: Buffer): unknown[][] {
  const batches: unknown[][] = [];
  reader.read(chunk, batch => batches.push(batch));
  return batches;
}
