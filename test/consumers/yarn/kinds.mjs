/** Yarn with Plug'n'Play: the packages are in archives. */
import node from '../node/kinds.mjs';

const program = '../tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js';

export default node.slice(0, 2).map(kind => ({
  ...kind,
  name: `Yarn Plug'n'Play, ${kind.name}`,
  run: entry => ['node', program, 'node', kind.run(entry)[1]],
}));
