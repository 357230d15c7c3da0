/** Child side: waits until stdout and stderr are flushed. */
import { fstatSync } from 'node:fs';

/** Resolves when everything that was written to stdout and stderr has left the process. */
export async function flushOutput(): Promise<void> {
  await Promise.all([flush(1), flush(2)]);
}

async function flush(descriptor: 1 | 2): Promise<void> {
  // Only pipes are asynchronous, and not on Windows, where isFIFO() is always false. Reading process.stdout would open the stream for nothing.
  // https://nodejs.org/api/process.html#a-note-on-process-io
  if (!isPipe(descriptor)) return;
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  if (stream.destroyed || stream.writableEnded || stream.writableLength === 0) return;
  // If the reader has gone, the write fails. That is no failure of the task.
  stream.once('error', () => {});
  await new Promise<void>(resolve => stream.write('', () => resolve()));
}

function isPipe(descriptor: number): boolean {
  try {
    // bigint for the reason given in platform/posix.ts.
    const stats = fstatSync(descriptor, { bigint: true });
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}
