/** Parent side: finds the file that `--import` loads for a package. It may be another one than that of `require()`. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** https://nodejs.org/api/packages.html#conditional-exports */
const CONDITIONS = ['node-addons', 'node', 'import', 'module-sync', 'default'];

type Target = string | null | undefined | Target[] | { [condition: string]: Target };

/**
 * The path of the file. Undefined if the package has no `exports`, or no file for `import`. Does not know the flag
 * `--conditions`.
 * @throws Error if the package is not found
 */
export function importTarget(specifier: string, directory: string): string | undefined {
  const [, name = '', subpath = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? [];
  const folder = packageFolder(name, directory);
  const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { exports?: Target };
  const target = exports ? targetOf(exports, `.${subpath}`) : undefined;
  return target === undefined ? undefined : path.join(folder, target);
}

function packageFolder(name: string, directory: string): string {
  const folders = createRequire(path.join(directory, 'x.js')).resolve.paths(name) ?? [];
  const found = folders
    .map(folder => path.join(folder, name))
    .find(folder => existsSync(path.join(folder, 'package.json')));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

function targetOf(exports: Target, subpath: string): string | undefined {
  const isMap =
    typeof exports === 'object' && exports !== null && Object.keys(exports).some(key => key.startsWith('.'));
  if (!isMap) return subpath === '.' ? fileOf(exports) : undefined;
  const map = exports as { [subpath: string]: Target };
  if (Object.hasOwn(map, subpath)) return fileOf(map[subpath]);
  // The longest pattern wins.
  const patterns = Object.keys(map)
    .filter(key => key.includes('*'))
    .sort((a, b) => b.length - a.length);
  for (const pattern of patterns) {
    const [before = '', after = ''] = pattern.split('*');
    const fits = subpath.startsWith(before) && subpath.endsWith(after) && subpath.length >= pattern.length;
    if (fits)
      return fileOf(map[pattern])?.replaceAll('*', () => subpath.slice(before.length, subpath.length - after.length));
  }
  return undefined;
}

/** The file of the first condition that holds. */
function fileOf(target: Target): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  const targets = Array.isArray(target)
    ? target
    : Object.entries(target)
        .filter(([condition]) => CONDITIONS.includes(condition))
        .map(([, each]) => each);
  return targets.map(fileOf).find(file => file !== undefined);
}
