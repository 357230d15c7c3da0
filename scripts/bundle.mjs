/**
 * Finishes dist/ after tsc. The public entry, what both sides share and what a child runs become one file, index.js,
 * all that a child loads of the library behind child/boot: each file on its way to run() takes it 0.5 to 1.5 ms. So do the entry of the
 * pool and what a worker runs. Each entry gets a twin for `import` that names its exports: Node 20 takes 5 ms to find
 * them out where an ES module imports a CommonJS one.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleRxjs } from './bundle-rxjs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');
/** Beside the public names, those that the library's other files take from a bundle. */
const INNER = `[Symbol.for('offspring-rx.inner')]`;

const CORE = {
  entry: 'index',
  shared:
    /^(child\/main|clock|errors|fifo|from-subprocess|module-cache|pipe|read-ahead|safely|side|subprocess|subprocess-loop|take-over|protocol\/[\w-]+)$/,
  /** What else may be in it: each of them has no state that must not be there twice. */
  besides: /^(child\/.*|classes\/.*|index|operators\/(queue|one-by-one))$/,
  /** Files that nobody loads any more. */
  replaced: /^child\/(?!boot$)/,
  external: ['./parent/*'],
};

/** The public entry of the pool, with what a worker runs; it takes what is the core's from there. */
const POOL = {
  entry: 'pool/index',
  shared:
    /^pool\/(answers|as-it-is-now|bulk|made-by-pool|map-in-subprocess|options|shapes|shared|store|subprocess-worker|wire|work-through|worker-pool)$/,
  besides: /^pool\/index$/,
  replaced: /^$/,
  external: ['../index', './in-parent', './own-pool'],
};

const filesOf = ending =>
  readdirSync(DIST, { recursive: true })
    .map(file => file.replaceAll(path.sep, '/'))
    .filter(file => file.endsWith(ending))
    .map(file => file.slice(0, -ending.length));
const fileOf = name => path.join(DIST, `${name}.js`);
const keyOf = name => name.replaceAll(/\W/g, '_');

async function bundle({ entry, shared, besides, external }) {
  const folder = path.posix.dirname(entry);
  const within = name => `./${path.posix.relative(folder, name)}`;
  const names = filesOf('.js').filter(name => shared.test(name));
  // Getters, since much of it is loaded only where it is needed.
  const inner = names.map(name => `get ${keyOf(name)}() { return require('${within(name)}') }`).join(',\n');
  const contents = `
    const entry = require('${within(entry)}');
    const inner = {\n${inner}\n};
    Object.defineProperty(entry, Symbol.for('offspring-rx.inner'), { value: inner });
    module.exports = entry;
  `;
  const { outputFiles, metafile } = await build({
    metafile: true,
    stdin: { contents, resolveDir: path.join(DIST, folder) },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifyWhitespace: true,
    external: [...external, 'rxjs', 'rxjs/*'],
    plugins: [bundleRxjs(path.join(DIST, 'child'))],
    write: false,
  });
  const strays = Object.keys(metafile.inputs)
    .map(input => path.relative(DIST, path.resolve(input)).replaceAll(path.sep, '/').replace(/\.js$/, ''))
    .filter(name => !/<stdin>$|rxjs-parts/.test(name) && !shared.test(name) && !besides.test(name));
  if (strays.length > 0) throw new Error(`would be there twice; add to shared or besides: ${strays.join(', ')}`);
  return outputFiles[0].text;
}

/** Lets a file take what is shared from the bundle. */
function useBundle(name, { entry, shared }) {
  const relative = path.posix.relative(path.posix.dirname(name), entry);
  const index = relative.startsWith('.') ? relative : `./${relative}`;
  const call = /\brequire(\.resolve)?\((["'])(\.[^"']+)\2\)/g;
  const text = readFileSync(fileOf(name), 'utf8').replaceAll(call, (whole, resolves, _, wanted) => {
    const target = path.posix.join(path.posix.dirname(name), wanted);
    if (!shared.test(target)) return whole;
    return resolves ? `require.resolve('${index}')` : `require('${index}')${INNER}.${keyOf(target)}`;
  });
  writeFileSync(fileOf(name), text);
}

/** What a file exports now; it is loaded anew, since it changes here. */
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

/** Puts the files of a bundle in one, and lets all others use it. */
async function finish(parts) {
  const { entry, shared, replaced } = parts;
  // What it exports, for who imports it by its path: Node looks for such words, and does not run the file for that.
  const exported = namesOf(fileOf(entry));
  const code = `${await bundle(parts)}0 && (module.exports = { ${exported.join(', ')} });\n`;
  // By which a child knows whether what is kept of it is of this text.
  const text = `${code}// ${createHash('sha256').update(code).digest('hex').slice(0, 16)}`;
  for (const name of filesOf('.js')) {
    if (shared.test(name) || replaced.test(name)) rmSync(fileOf(name));
    else useBundle(name, parts);
  }
  writeFileSync(fileOf(entry), text);
}

await finish(CORE);
await finish(POOL);
const { exports: entries } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
for (const entry of Object.values(entries)) if (entry.require) addTwin(path.join(ROOT, entry.require.default));
