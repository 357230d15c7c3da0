/** Both sides: identifies a class by its source text, to tell apart classes of the same name. */

/** Name of the global function that a marked class is passed to when it is evaluated; see child/catch-class. */
export const HAND_OVER = 'offspring_rx_hand_over';

/**
 * The static block that marks a class. It has no quotes, and its braces are balanced, because the text that is marked
 * may turn out to be a comment or a string that only shows a class.
 */
export const MARK = `static{globalThis.${HAND_OVER}?.(this)}`;

/** The length and the hash (FNV-1a) of a class's source text, without the mark. */
export function sourceDigest(type: object): string {
  const text = Function.prototype.toString.call(type).replace(MARK, '');
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}:${(hash >>> 0).toString(36)}`;
}
