/** Parent side: makes a line of a process's output harmless text of a bounded length. */
import type { KeptLine } from '../../model/output';
import { plainText, withoutEscapes } from '../../util/plain-text';
import type { OutputLine } from '../wire/frames';

/** Characters of a line that are shown. */
const LONGEST = 2_000;

export function cleanLine({ stream, line, at, cut: cutBefore }: KeptLine): OutputLine {
  const plain = withoutEscapes(line);
  const shown = plain.slice(0, LONGEST);
  const cut = cutBefore + plain.length - shown.length;
  const text = plainText(shown);
  return { stream, text, at, ...(cut > 0 ? { cut } : {}) };
}
