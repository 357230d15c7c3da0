/**
 * Finishes dist/ after tsc: whatever a child loads becomes one file, since each file on its way to `run()` costs 0.5 to
 * 1.5 ms. There are two such files: `index.js` for the core, and `pool/index.js` for what a worker of a pool loads
 * besides. Which file goes where is told by its folder alone: see BUNDLES.
 *
 * Each public entry also gets a twin for `import` that names its exports. Without it, Node 20 takes 5 ms to find the
 * names out when an ES module imports a CommonJS one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');

/** What is built on top of the core, or runs only in a parent, stays in files of its own. */
const SEPARATE = /^(parent|operators|supervise|pool)\//;

/** A file belongs to the first bundle whose `holds` is true for it; all others stay as they are. */
const BUNDLES = [
  {
    entry: 'index',
    // `boot` is what a child is started with: it loads the bundle.
    holds: name => name !== 'child/boot' && !SEPARATE.test(name),
  },
  { entry: 'pool/index', holds: name => name.startsWith('pool/') && !name.startsWith('pool/parent/') },
];

const bundleOf = name => BUNDLES.find(({ holds }) => holds(name));

/** Where a bundle offers its inner modules to files outside of it, beside its public exports. */
const INNER = `[Symbol.for('offspring-rx.inner')]`;

const filesOf = ending =>
  readdirSync(DIST, { recursive: true })
    .map(file => file.replaceAll(path.sep, '/'))
    .filter(file => file.endsWith(ending))
    .map(file => file.slice(0, -ending.length));
const fileOf = name => path.join(DIST, `${name}.js`);
const keyOf = name => name.replaceAll(/\W/g, '_');

/** The module that a specifier in the file `from` names; undefined if it is not one of dist/. */
function resolve(from, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(from), specifier);
  return existsSync(fileOf(target)) || bundleOf(target) ? target : undefined;
}

/** What a file of dist/ writes to require the file `target` from inside `from`. */
function requirePath(from, target) {
  const relative = path.posix.relative(path.posix.dirname(from), target);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** Leaves every module that is not this bundle's to `require`, by its path from the bundle. */
const leaveOthers = bundle => ({
  name: 'leave-others',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path: specifier, importer }) => {
      const from = path.relative(DIST, importer).replaceAll(path.sep, '/').replace(/\.js$/, '');
      const target = resolve(from, specifier);
      if (target === undefined || bundleOf(target) === bundle) return undefined;
      return { path: requirePath(bundle.entry, target), external: true };
    });
  },
});

/** The text of a bundle: its entry, with all of its modules behind INNER as getters, since most are loaded on use. */
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
    minifyWhitespace: true,
    packages: 'external',
    plugins: [leaveOthers(bundle)],
    write: false,
  });
  return outputFiles[0].text;
}

/** Lets a file take what is in a bundle from there. */
function useBundles(name, text) {
  const call = /\brequire(\.resolve)?\((["'])(\.[^"']+)\2\)/g;
  return text.replaceAll(call, (whole, resolves, _, specifier) => {
    const target = resolve(name, specifier);
    const bundle = target && bundleOf(target);
    if (!bundle || bundle === bundleOf(name)) return whole;
    const index = requirePath(name, bundle.entry);
    if (resolves) return `require.resolve('${index}')`;
    return target === bundle.entry ? `require('${index}')` : `require('${index}')${INNER}.${keyOf(target)}`;
  });
}

/** What a file exports; loaded anew, since files of dist/ change here. */
function namesOf(file) {
  const require = createRequire(import.meta.url);
  for (const loaded of Object.keys(require.cache)) if (loaded.startsWith(DIST)) delete require.cache[loaded];
  return Object.keys(require(file));
}

/** index.mjs for index.js, with its types. */
function addTwin(file) {
  const names = namesOf(file).sort();
  const base = path.basename(file, '.js');
  const twin = [
    "import { createRequire } from 'node:module';",
    `const all = createRequire(import.meta.url)('./${base}.js');`,
    `export const { ${names.join(', ')} } = all;`,
    '',
  ];
  writeFileSync(file.replace(/\.js$/, '.mjs'), twin.join('\n'));
  writeFileSync(file.replace(/\.js$/, '.d.mts'), `export * from './${base}.js';\n`);
}

const names = filesOf('.js');
const texts = new Map();
for (const bundle of BUNDLES) {
  const bundled = useBundles(bundle.entry, await bundleText(bundle, names.filter(bundle.holds)));
  // The names of the exports, for an import of the file by its path: Node looks for such words, and never runs them.
  const code = `${bundled}0 && (module.exports = { ${namesOf(fileOf(bundle.entry)).join(', ')} });\n`;
  // The last line tells a child whether the compile data that it has kept is of this text.
  texts.set(bundle.entry, `${code}// ${createHash('sha256').update(code).digest('hex').slice(0, 16)}`);
}
for (const name of names) {
  const text = texts.get(name) ?? (bundleOf(name) ? undefined : useBundles(name, readFileSync(fileOf(name), 'utf8')));
  if (text === undefined) rmSync(fileOf(name));
  else writeFileSync(fileOf(name), text);
}
const { exports: entries } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
for (const entry of Object.values(entries)) if (entry.require) addTwin(path.join(ROOT, entry.require.default));
