/** Terminal: the tree as lines, with its columns. Pure. */

import { onOneLine } from '../../util/plain-text';
import { mean, SMOOTHED } from '../display/describe';
import { bytes, duration, percent, plural, rate } from '../display/format';
import { hasFailed, hasNoProcess, type Item, nameOf } from '../display/items';
import { endedInWords, isAlive, restartInWords, wordOf } from '../display/look';
import { type Cell, COLORS, fixed, type Line, rest, right, type Span, SYMBOLS, text } from './cells';
import { treeHeight, type View } from './view';

const MARK = 2;
const WIDTHS = { pid: 8, state: 12, uptime: 11, cpu: 7, memory: 8, messages: 8, turns: 8, restarts: 5 };
const NUMBERS = 55;
/** The name has these columns at least, and at most. */
const NAME = { least: 22, most: 44 };
const LEAST_REASON = 16;
const GAP = 2;
const NONE = '–';

interface Widths {
  readonly name: number;
  readonly hasState: boolean;
  readonly hasRates: boolean;
  readonly hasReason: boolean;
}

/**
 * The state is told by the symbol too, and the reason below the tree: these columns are for those who have room. A
 * terminal of less than 79 columns has no rates.
 */
function widthsOf(columns: number): Widths {
  const hasRates = columns >= MARK + NUMBERS + NAME.least;
  const room = columns - MARK - NUMBERS + (hasRates ? 0 : WIDTHS.messages + WIDTHS.turns);
  const hasState = hasRates && room - WIDTHS.state >= NAME.least;
  const left = room - (hasState ? WIDTHS.state : 0);
  const hasReason = left >= NAME.least + GAP + LEAST_REASON;
  if (!hasReason) return { name: Math.max(8, left), hasState, hasRates, hasReason };
  const name = Math.min(NAME.most, Math.max(NAME.least, Math.floor(left * 0.45)));
  return { name, hasState, hasRates, hasReason };
}

export function treeLines(view: View): Line[] {
  const { items, first, selected, columns, now } = view;
  const widths = widthsOf(columns);
  const height = treeHeight(view);
  const shown = items.slice(first, first + height);
  const lines = shown.map((item, index) => lineOf(view, item, first + index, widths, item.key === selected, now));
  if (items.length === 0) lines.push({ cells: [rest(text(`  ${whyEmpty(view)}`, { dim: true }))] });
  while (lines.length < height) lines.push({ cells: [] });
  return [headLine(widths), ...lines];
}

function whyEmpty({ filter, hello, tree }: View): string {
  if (filter !== '') return 'No process matches the filter. Esc clears it.';
  if (!hello) return 'Connecting …';
  return tree.size === 0 ? 'No process has been started yet.' : 'All processes have ended.';
}

function headLine({ name, hasState, hasRates, hasReason }: Widths): Line {
  const style = { bold: true, color: 'blue' } as const;
  const head = (width: number, value: string) => right(width, text(value, style));
  return {
    cells: [
      fixed(MARK + name, text('  NAME', style)),
      head(WIDTHS.pid, 'PID'),
      ...(hasState ? [fixed(WIDTHS.state, text('  STATE', style))] : []),
      head(WIDTHS.uptime, 'UPTIME'),
      head(WIDTHS.cpu, 'CPU'),
      head(WIDTHS.memory, 'MEM'),
      ...(hasRates ? [head(WIDTHS.messages, 'MSG/S'), head(WIDTHS.turns, 'TURN/S')] : []),
      head(WIDTHS.restarts, 'RST'),
      ...(hasReason ? [rest(text('  LAST END', style))] : []),
    ],
  };
}

function lineOf(view: View, item: Item, at: number, widths: Widths, isSelected: boolean, now: number): Line {
  const { current, look } = item;
  const { node } = current;
  const isOver = !isAlive(current);
  const dim = isOver || view.lost !== undefined;
  const isGroup = hasNoProcess(current);
  const samples = isOver || isGroup ? [] : current.samples.slice(-SMOOTHED);
  const last = samples.at(-1);
  const number = (width: number, value: string): Cell => right(width, text(value, { dim }));
  const failed = item.lastEnded !== undefined && hasFailed(item.lastEnded);
  const state = item.isGathered && item.runs.length > 1 ? `${item.runs.length} ${look}` : wordOf(look).toLowerCase();
  return {
    isSelected,
    cells: [
      fixed(MARK, text(isSelected ? '❯ ' : '  ')),
      fixed(widths.name, ...nameSpans(view, item, at, dim)),
      number(WIDTHS.pid, isOver || node.pid === null ? (isGroup ? '' : NONE) : String(node.pid)),
      ...(widths.hasState ? [fixed(WIDTHS.state, text(`  ${state}`, { color: COLORS[look], dim }))] : []),
      number(WIDTHS.uptime, isOver ? restartInWords(node, now) || NONE : duration(now - node.startedAt)),
      number(WIDTHS.cpu, last?.[1] == null ? (isGroup ? '' : NONE) : percent(last[1])),
      number(WIDTHS.memory, last?.[2] == null ? (isGroup ? '' : NONE) : bytes(last[2])),
      ...(widths.hasRates
        ? [
            number(WIDTHS.messages, isGroup ? '' : last ? rate(mean(samples, 3)) : NONE),
            number(WIDTHS.turns, isGroup || node.kind !== 'loop' ? '' : last ? rate(mean(samples, 4)) : NONE),
          ]
        : []),
      number(WIDTHS.restarts, node.restarts === undefined ? '' : String(node.restarts)),
      ...(widths.hasReason ? [rest(text(`  ${reasonOf(item)}`, failed ? { color: 'red' } : { dim: true }))] : []),
    ],
  };
}

function nameSpans(view: View, item: Item, at: number, dim: boolean): Span[] {
  const { current, look, depth } = item;
  const isGroup = hasNoProcess(current);
  const symbol = isGroup && look === 'running' ? SYMBOLS[current.node.kind as 'pool'] : SYMBOLS[look];
  const isWorker = current.node.key !== undefined && !item.isSupervised && !item.isGathered;
  const name = isWorker ? `worker ${current.node.key}` : nameOf(item);
  return [
    text(branches(view.items, at, depth), { color: 'gray' }),
    text(`${symbol} `, { color: isGroup && look === 'running' ? 'magenta' : COLORS[look] }),
    text(onOneLine(name), { bold: isGroup, dim }),
    ...(view.closed.has(item.key) ? [text(' …', { color: 'gray' })] : []),
  ];
}

/** The lines from an item up to those that it belongs to: `│ ├ `. */
function branches(items: readonly Item[], at: number, depth: number): string {
  let drawn = '';
  for (let level = 1; level <= depth; level++) {
    const hasMore = hasSibling(items, at, level);
    drawn += level === depth ? (hasMore ? '├ ' : '└ ') : hasMore ? '│ ' : '  ';
  }
  return drawn;
}

/** Whether there is another item at this level below, before one of a higher level. */
function hasSibling(items: readonly Item[], at: number, level: number): boolean {
  const next = items.slice(at + 1).find(({ depth }) => depth <= level);
  return next?.depth === level;
}

/** Why the last one has ended; for a pool, how busy it is. */
function reasonOf({ current, lastEnded, isGathered, runs }: Item): string {
  const { stats } = current.node;
  if (stats && isAlive(current)) return `${percent(stats.utilization)} busy, ${plural(stats.queued, 'item')} queued`;
  if (!lastEnded) return '';
  const failed = isGathered && runs.length > 1 ? runs.filter(hasFailed).length : 0;
  return `${failed > 0 ? `${failed} failed, last: ` : ''}${onOneLine(endedInWords(lastEnded.node.exit))}`;
}
