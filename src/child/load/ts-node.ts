/** Child side: registers the ts-node of the parent when the first TypeScript file is loaded. */
import Module from 'node:module';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import type { TsNode } from '../../protocol/to-child';

const EXTENSIONS = ['.ts', '.tsx', '.cts', '.mts'];

type Loader = (module: NodeJS.Module, filename: string) => unknown;

/** Loading the compiler takes 300 ms, so a child that loads only JavaScript never does. */
export function registerTsNode({ path, options }: TsNode): void {
  const loaders = (Module as unknown as { _extensions: Record<string, Loader | undefined> })._extensions;
  const previous = EXTENSIONS.map(extension => loaders[extension]);
  const loadFirstFile: Loader = (module, filename) => {
    EXTENSIONS.forEach((extension, index) => {
      if (previous[index]) loaders[extension] = previous[index];
      else delete loaders[extension];
    });
    const { register } = require(path) as { register(options: object): void };
    if (isLogging) debugLog('this process', `TypeScript is loaded by the ts-node of the parent (${path})`);
    register(options);
    const extension = filename.slice(filename.lastIndexOf('.'));
    return (loaders[extension] ?? (loaders['.js'] as Loader))(module, filename);
  };
  for (const extension of EXTENSIONS) loaders[extension] = loadFirstFile;
}
