/**
 * Both sides: loads bundles of the library with the code that V8 compiled in an earlier process. scripts/bundle.mjs puts this
 * file into each that needs it, since it comes before the bundles.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** The bundles of each kind of process. scripts/bundle.mjs makes them, and puts their hash at the end of the first. */
const BUNDLES = {
  /** A child with a task. */
  once: ['index.js', 'child/index.js'],
  /** A child with a loop. */
  loop: ['index.js', 'child/index.js', 'child/loop/index.js'],
  /** A program. It loads the second bundle while its first child boots. */
  program: ['index.js', 'parent/index.js'],
};

export type ProcessKind = keyof typeof BUNDLES;

/** Length of the hash. V8 itself compares only the length of a text with its cached data. */
const HASH_LENGTH = 16;
/** Node starts the function that wraps a CommonJS module like this. */
const WRAPPER_HEAD = '(function (exports, require, module, __filename, __dirname) { ';
const WRAPPER_TAIL = '\n})';

/**
 * Whether this process may run what an earlier one has compiled. Cached code makes coverage less exact.
 * https://nodejs.org/api/module.html#module-compile-cache
 */
export function isKeptAllowed(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
  return NODE_DISABLE_COMPILE_CACHE === undefined && NODE_V8_COVERAGE === undefined;
}

interface Bundle {
  exports: object;
}

export class Library {
  readonly #dist: string;
  readonly #kind: ProcessKind;
  readonly #files: string[];
  readonly #moduleCache: NodeJS.Dict<NodeJS.Module>;
  readonly #bundles = new Map<string, Bundle>();
  readonly #scripts: Script[] = [];
  #cache: CacheFile | undefined;
  /** What the first bundle has needed until the second one was required. */
  #early: Buffer | undefined;

  /** @param dist the folder of the bundles */
  constructor(dist: string, kind: ProcessKind) {
    this.#dist = dist;
    this.#kind = kind;
    this.#files = BUNDLES[kind].map(name => path.join(dist, name));
    // Where the hooks of a loader give the source of a file, as under Yarn, Node 22 gives it a `require` without a cache.
    this.#moduleCache = createRequire(path.join(dist, 'index.js')).cache;
  }

  /** Whether a module that was loaded before has loaded a part of the library. Then nothing may be loaded here. */
  get isThere(): boolean {
    return this.#files.some(file => this.#moduleCache[file] !== undefined);
  }

  /**
   * Loads the first `count` bundles, by default all of them. The others are loaded when they are required. Returns what the
   * first one exports. Undefined if the files are not there, or just being replaced: then Node loads what is there.
   */
  load(count = this.#files.length): object | undefined {
    const files = this.#files.slice(0, count);
    const texts = attempt(() => new Texts(files));
    if (!texts) return undefined;
    const hash = (texts.sources[0] as string).slice(-HASH_LENGTH - WRAPPER_TAIL.length, -WRAPPER_TAIL.length);
    // Each kind has a cache file of its own, with only the code that it runs.
    const name = [hash, process.versions.v8, process.arch, wordOfFlags(), this.#kind].join('-');
    this.#cache = new CacheFile(path.join(this.#dist, 'kept', name));
    for (const at of files.keys()) this.#compile(at, texts, at);
    // Only now, since a bundle that is run may load another one.
    for (const at of files.keys()) this.#run(at);
    return this.#bundles.get(files[0] as string)?.exports;
  }

  /** Makes the first bundle what Node finds for another file. */
  standFor(file: string): void {
    this.#moduleCache[file] = this.#moduleCache[this.#files[0] as string];
  }

  /** Saves the compiled library for later processes. Does nothing if a usable cache file exists. */
  save(): void {
    const isWhole = this.#scripts.length === this.#files.length;
    if (!this.#cache || !isWhole || this.#scripts.every(isFromCache)) return;
    const [first, ...others] = this.#scripts.map(script => () => script.createCachedData());
    writer().writeKept([() => this.#early ?? (first as () => Buffer)(), ...others], this.#cache.path);
  }

  #compile(at: number, texts: Texts, part: number): void {
    const cachedData = this.#cache?.next(texts);
    this.#scripts[at] = new Script(texts.sources[part] as string, {
      filename: this.#files[at] as string,
      columnOffset: -WRAPPER_HEAD.length,
      ...(cachedData && { cachedData }),
    });
  }

  /** Does what Node does for a CommonJS module. It finds the other bundles at once, without a look at the disk. */
  #run(at: number): void {
    const file = this.#files[at] as string;
    const nodeRequire = createRequire(file);
    const folder = path.dirname(file);
    const bundle = { id: file, filename: file, path: folder, exports: {}, loaded: true, children: [], paths: [] };
    this.#bundles.set(file, bundle);
    this.#moduleCache[file] = bundle as unknown as NodeJS.Module;
    const require = (specifier: string) =>
      (specifier.startsWith('.') && this.#required(path.join(folder, specifier))?.exports) || nodeRequire(specifier);
    this.#scripts[at]
      ?.runInThisContext()
      .call(bundle.exports, bundle.exports, Object.assign(require, nodeRequire), bundle, file, folder);
  }

  /** A bundle of this library. Undefined for other files: Node loads them. */
  #required(file: string): Bundle | undefined {
    const at = this.#scripts.length;
    if (file === this.#files[at] && !this.#moduleCache[file]) {
      const texts = attempt(() => new Texts([file]));
      if (!texts) return undefined;
      // Later programs have less to read until they come here, which is before their first child boots.
      const [first] = this.#scripts as [Script];
      const isUseful = this.#cache && !isFromCache(first) && writer().isWritable(this.#cache.path);
      if (isUseful) this.#early = first.createCachedData();
      this.#compile(at, texts, 0);
      this.#run(at);
    }
    return this.#bundles.get(file);
  }
}

/** Loaded late, since most processes do not need it. */
const writer = () => require('./write-kept') as typeof import('./write-kept');

/** Stands for the flags of this process. V8 rejects what was compiled with other ones. */
function wordOfFlags(): string {
  let word = 0;
  for (const character of [...process.execArgv, process.env['NODE_OPTIONS']].join(' '))
    word = (Math.imul(word, 31) + character.charCodeAt(0)) | 0;
  return (word >>> 0).toString(36);
}

const isFromCache = (script: Script) => script.cachedDataRejected === false;

/** The text of each module in the function that wraps it. */
class Texts {
  readonly sources: string[];
  /** Has held the texts. The cached data are read into it, since touching fresh memory is slower. */
  readonly memory: Buffer;
  /** When one of the files was last changed. */
  readonly changedAt: number;

  /** @throws Error if a file cannot be read, or is shorter than it was */
  constructor(files: readonly string[]) {
    const descriptors = files.map(file => openSync(file, 'r'));
    try {
      const stats = descriptors.map(descriptor => fstatSync(descriptor));
      this.changedAt = Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
      const lengths = stats.map(({ size }) => WRAPPER_HEAD.length + size + WRAPPER_TAIL.length);
      this.memory = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length));
      let end = 0;
      for (const [at, descriptor] of descriptors.entries()) {
        end += this.memory.write(WRAPPER_HEAD, end, 'latin1');
        const size = stats[at]?.size as number;
        if (readSync(descriptor, this.memory, end, size, null) < size) throw new Error(`${files[at]} was replaced`);
        end += size;
        end += this.memory.write(WRAPPER_TAIL, end, 'latin1');
      }
      // Each byte is a character: scripts/bundle.mjs sees to it. All texts are parts of one string, which V8 keeps apart
      // from the young objects since it has more than 128 KB. Three strings would fill half of their space, and cost most
      // children a garbage collection of 2 ms before their work.
      const text = this.memory.toString('latin1');
      let from = 0;
      this.sources = lengths.map(length => {
        const start = from;
        from += length;
        return text.slice(start, from);
      });
    } finally {
      for (const descriptor of descriptors) closeSync(descriptor);
    }
  }
}

/**
 * The cached data of the bundles, one after the other: the length in 4 bytes, and the data twice, because V8 does not check
 * them and crashes if they are damaged. Comparing the two is cheaper than a checksum.
 */
class CacheFile {
  readonly path: string;
  #end = 0;

  constructor(file: string) {
    this.path = file;
  }

  /** The next part, until `texts` is used again. Undefined if it is missing, damaged, or older than the texts. */
  next(texts: Texts): Buffer | undefined {
    return attempt(() => {
      const descriptor = openSync(this.path, 'r');
      try {
        const { mtimeMs, size } = fstatSync(descriptor);
        return mtimeMs < texts.changedAt ? undefined : this.#read(descriptor, size, texts.memory);
      } finally {
        closeSync(descriptor);
      }
    });
  }

  #read(descriptor: number, size: number, memory: Buffer): Buffer | undefined {
    readSync(descriptor, memory, 0, 4, this.#end);
    const length = memory.readUInt32LE();
    const start = this.#end + 4;
    this.#end = start + 2 * length;
    if (this.#end > size) return undefined;
    const both = 2 * length > memory.length ? Buffer.allocUnsafeSlow(2 * length) : memory.subarray(0, 2 * length);
    readSync(descriptor, both, 0, 2 * length, start);
    const data = both.subarray(0, length);
    return data.equals(both.subarray(length)) ? data : undefined;
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
