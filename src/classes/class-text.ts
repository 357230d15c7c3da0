/** Both sides: a class's source text in short, to tell two classes of one name apart. */

/** Length and hash (FNV-1a) of the text. */
export function textOf(type: object): string {
  const text = Function.prototype.toString.call(type);
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}:${(hash >>> 0).toString(36)}`;
}
