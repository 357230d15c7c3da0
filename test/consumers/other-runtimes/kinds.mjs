/** Bun and Deno, which are not Node. They run by themselves, so one version of Node is enough to start them. */
import node from '../node/kinds.mjs';

const [esm] = node;
const cases = { language: 'ts', format: 'esm', imports: '.ts' };
const notInDeno = /Deno cannot run the children of offspring-rx: run this program with Node/;

export default [
  {
    ...esm,
    name: 'Bun',
    cases,
    files: { 'package.json': { type: 'module' } },
    run: entry => ['../node_modules/@oven/bun-linux-x64/bin/bun', `${entry}.ts`],
    cannot: {
      'same file': /Bun does not tell where a class was written: export the class/,
      pool: /Bun does not read what a parent sends: commands and pools need Node/,
    },
  },
  {
    ...esm,
    name: 'Deno',
    cases,
    files: { 'package.json': { type: 'module' } },
    run: entry => ['deno', 'run', '-A', `${entry}.ts`],
    cannot: {
      'one-shot': notInDeno,
      'same file': notInDeno,
      loop: notInDeno,
      pool: notInDeno,
      'line of an error': notInDeno,
    },
  },
];
