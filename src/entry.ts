/**
 * Both sides: what Node loads for this package: the library, with the code that V8 compiled in an earlier program. This saves
 * a program with one task 5 % of its processor time, a part of it before the first child is spawned.
 */
import { statSync } from 'node:fs';
import { isKeptAllowed, Library } from './compiled/library';

/** False in Bun and Deno, and in a context of its own, as Jest has: the library must be of that one. */
const isPlainNode = () =>
  process.versions['bun'] === undefined &&
  process.versions['deno'] === undefined &&
  Object.getPrototypeOf(statSync) === Function.prototype;

function loadLibrary(): object | undefined {
  if (!isPlainNode() || !isKeptAllowed()) return undefined;
  const library = new Library(__dirname, 'program');
  if (library.isThere) return undefined;
  const exported = library.load(1);
  if (exported)
    (require('./util/save-compiled') as typeof import('./util/save-compiled')).setSave(() => library.save());
  return exported;
}

module.exports = loadLibrary() ?? require('./index');
