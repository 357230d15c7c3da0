/** Terminal: a line of the screen as cells, each with a width, and the looks of states. Pure. */
import type { Look } from '../display/look';

export type Color = 'green' | 'cyan' | 'yellow' | 'red' | 'gray' | 'blue' | 'magenta';

export interface Span {
  readonly text: string;
  readonly color?: Color;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

export interface Cell {
  readonly spans: readonly Span[];
  /** Columns; undefined: all that are left. What is longer is cut. */
  readonly width?: number;
  readonly isRight?: boolean;
}

export interface Line {
  readonly cells: readonly Cell[];
  /** Shown with foreground and background exchanged. */
  readonly isSelected?: boolean;
}

export const text = (value: string, style: Omit<Span, 'text'> = {}): Span => ({ text: value, ...style });
export const rest = (...spans: readonly Span[]): Cell => ({ spans });
export const fixed = (width: number, ...spans: readonly Span[]): Cell => ({ width, spans });
export const right = (width: number, span: Span): Cell => ({ width, spans: [span], isRight: true });

/** States differ by shape and by color. */
export const SYMBOLS: Record<Look | 'supervisor' | 'pool', string> = {
  running: '●',
  starting: '◐',
  stopping: '■',
  waiting: '◌',
  restarting: '↻',
  failed: '✗',
  ended: '○',
  supervisor: '◆',
  pool: '▣',
};

export const COLORS: Record<Look, Color> = {
  running: 'green',
  starting: 'cyan',
  stopping: 'yellow',
  waiting: 'gray',
  restarting: 'yellow',
  failed: 'red',
  ended: 'gray',
};

/** The cells with those that are aligned to the right, look alike and follow each other as one: fewer to lay out. */
export function joined(cells: readonly Cell[]): Cell[] {
  const all: Cell[] = [];
  for (const cell of cells) {
    const last = all.at(-1);
    const [span] = cell.spans;
    if (!cell.isRight || !span || cell.width === undefined || span.text.length > cell.width) {
      all.push(cell);
      continue;
    }
    const padded = { ...span, text: span.text.padStart(cell.width) };
    const [before] = last?.spans ?? [];
    if (last?.isRight && last.width !== undefined && before && isAlike(before, span)) {
      const both = { ...before, text: before.text + padded.text };
      all[all.length - 1] = { width: last.width + cell.width, isRight: true, spans: [both] };
    } else all.push({ width: cell.width, isRight: true, spans: [padded] });
  }
  return all;
}

/** Characters that are one column wide everywhere. */
const NARROW = /^[\x20-\x7e\u00a0-\u02ff\u2190-\u21ff\u2500-\u25ff❯✗…]*$/;

/** The cell with spaces up to its width, so that a line which is selected has no gaps. */
export function filled(cell: Cell): Cell {
  const { width, spans } = cell;
  const shown = spans.map(span => span.text).join('');
  if (width === undefined || shown.length >= width || !NARROW.test(shown)) return cell;
  return { ...cell, spans: [...spans, { text: ' '.repeat(width - shown.length) }] };
}

const isAlike = (one: Span, other: Span): boolean =>
  one.color === other.color && one.bold === other.bold && one.dim === other.dim;
