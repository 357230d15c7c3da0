/** Child side: loads TypeScript in a child that has inherited nothing for it, as under Vitest and Jest. */
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { PrimeOrder } from '../../protocol/to-child';
import { attempt } from '../../util/safely';
import { hasLoaderFlag } from './loader-flags';

type ImportModule = (url: string) => Promise<unknown>;
/** Loads a module: by `require` if it is a path, by `import` if it is a URL. */
type Load = (module: string) => Promise<unknown>;

/**
 * Loads a module with the first that can do it: what the child has inherited; Node's own type stripping; a loader that
 * is installed. `load` loads without any loader of ours.
 */
export async function loadTypeScript(order: PrimeOrder, load: Load, importModule: ImportModule): Promise<unknown> {
  const { module } = order;
  const file = module.startsWith('file:') ? fileURLToPath(module) : module;
  if (order.tsNode) return load(module);
  findSourceFiles();
  let cause: unknown;
  if (canStrip() || hasLoaderFlag()) {
    try {
      return await load(module);
    } catch (error) {
      if (!isForLoader(error)) throw error;
      cause = error;
    }
  }
  for (const [name, register] of LOADERS) {
    const entry = attempt(() => createRequire(file).resolve(name));
    if (entry === undefined) continue;
    let registered: Load | undefined;
    try {
      registered = await register(file, importModule);
    } catch {
      // It does not run here, as ts-node does not with TypeScript 7.
      continue;
    }
    if (isLogging) debugLog(order.target.name, `TypeScript is loaded by ${name} (${entry})`);
    return (registered ?? load)(cause && module.startsWith('file:') ? afresh(module) : module);
  }
  try {
    if (cause) throw cause;
    return await load(module);
  } catch (error) {
    throw isForLoader(error) ? new NoLoaderError(error as Error) : error;
  }
}

/** Node 20 remembers that it could not load a URL. */
const afresh = (url: string) => (canStrip() ? url : `${url}?typescript`);

class NoLoaderError extends Error {
  constructor(cause: Error) {
    const names = LOADERS.map(([name]) => name).join(', ');
    super(
      `${cause.message}: a child needs a loader for this TypeScript, and none is installed where the module is (${names}): run "npm install --save-dev tsx", and the child finds it by itself; or compile the module, and set "static override MODULE = '/path/of/the/compiled/module.js'"`,
      { cause },
    );
    this.name = cause.name;
  }
}

/** From Node 22.18 on, or by a flag before that. */
const canStrip = () => Boolean((process.features as { typescript?: unknown }).typescript);

/** Errors that another loader may not meet. An ES module that was not linked has run nothing yet. */
const CODES =
  /^(ERR_UNKNOWN_FILE_EXTENSION|ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|ERR_INVALID_TYPESCRIPT_SYNTAX|ERR_(UNSUPPORTED_DIR_IMPORT|MODULE_NOT_FOUND)|ERR_REQUIRE_ESM|ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING|MODULE_NOT_FOUND)$/;

function isForLoader(error: unknown): boolean {
  const { code, name } = Object(error) as NodeJS.ErrnoException;
  return name === 'SyntaxError' || CODES.test(code ?? '');
}

/** What can be registered in this process, best first. Each returns how to load the module, if that is not `load`. */
const LOADERS: [name: string, register: (file: string, importModule: ImportModule) => Promise<Load | undefined>][] = [
  ['tsx', registerTsx],
  ['ts-node', registerTsNode],
  ['@swc-node/register', registerSwcNode],
  ['jiti', registerJiti],
];

const urlOf = (file: string, specifier: string) => pathToFileURL(createRequire(file).resolve(specifier)).href;

async function registerTsx(file: string, importModule: ImportModule): Promise<undefined> {
  await importModule(urlOf(file, 'tsx'));
}

/** Complaints of TypeScript about options that are not its own: `module` is changed here, `rootDir` may be missing. */
const IGNORED = [5011, 5095, 5107, 5109, 5110, 5101];

async function registerTsNode(file: string): Promise<Load | undefined> {
  const requireThere = createRequire(file);
  if (isEsModule(file)) {
    const variable = 'TS_NODE_IGNORE_DIAGNOSTICS';
    const { [variable]: before } = process.env;
    // The thread of the hooks, which register() awaits, takes over the variables of this process.
    process.env[variable] = before ?? IGNORED.join();
    Module.register(urlOf(file, 'ts-node/esm/transpile-only'));
    if (before === undefined) delete process.env[variable];
    return undefined;
  }
  const { register } = requireThere('ts-node') as { register(options: object): void };
  const project = nearest(path.dirname(file), 'tsconfig.json');
  register({
    transpileOnly: true,
    ignoreDiagnostics: IGNORED,
    compilerOptions: { module: 'commonjs' },
    ...(project && { project }),
  });
  return async () => requireThere(file);
}

async function registerSwcNode(file: string, importModule: ImportModule): Promise<Load | undefined> {
  const requireThere = createRequire(file);
  if (isEsModule(file)) {
    await importModule(urlOf(file, '@swc-node/register/esm-register'));
    return undefined;
  }
  requireThere('@swc-node/register');
  return async () => requireThere(file);
}

interface Jiti {
  (file: string): unknown;
  import?(file: string): Promise<unknown>;
}

async function registerJiti(file: string): Promise<Load> {
  const exported = createRequire(file)('jiti') as ((file: string) => Jiti) & { createJiti?(file: string): Jiti };
  const jiti = (exported.createJiti ?? exported)(file);
  return async () => (jiti.import ? jiti.import(file) : jiti(file));
}

/** Whether Node takes a file for an ES module, by its name and its package. */
function isEsModule(file: string): boolean {
  if (/\.[mc]ts$/.test(file)) return file.endsWith('.mts');
  const manifest = nearest(path.dirname(file), 'package.json');
  return manifest !== undefined && attempt(() => JSON.parse(readFileSync(manifest, 'utf8')).type) === 'module';
}

/** The file of this name in the folder or the nearest one above. */
function nearest(folder: string, name: string): string | undefined {
  const file = path.join(folder, name);
  if (existsSync(file)) return file;
  const above = path.dirname(folder);
  return above === folder ? undefined : nearest(above, name);
}

interface Hooks {
  /** From Node 22.15 on. https://nodejs.org/api/module.html#moduleregisterhooksoptions */
  registerHooks?(hooks: {
    resolve(specifier: string, context: Context, next: Resolve): unknown;
    load(url: string, context: { format?: string }, next: (url: string, context: object) => unknown): unknown;
  }): void;
}
type Context = { parentURL?: string; conditions?: string[] };
type Resolve = (specifier: string, context: Context) => unknown;
type ResolveFilename = (specifier: string, parent: { filename?: string } | undefined, ...rest: unknown[]) => string;

/** TypeScript's own names for the source of a file. */
const SOURCES: Record<string, string[]> = {
  '.js': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
  '.jsx': ['.tsx'],
};
const ADDED = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];

/** Lets imports of the user's own files leave out the extension, or name the `.js` that a `.ts` is compiled to. */
function findSourceFiles(): void {
  const { registerHooks } = Module as Hooks;
  if (!registerHooks) return findRequiredFiles();
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const found = insteadOf(error, specifier, context.parentURL);
        // require() takes no URL.
        return next(context.conditions?.includes('require') ? fileURLToPath(found) : found, context);
      }
    },
    load(url, context, next) {
      const isModule = context.format === 'commonjs-typescript' && url.startsWith('file:') && hasModuleSyntax(url);
      return next(url, isModule ? { ...context, format: 'module-typescript' } : context);
    },
  });
}

/**
 * Whether a file is written with import and export, as TypeScript is in a package of CommonJS too. Where only the types
 * are stripped, that is an ES module.
 */
const hasModuleSyntax = (url: string) =>
  /^\s*(import\s*['"{*\w]|export\s*[{*\w])/m.test(attempt(() => readFileSync(fileURLToPath(url), 'utf8')) ?? '');

/** The same for `require` on a Node without hooks. */
function findRequiredFiles(): void {
  const internals = Module as unknown as { _resolveFilename: ResolveFilename };
  const { _resolveFilename: resolve } = internals;
  internals._resolveFilename = (specifier, parent, ...rest) => {
    try {
      return resolve(specifier, parent, ...rest);
    } catch (error) {
      const parentURL = parent?.filename && pathToFileURL(parent.filename).href;
      return fileURLToPath(insteadOf(error, specifier, parentURL));
    }
  };
}

/** The URL of the source that was meant by what was not found. @throws the error if there is none */
function insteadOf(error: unknown, specifier: string, parentURL = ''): string {
  const { code = '' } = Object(error) as NodeJS.ErrnoException;
  const isOwn = /^(\.\.?(\/|$)|file:)/.test(specifier) && !parentURL.includes('/node_modules/');
  const isMissing = isOwn && /MODULE_NOT_FOUND|ERR_UNSUPPORTED_DIR_IMPORT/.test(code);
  const found = isMissing && attempt(() => sourceOf(new URL(specifier, parentURL || undefined)));
  if (!found) throw error;
  return found;
}

/** The URL of the source that an import means; undefined if there is none. */
function sourceOf(url: URL): string | undefined {
  const file = fileURLToPath(url);
  const extension = path.extname(file);
  const stem = file.slice(0, file.length - extension.length);
  const candidates = [
    ...(SOURCES[extension] ?? []).map(each => stem + each),
    ...ADDED.map(each => file + each),
    ...ADDED.map(each => path.join(file, `index${each}`)),
  ];
  const found = candidates.find(each => existsSync(each));
  return found && pathToFileURL(found).href;
}
