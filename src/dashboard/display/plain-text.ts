/** Both sides: makes text that a process has written harmless. Pure. */
import { stripVTControlCharacters, toUSVString } from 'node:util';

/** Control characters except the tab, and those that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they are for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text without escape sequences, such as those for colors. */
export const withoutEscapes = (text: string): string => stripVTControlCharacters(text);

/** Pictures in place of control characters, such as ␛, and no half of a character. */
export const plainText = (text: string): string => toUSVString(text.replace(CONTROL, pictureOf));

/** The text on one line, without escape sequences and control characters. */
export const onOneLine = (text: string): string => plainText(withoutEscapes(text).replace(/\s+/g, ' '));

/** The picture that Unicode has of a control character. */
function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
