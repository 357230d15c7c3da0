/** Both sides: the cache of loaded CommonJS modules. */
import { createRequire } from 'node:module';

/** Not `require.cache` of this module: a TypeScript loader may pass a `require` that has no cache. */
export const moduleCache = createRequire(__filename).cache;
