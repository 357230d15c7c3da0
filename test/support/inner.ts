/** Gives tests the inner modules of the library as it is built: see scripts/bundle.mjs. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './fixture';

/** The module of `dist/` that was built from the file `name` of `src/`, as in `parent/end/registry`. */
export function inner<Module>(name: string): Module {
  return modulesOf(bundleOf(name))[keyOf(name)] as Module;
}

/** The same as an expression, for the code of another process. */
export const innerCode = (name: string): string =>
  `require(${JSON.stringify(bundleOf(name))})[Symbol.for('offspring-rx.inner')].${keyOf(name)}`;

const keyOf = (name: string) => name.replaceAll(/\W/g, '_');

const modulesOf = (bundle: string): Record<string, unknown> => require(bundle)[Symbol.for('offspring-rx.inner')];

/** The bundle that has the module: that of its folder, or of one above it. */
function bundleOf(name: string, folder = path.dirname(name)): string {
  const bundle = path.join(ROOT, 'dist', folder, 'index.js');
  const hasModule = folder === '.' || (existsSync(bundle) && keyOf(name) in modulesOf(bundle));
  return hasModule ? bundle : bundleOf(name, path.dirname(folder));
}
