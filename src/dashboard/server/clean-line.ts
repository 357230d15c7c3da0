/** Parent side: makes a line of a process's output harmless text of a bounded length. */
import { plainText, withoutEscapes } from '../display/plain-text';
import type { OutputLine } from '../wire/frames';
import type { RawLine } from './source';

/** Characters of a line that are shown. */
const LONGEST = 2_000;
/** Characters that are kept: colors take room too. */
const MOST_KEPT = 4 * LONGEST;

/** The beginning of a line, and how many characters it had more. */
export interface KeptLine extends RawLine {
  readonly cut: number;
}

export function keptLine({ stream, line, at }: RawLine): KeptLine {
  if (line.length <= MOST_KEPT) return { stream, line, at, cut: 0 };
  // A copy: a slice would keep the whole line in memory.
  const copy = Buffer.from(line.slice(0, MOST_KEPT), 'utf16le').toString('utf16le');
  return { stream, line: copy, at, cut: line.length - MOST_KEPT };
}

export function cleanLine({ stream, line, at, cut: cutBefore }: KeptLine): OutputLine {
  const plain = withoutEscapes(line);
  const shown = plain.slice(0, LONGEST);
  const cut = cutBefore + plain.length - shown.length;
  const text = plainText(shown);
  return { stream, text, at, ...(cut > 0 ? { cut } : {}) };
}
