/**
 * Child side: while the module of the class is loaded, answers its `require` or `import` of this package with the file that
 * the parent has found. Node alone would read the `exports` of package.json, which takes a new process 2 ms.
 */
import Module from 'node:module';
import { hasLoaderFlag } from './loader-flags';

const NAME = 'offspring-rx';

type Resolve = (this: unknown, request: string, parent?: NodeJS.Module, isMain?: boolean, options?: object) => string;

/** Calls `load`. Until it returns, `module` gets `file` if it requires this package. */
export function requireWithPackage<T>(module: string, file: string, load: () => T): T {
  if (hasLoaderFlag()) return load();
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const { _resolveFilename: resolve } = loader;
  const resolvePackage: Resolve = function (request, parent, isMain, options) {
    const isKnown = request === NAME && parent?.filename === module && options === undefined;
    return isKnown ? file : resolve.call(this, request, parent, isMain, options);
  };
  loader._resolveFilename = resolvePackage;
  try {
    return load();
  } finally {
    // Unless the module has replaced it too.
    if (loader._resolveFilename === resolvePackage) loader._resolveFilename = resolve;
  }
}

interface Resolved {
  url: string;
  format?: string;
  shortCircuit?: boolean;
}
type ResolveHook = (
  specifier: string,
  context: { parentURL?: string; conditions: readonly string[] },
  next: (specifier: string, context: object) => Resolved,
) => Resolved;
/** From Node 22.15 on. https://nodejs.org/api/module.html#moduleregisterhooksoptions */
const { registerHooks } = Module as { registerHooks?(hooks: { resolve: ResolveHook }): { deregister(): void } };

/** Calls `load`. Until it is done, the module with the URL `module` gets the ES module `url` if it imports this package. */
export async function importWithPackage<T>(module: string, url: string, load: () => Promise<T>): Promise<T> {
  if (!registerHooks || hasLoaderFlag()) return load();
  const hooks = registerHooks({
    // Not for what an ES module requires, by createRequire().
    resolve: (specifier, context, next) =>
      specifier === NAME && context.parentURL === module && context.conditions.includes('import')
        ? { url, format: 'module', shortCircuit: true }
        : next(specifier, context),
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
