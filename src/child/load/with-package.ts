/**
 * Child side: tells Node the file of this package while it loads the module of the class. The parent knows it. Node alone
 * would read the `exports` of package.json, which takes a new process 2.5 ms.
 */
import Module from 'node:module';
import { hasLoaderFlag } from './loader-flags';

const NAME = 'offspring-rx';

type Resolve = (this: unknown, request: string, parent?: NodeJS.Module, isMain?: boolean, options?: object) => string;

/** Calls `load`. Until it returns, `module` gets `packageFile` for the name of this package. */
export function withPackage<T>(module: string, packageFile: string, load: () => T): T {
  if (hasLoaderFlag()) return load();
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const { _resolveFilename: resolve } = loader;
  const resolvePackage: Resolve = function (request, parent, isMain, options) {
    const isKnown = request === NAME && parent?.filename === module && options === undefined;
    return isKnown ? packageFile : resolve.call(this, request, parent, isMain, options);
  };
  loader._resolveFilename = resolvePackage;
  try {
    return load();
  } finally {
    // Unless the module has replaced it too.
    if (loader._resolveFilename === resolvePackage) loader._resolveFilename = resolve;
  }
}
