/** Child side: loads a module of the user's. */
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import type { PrimeOrder } from '../protocol/to-child';
import { boot } from './booted';

/**
 * Gives what it exports. Node takes 3 ms less to require an ES module than to import it. It can where neither that nor
 * what it imports awaits anything at the top level, which it finds out before it runs any of it.
 * https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
 */
export async function loadModule({ module, load }: Pick<PrimeOrder, 'module' | 'load'>): Promise<unknown> {
  if (load === 'require') return require(module);
  try {
    const exported: unknown = isRequirable(module) && require(fileURLToPath(module));
    // Something else, where one of its exports has the name 'module.exports'.
    if (types.isModuleNamespaceObject(exported)) return exported;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
  }
  return boot().importModule(module);
}

/** A loader may make something else of a module where it is required. */
const LOADER = /(^|\s)(-r|--require|--import|--loader|--experimental-loader)\b/;

function isRequirable(url: string): boolean {
  const { require_module: isThere } = process.features as { require_module?: boolean };
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  return isThere === true && /^file:[^?#]*\.m?js$/.test(url) && !flags.some(flag => LOADER.test(flag));
}
