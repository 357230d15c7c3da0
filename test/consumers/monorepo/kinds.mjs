/** A workspace: the tasks are in a package of their own, which node_modules links to. */
const TASKS = ['area', 'breaks', 'cube', 'ticker'];
const MOVE = `import { readFileSync, renameSync, writeFileSync } from 'node:fs';
for (const name of ${JSON.stringify(TASKS)}) renameSync(name + '.ts', '../packages/tasks/' + name + '.ts');
const text = readFileSync('cases.ts', 'utf8').replaceAll(/'\\.\\/(area|breaks|cube|ticker)'/g, "'@own/tasks/$1'");
writeFileSync('cases.ts', text.replaceAll("'./record'", "'./record.ts'"));
for (const name of ['main.ts', 'same-file.ts']) {
  writeFileSync(name, readFileSync(name, 'utf8').replaceAll(/'(\\.\\/(cases|record))'/g, "'$1.ts'"));
}
`;

export default [
  {
    name: 'a workspace, tsx',
    cases: { language: 'ts', format: 'esm' },
    files: { 'package.json': { type: 'module' }, 'move.mjs': MOVE },
    prepare: [['node', 'move.mjs']],
    run: entry => ['tsx', `${entry}.ts`],
  },
  {
    name: 'a workspace, types stripped by Node',
    cases: { language: 'ts', format: 'esm' },
    files: { 'package.json': { type: 'module' }, 'move.mjs': MOVE },
    prepare: [['node', 'move.mjs']],
    run: entry => ['node', `${entry}.ts`],
    since: '22.18.0',
    before: 'Node 20, and Node 22 before 22.18, do not strip types.',
  },
];
