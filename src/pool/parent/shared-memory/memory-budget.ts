/** Parent side: decides where a pool may have files in memory, and how much of it. */
import { type StatsFs, statfsSync } from 'node:fs';
import { platform } from '../../../platform/platform';
import { attempt } from '../../../util/safely';

const MB = 2 ** 20;
/** The most bytes for items, and for the outputs of one batch. A worker has two batches at most. */
const MAX_ITEM_BYTES = 64 * MB;
const MAX_REGION_BYTES = 8 * MB;
/**
 * The part of the free memory of a folder that one pool may use. In a container of Docker, the folder has 64 MB for all
 * programs: https://docs.docker.com/reference/cli/docker/container/run/
 */
const SHARE = 1 / 8;
/** Less than this is not worth a file. */
const MIN_BYTES = MB;

export interface MemoryBudget {
  folder: string;
  /** For all items. */
  itemBytes: number;
  /** For the outputs of one batch of one worker. */
  regionBytes: number;
}

/** The budget of a pool of so many workers. Undefined if large values have to be sent as messages. */
export function memoryBudget(
  workers: number,
  statfs: (folder: string) => StatsFs = statfsSync,
): MemoryBudget | undefined {
  const wanted = MAX_ITEM_BYTES + 2 * MAX_REGION_BYTES * workers;
  let best: { folder: string; bytes: number } | undefined;
  for (const folder of platform.memory.folders()) {
    const bytes = Math.min(wanted, freeBytes(folder, statfs) * SHARE);
    if (bytes > (best?.bytes ?? 0)) best = { folder, bytes };
  }
  if (!best || best.bytes < MIN_BYTES) return undefined;
  const { folder, bytes } = best;
  if (bytes === wanted) return { folder, itemBytes: MAX_ITEM_BYTES, regionBytes: MAX_REGION_BYTES };
  // Items and outputs have a half each.
  return {
    folder,
    itemBytes: Math.min(MAX_ITEM_BYTES, bytes / 2),
    regionBytes: Math.min(MAX_REGION_BYTES, Math.floor(bytes / 4 / workers)),
  };
}

/** How many bytes such files may have in a folder. 0 if it cannot be asked. */
function freeBytes(folder: string, statfs: (folder: string) => StatsFs): number {
  const stats = attempt(() => statfs(folder));
  return stats ? platform.memory.freeBytes(stats) : 0;
}
