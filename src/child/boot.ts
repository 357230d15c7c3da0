/** Child side: starts a child process with the library code that V8 compiled in an earlier child. */
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

const DIST = path.join(__dirname, '..');
/** Length of the hash at the end of `index.js`, which is that of all bundles. V8 itself compares only the length of a text with its cached data. */
const HASH_LENGTH = 16;
/** Node starts the function that wraps a CommonJS module like this. */
const WRAPPER_HEAD = '(function (exports, require, module, __filename, __dirname) { ';
const WRAPPER_TAIL = '\n})';
/** Bytes of the second half of a cache file that are compared at a time. */
const PIECE_BYTES = 64 * 1024;
/** 'once', 'loop' or, while the class is not known, 'blank': before the user's arguments. */
const [kind = 'once'] = process.argv.splice(2, 1);
/** Whether this is a spare for any class, which waits for one. */
export const isBlank = kind === 'blank';
/** Bundles that scripts/bundle.mjs has made. The last one is only for loops. */
const BUNDLES = ['index.js', 'child/index.js', 'child/loop/index.js'].map(file => path.join(DIST, file));
/** The bundles that this module has loaded, by their files. */
const loaded = new Map<string, { exports: object }>();
/** Imports a module. It is defined here because code from cached data cannot call import() on Node 20. */
export const importModule = (url: string): Promise<unknown> => import(url);

/** Where the hooks of a loader give the source of this file, as under Yarn, Node 22 gives it a `require` without a cache. */
const { cache: moduleCache } = createRequire(__filename);

/** Whether a module that was loaded before this one, by --require or --import, has loaded the library. */
export const wasPreloaded = BUNDLES.some(file => moduleCache[file] !== undefined);

/** Saves the compiled library for later children. Does nothing if a usable cache file exists. */
export let saveCompiled = (): void => {};

// The parent's sign that this process has not come here; see parent/spawn/not-node.
delete process.env['OFFSPRING_RX_BOOTING'];

const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
// A library that was loaded before stays: the classes of the module that loaded it extend its classes.
// Cached code makes coverage less exact. https://nodejs.org/api/module.html#module-compile-cache
if (!wasPreloaded && NODE_DISABLE_COMPILE_CACHE === undefined && NODE_V8_COVERAGE === undefined) loadLibrary();
if (isBlank)
  (require('./await-class') as typeof import('./await-class')).awaitClass(importModule, () => require('./main'));
else require('./main');

/** Compiling takes 2 to 4 ms of a start's 30 ms. Node's own compile cache (from 22.8 on) saves none of that. */
function loadLibrary(): void {
  const files = kind === 'loop' ? BUNDLES : BUNDLES.slice(0, -1);
  const stats = BUNDLES.map(file => statSync(file));
  const read = readWrapped(files, stats);
  // The package is being replaced. Node loads what is there.
  if (!read) return;
  const { sources, memory } = read;
  const changedAt = Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
  const hash = (sources[0] as string).slice(-HASH_LENGTH - WRAPPER_TAIL.length, -WRAPPER_TAIL.length);
  // Each kind has a cache file of its own, with only the code that it runs.
  const contents = kind === 'loop' ? 'loop' : 'once';
  const name = [hash, changedAt.toString(36), process.versions.v8, process.arch, contents].join('-');
  const cacheFile = path.join(DIST, 'kept', name);
  const cached = readCache(cacheFile, memory);
  const scripts = sources.map((source, at) => compile(files[at] as string, source, cached?.[at]));
  // Only now, since a bundle that is run may load another one.
  for (const [at, script] of scripts.entries()) run(script, files[at] as string);
  const usedCache = scripts.every(script => script.cachedDataRejected === false);
  if (!usedCache) saveCompiled = () => cacheWriter().writeCache(scripts, cacheFile);
}

/**
 * The text of each module in the function that wraps it. All are parts of one string, which V8 keeps apart from the young
 * objects since it has more than 128 KB. Three strings would fill half of their space, and cost most children a garbage
 * collection of 2 ms before their work. The cached data are read into `memory` next, since touching fresh memory is slower.
 * Undefined if a file is shorter than it was.
 */
function readWrapped(
  files: readonly string[],
  stats: readonly Stats[],
): { sources: string[]; memory: Buffer } | undefined {
  const sizes = stats.slice(0, files.length).map(({ size }) => size);
  const lengths = sizes.map(size => WRAPPER_HEAD.length + size + WRAPPER_TAIL.length);
  const memory = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length));
  let end = 0;
  for (const [at, file] of files.entries()) {
    end += memory.write(WRAPPER_HEAD, end, 'latin1');
    const size = sizes[at] as number;
    if (withFile(file, descriptor => readSync(descriptor, memory, end, size, null)) < size) return undefined;
    end += size;
    end += memory.write(WRAPPER_TAIL, end, 'latin1');
  }
  // Each byte is a character: scripts/bundle.mjs sees to it.
  const text = memory.toString('latin1');
  let from = 0;
  const sources = lengths.map(length => {
    const start = from;
    from += length;
    return text.slice(start, from);
  });
  return { sources, memory };
}

function compile(filename: string, source: string, cachedData: Buffer | undefined): Script {
  return new Script(source, {
    filename,
    columnOffset: -WRAPPER_HEAD.length,
    ...(cachedData && { cachedData }),
  });
}

/** Does what Node does for a CommonJS module. It finds the other bundles at once, without a look at the disk. */
function run(script: Script, file: string): void {
  const nodeRequire = createRequire(file);
  const folder = path.dirname(file);
  const bundle = { id: file, filename: file, path: folder, exports: {}, loaded: true, children: [], paths: [] };
  loaded.set(file, bundle);
  moduleCache[file] = bundle as unknown as NodeJS.Module;
  const require = (specifier: string) =>
    (specifier.startsWith('.') && loaded.get(path.join(folder, specifier))?.exports) || nodeRequire(specifier);
  script
    .runInThisContext()
    .call(bundle.exports, bundle.exports, Object.assign(require, nodeRequire), bundle, file, folder);
}

/**
 * The cached data of each bundle; undefined if the file is missing or damaged. The file holds them twice, because V8 does
 * not check the data and crashes if it is damaged. Comparing the halves is cheaper than a checksum.
 */
function readCache(cacheFile: string, memory: Buffer): Buffer[] | undefined {
  try {
    return withFile(cacheFile, descriptor => {
      const length = fstatSync(descriptor).size / 2;
      const half = length > memory.length ? Buffer.allocUnsafeSlow(length) : memory.subarray(0, length);
      if (readSync(descriptor, half, 0, length, null) < length || !isRepeated(half, descriptor)) return undefined;
      // Four bytes before each part tell its length; see write-cache.
      const parts: Buffer[] = [];
      for (let at = 0; at < length; ) {
        const start = at + 4;
        at = start + half.readUInt32LE(at);
        parts.push(half.subarray(start, at));
      }
      return parts;
    });
  } catch {
    return undefined;
  }
}

/** Whether the file goes on with the same bytes once more. */
function isRepeated(bytes: Buffer, descriptor: number): boolean {
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const read = piece.subarray(0, readSync(descriptor, piece, 0, PIECE_BYTES, null));
    if (!read.equals(bytes.subarray(at, at + PIECE_BYTES))) return false;
  }
  return true;
}

function withFile<T>(file: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(file, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Loaded late, since most children do not need it. */
function cacheWriter() {
  return require('./write-cache') as typeof import('./write-cache');
}
