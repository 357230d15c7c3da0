/** Both sides: folds the deltas of a dashboard into rows with their history. Pure: rows that did not change stay the same. */
import type { ProcessNode } from '../../model/process-node';
import type { Changed, Delta, NodeId, PastSample, Row, Snapshot, Span, Tick } from './frames';

/** In the order of the server, where each node comes after its parent. */
export type Rows = ReadonlyMap<NodeId, Row>;

export const NO_ROWS: Rows = new Map();

/** How much of the past is kept. */
export const HISTORY = {
  /** States of one node. */
  spans: 120,
  /** Milliseconds in which iterations are kept one by one. */
  ticks: 65_000,
  /** Samples of one node: one a second. */
  samples: 120,
} as const;

export const rowsOf = ({ rows }: Snapshot): Rows => new Map(rows.map(row => [row.node.id, row]));

/** The rows as a frame. */
export const snapshotOf = (rows: Rows, at: number): Snapshot => ({ at, rows: [...rows.values()] });

export function fold(rows: Rows, { at, added = [], changed = [], removed = [], samples = [] }: Delta): Rows {
  const next = new Map(rows);
  for (const node of added) next.set(node.id, rowOf(node));
  for (const [id, changes, lost = []] of changed) {
    const row = next.get(id);
    if (row) next.set(id, withChanges(row, changes, lost, at));
  }
  for (const [id, ...sample] of samples) {
    const row = next.get(id);
    if (row) next.set(id, { ...row, samples: latest<PastSample>(row.samples, [at, ...sample], HISTORY.samples) });
  }
  for (const id of removed) next.delete(id);
  return next;
}

/** What a node did before it was first seen is not known, except when it started. */
function rowOf(node: ProcessNode): Row {
  const { state, since, startedAt } = node;
  const first: Span[] = startedAt < since && state !== 'starting' ? [['starting', startedAt]] : [];
  return { node, spans: [...first, [state, since]], ticks: [], samples: [] };
}

function withChanges(row: Row, changes: Changed[1], lost: readonly string[], at: number): Row {
  const { node } = row;
  const now: ProcessNode = { ...node, ...changes };
  for (const name of lost) delete (now as unknown as Record<string, unknown>)[name];
  const isNewSpan = now.state !== node.state || now.since !== node.since;
  const iterations = now.iterations - node.iterations;
  return {
    ...row,
    node: now,
    spans: isNewSpan ? latest<Span>(row.spans, [now.state, now.since], HISTORY.spans) : row.spans,
    ticks: iterations > 0 ? withTick(row.ticks, [at, iterations]) : row.ticks,
  };
}

/** The last `most` of a list with one more. */
const latest = <T>(list: readonly T[], one: T, most: number): T[] => [
  ...list.slice(Math.max(0, list.length + 1 - most)),
  one,
];

function withTick(ticks: readonly Tick[], tick: Tick): Tick[] {
  const from = tick[0] - HISTORY.ticks;
  const first = ticks.findIndex(([at]) => at >= from);
  return [...(first === -1 ? [] : ticks.slice(first)), tick];
}
