/** Both sides: identifies a class by its source text, to tell apart classes of the same name. */

/** The global function that captures a class as it is evaluated; see child/load/unexported/capture-class. */
export const CAPTURE_FUNCTION = 'offspring_rx_capture';

/** Inserted at the end of the body of a class to capture it. A field may be before it. */
export const CAPTURE_BLOCK = `;static{globalThis.${CAPTURE_FUNCTION}?.(()=>this)}`;

/** The length and the hash (FNV-1a) of a class's source text, without the capture block. */
export function sourceDigest(type: object): string {
  const text = Function.prototype.toString.call(type).replace(CAPTURE_BLOCK, '');
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}:${(hash >>> 0).toString(36)}`;
}
