/** Parent side: looks from time to time how much memory children have, and tells of those that have too much. */
import { execFile } from 'node:child_process';
import { platform } from '../../platform/platform';
import { now } from '../../util/clock';
import { clearTimeout, setTimeout } from '../../util/timers';

/** ms between two looks. */
const PERIOD_MS = 250;
/** ms between two runs of the command that tells it if the system does not tell at once, and for one run. */
const COMMAND_PERIOD_MS = 1_000;
const COMMAND_LIMIT_MS = 5_000;

interface Watched {
  /** Bytes. */
  limit: number;
  onOver(bytes: number): void;
}

const watched = new Map<number, Watched>();
let timer: NodeJS.Timeout | undefined;
let isCommandRunning = false;
let commandAt = Number.NEGATIVE_INFINITY;

/**
 * Calls `onOver` once, with the bytes of its resident memory, when the process has more than `limit`. Returns a function
 * that ends the watch. Does not keep this process alive.
 */
export function watchMemory(pid: number, limit: number, onOver: (bytes: number) => void): () => void {
  const own = { limit, onOver };
  watched.set(pid, own);
  timer ??= setTimeout(look, PERIOD_MS).unref();
  return () => {
    // The number may belong to another process by now.
    if (watched.get(pid) === own) watched.delete(pid);
    if (watched.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };
}

function look(): void {
  const untold = [...watched.keys()].filter(pid => {
    const bytes = platform.resident.read(pid);
    if (bytes !== undefined) judge(pid, bytes);
    return bytes === undefined;
  });
  if (untold.length > 0) runCommand(untold);
  timer = watched.size > 0 ? setTimeout(look, PERIOD_MS).unref() : undefined;
}

function judge(pid: number, bytes: number): void {
  const own = watched.get(pid);
  if (!own || bytes <= own.limit) return;
  watched.delete(pid);
  own.onOver(bytes);
}

function runCommand(pids: number[]): void {
  if (isCommandRunning || now() - commandAt < COMMAND_PERIOD_MS) return;
  isCommandRunning = true;
  commandAt = now();
  const [file, ...args] = platform.resident.command(pids);
  const options = { encoding: 'latin1', timeout: COMMAND_LIMIT_MS, windowsHide: true, maxBuffer: 2 ** 24 } as const;
  const asked = new Set(pids);
  // It fails if there is none of the processes, or no such command: then nothing is known.
  const command = execFile(file, args, options, (_error, rows) => {
    isCommandRunning = false;
    for (const row of rows.split('\n')) {
      const told = platform.resident.parse(row);
      if (told && asked.has(told.pid)) judge(told.pid, told.bytes);
    }
  });
  command.unref();
  for (const pipe of [command.stdout, command.stderr]) (pipe as unknown as { unref(): void } | null)?.unref();
}
