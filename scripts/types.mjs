/**
 * Finishes the declarations that tsc wrote to dist/.
 *
 * An import for its effect alone is taken out: it declares nothing, and the file that it names may import modules in a
 * way that a user's compiler options do not allow.
 *
 * Most declarations are of inner files. Only the tests need these, so `dist/.npmignore` keeps them out of the package.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const EFFECT_ONLY = /^import '[^']+';\n/gm;
/** The relative specifiers of a declaration file: `from './side'`, `import("./model/types")`. */
const RELATIVE = /(?:from |import\()['"](\.[^'"]+)['"]/g;

/** @param entries the files in `dist` that users import, without their ending */
export function finishTypes(dist, entries) {
  const reached = new Set();
  const visit = name => {
    if (reached.has(name)) return;
    reached.add(name);
    const file = path.join(dist, `${name}.d.ts`);
    const text = readFileSync(file, 'utf8').replaceAll(EFFECT_ONLY, '');
    writeFileSync(file, text);
    for (const [, specifier] of text.matchAll(RELATIVE)) visit(path.posix.join(path.posix.dirname(name), specifier));
  };
  for (const entry of entries) visit(entry);
  const inner = readdirSync(dist, { recursive: true })
    .map(file => file.replaceAll(path.sep, '/'))
    .filter(file => file.endsWith('.d.ts') && !reached.has(file.slice(0, -'.d.ts'.length)))
    .sort();
  writeFileSync(path.join(dist, '.npmignore'), `${inner.map(file => `/${file}`).join('\n')}\n`);
}
