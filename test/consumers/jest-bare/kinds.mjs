/** Jest with TypeScript, in a project that has no loader for a child. Node 20 cannot strip types. */
import jest from '../jest/kinds.mjs';

const swc = jest.find(({ name }) => name === 'Jest, @swc/jest');

export default [
  {
    ...swc,
    name: 'Jest, @swc/jest, without a loader',
    cannotBefore: {
      version: '22.18.0',
      error: /a child needs a loader for this TypeScript.*npm install --save-dev tsx/s,
      cases: ['one-shot', 'loop', 'pool', 'line of an error'],
    },
  },
];
