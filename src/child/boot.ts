/** Child side: starts a child process with the library code that V8 compiled in an earlier child. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** The library as one file, made by scripts/bundle.mjs. */
const LIBRARY_FILE = path.join(__dirname, '../index.js');
/** Length of the hash at the end of the library. V8 itself compares only the length of a text with its cached data. */
const HASH_LENGTH = 16;
/** Node starts the function that wraps a CommonJS module like this. */
const WRAPPER_HEAD = '(function (exports, require, module, __filename, __dirname) { ';
/** 'once' or 'loop', before the user's arguments. Each kind has a cache file of its own, with only the code that it runs. */
const [kind = 'once'] = process.argv.splice(2, 1);
/** Imports a module. It is defined here because code from cached data cannot call import() on Node 20. */
export const importModule = (url: string): Promise<unknown> => import(url);

/** Where the hooks of a loader give the source of this file, as under Yarn, Node 22 gives it a `require` without a cache. */
const { cache: moduleCache } = createRequire(LIBRARY_FILE);

/** Whether a module that was loaded before this one, by --require or --import, has loaded the library. */
export const wasPreloaded = moduleCache[LIBRARY_FILE] !== undefined;

/** Saves the compiled library for later children. Does nothing if a usable cache file exists. */
export let saveCompiled = (): void => {};

// The parent's sign that this process has not come here; see parent/process/not-node.
delete process.env['OFFSPRING_RX_BOOTING'];

const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
// A library that was loaded before stays: the classes of the module that loaded it extend its classes.
// Cached code makes coverage less exact. https://nodejs.org/api/module.html#module-compile-cache
if (!wasPreloaded && NODE_DISABLE_COMPILE_CACHE === undefined && NODE_V8_COVERAGE === undefined) loadLibrary();
require('./main');

/** Compiling takes 2 to 4 ms of a start's 30 ms. Node's own compile cache (from 22.8 on) saves none of that. */
function loadLibrary(): void {
  const source = readFileSync(LIBRARY_FILE, 'latin1');
  const { mtimeMs } = statSync(LIBRARY_FILE);
  const name = [source.slice(-HASH_LENGTH), mtimeMs.toString(36), process.versions.v8, process.arch, kind].join('-');
  const cacheFile = path.join(__dirname, '../kept', name);
  const cachedData = readCache(cacheFile);
  const script = new Script(`${WRAPPER_HEAD}${source}\n})`, {
    filename: LIBRARY_FILE,
    columnOffset: -WRAPPER_HEAD.length,
    ...(cachedData && { cachedData }),
  });
  const require = createRequire(LIBRARY_FILE);
  const library = {
    id: LIBRARY_FILE,
    filename: LIBRARY_FILE,
    path: path.dirname(LIBRARY_FILE),
    exports: {},
    loaded: true,
    children: [],
    paths: [],
  };
  moduleCache[LIBRARY_FILE] = library as unknown as NodeJS.Module;
  script.runInThisContext().call(library.exports, library.exports, require, library, LIBRARY_FILE, library.path);
  const usedCache = script.cachedDataRejected === false;
  if (!usedCache) saveCompiled = () => cacheWriter().writeCache(script, cacheFile);
}

/**
 * The cached data; undefined if the file is missing or damaged. The file holds the data twice, because V8 does not
 * check the data and crashes if it is damaged. Comparing the halves is cheaper than a checksum.
 */
function readCache(cacheFile: string): Buffer | undefined {
  try {
    const content = readFileSync(cacheFile);
    const data = content.subarray(0, content.length / 2);
    return data.equals(content.subarray(data.length)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Loaded late, since most children do not need it. In loadLibrary, `require` would resolve the path from the library's file. */
function cacheWriter() {
  return require('./write-cache') as typeof import('./write-cache');
}
