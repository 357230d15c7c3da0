/** Both sides: reads large views straight into their buffers, past the stream, which would copy them twice. */
import { readSync } from 'node:fs';
import type { FrameReader, OnBatch } from './frame-reader';

/** Bytes that are read before the event loop gets its turn. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;
/** Tries to read while the other side is probably writing, before the event loop waits for more. */
const QUICK_TRIES = 8;

/**
 * If a large view is missing, reads what is available of it and the views after it. Calls `onBatch` for each batch that
 * is complete. Call it only when `reader` has got all that the stream has read.
 */
export function readAhead(descriptor: () => number, reader: FrameReader, onBatch: OnBatch): void {
  // Most calls return here.
  if (!reader.target) return;
  const from = descriptor();
  if (from < 0) return;
  let total = 0;
  let tries = 0;
  for (let target = reader.target; target && total < READ_AHEAD_BYTES; target = reader.target) {
    const length = readNow(from, target);
    if (length === 0) {
      // Either nothing is available yet, or the stream has ended, which it reports itself.
      if (tries++ === QUICK_TRIES) return;
      continue;
    }
    tries = 0;
    total += length;
    reader.filled(length, onBatch);
  }
}

/** Reads without waiting. Returns 0 if nothing is available. */
function readNow(descriptor: number, target: Buffer): number {
  try {
    return readSync(descriptor, target);
  } catch {
    return 0;
  }
}
