/** Parent side: makes a line of a process's output harmless text of a bounded length. */
import { stripVTControlCharacters, toUSVString } from 'node:util';
import type { OutputLine } from '../wire/frames';
import type { RawLine } from './source';

/** Characters of a line that are shown. */
const LONGEST = 2_000;
/** Characters that are kept: colors take room too. */
const MOST_KEPT = 4 * LONGEST;

/** Control characters except the tab, and those that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they are for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

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
  const plain = stripVTControlCharacters(line);
  const shown = plain.slice(0, LONGEST);
  const cut = cutBefore + plain.length - shown.length;
  const text = toUSVString(shown.replace(CONTROL, pictureOf));
  return { stream, text, at, ...(cut > 0 ? { cut } : {}) };
}

/** The picture that Unicode has of a control character, such as ␛. */
function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
