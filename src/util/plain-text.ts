/** Both sides: makes harmless what a process has written, or its name. Pure. */
import { stripVTControlCharacters, toUSVString } from 'node:util';

/**
 * Control characters except the tab, those that end a line in Unicode, and those that turn the direction of text, which
 * make it look like another text (CVE-2021-42574).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they are for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The text without escape sequences, such as those for colors. */
export const withoutEscapes = (text: string): string => stripVTControlCharacters(text);

/** Pictures in place of control characters, such as ␛, and no half of a character. */
export const plainText = (text: string): string => toUSVString(text.replace(CONTROL, pictureOf));

/** The text on one line, without escape sequences and control characters. */
export const onOneLine = (text: string): string => plainText(withoutEscapes(text).replace(/\s+/g, ' '));

/** The same with its lines. */
export const inLines = (text: string): string => withoutEscapes(text).split('\n').map(plainText).join('\n');

/** The picture that Unicode has of a control character. */
function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
