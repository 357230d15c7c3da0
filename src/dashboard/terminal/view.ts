/** Terminal: all that the screen shows, as one value. Pure. */
import { type Filter, filtered, flat, type Item, itemsOf } from '../display/items';
import { NO_ROWS, type Rows } from '../wire/fold';
import type { ControlRequest, Hello, NodeId, OutputFrom, OutputLine } from '../wire/frames';

/** What a user has asked for. `number`: no two have the same. */
export interface Order extends ControlRequest {
  readonly number: number;
  readonly name: string;
}

export interface View {
  readonly columns: number;
  readonly rows: number;
  readonly hello: Hello | undefined;
  /** Why there is no connection; undefined if there is one. */
  readonly lost: string | undefined;
  readonly tree: Rows;
  readonly items: readonly Item[];
  /** The time at the server, ms since the epoch. */
  readonly now: number;
  /** The key of the item that is selected. */
  readonly selected: string | undefined;
  /** The first line of the tree that is shown. */
  readonly first: number;
  readonly filter: string;
  readonly mode: 'list' | 'filter' | 'question';
  /** The keys of items whose children are hidden. */
  readonly closed: ReadonlySet<string>;
  readonly isDetailed: boolean;
  readonly output:
    | { readonly id: NodeId; readonly from: OutputFrom; readonly lines: readonly OutputLine[] }
    | undefined;
  /** What is asked for once the question is answered. */
  readonly asked: Order | undefined;
  readonly order: Order | undefined;
  readonly message: { readonly text: string; readonly isBad: boolean } | undefined;
  readonly hasToken: boolean;
  readonly isOver: boolean;
}

/** Those that ended well are hidden after so many ms, as on the page. */
const ENDED_FOR = 60_000;

export const emptyView = (columns: number, rows: number, hasToken: boolean): View => ({
  columns,
  rows,
  hello: undefined,
  lost: undefined,
  tree: NO_ROWS,
  items: [],
  now: 0,
  selected: undefined,
  first: 0,
  filter: '',
  mode: 'list',
  closed: new Set(),
  isDetailed: false,
  output: undefined,
  asked: undefined,
  order: undefined,
  message: undefined,
  hasToken,
  isOver: false,
});

/** The lines of the tree. The selection stays among them. */
export function withItems(view: View): View {
  const filter: Filter = {
    text: view.filter.trim().toLowerCase(),
    looks: new Set(),
    endedAfter: view.now - ENDED_FOR,
  };
  const items = [...flat(openOf(filtered(itemsOf(view.tree), filter), view.closed))];
  return inSight({ ...view, items, selected: selectedOf(view, items) });
}

const openOf = (items: readonly Item[], closed: ReadonlySet<string>): Item[] =>
  items.map(item => ({ ...item, children: closed.has(item.key) ? [] : openOf(item.children, closed) }));

/** An item that has gone to another line is followed there; the next one takes the place of one that is gone. */
function selectedOf({ selected, items: before }: View, items: readonly Item[]): string | undefined {
  if (items.some(({ key }) => key === selected)) return selected;
  const old = before.find(({ key }) => key === selected);
  const moved = old && items.find(({ runs }) => runs.some(({ node }) => node.id === old.current.node.id));
  const at = Math.min(Math.max(0, old ? before.indexOf(old) : 0), items.length - 1);
  return (moved ?? items[at])?.key;
}

/** Scrolls so that the selected line is shown, and no more lines are left empty than must be. */
export function inSight(view: View): View {
  const height = treeHeight(view);
  const at = indexOf(view);
  const latest = Math.max(0, view.items.length - height);
  const first = Math.min(Math.max(view.first, at - height + 1), at, latest);
  return { ...view, first: Math.max(0, first) };
}

export const indexOf = ({ items, selected }: View): number =>
  Math.max(
    0,
    items.findIndex(({ key }) => key === selected),
  );

export const selectedItem = ({ items, selected }: View): Item | undefined => items.find(({ key }) => key === selected);

/** A line less than the terminal has: the cursor stands on the last one. */
const heightOf = ({ rows }: View): number => Math.max(6, rows - 1);
/** The lines above and below the tree: two of totals, the heads, what is told of the selected line, the keys. */
const AROUND = 5;
/** How many lines the details have. */
export const detailsHeight = (view: View): number =>
  view.isDetailed ? Math.max(4, Math.floor((heightOf(view) - AROUND) * 0.6)) : 0;
export const treeHeight = (view: View): number => Math.max(1, heightOf(view) - AROUND - detailsHeight(view));
