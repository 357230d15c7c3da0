/** pnpm, whose packages are behind links. */
import node from '../node/kinds.mjs';
import tsx from '../tsx/kinds.mjs';

const [esm] = node;
const [tsxEsm] = tsx;

export default [
  { ...esm, name: 'pnpm, ES modules' },
  { ...tsxEsm, name: 'pnpm, tsx' },
];
