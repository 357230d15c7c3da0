/** Both sides: makes the tree that is shown of the rows that the server sends. Pure. */
import type { Rows } from '../wire/fold';
import type { NodeId, Row } from '../wire/frames';
import { endLookOf, isAlive, type Look, lookOf } from './look';

/**
 * One line of the page. The processes that a supervisor started in one place, one after another, share a line, and so do
 * those of one class that have ended, if nothing restarts them: `runs`, the oldest first.
 */
export interface Item {
  readonly key: string;
  readonly depth: number;
  readonly runs: readonly Row[];
  /** The run that is shown: the last one that has not ended, or else the last one. */
  readonly current: Row;
  /** The last run that has ended. */
  readonly lastEnded: Row | undefined;
  /** Whether its runs have ended, and have nothing in common but their class. */
  readonly isGathered: boolean;
  /** Whether it is the child of a supervisor, which may start it again. */
  readonly isSupervised: boolean;
  readonly look: Look;
  readonly children: readonly Item[];
}

interface Draft extends Pick<Item, 'key' | 'isGathered' | 'isSupervised'> {
  readonly parent: string | null;
  readonly runs: Row[];
}

export function itemsOf(rows: Rows): Item[] {
  const drafts = new Map<string, Draft>();
  const keys = new Map<NodeId, string>();
  for (const row of rows.values()) {
    const { id, parent: parentId = '' } = row.node;
    const parent = keys.get(parentId) ?? null;
    const isSupervised = rows.get(parentId)?.node.kind === 'supervisor';
    const isGathered = !isAlive(row) && !isSupervised && !hasNoProcess(row);
    const key = isGathered ? `${parent ?? ''}/${row.node.name}/ended` : isSupervised ? `${parent}/${row.node.key}` : id;
    keys.set(id, key);
    const draft = drafts.get(key);
    if (draft) draft.runs.push(row);
    else drafts.set(key, { key, parent, isGathered, isSupervised, runs: [row] });
  }
  const below = new Map<string | null, Draft[]>();
  for (const draft of drafts.values()) {
    const siblings = below.get(draft.parent);
    if (siblings) siblings.push(draft);
    else below.set(draft.parent, [draft]);
  }
  const build = (parent: string | null, depth: number): Item[] =>
    inOrder((below.get(parent) ?? []).map(draft => itemOf(draft, depth, build(draft.key, depth + 1))));
  return build(null, 0);
}

function itemOf({ parent: _, ...draft }: Draft, depth: number, children: readonly Item[]): Item {
  const { runs } = draft;
  const current = runs.findLast(isAlive) ?? (runs.at(-1) as Row);
  const lastEnded = runs.findLast(run => !isAlive(run));
  return { ...draft, depth, current, lastEnded, look: lookOf(current.node), children };
}

/** Those that live, or may live again, in the order of their starts, and then those that have ended. */
function inOrder(items: readonly Item[]): Item[] {
  const isOver = ({ current, isSupervised }: Item) => !isAlive(current) && !isSupervised;
  return [...items.filter(item => !isOver(item)), ...items.filter(isOver)];
}

/** Whether it only has others below it. */
export const hasNoProcess = ({ node }: Row) => node.kind === 'supervisor' || node.kind === 'pool';
export const hasFailed = ({ node }: Row): boolean => node.state === 'exited' && endLookOf(node) === 'failed';

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

function isMatch({ current, look, runs, isGathered, children }: Item, { text, looks, endedAfter }: Filter): boolean {
  const { node } = current;
  const isAsked = looks.has(look) || (looks.has('failed') && isGathered && runs.some(hasFailed));
  if (looks.size > 0 && !isAsked) return false;
  const isOld = look === 'ended' && children.length === 0 && (node.endedAt ?? node.since) < endedAfter;
  if (looks.size === 0 && text === '' && isOld && !runs.some(hasFailed)) return false;
  return [node.key, node.name, node.kind, node.pid].join(' ').toLowerCase().includes(text);
}

/** What a line is called: the key of a supervised child, or else the name of its class. */
export const nameOf = ({ current: { node }, isSupervised }: Item): string =>
  isSupervised ? (node.key ?? node.name) : node.name;
