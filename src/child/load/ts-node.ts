/** Child side: the parent's ts-node, without its type check, and loaded only once a TypeScript file is. */
import Module from 'node:module';
import type { TsNode } from '../../protocol/to-child';

const EXTENSIONS = ['.ts', '.tsx', '.cts', '.mts'];

type Loader = (module: NodeJS.Module, filename: string) => unknown;

/** A child whose class is in a JavaScript file need not load the compiler, 300 ms. */
export function registerTsNode({ path, options }: TsNode): void {
  const loaders = (Module as unknown as { _extensions: Record<string, Loader | undefined> })._extensions;
  const before = EXTENSIONS.map(extension => loaders[extension]);
  const loadFirst: Loader = (module, filename) => {
    EXTENSIONS.forEach((extension, at) => {
      if (before[at]) loaders[extension] = before[at];
      else delete loaders[extension];
    });
    const { register } = require(path) as { register(options: object): void };
    register(options);
    const extension = filename.slice(filename.lastIndexOf('.'));
    return (loaders[extension] ?? (loaders['.js'] as Loader))(module, filename);
  };
  for (const extension of EXTENSIONS) loaders[extension] = loadFirst;
}
