/** Rollup, webpack in production, and the tracing of files by @vercel/nft. */
const cases = { language: 'js', format: 'esm', ending: 'mjs', imports: '.mjs' };
const rollup = (name, external) => ({
  name: `Rollup, ${name}`,
  cases,
  files: {
    'rollup.config.mjs': `import commonjs from '@rollup/plugin-commonjs';
import resolve from '@rollup/plugin-node-resolve';
export default ['main', 'same-file'].map(name => ({
  input: name + '.mjs',
  external: ${external},
  plugins: [resolve({ preferBuiltins: true }), commonjs()],
  output: { file: 'out/' + name + '.mjs', sourcemap: true },
}));
`,
  },
  prepare: [['rollup', '-c', '--silent']],
  run: entry => ['node', '--enable-source-maps', `out/${entry}.mjs`],
});
const webpack = (name, externals) => ({
  name: `webpack, ${name}`,
  cases,
  files: {
    'webpack.config.cjs': `module.exports = {
  mode: 'production',
  target: 'node20',
  devtool: 'source-map',
  entry: { main: './main.mjs', 'same-file': './same-file.mjs' },
  output: { path: __dirname + '/out', filename: '[name].cjs', devtoolModuleFilenameTemplate: '[absolute-resource-path]' },
  externals: ${externals},
  externalsType: 'commonjs',
};
`,
  },
  prepare: [['webpack', '--config', 'webpack.config.cjs', '--stats', 'errors-warnings', '--fail-on-warnings']],
  run: entry => ['node', '--enable-source-maps', `out/${entry}.cjs`],
});
const TRACE = `import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { nodeFileTrace } from '@vercel/nft';
const { fileList } = await nodeFileTrace(['main.mjs', 'same-file.mjs'], { base: path.resolve('..') });
for (const file of fileList) {
  if (file.includes('/kept/')) continue;
  const copy = path.join('traced', file);
  mkdirSync(path.dirname(copy), { recursive: true });
  cpSync(path.resolve('..', file), copy);
}
`;

export default [
  rollup('external', '[/^offspring-rx/, /^rxjs/]'),
  rollup('bundled in', '[]'),
  webpack('external', '[/^offspring-rx/, /^rxjs/]'),
  webpack('bundled in', '[]'),
  {
    name: 'what @vercel/nft finds, in a folder of its own',
    cases,
    files: { 'trace.mjs': TRACE },
    prepare: [
      ['node', 'trace.mjs'],
      [
        'node',
        '-e',
        "fs.rmSync('../../traced', { recursive: true, force: true }); fs.renameSync('traced', '../../traced')",
      ],
    ],
    run: entry => ['node', `../../traced/kind-4/${entry}.mjs`],
  },
];
