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
export function captureClass(module: string, name: string, load: () => Promise<unknown>): Capture<Promise<unknown>> {
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
  const loaded = isUrl && !canChangeLoaded() && isPlain(module, name) ? requireEsm(file, load) : load();
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

/** Whether Node alone loads the ES module, from a file with its text. */
function isPlain(url: string, name: string): boolean {
  if (!/\.m?js$/.test(url) || hasImportFlag()) return false;
  // What `--require` has registered might compile the module to CommonJS. A hidden class is not found without that risk.
  return !hasLoaderFlag() || isHidden(fileURLToPath(url), name);
}

/** Whether the text of an ES module does not export the class, as far as can be seen. */
function isHidden(file: string, name: string): boolean {
  const source = attempt(() => readFileSync(file, 'utf8'));
  return source !== undefined && !exportsClass(source, name);
}

/**
 * Loads an ES module by require(), for a Node that has no hooks which change what it imports (20). It gives the same
 * module as import(), 4 ms sooner, since Node 20 imports by way of its threads. If the module awaits at its top level,
 * `load` loads it.
 */
async function requireEsm(file: string, load: () => Promise<unknown>): Promise<unknown> {
  const { emitWarning } = process;
  // Node 22 warned at first that this is experimental.
  process.emitWarning = () => {};
  const extensions = (Module as unknown as { _extensions: Record<string, Extension | undefined> })._extensions;
  const { '.mjs': loadMjs } = extensions;
  // Node 20.19.0 goes past the hook.
  if (loadMjs) extensions['.mjs'] = (module, path) => module._compile(readFileSync(path, 'utf8'), path, 'module');
  try {
    return require(file);
  } catch (error) {
    const { code = '' } = Object(error) as NodeJS.ErrnoException;
    if (!/^ERR_REQUIRE_(ASYNC_MODULE|ESM|CYCLE_MODULE)$/.test(code)) throw error;
  } finally {
    process.emitWarning = emitWarning;
    if (loadMjs) extensions['.mjs'] = loadMjs;
  }
  return load();
}
