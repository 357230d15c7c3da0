/** Page: begins here: connects, and shows what comes. */

import { filtered, flat, type Item, itemsOf } from '../display/items';
import type { Rows } from '../wire/fold';
import { NO_ROWS } from '../wire/fold';
import type { Delta, Hello } from '../wire/frames';
import { serverNow } from './clock';
import { connect, type Link } from './connect';
import { takeToken } from './control';
import { Details } from './details';
import { byId, setText } from './dom';
import { FilterBar } from './filter-bar';
import { showLegend } from './legend';
import { tellNews } from './news';
import { Pools } from './pools';
import { Summary } from './summary';
import { onTheme, setUpTheme } from './theme';
import { TreeView } from './tree';

const LINKS: Record<Link, string> = { connecting: 'Connecting', live: 'Live', lost: 'Connection lost, trying again' };
/** The narrowest window with room for the details beside the tree, in CSS pixels. As in style/layout.css. */
const WIDE = '(min-width: 1100px)';

let rows: Rows = NO_ROWS;
let items: readonly Item[] = [];
/** What is to draw the lanes next. */
const drawing: { frame: number; timer: ReturnType<typeof setTimeout> | undefined } = { frame: 0, timer: undefined };
/** The line that is shown in full. */
let opened: string | undefined;

takeToken();
setUpTheme();
showLegend(byId('legend'));
const summary = new Summary(byId('summary'));
const pools = new Pools(byId('pools'), open);
const filter = new FilterBar(showTree);
const tree = new TreeView(byId('tree'), { onOpen: open, onWindow: showTree, onDirty: drawSoon });
const details = new Details(byId('details'), close);

onTheme(drawSoon);
document.addEventListener('keydown', onKey);
connect({ onHello, onRows, onLink });
setInterval(() => tree.showTime(serverNow()), 1_000);

function onHello({ program, pid, control }: Hello): void {
  setText(byId('program'), program);
  setText(byId('pid'), `pid ${pid}`);
  document.title = `${program} · offspring-rx`;
  details.canControl = control;
}

function onLink(link: Link): void {
  const element = byId('link');
  element.dataset['link'] = link;
  setText(element, LINKS[link]);
  document.body.dataset['link'] = link;
}

function onRows(next: Rows, delta: Delta | undefined): void {
  rows = next;
  items = itemsOf(rows);
  const now = serverNow();
  if (delta) tellNews(rows, delta);
  else summary.reset();
  summary.show(rows.values(), delta === undefined || delta.samples !== undefined, now);
  pools.show(items);
  filter.show(items);
  showTree();
}

function showTree(): void {
  const now = serverNow();
  const shown = filtered(items, filter.filter(now - tree.window.ms));
  tree.show(shown, now);
  byId('tree').hidden = shown.length === 0;
  byId('empty').hidden = shown.length > 0;
  setText(
    byId('empty'),
    filter.isOn
      ? 'No process matches the filter.'
      : rows.size === 0
        ? 'No process has been started yet.'
        : 'All processes have ended. Choose Ended to see them.',
  );
  showDetails(now);
}

function showDetails(now: number): void {
  if (opened === undefined) return;
  const all = [...flat(items)];
  // A process that has ended may have gone to another line.
  const item =
    all.find(({ key }) => key === opened) ?? all.find(({ runs }) => runs.some(({ node }) => node.id === opened));
  if (!item) return close();
  if (item.key !== opened) {
    opened = item.key;
    tree.select(item.key);
  }
  details.show(item, now);
}

function open(key: string): void {
  opened = key;
  document.body.dataset['details'] = '';
  tree.select(key);
  showDetails(serverNow());
  if (!matchMedia(WIDE).matches) details.focus();
}

function close(): void {
  const hadFocus = byId('details').contains(document.activeElement);
  opened = undefined;
  delete document.body.dataset['details'];
  tree.select(undefined);
  details.hide();
  if (hadFocus) tree.focus();
}

function onKey(event: KeyboardEvent): void {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
    filter.focus();
    event.preventDefault();
  } else if (event.key === 'Escape') {
    if (filter.hasFocus) {
      if (!filter.clear()) tree.focus();
    } else if (opened !== undefined) close();
  } else if (event.key === 'ArrowDown' && filter.hasFocus) {
    tree.focus();
    event.preventDefault();
  }
}

/** Draws the lanes in the next frame, and from then on whenever they have moved by a pixel: no frame is made for nothing. */
function drawSoon(): void {
  clearTimeout(drawing.timer);
  drawing.frame ||= requestAnimationFrame(draw);
}

function draw(): void {
  drawing.frame = 0;
  const pause = tree.draw(serverNow());
  // While the connection is lost, nothing moves.
  if (document.body.dataset['link'] === 'live') drawing.timer = setTimeout(drawSoon, pause);
}
