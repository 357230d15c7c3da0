/**
 * Both sides: loads bundles of the library with the code that V8 compiled in an earlier process. scripts/bundle.mjs puts this
 * room into each file that needs it, since it comes before the bundles.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { attempt } from './attempt';
import { CacheFile, partOf } from './cache-file';
import { Texts, WRAPPER_HEAD } from './texts';

/** The bundles of each kind of process. scripts/bundle.mjs makes them, and puts their hash at the end of the first. */
export const BUNDLES = {
  /** A child with a task. */
  once: ['index.js', 'child/index.js'],
  /** A child with a loop. */
  loop: ['index.js', 'child/index.js', 'child/loop/index.js'],
  /** A program. Its first child boots while it loads the second bundle. */
  program: ['index.js', 'parent/index.js'],
};

export type ProcessKind = keyof typeof BUNDLES;

/** The end of the first bundle. V8 itself compares only the length of a text with its cached data. */
const HASH = /\/\/ ([0-9a-f]{16})\n\}\)$/;

/**
 * Whether this process may run what an earlier one has compiled. Cached code makes coverage less exact.
 * https://nodejs.org/api/module.html#module-compile-cache
 */
export function isCacheAllowed(): boolean {
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
  /** When the texts of each script were last changed, as `Texts` has it. */
  readonly #changedAt: number[] = [];
  #cacheFile: CacheFile | undefined;

  /** @param dist the folder of the bundles */
  constructor(dist: string, kind: ProcessKind) {
    this.#dist = dist;
    this.#kind = kind;
    this.#files = BUNDLES[kind].map(name => path.join(dist, name));
    // Where the hooks of a loader give the source of a file, as under Yarn, Node 22 gives it a `require` without a cache.
    this.#moduleCache = createRequire(path.join(dist, 'index.js')).cache;
  }

  /** Whether a module that was loaded before has loaded a part of the library. Then nothing may be loaded here. */
  get isLoaded(): boolean {
    return this.#files.some(file => this.#moduleCache[file] !== undefined);
  }

  /**
   * Loads the next `count` bundles, by default all of them. The others are loaded when they are required. Returns what the
   * first of them exports. Undefined if the files are not there, or just being replaced: then Node loads what is there.
   */
  load(count = this.#files.length): object | undefined {
    const first = this.#scripts.length;
    const files = this.#files.slice(first, first + count);
    const texts = attempt(() => new Texts(files));
    if (!texts) return undefined;
    this.#cacheFile ??= this.#cacheFileFor(texts);
    if (!this.#cacheFile) return undefined;
    for (const [at, file] of files.entries()) {
      const cachedData = this.#cacheFile.next(texts);
      const options = { filename: file, columnOffset: -WRAPPER_HEAD.length, ...(cachedData && { cachedData }) };
      this.#scripts.push(new Script(texts.sources[at] as string, options));
      this.#changedAt.push(texts.changedAt);
    }
    // Only now, since a bundle that is run may load another one.
    for (const [at, file] of files.entries()) this.#run(file, this.#scripts[first + at] as Script);
    return this.#bundles.get(files[0] as string)?.exports;
  }

  /** From now on, `require(file)` gives the first bundle. */
  standFor(file: string): void {
    this.#moduleCache[file] = this.#moduleCache[this.#files[0] as string];
  }

  /** Saves the compiled library for later processes. Does nothing if a usable cache file exists. */
  save(): void {
    const isWhole = this.#scripts.length === this.#files.length;
    if (!this.#cacheFile || !isWhole || this.#scripts.every(isFromCache)) return;
    // Loaded late, since most processes do not need it.
    const { writeCache } = require('./write-cache') as typeof import('./write-cache');
    const parts = () => this.#scripts.map((script, at) => partOf(script, this.#changedAt[at] as number));
    writeCache(() => Buffer.concat(parts()), this.#cacheFile.path);
  }

  /** Undefined if the text is not that of the library: a bundler may have put this file into another folder. */
  #cacheFileFor(texts: Texts): CacheFile | undefined {
    const [, hash] = HASH.exec((texts.sources[0] as string).slice(-32)) ?? [];
    // Each kind has a cache file of its own, with only the code that it runs.
    const words = [hash, process.versions.v8, process.arch, flagsHash(), this.#kind];
    return hash === undefined ? undefined : new CacheFile(path.join(this.#dist, 'kept', words.join('-')));
  }

  /** Does what Node does for a CommonJS module. It finds the other bundles at once, without a look at the disk. */
  #run(file: string, script: Script): void {
    const nodeRequire = createRequire(file);
    const folder = path.dirname(file);
    const bundle = { id: file, filename: file, path: folder, exports: {}, loaded: true, children: [], paths: [] };
    this.#bundles.set(file, bundle);
    this.#moduleCache[file] = bundle as unknown as NodeJS.Module;
    const require = (specifier: string) =>
      (specifier.startsWith('.') && this.#requireBundle(path.join(folder, specifier))) || nodeRequire(specifier);
    script
      .runInThisContext()
      .call(bundle.exports, bundle.exports, Object.assign(require, nodeRequire), bundle, file, folder);
  }

  /** What a bundle of this library exports. Undefined for other files: Node loads them. */
  #requireBundle(file: string): object | undefined {
    const isNext = file === this.#files[this.#scripts.length] && !this.#moduleCache[file];
    return isNext ? this.load(1) : this.#bundles.get(file)?.exports;
  }
}

const isFromCache = (script: Script) => script.cachedDataRejected === false;

/**
 * Stands for the names of the flags of this process. V8 rejects what was compiled with other flags of its own, so programs
 * with different ones would replace each other's files.
 */
function flagsHash(): string {
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')];
  const names = flags.filter(flag => flag.startsWith('-')).map(flag => flag.split('=', 1)[0]);
  let hash = 0;
  for (const character of names.join(' ')) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return (hash >>> 0).toString(36);
}
