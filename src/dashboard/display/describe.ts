/** Both sides: what is told of one line of the tree, in words and rates. Pure. */
import type { ProcessKind } from '../../model/process-node';
import type { PastSample } from '../wire/frames';
import { count, percent, plural } from './format';
import { hasFailed, hasNoProcess, type Item, nameOf } from './items';
import { endedInWords, isAlive } from './look';

/** Turns are counted four times a second, so the numbers of a single second jump. */
export const SMOOTHED = 5;
export const mean = (samples: readonly PastSample[], index: 3 | 4) =>
  samples.reduce((sum, sample) => sum + sample[index], 0) / Math.max(1, samples.length);

const KINDS: Record<ProcessKind, string> = {
  subprocess: 'runs once',
  loop: 'loop',
  'from-subprocess': 'fromSubprocess',
  supervisor: 'supervisor',
  pool: 'pool',
};

/** What is told below the name. */
export function aboutOf(item: Item): string {
  const { current, runs, isGathered } = item;
  const { node } = current;
  if (isGathered) return runs.length === 1 ? KINDS[node.kind] : `${count(runs.length)} have ended`;
  const isWorker = node.key !== undefined && !item.isSupervised;
  const first = isWorker
    ? `worker ${node.key}`
    : node.name === nameOf(item) || hasNoProcess(current)
      ? KINDS[node.kind]
      : node.name;
  return node.pid !== null && isAlive(current) ? `${first} · pid ${node.pid}` : first;
}

/** How often it was restarted, how many have failed, and why the last one ended. */
export function noteOf({ current, lastEnded, runs, isGathered }: Item): string {
  const { restarts = 0, stats } = current.node;
  if (stats && isAlive(current)) return `${percent(stats.utilization)} busy, ${plural(stats.workers, 'worker')}`;
  const notes: string[] = [];
  if (restarts > 0) notes.push(plural(restarts, 'restart'));
  const failed = runs.filter(hasFailed).length;
  if (isGathered && runs.length > 1 && failed > 0) notes.push(`${count(failed)} failed`);
  if (lastEnded) {
    const words = endedInWords(lastEnded.node.exit);
    notes.push(runs.length === 1 ? words : `last: ${words}`);
  }
  return notes.join(' · ');
}
