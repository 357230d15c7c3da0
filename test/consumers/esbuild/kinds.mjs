/** Bundles of esbuild, with the package left out of them, or in. Minified, and mapped back by Node. */
const bundle = (format, ending, flags) => [
  ['esbuild', 'main.ts', 'same-file.ts', '--bundle', '--platform=node', '--target=node20', '--sourcemap', '--minify'],
  [`--format=${format}`, `--out-extension:.js=.${ending}`, '--outdir=out', '--log-level=warning', ...flags],
];
const kind = (name, format, flags = []) => {
  const ending = format === 'esm' ? 'mjs' : 'cjs';
  return {
    name: `esbuild, ${name}`,
    cases: { language: 'ts', format: 'esm' },
    prepare: [bundle(format, ending, flags).flat()],
    run: entry => ['node', '--enable-source-maps', `out/${entry}.${ending}`],
  };
};

export default [
  kind('external, ES module', 'esm', ['--packages=external']),
  kind('external, CommonJS', 'cjs', ['--external:offspring-rx', '--external:rxjs']),
  kind('bundled in, ES module', 'esm'),
  kind('bundled in, CommonJS', 'cjs'),
];
