/**
 * Both sides: what Node loads for this package. It gives a program the library as V8 compiled it in an earlier program, so
 * that the first child is spawned sooner.
 */
import { statSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { isCacheAllowed, Library } from './compile-cache/library';

/** False in Bun and Deno, and where a test runner loads modules in a context of its own, whose `Error` they must use. */
const isPlainNode = () =>
  process.versions['bun'] === undefined && process.versions['deno'] === undefined && statSync instanceof Function;

/** Whether the user has turned Node's own compile cache on. https://nodejs.org/api/module.html#modulegetcompilecachedir */
const hasNodesCache = () =>
  (nodeModule as { getCompileCacheDir?(): string | undefined }).getCompileCacheDir?.() !== undefined;

function loadLibrary(): object | undefined {
  if (!isPlainNode() || !isCacheAllowed() || hasNodesCache()) return undefined;
  const library = new Library(__dirname, 'program');
  if (library.isLoaded) return undefined;
  const exported = library.load(1);
  if (exported)
    (require('./util/save-compiled') as typeof import('./util/save-compiled')).setSave(() => library.save());
  return exported;
}

module.exports = loadLibrary() ?? require('./index');
