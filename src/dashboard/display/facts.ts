/** Both sides: what is known of one process, supervisor or pool, as names and values. Pure. */
import type { ProcessNode } from '../../model/process-node';
import { clockTime, count, duration, percent, shortTime } from './format';
import { lookOf, restartInWords, wordOf } from './look';

export function factsOf(node: ProcessNode, now: number): [name: string, value: string][] {
  const isOver = node.state === 'exited';
  const facts: [string, string][] = [
    ['State', wordOf(lookOf(node))],
    ['Process id', node.pid === null ? '–' : String(node.pid)],
    ['Started', clockTime(node.startedAt)],
    [isOver ? 'Lasted' : 'Uptime', duration((isOver ? (node.endedAt ?? node.since) : now) - node.startedAt)],
  ];
  if (node.restartAt !== undefined)
    facts.push(['Next start', restartInWords(node, now) || 'once its siblings have ended']);
  if (node.restarts !== undefined) facts.push(['Restarts', count(node.restarts)]);
  if (node.kind === 'loop') facts.push(['Turns', count(node.iterations)]);
  if (!node.stats && node.kind !== 'supervisor') facts.push(['Messages', count(node.messages)]);
  if (node.stats) {
    const { queued, running, done, failed, canceled, workers, utilization, waitTime, runTime } = node.stats;
    facts.push(['Workers', count(workers)], ['Busy', percent(utilization)], ['Queued', count(queued)]);
    facts.push(['At work', count(running)], ['Done', count(done)], ['Failed', count(failed)]);
    facts.push(['Canceled', count(canceled)]);
    for (const [name, { p50, p90, p99 }] of [
      ['Wait', waitTime],
      ['Run', runTime],
    ] as const) {
      facts.push([`${name} p50`, shortTime(p50)], [`${name} p90`, shortTime(p90)], [`${name} p99`, shortTime(p99)]);
    }
  }
  return facts;
}
