/**
 * Finishes dist/ after tsc: the files of a folder become one bundle, because each file that a program or a child loads
 * costs 0.2 to 1.5 ms. BUNDLES names the folders. What most children do not need has a bundle of its own.
 *
 * The bundles keep their lines and names: users see them in stack traces. Leaving out the white space would save a start
 * no time that can be measured. The comments, a tenth of the text, are in the declarations alone.
 *
 * Each public entry also gets an ES module that names its exports. Without it, Node 20 takes 5 ms to detect the names
 * when an ES module imports the CommonJS file. The declarations are finished by types.mjs.
 */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './page.mjs';
import { rxjsParts } from './rxjs-parts.mjs';
import { finishTypes } from './types.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');

/**
 * The folders whose files become the file `index.js` of that folder. A file belongs to the first folder that it is
 * below. A folder with a file `index` is public: the bundle exports what that file exports.
 */
const BUNDLES = [
  'child/loop/',
  'child/',
  'operators/',
  'parent/',
  'pool/parent/',
  'pool/',
  'supervise/',
  'bullmq/',
  'observe/parent/',
  'otel/',
  'dashboard/server/',
  'dashboard/terminal/',
  'dashboard/',
  '',
];

/** What loads bundles, and the files that have it in them, since they come before all bundles. */
const isLoader = name => /^compile-cache\/(?!write-cache$)/.test(name);
const WITH_LOADER = ['entry', 'child/boot'];

/**
 * Files that no bundle holds. A program is given `entry`. A child is started with `boot`, and a thread with
 * `claim-thread-main` or `hang-thread-main`; `cli` is the command. `typescript` is only for a class in a TypeScript module,
 * `write-cache` for a process that is the first of its kind.
 */
const SEPARATE =
  /^entry$|^compile-cache\/write-cache$|^testing\/|^observe\/(index|process-tree|control)$|^otel\/register$|^dashboard\/cli$|^child\/boot$|^child\/load\/typescript$|^(pool\/)?child\/(claim|hang)-thread-main$/;

/**
 * What spawns a child, and the operators, are in the bundle that every program loads first, as the protocol is. A file more
 * costs 0.3 ms, and 2 ms where it is not compiled. And V8 keeps a text of more than 128 KB apart from the young objects,
 * whose collections copy the texts of smaller files.
 */
const FIRST = /^(parent\/spawn|operators)\/(?!index$)/;

/** The folder of the bundle that has the file; undefined if none has it. */
function bundleOf(name) {
  if (SEPARATE.test(name) || isLoader(name)) return undefined;
  return FIRST.test(name) ? '' : BUNDLES.find(folder => name.startsWith(folder));
}

/** The property of a bundle's exports that gives files outside of the bundle access to its inner modules. */
const INNER = `[Symbol.for('offspring-rx.inner')]`;

const filesOf = ending =>
  readdirSync(DIST, { recursive: true })
    .map(file => file.replaceAll(path.sep, '/'))
    .filter(file => file.endsWith(ending))
    .map(file => file.slice(0, -ending.length));
const fileOf = name => path.join(DIST, `${name}.js`);
const textOf = name => readFileSync(fileOf(name), 'utf8');
const keyOf = name => name.replaceAll(/\W/g, '_');

/** The file of dist/ that a specifier in the file `from` means; undefined if it is none of dist/. */
function resolve(from, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(from), specifier);
  return names.includes(target) ? target : undefined;
}

/** The specifier with which the file `from` requires the file `target`. With the extension, Node finds it faster. */
function requirePath(from, target) {
  const relative = path.posix.relative(path.posix.dirname(from), target);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** An esbuild plugin that keeps the modules external that do not belong into the file `name`. */
const externalModules = (name, belongs) => ({
  name: 'external-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path: specifier, importer }) => {
      const from = path.relative(DIST, importer).replaceAll(path.sep, '/').replace(/\.js$/, '');
      const target = resolve(from, specifier);
      if (target === undefined || belongs(target)) return undefined;
      return { path: requirePath(name, target), external: true };
    });
  },
});

/** Bundles modules into the file `name`, and returns its code. */
async function bundle(name, belongs, { plugins = [], ...options }) {
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: DIST,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    plugins: [...plugins, externalModules(name, belongs)],
    write: false,
  });
  return requireFromBundles(name, outputFiles[0].text);
}

/** The code of a bundle: its modules as getters of INNER, which load a module on first use, and what its entry exports. */
async function bundleText(folder) {
  const entry = `${folder}index`;
  const own = names.filter(name => bundleOf(name) === folder);
  const getters = own.map(name => `get ${keyOf(name)}() { return require('${requirePath(entry, name)}') }`).join(',\n');
  // Before the entry: the modules that it loads may load this bundle again, for its inner modules.
  const inner = `const inner = { value: {\n${getters}\n} };\nObject.defineProperty(exports, Symbol.for('offspring-rx.inner'), inner);\n`;
  const publicPart = `module.exports = Object.defineProperty(require('./index'), Symbol.for('offspring-rx.inner'), inner);\n`;
  return bundle(entry, name => bundleOf(name) === folder, {
    stdin: {
      contents: own.includes(entry) ? inner + publicPart : inner,
      resolveDir: path.dirname(fileOf(entry)),
      sourcefile: `${entry}.bundle.js`,
    },
    plugins: [rxjsParts(path.join(DIST, 'child/loop'), own.map(textOf).join('\n'))],
  });
}

/** The code of a file with the loader in it. */
const withLoader = file => bundle(file, name => isLoader(name) || name === file, { entryPoints: [fileOf(file)] });

/**
 * Makes a file require modules from the bundles that have them. It requires each bundle once, on first use: a call of
 * `require` takes 0.03 ms, even for a file that is loaded.
 */
function requireFromBundles(name, text) {
  const helpers = new Map();
  // A program may load another entry of the package first. It gets the compiled library too.
  const indexOf = folder => (folder === '' && !isLoaded(name) ? 'entry.js' : `${folder}index.js`);
  const innerOf = folder => {
    const helper = `from_${keyOf(folder)}`;
    const loaded = `${helper}loaded`;
    const load = `require('${requirePath(name, indexOf(folder))}')${INNER}`;
    helpers.set(folder, `let ${loaded}; function ${helper}() { return (${loaded} ??= ${load}); }\n`);
    return `${helper}()`;
  };
  const call = /\brequire(\.resolve)?\((["'])(\.[^"']+)\2\)/g;
  const code = text.replaceAll(call, (match, isResolve, _, specifier) => {
    const target = resolve(name, specifier);
    const folder = target && bundleOf(target);
    if (folder === undefined || folder === bundleOf(name)) return match;
    const index = `${folder}index.js`;
    if (isResolve) return `require.resolve('${requirePath(name, index)}')`;
    return `${target}.js` === index
      ? `require('${requirePath(name, indexOf(folder))}')`
      : `${innerOf(folder)}.${keyOf(target)}`;
  });
  return code.replace(/^(#!.*\n)?("use strict";\n)?/, `$1$2${[...helpers.values()].join('')}`);
}

/** The names that a file exports. It is loaded afresh, because this script changes the files of dist/. */
function namesOf(file) {
  const require = createRequire(import.meta.url);
  for (const loaded of Object.keys(require.cache)) if (loaded.startsWith(DIST)) delete require.cache[loaded];
  return Object.keys(require(file));
}

/** A statement that never runs. It tells Node the names of the exports when an ES module imports the file by path. */
const namesFor = exported => `0 && (module.exports = { ${exported.join(', ')} });\n`;

/** Writes an ES module, and its types, that exports what `file` does. */
function addEsModule(file, types) {
  const exported = namesOf(file).sort();
  const base = types.replace(/\.d\.ts$/, '');
  const lines = [
    "import { createRequire } from 'node:module';",
    // Two lines, as tools that trace files want it (@vercel/nft).
    'const require = createRequire(import.meta.url);',
    `const all = require('./${path.basename(file)}');`,
    `export const { ${exported.join(', ')} } = all;`,
    '',
  ];
  writeFileSync(`${base}.mjs`, lines.join('\n'));
  writeFileSync(`${base}.d.mts`, `export * from './${path.basename(base)}.js';\n`);
}

/** Writes what bundlers get in place of an entry: see in-bundle.mjs. */
function addForBundlers(entry, module, file) {
  const exported = namesOf(file).sort();
  const lines = [
    "import { loadPackage } from './load.mjs';",
    `const all = loadPackage('${path.posix.join('offspring-rx', entry)}');`,
    `export const { ${exported.join(', ')} } = all;`,
    '',
  ];
  writeFileSync(module, lines.join('\n'));
}

const names = filesOf('.js');
/** The bundles that the loader reads. It takes a byte for a character, which is faster. */
const LOADED = new Set(Object.values(createRequire(import.meta.url)(fileOf('compile-cache/library')).BUNDLES).flat());
/** Whether a file is one of these, or loads them itself. */
const isLoaded = name => LOADED.has(`${name}.js`) || WITH_LOADER.includes(name);
await buildPage();
const texts = new Map();
for (const folder of BUNDLES) {
  const code = await bundleText(folder);
  const entry = `${folder}index`;
  const exported = names.includes(entry) ? namesFor(namesOf(fileOf(entry))) : '';
  texts.set(entry, code + exported);
}
// The loader names the files of compiled bundles after this hash.
const hash = createHash('sha256')
  .update([...texts.values()].join(''))
  .digest('hex')
  .slice(0, 16);
texts.set('index', `${texts.get('index')}// ${hash}`);
for (const name of WITH_LOADER) texts.set(name, await withLoader(name));
texts.set('entry', `${texts.get('entry')}${namesFor(namesOf(fileOf('index')))}`);
for (const name of names) {
  if (bundleOf(name) !== undefined || isLoader(name)) rmSync(fileOf(name));
  else if (!texts.has(name)) writeFileSync(fileOf(name), requireFromBundles(name, textOf(name)));
}
// Node reads the package.json that is nearest to the main script of a child. That of the package takes it 0.5 ms.
writeFileSync(path.join(DIST, 'child/package.json'), '{ "type": "commonjs" }\n');
for (const [entry, text] of texts) {
  if (LOADED.has(`${entry}.js`) && /[^\0-\x7f]/.test(text)) throw new Error(`${entry}.js has a character beyond ASCII`);
  writeFileSync(fileOf(entry), text);
}
const { exports: entries, bin } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
for (const command of Object.values(bin)) chmodSync(path.join(ROOT, command), 0o755);
const publicEntries = Object.values(entries).flatMap(({ require }) => require ?? []);
for (const { default: file, types } of publicEntries) addEsModule(path.join(ROOT, file), path.join(ROOT, types));
mkdirSync(path.join(DIST, 'in-bundle'));
copyFileSync(path.join(import.meta.dirname, 'in-bundle.mjs'), path.join(DIST, 'in-bundle/load.mjs'));
for (const [entry, { module, require }] of Object.entries(entries)) {
  if (module) addForBundlers(entry, path.join(ROOT, module), path.join(ROOT, require.default));
}
finishTypes(
  DIST,
  publicEntries.map(({ types }) => path.posix.relative('dist', types).replace(/\.d\.ts$/, '')),
);
