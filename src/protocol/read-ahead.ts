/** Both sides: reads the memory of large views straight to where it belongs, past the stream, which would copy it twice. */
import { readSync } from 'node:fs';
import type { FrameReader, Take } from './frame-reader';

/** Bytes that are read without a pause. */
const MOST = 16 * 1024 * 1024;
/** Tries, since the other side mostly writes just now, before the event loop waits for it. */
const QUICK_TRIES = 8;

/** Gives `take` the batches that are completed by what can be read now. Called when all that the stream has read was given to `reader`. */
export function readAhead(descriptor: () => number, reader: FrameReader, take: Take): void {
  // Mostly no large view is under way.
  if (!reader.room) return;
  const from = descriptor();
  if (from < 0) return;
  let total = 0;
  let tries = 0;
  for (let room = reader.room; room && total < MOST; room = reader.room) {
    const length = readNow(from, room);
    if (length === 0) {
      // Nothing is there yet, or it is the end, which the stream will tell.
      if (tries++ === QUICK_TRIES) return;
      continue;
    }
    tries = 0;
    total += length;
    reader.filled(length, take);
  }
}

function readNow(descriptor: number, room: Buffer): number {
  try {
    return readSync(descriptor, room);
  } catch {
    return 0;
  }
}
