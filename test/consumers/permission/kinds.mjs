/** Node's permission model. */
import node from '../node/kinds.mjs';

const flags = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--allow-child-process'];
const [esm, commonjs] = node;
const hasNoPlace = /the permission model keeps Node from telling where a class was written: set `static MODULE/;

export default [
  {
    ...esm,
    name: 'the permission model, ES modules',
    since: '24.0.0',
    before: 'The inspector cannot be allowed before Node 24, so classes need `static MODULE`.',
    needs: '`--allow-child-process`, and `--allow-inspector` for classes without `static MODULE`',
    run: entry => ['node', ...flags, '--allow-inspector', `${entry}.mjs`],
  },
  {
    ...commonjs,
    name: 'the permission model, CommonJS',
    since: '22.13.0',
    before: 'Node 20 calls it `--experimental-permission`.',
    needs: '`--allow-child-process`',
    run: entry => ['node', ...flags, `${entry}.cjs`],
    cannot: { 'same file': hasNoPlace },
  },
];
