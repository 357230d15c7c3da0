/** Both sides: a class's source text in short, to tell two classes of one name apart. */

/** The function that a marked class is handed to as it is evaluated; see child/catch-class. */
export const HAND_OVER = 'offspring_rx_hand_over';

/** What is added to the body of a class to mark it. No quotes or braces around it: it may land in a comment or a string that shows such a class. */
export const MARK = `static{globalThis.${HAND_OVER}?.(this)}`;

/** Length and hash (FNV-1a) of the text, the mark left out. */
export function textOf(type: object): string {
  const text = Function.prototype.toString.call(type).replace(MARK, '');
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}:${(hash >>> 0).toString(36)}`;
}
