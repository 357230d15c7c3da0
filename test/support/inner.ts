/** Gives tests the inner modules of the library as it is built: see scripts/bundle.mjs. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './fixture';

/** The module of `dist/` that was built from the file `name` of `src/`, as in `parent/end/registry`. */
export function inner<Module>(name: string): Module {
  return require(bundleOf(name))[Symbol.for('offspring-rx.inner')][keyOf(name)];
}

/** The same as an expression, for the code of another process. */
export const innerCode = (name: string): string =>
  `require(${JSON.stringify(bundleOf(name))})[Symbol.for('offspring-rx.inner')].${keyOf(name)}`;

const keyOf = (name: string) => name.replaceAll(/\W/g, '_');

/** The bundle of the folder, or of the next one above it that has a bundle. */
function bundleOf(name: string): string {
  const folder = path.dirname(name);
  const bundle = path.join(ROOT, 'dist', folder, 'index.js');
  return existsSync(bundle) || folder === '.' ? bundle : bundleOf(folder);
}
