/** Child side: captures a class that its module does not export. */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { fileURLToPath } from 'node:url';
import { CAPTURE_FUNCTION } from '../../../classes/class-text';
import { attempt } from '../../../util/safely';
import { type Compilable, hookCompile } from '../hook-compile';
import { hasImportFlag, hasLoaderFlag } from '../loader-flags';
import { isTaskClass, type TaskClass } from '../task-class';
import { exportsClass, markClasses } from './mark-classes';

/** Loads a module by its path or URL. */
type LoadModule = (module: string) => Promise<unknown>;

export interface Capture<T> {
  loaded: T;
  /** Task classes that the module handed over, in the order of their evaluation. */
  captured: TaskClass[];
}

/**
 * Loads a module and captures its classes that may have a name, exported or not. Without that, a class that its module
 * neither exports nor uses could be garbage-collected before anything looks for it. Nothing is captured of an ES module
 * if this Node cannot change its text.
 */
export function captureClass(module: string, name: string, load: LoadModule): Capture<Promise<unknown>> {
  const captured: TaskClass[] = [];
  Object.assign(globalThis, {
    [CAPTURE_FUNCTION]: (...getters: (() => unknown)[]) => {
      for (const getter of getters) {
        const value = attempt(getter);
        if (isTaskClass(value)) captured.push(value);
      }
    },
  });
  const isUrl = module.startsWith('file:');
  const file = isUrl ? fileURLToPath(module) : module;
  const change: ChangeSource = source =>
    isExportedFrom(file, name)
      ? source
      : markClasses(source, { name, isExact: process.env['NODE_V8_COVERAGE'] !== undefined });
  const restore = [changeCompiled(file, change), ...(isUrl ? [changeLoaded(module, change)] : [])];
  const loaded = isUrl && !canChangeLoaded() && canRequire(module, name) ? requireEsm(module, load) : load(module);
  const restoreAll = () => {
    for (const each of restore) each();
  };
  loaded.then(restoreAll, restoreAll);
  return { loaded, captured };
}

/** Whether a TypeScript file exports the class. What a loader has made of it may not tell. */
const isExportedFrom = (file: string, name: string) =>
  /\.[cm]?tsx?$/.test(file) && exportsClass(attempt(() => readFileSync(file, 'utf8')) ?? '', name);

type ChangeSource = (source: string) => string;
type Extension = (module: Compilable, path: string) => unknown;

/** Changes the source of one module that is required. Returns a function that removes the hook. */
function changeCompiled(file: string, change: ChangeSource): () => void {
  return hookCompile((filename, source, compile) => compile(filename === file ? change(source) : source));
}

interface Loaded {
  format?: string;
  source?: string | Uint8Array | null;
}
interface Hooks {
  /** From Node 22.15 on. https://nodejs.org/api/module.html#moduleregisterhooksoptions */
  registerHooks?(hooks: {
    load(url: string, context: unknown, next: (url: string, context: unknown) => Loaded): Loaded;
  }): { deregister(): void };
}

const canChangeLoaded = () => (Module as Hooks).registerHooks !== undefined;

/** Changes the source of one module that is imported. Returns a function that removes the hook. */
function changeLoaded(url: string, change: ChangeSource): () => void {
  const hooks = (Module as Hooks).registerHooks?.({
    load(loadingUrl, context, next) {
      const loaded = next(loadingUrl, context);
      if (loadingUrl !== url || !/^(module|commonjs)/.test(loaded.format ?? '') || !loaded.source) return loaded;
      return { ...loaded, source: change(Buffer.from(loaded.source).toString()) };
    },
  });
  return () => hooks?.deregister();
}

/** Whether require() may load the ES module: Node alone loads it, from a file with its text. */
function canRequire(url: string, name: string): boolean {
  const file = fileURLToPath(url);
  if (!/\.m?js$/.test(file) || hasImportFlag()) return false;
  // require() drops a query, and what `--require` has registered may compile the module to CommonJS. Only a hidden class is
  // worth that risk: import() would not find it.
  return (!/[?#]/.test(url) && !hasLoaderFlag()) || isHidden(file, name);
}

/** Whether the text of an ES module does not export the class, as far as can be seen. */
function isHidden(file: string, name: string): boolean {
  const source = attempt(() => readFileSync(file, 'utf8'));
  return source !== undefined && !exportsClass(source, name);
}

/**
 * Loads an ES module by require(), for a Node that has no hooks which change what it imports (20). It gives the same
 * module as import(), 5 ms sooner, since Node 20 reads what it imports in its thread pool.
 */
async function requireEsm(url: string, load: LoadModule): Promise<unknown> {
  const { emitWarning } = process;
  // Node 22 warned at first that this is experimental.
  const emitOthers = (warning: string | Error, ...rest: unknown[]) => {
    const isOurs = rest[0] === 'ExperimentalWarning' && /require\(\)/.test(String(warning));
    if (!isOurs) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  process.emitWarning = emitOthers as typeof emitWarning;
  const extensions = (Module as unknown as { _extensions: Record<string, Extension | undefined> })._extensions;
  const { '.mjs': loadMjs } = extensions;
  // Node 20.19.0 goes past the hook.
  const compileMjs: Extension = (module, path) => module._compile(readFileSync(path, 'utf8'), path, 'module');
  if (loadMjs) extensions['.mjs'] = compileMjs;
  let failure: unknown;
  try {
    return require(fileURLToPath(url));
  } catch (error) {
    failure = error;
  } finally {
    // Unless the module has replaced them too.
    if (process.emitWarning === emitOthers) process.emitWarning = emitWarning;
    if (extensions['.mjs'] === compileMjs) extensions['.mjs'] = loadMjs;
  }
  return importAfter(failure, url, load);
}

/**
 * import() may load what require() could not, as a module that awaits at its top level, or says more about why not. If the
 * module itself has thrown, it does not run again, and import() rejects with the same error.
 */
async function importAfter(failure: unknown, url: string, load: LoadModule): Promise<unknown> {
  // What Node could not link, it imports by another URL alone.
  for (const each of [url, `${url}?again`]) {
    try {
      return await load(each);
    } catch (error) {
      if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_INTERNAL_ASSERTION') throw error;
    }
  }
  throw failure;
}
