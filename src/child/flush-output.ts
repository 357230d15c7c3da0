/** Child side: waits until stdout and stderr are flushed. */
import { fstatSync } from 'node:fs';
import { hasLoaderFlag } from './load/loader-flags';

type Name = 'stdout' | 'stderr';
const STREAMS = [
  ['stdout', 1],
  ['stderr', 2],
] as const;

/** The streams that may be open. */
const open = new Set<Name>();
/** What notices that a stream is opened. */
const getters = new Map<Name, () => unknown>();

/** Notices who opens stdout or stderr from now on. Opening a pipe only to find nothing in it would take 4 ms. */
export function noticeOutput(): void {
  // A module that has run before this one may have opened the streams.
  const hasPreloads = hasLoaderFlag();
  for (const [name] of STREAMS) {
    const property = Object.getOwnPropertyDescriptor(process, name);
    const get = property?.get;
    if (hasPreloads || !get) {
      open.add(name);
      continue;
    }
    const noticing = () => {
      open.add(name);
      return get.call(process);
    };
    getters.set(name, noticing);
    Object.defineProperty(process, name, { ...property, get: noticing });
  }
}

/** Resolves when everything that was written to stdout and stderr has left the process. */
export async function flushOutput(): Promise<void> {
  await Promise.all(STREAMS.map(([name, descriptor]) => mayBeOpen(name) && flush(name, descriptor)));
}

/** Somebody may have put a stream of their own there. */
const mayBeOpen = (name: Name) =>
  open.has(name) || Object.getOwnPropertyDescriptor(process, name)?.get !== getters.get(name);

async function flush(name: Name, descriptor: number): Promise<void> {
  // Only pipes are asynchronous, and not on Windows, where isFIFO() is always false.
  // https://nodejs.org/api/process.html#a-note-on-process-io
  if (!isPipe(descriptor)) return;
  const stream = process[name];
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
