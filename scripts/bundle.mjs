/**
 * Finishes dist/ after tsc. The files that a child loads become one bundle, because each file that is loaded before
 * `run()` costs 0.5 to 1.5 ms. There are two bundles: `index.js` for the core, and `pool/index.js` for what a worker of
 * a pool loads in addition. The folder of a file decides which bundle it belongs to: see BUNDLES.
 *
 * The bundles keep their lines and names: users see them in stack traces. Leaving out the white space would save a start
 * no time that can be measured.
 *
 * Each public entry also gets an ES module that names its exports. Without it, Node 20 takes 5 ms to detect the names
 * when an ES module imports the CommonJS file. The declarations are finished by types.mjs.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleRxjs } from './bundle-rxjs.mjs';
import { finishTypes } from './types.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');

/**
 * Files that no bundle holds: those below a folder `parent/`, at any level, and those that only a parent uses. `boot`
 * stays separate too: a child is started with it, and it loads the core bundle. `claim-thread-main` is what a thread runs,
 * and `typescript` is only for a class in a TypeScript module.
 */
const SEPARATE =
  /(^|\/)parent\/|^(operators|supervise|testing|bullmq)\/|^child\/boot$|^child\/load\/typescript$|^pool\/child\/claim-thread-main$/;

/** Every other file belongs to the first bundle whose folder it is below. */
const BUNDLES = [
  { entry: 'pool/index', folder: 'pool/' },
  { entry: 'index', folder: '' },
];

const bundleOf = name => (SEPARATE.test(name) ? undefined : BUNDLES.find(({ folder }) => name.startsWith(folder)));

/** The property of a bundle's exports that gives files outside of the bundle access to its inner modules. */
const INNER = `[Symbol.for('offspring-rx.inner')]`;

const filesOf = ending =>
  readdirSync(DIST, { recursive: true })
    .map(file => file.replaceAll(path.sep, '/'))
    .filter(file => file.endsWith(ending))
    .map(file => file.slice(0, -ending.length));
const fileOf = name => path.join(DIST, `${name}.js`);
const keyOf = name => name.replaceAll(/\W/g, '_');

/** The file of dist/ that a specifier in the file `from` means; undefined if it is none of dist/. */
function resolve(from, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(from), specifier);
  return existsSync(fileOf(target)) || bundleOf(target) ? target : undefined;
}

/** The specifier with which the file `from` requires the file `target`. */
function requirePath(from, target) {
  const relative = path.posix.relative(path.posix.dirname(from), target);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** An esbuild plugin that keeps the modules of other bundles and separate files external. */
const externalModules = bundle => ({
  name: 'external-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path: specifier, importer }) => {
      const from = path.relative(DIST, importer).replaceAll(path.sep, '/').replace(/\.js$/, '');
      const target = resolve(from, specifier);
      if (target === undefined || bundleOf(target) === bundle) return undefined;
      return { path: requirePath(bundle.entry, target), external: true };
    });
  },
});

/**
 * The code of a bundle: its entry, with all of its modules as getters of INNER. A getter loads its module on first use.
 */
async function bundleText(bundle, names) {
  const { entry } = bundle;
  const inner = names.map(name => `get ${keyOf(name)}() { return require('${requirePath(entry, name)}') }`).join(',\n');
  const contents = `
    const entry = require('./${path.posix.basename(entry)}');
    Object.defineProperty(entry, Symbol.for('offspring-rx.inner'), { value: {\n${inner}\n} });
    module.exports = entry;
  `;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: path.dirname(fileOf(entry)), sourcefile: `${entry}.bundle.js` },
    absWorkingDir: DIST,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    plugins: [bundleRxjs(path.join(DIST, 'child')), externalModules(bundle)],
    write: false,
  });
  return outputFiles[0].text;
}

/** Makes a file require modules from the bundle that contains them. */
function requireFromBundles(name, text) {
  const call = /\brequire(\.resolve)?\((["'])(\.[^"']+)\2\)/g;
  return text.replaceAll(call, (match, isResolve, _, specifier) => {
    const target = resolve(name, specifier);
    const bundle = target && bundleOf(target);
    if (!bundle || bundle === bundleOf(name)) return match;
    const index = requirePath(name, bundle.entry);
    if (isResolve) return `require.resolve('${index}')`;
    return target === bundle.entry ? `require('${index}')` : `require('${index}')${INNER}.${keyOf(target)}`;
  });
}

/** The names that a file exports. It is loaded afresh, because this script changes the files of dist/. */
function namesOf(file) {
  const require = createRequire(import.meta.url);
  for (const loaded of Object.keys(require.cache)) if (loaded.startsWith(DIST)) delete require.cache[loaded];
  return Object.keys(require(file));
}

/** Writes index.mjs and its types for index.js. */
function addEsModule(file) {
  const names = namesOf(file).sort();
  const base = path.basename(file, '.js');
  const lines = [
    "import { createRequire } from 'node:module';",
    `const all = createRequire(import.meta.url)('./${base}.js');`,
    `export const { ${names.join(', ')} } = all;`,
    '',
  ];
  writeFileSync(file.replace(/\.js$/, '.mjs'), lines.join('\n'));
  writeFileSync(file.replace(/\.js$/, '.d.mts'), `export * from './${base}.js';\n`);
}

const names = filesOf('.js');
const texts = new Map();
for (const bundle of BUNDLES) {
  const own = names.filter(name => bundleOf(name) === bundle);
  const bundled = requireFromBundles(bundle.entry, await bundleText(bundle, own));
  // The last statement never runs. It tells Node the names of the exports when an ES module imports the file by path.
  const code = `${bundled}0 && (module.exports = { ${namesOf(fileOf(bundle.entry)).join(', ')} });\n`;
  // boot.ts names the cache file of the compiled library after this hash.
  texts.set(bundle.entry, `${code}// ${createHash('sha256').update(code).digest('hex').slice(0, 16)}`);
}
for (const name of names) {
  const text =
    texts.get(name) ?? (bundleOf(name) ? undefined : requireFromBundles(name, readFileSync(fileOf(name), 'utf8')));
  if (text === undefined) rmSync(fileOf(name));
  else writeFileSync(fileOf(name), text);
}
const { exports: entries } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const files = Object.values(entries).flatMap(({ require }) => (require ? [path.join(ROOT, require.default)] : []));
for (const file of files) addEsModule(file);
finishTypes(
  DIST,
  files.map(file => path.relative(DIST, file).replaceAll(path.sep, '/').replace(/\.js$/, '')),
);
