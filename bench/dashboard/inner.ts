/** Gives the benchmark the inner modules of the library as it is built: see scripts/bundle.mjs. */
import path from 'node:path';
import { ROOT } from '../suite/places';

/** The module `name` of the bundle of a folder, as in `('dashboard/server', 'token')`. */
export function inner<Module>(folder: string, name: string): Module {
  const bundle = require(path.join(ROOT, 'dist', folder, 'index.js'));
  return bundle[Symbol.for('offspring-rx.inner')][path.posix.join(folder, name).replaceAll(/\W/g, '_')];
}
