/** Both sides: the CommonJS modules of this process. */
import { createRequire } from 'node:module';

/** Not the `require` of this module: a TypeScript loader may give one that has no cache. */
export const moduleCache = createRequire(__filename).cache;
