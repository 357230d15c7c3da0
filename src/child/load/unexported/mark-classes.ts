/** Child side: changes the text of a module so that it hands over classes that it does not export. Pure. */
import { CAPTURE_BLOCK, CAPTURE_FUNCTION } from '../../../classes/class-text';
import { scanClasses } from './scan-classes';

export interface MarkConfig {
  /** The name of the class to find. */
  name: string;
  /** Whether all that is there must keep its place, line and column. */
  isExact: boolean;
}

/**
 * The text with marks for the classes that may have the name. The variables of the top level are handed over at the end
 * of the module, where a mark moves nothing. A class that no such variable holds gets a mark at the end of its body, since it
 * may be gone when the module is done. That moves only what follows the class on its line.
 */
export function markClasses(source: string, { name, isExact }: MarkConfig): string {
  if (exportsClass(source, name)) return source;
  if (isAtTopLevel(source, name)) return source + endMark([name]);
  // Bundlers, decorators and a `static name` write the name of a class as a string.
  const isQuoted = ['"', "'", '`'].some(quote => source.includes(quote + name + quote));
  const all = scanClasses(source);
  const likely = all.filter(each => isQuoted || each.name === name || each.binding === name);
  // The text need not tell the name: { Task: class extends Base {} }, or a getter of it.
  const classes = likely.length > 0 ? likely : all;
  const inside = isExact ? [] : classes.filter(({ binding }) => binding === undefined).map(({ end }) => end);
  const bindings = classes.flatMap(({ binding }) => binding ?? []);
  // Compilers to old JavaScript make a function of a class.
  return (
    insert(
      source,
      inside.sort((a, b) => a - b),
    ) + endMark(isVariable(source, name) ? [...bindings, name] : bindings)
  );
}

const isVariable = (source: string, name: string) =>
  new RegExp(`(?<![\\w$.])(?:var|let|const|function)\\s+${asPattern(name)}(?![\\w$])`).test(source);

/** On a line of its own. Each variable is read apart from the others: a module may not have come to all of them. */
function endMark(bindings: string[]): string {
  const getters = [...new Set(bindings)].map(binding => `()=>${binding}`).join();
  return getters && `\n;globalThis.${CAPTURE_FUNCTION}?.(${getters});`;
}

/** A class with a `static name` may have any string as its name. */
const asPattern = (name: string) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Whether each class of the name begins a line. This spares the scan of large bundles, whose inner scopes are indented. */
function isAtTopLevel(source: string, name: string): boolean {
  const head = `class\\s+${asPattern(name)}|${asPattern(name)}\\s*=\\s*class`;
  const heads = [...source.matchAll(new RegExp(`(^(?:(?:var|let|const) )?)?(?<![\\w$.])(?:${head})(?![\\w$])`, 'gm'))];
  return heads.length > 0 && heads.every(([, start]) => start !== undefined);
}

/** Whether the text of an ES module exports a class of the name, as far as can be seen without reading all of it. */
export function exportsClass(source: string, name: string): boolean {
  const escaped = asPattern(name);
  return new RegExp(
    `^\\s*export\\s+(default\\s+)?(class\\s+${escaped}|${escaped})(?![\\w$])|^\\s*export\\s*\\{[^}]*(?<![\\w$])${escaped}(?![\\w$])[^}]*\\}`,
    'm',
  ).test(source);
}

function insert(source: string, places: number[]): string {
  let text = '';
  let from = 0;
  for (const place of places) {
    text += source.slice(from, place) + CAPTURE_BLOCK;
    from = place;
  }
  return text + source.slice(from);
}
