/** Child side: what is written last gets out. */
import { fstatSync } from 'node:fs';

/** Resolves when what was written to stdout and stderr has left the process; pipes are asynchronous. */
export async function flushOutput(): Promise<void> {
  await Promise.all([flush(1), flush(2)]);
}

async function flush(descriptor: 1 | 2): Promise<void> {
  // Anything else is written synchronously, and need not be opened for this. https://nodejs.org/api/process.html#a-note-on-process-io
  if (!isPipe(descriptor)) return;
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  if (stream.destroyed || stream.writableEnded || stream.writableLength === 0) return;
  // Where nobody is left to read it there is nothing to wait for, and it is no failure of the work.
  stream.once('error', () => {});
  await new Promise<void>(resolve => stream.write('', () => resolve()));
}

function isPipe(descriptor: number): boolean {
  try {
    // As bigint for the reason given in channel.ts.
    const stats = fstatSync(descriptor, { bigint: true });
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}
