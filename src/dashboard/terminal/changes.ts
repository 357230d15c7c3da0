/** Terminal: what changed in the tree, as plain lines for a log. Pure. */
import type { ProcessNode } from '../../model/process-node';
import { onOneLine } from '../../util/plain-text';
import { shortTime } from '../display/format';
import { hasNoProcess } from '../display/items';
import { endedInWords, endLookOf, lookOf } from '../display/look';
import type { Rows } from '../wire/fold';
import type { Delta, Hello, NodeId, Row } from '../wire/frames';

/** The widths of the columns that others follow. */
const WIDTHS = { name: 28, pid: 7, state: 10 };

/** One line: when, the name with those above it, the process id, the state, and why it ended. */
function lineOf(rows: Rows, row: Row): string {
  const { node } = row;
  const { pid, state, since, exit } = node;
  const isOver = state === 'exited';
  const hasReason = isOver && (exit !== undefined || !hasNoProcess(row));
  const why = hasReason ? onOneLine(endedInWords(exit)) : '';
  return columns(since, pathOf(rows, node), pid, isOver ? endLookOf(node) : lookOf(node), why);
}

/** The line for one that waits for its restart. */
function restartLine(rows: Rows, { node }: Row, at: number): string {
  return columns(
    at,
    pathOf(rows, node),
    null,
    lookOf(node),
    `in ${shortTime(Math.max(0, (node.restartAt ?? at) - at))}`,
  );
}

/** A line for the program that is looked at. */
export const programLine = (at: number, { program, pid }: Hello, state: string, why: string): string =>
  columns(at, onOneLine(program), pid, state, why);

/** There are two spaces at least between two columns, and nowhere else but in the last one. */
function columns(at: number, name: string, pid: number | null, state: string, why: string): string {
  const texts = [
    new Date(at).toISOString(),
    name.padEnd(WIDTHS.name),
    String(pid ?? '-').padStart(WIDTHS.pid),
    state.padEnd(WIDTHS.state),
    why,
  ];
  return texts.join('  ').trimEnd();
}

/** A line for each process, supervisor and pool that has not ended. */
export const linesOf = (rows: Rows): string[] =>
  [...rows.values()].filter(({ node }) => node.state !== 'exited').map(row => lineOf(rows, row));

/** A line for each state that is new, the oldest first, and then one for each restart that is due. */
export function changedLines(before: Rows, after: Rows, { at, added = [], changed = [] }: Delta): string[] {
  const ids: NodeId[] = [...added.map(({ id }) => id), ...changed.map(([id]) => id)];
  const rows = ids.flatMap(id => after.get(id) ?? []);
  const isNew = (name: 'state' | 'restartAt') => (row: Row) => before.get(row.node.id)?.node[name] !== row.node[name];
  const isDue = ({ node }: Row) => typeof node.restartAt === 'number' && node.restartAt > at;
  return [
    ...rows
      .filter(isNew('state'))
      .sort((one, other) => one.node.since - other.node.since)
      .map(row => lineOf(after, row)),
    ...rows
      .filter(isNew('restartAt'))
      .filter(isDue)
      .map(row => restartLine(after, row, at)),
  ];
}

/** The names from the top of the tree down to this one. */
function pathOf(rows: Rows, node: ProcessNode): string {
  const above = rows.get(node.parent ?? '')?.node;
  const isWorker = above?.kind === 'pool' && node.key !== undefined;
  const own = isWorker ? `worker ${node.key}` : above?.kind === 'supervisor' ? (node.key ?? node.name) : node.name;
  return above ? `${pathOf(rows, above)}/${onOneLine(own)}` : onOneLine(own);
}
