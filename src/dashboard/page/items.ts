/** Page: makes the tree that is shown of the rows that the server sends. Pure. */
import type { Rows } from '../wire/fold';
import type { NodeId, Row } from '../wire/frames';
import { isAlive, type Look, lookOf } from './look';

/**
 * One line of the page. The processes that a supervisor started in one place, one after another, share a line: `runs`,
 * the oldest first.
 */
export interface Item {
  readonly key: string;
  readonly depth: number;
  readonly runs: readonly Row[];
  /** The run that is shown: the last one that has not ended, or else the last one. */
  readonly current: Row;
  /** The last run that has ended. */
  readonly lastEnded: Row | undefined;
  readonly look: Look;
  readonly children: readonly Item[];
}

interface Draft {
  readonly key: string;
  readonly parent: string | null;
  readonly runs: Row[];
}

export function itemsOf(rows: Rows): Item[] {
  const drafts = new Map<string, Draft>();
  const keys = new Map<NodeId, string>();
  for (const row of rows.values()) {
    const { id, parent, key: name } = row.node;
    const parentRow = parent === undefined ? undefined : rows.get(parent);
    const parentKey = parentRow ? (keys.get(parentRow.node.id) ?? null) : null;
    const key = parentRow?.node.kind === 'supervisor' && name !== undefined ? `${parentKey}/${name}` : id;
    keys.set(id, key);
    const draft = drafts.get(key);
    if (draft) draft.runs.push(row);
    else drafts.set(key, { key, parent: parentKey, runs: [row] });
  }
  const below = new Map<string | null, Draft[]>();
  for (const draft of drafts.values()) below.set(draft.parent, [...(below.get(draft.parent) ?? []), draft]);
  const build = (parent: string | null, depth: number): Item[] =>
    (below.get(parent) ?? []).map(({ key, runs }) => {
      const current = runs.findLast(isAlive) ?? (runs.at(-1) as Row);
      const lastEnded = runs.findLast(({ node }) => node.state === 'exited');
      return { key, depth, runs, current, lastEnded, look: lookOf(current.node), children: build(key, depth + 1) };
    });
  return inOrder(build(null, 0));
}

/** Those that live in the order of their starts, then those that have ended, the last one first. */
function inOrder(items: readonly Item[]): Item[] {
  const sorted = items.map(item => ({ ...item, children: inOrder(item.children) }));
  const live = sorted.filter(({ current }) => isAlive(current) || isSupervised(current));
  const over = sorted.filter(({ current }) => !isAlive(current) && !isSupervised(current));
  return [...live, ...over.toReversed()];
}

/** The child of a supervisor keeps its place: it may be started again. */
const isSupervised = ({ node }: Row) => node.restarts !== undefined;

/** All items, each before its children. */
export function* flat(items: readonly Item[]): Generator<Item> {
  for (const item of items) {
    yield item;
    yield* flat(item.children);
  }
}

export interface Filter {
  /** Lower case; '' matches all. */
  readonly text: string;
  /** Empty: all. */
  readonly looks: ReadonlySet<Look>;
  /** Processes that ended well before this time are left out, unless 'ended' is asked for. ms since the epoch. */
  readonly endedAfter: number;
}

/** The items that match, and those above them. */
export function filtered(items: readonly Item[], filter: Filter): Item[] {
  return items.flatMap(item => {
    const children = filtered(item.children, filter);
    return children.length > 0 || isMatch(item, filter) ? [{ ...item, children }] : [];
  });
}

function isMatch({ current, look, children }: Item, { text, looks, endedAfter }: Filter): boolean {
  const { node } = current;
  if (looks.size > 0 && !looks.has(look)) return false;
  if (
    looks.size === 0 &&
    text === '' &&
    look === 'ended' &&
    children.length === 0 &&
    (node.endedAt ?? node.since) < endedAfter
  ) {
    return false;
  }
  const words = [node.key, node.name, node.kind, node.pid].join(' ').toLowerCase();
  return words.includes(text);
}

/** What a line is called: the key of a supervised child, or else the name of its class. */
export const nameOf = ({ current: { node } }: Pick<Item, 'current'>): string => node.key ?? node.name;
