/**
 * Finishes dist/ after tsc. What both sides share goes into one file, core.js, and what a child runs into another,
 * child/main.js: each file that a child loads on its way to run() takes it 0.2 to 0.3 ms. Each entry gets a twin for
 * `import` that names its exports: Node 20 takes 5 ms to find them out where an ES module imports a CommonJS one.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');
/** What the user's class extends, and the words of the protocol. */
const SHARED =
  /^(clock|errors|fifo|from-subprocess|module-cache|pipe|read-ahead|safely|side|subprocess|subprocess-loop|take-over|protocol\/[\w-]+)$/;

const filesOf = ending =>
  readdirSync(DIST, { recursive: true })
    .map(file => file.replaceAll(path.sep, '/'))
    .filter(file => file.endsWith(ending))
    .map(file => file.slice(0, -ending.length));
const fileOf = name => path.join(DIST, `${name}.js`);
const keyOf = name => name.replaceAll(/\W/g, '_');
const options = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', minifyWhitespace: true };

/** Lets a file take what is shared from core.js. */
function useCore(name) {
  const core = path.posix.relative(path.posix.dirname(name), 'core');
  const text = readFileSync(fileOf(name), 'utf8').replaceAll(/\brequire\((["'])(\.[^"']+)\1\)/g, (call, _, wanted) => {
    const target = path.posix.join(path.posix.dirname(name), wanted);
    return SHARED.test(target) ? `require("${core.startsWith('.') ? core : `./${core}`}").${keyOf(target)}` : call;
  });
  writeFileSync(fileOf(name), text);
}

async function bundleCore(names) {
  // Getters, since much of it is loaded only where it is needed.
  const entry = names.map(name => `get ${keyOf(name)}() { return require('./${name}') }`).join(',\n');
  await build({
    ...options,
    stdin: { contents: `module.exports = {\n${entry}\n}`, resolveDir: DIST },
    external: ['./parent/*', 'rxjs', 'rxjs/*'],
    outfile: fileOf('core'),
  });
}

async function bundleChild() {
  const main = fileOf('child/main');
  const { outputFiles } = await build({
    ...options,
    entryPoints: [main],
    external: ['../core', 'rxjs/*'],
    outfile: main,
    write: false,
  });
  writeFileSync(main, outputFiles[0].text);
}

/** index.mjs for index.js, with its types. */
function addTwin(file) {
  const names = Object.keys(createRequire(import.meta.url)(file)).sort();
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
const shared = names.filter(name => SHARED.test(name));
for (const name of names) if (!SHARED.test(name)) useCore(name);
await bundleCore(shared);
await bundleChild();
const bundled = [...shared, ...names.filter(name => name.startsWith('child/') && name !== 'child/main')];
for (const name of bundled) rmSync(fileOf(name));
const { exports: entries } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
for (const entry of Object.values(entries)) if (entry.require) addTwin(path.join(ROOT, entry.require.default));
