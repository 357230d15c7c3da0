/** Child side: what a child process is started with: loads the library, with what V8 made of it in an earlier child. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** The library, in one file. */
const FILE = path.join(__dirname, '../index.js');
/** Characters of the hash that is its last line. For a text of the same length, V8 would take what it made of another. */
const HASH = 16;
/** 'once' or 'loop', before the user's arguments: each kind keeps what it runs itself, and loads nothing of the other's. */
const [kind = 'once'] = process.argv.splice(2, 1);
/** As Node wraps a module. */
const HEAD = '(function (exports, require, module, __filename, __dirname) { ';
/** ms after which what is rejected is replaced. */
const LEAST_AGE = 60_000;
/** Here, since what comes from V8's store cannot import on Node 20. */
export const importModule = (url: string): Promise<unknown> => import(url);

/** Leaves what has been compiled to the children that follow, where nobody has and this process may write. */
export let keep = (): void => {};

const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
// What is kept makes coverage less exact. https://nodejs.org/api/module.html#module-compile-cache
if (NODE_DISABLE_COMPILE_CACHE === undefined && NODE_V8_COVERAGE === undefined) loadLibrary();
require('./main');

/** To compile it takes 2 to 4 ms of the 30 that a start takes; Node's own compile cache, from 22.8 on, takes as long. */
function loadLibrary(): void {
  const source = readFileSync(FILE, 'latin1');
  const { mtimeMs } = statSync(FILE);
  const name = [source.slice(-HASH), mtimeMs.toString(36), process.versions.v8, process.arch, kind].join('-');
  const kept = path.join(__dirname, '../kept', name);
  const cachedData = readKept(kept);
  const script = new Script(`${HEAD}${source}\n})`, {
    filename: FILE,
    columnOffset: -HEAD.length,
    ...(cachedData && { cachedData }),
  });
  const require = createRequire(FILE);
  const entry = {
    id: FILE,
    filename: FILE,
    path: path.dirname(FILE),
    exports: {},
    loaded: true,
    children: [],
    paths: [],
  };
  require.cache[FILE] = entry as unknown as NodeJS.Module;
  script.runInThisContext().call(entry.exports, entry.exports, require, entry, FILE, entry.path);
  if (script.cachedDataRejected !== false) keep = () => write(script, kept);
}

/** V8 rejects what was made with other flags of its own, of which two sets may take turns. True where there is nothing. */
function isOld(kept: string): boolean {
  const { mtimeMs = 0 } = statSync(kept, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs > LEAST_AGE;
}

/** It is there twice: V8 does not look for damage, and dies of it; to compare two halves takes less than to sum one up. */
function readKept(kept: string): Buffer | undefined {
  try {
    const twice = readFileSync(kept);
    const once = twice.subarray(0, twice.length / 2);
    return once.equals(twice.subarray(once.length)) ? once : undefined;
  } catch {
    return undefined;
  }
}

function write(script: Script, kept: string): void {
  const draft = `${kept}.${process.pid}`;
  try {
    if (!isOld(kept)) return;
    mkdirSync(path.dirname(kept), { recursive: true });
    // Before the work, which is in vain where it may not write.
    writeFileSync(draft, '');
    try {
      const once = script.createCachedData();
      writeFileSync(draft, Buffer.concat([once, once]), { flush: true });
      renameSync(draft, kept);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch {
    // It may not write there, or there is no room: the next one compiles too.
  }
}
