/**
 * Tries the packed library in projects of many kinds: each folder here that has a `kinds.mjs` is a project.
 *
 *   npm run test:consumers                    the short form: SHORT, on Node 20 and 24
 *   npm run test:consumers -- --all           every project on Node 20 to 26, into docs/consumers.md
 *   npm run test:consumers -- jest next       these projects, on Node 20 to 26, into docs/consumers.md
 *   npm run test:consumers -- --node 22 jest  on this version alone
 *
 * Run it after a build. Projects are installed from the registry. If it does not answer, they are named as not tested.
 * Each kind of project has five cases, and must leave no process and end within 60 s.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installNode } from '../../scripts/install-node.mjs';
import { tellsLeft } from './lib/command.mjs';
import { kindsOf, makeProject, packLibrary, projectNames } from './lib/project.mjs';
import { CASES, isBefore, prepareKind, runKind } from './lib/run-kind.mjs';
import { tableOf, writePage } from './lib/table.mjs';

const EVERY_NODE = ['20', '22', '24', '26'];
const SHORT = ['vitest', 'jest', 'tsx', 'esbuild', 'nest', 'pnpm'];
const SHORT_NODES = ['20', '24'];
/** How many projects run at a time. */
const AT_ONCE = 2;

const { values, positionals } = parseArgs({
  options: {
    all: { type: 'boolean' },
    node: { type: 'string', multiple: true },
    verbose: { type: 'boolean' },
  },
  allowPositionals: true,
});
const known = projectNames();
const unknown = positionals.filter(name => !known.includes(name));
if (unknown.length > 0) {
  console.error(`there is no project ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exit(2);
}
const isShort = !values.all && positionals.length === 0;
const names = positionals.length > 0 ? positionals : isShort ? SHORT : known;
const versions = values.node ?? (isShort ? SHORT_NODES : EVERY_NODE);

/** The program and the full version of each version of Node that could be installed. */
const nodes = new Map();
for (const version of versions) {
  const program = process.versions.node.startsWith(`${version}.`) ? process.execPath : installNode(version);
  const told = program && spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (told) nodes.set(version, { program, full: told.slice(1) });
  else console.log(`NOT TESTED by Node ${version}, which could not be installed`);
}
if (!tellsLeft) console.log('NOT TESTED: whether processes are left; only Linux tells that');

let failed = false;
const rowsOf = new Map();
/** Projects whose packages could not be installed. */
const untested = new Set();

async function runProject(name, tarball) {
  const kinds = await kindsOf(name);
  const { folder, error } = await makeProject(name, tarball);
  const rows = [];
  rowsOf.set(name, rows);
  if (error) {
    console.log(`NOT TESTED: ${name}: its packages could not be installed: ${error.split('\n').slice(0, 3).join(' ')}`);
    if (values.verbose) console.log(error);
    untested.add(name);
    for (const kind of kinds) rows.push({ name: kind.name, cells: {}, notes: [] });
    return;
  }
  for (const [number, kind] of kinds.entries()) {
    if (isShort && kind.isLong) continue;
    rows.push(await rowOf(name, folder, kind, number));
  }
}

async function rowOf(project, folder, kind, number) {
  const row = { name: kind.name, cells: {}, notes: kind.needs ? [`Needs a line: ${kind.needs}`] : [] };
  note(row, kind.note);
  const prepared = await prepareKind(folder, kind, number);
  for (const [version, { program, full }] of nodes) {
    const title = `${project}: ${kind.name}, Node ${full}`;
    if (kind.since && isBefore(full, kind.since)) {
      row.cells[version] = 'cannot';
      note(row, kind.before);
      continue;
    }
    const started = Date.now();
    const { works, cannot, fails, output } = prepared.error
      ? { works: [], cannot: {}, fails: [prepared.error], output: '' }
      : await runKind(kind, { ...prepared, node: program, version, full });
    const errors = Object.entries(cannot);
    const isPartly = errors.some(([name]) => CASES.includes(name) && name !== 'same file');
    row.cells[version] =
      fails.length > 0
        ? 'FAILS'
        : works.length === 0
          ? 'cannot'
          : isPartly
            ? 'partly'
            : kind.needs
              ? 'needs a line'
              : 'works';
    for (const [name, text] of works.length === 0 ? errors.slice(0, 1) : errors) {
      note(row, `${name}: cannot. \`${text.replaceAll('`', "'")}\``);
    }
    if (fails.length > 0) failed = true;
    const how = fails.length > 0 ? `FAILS: ${fails.join(' | ')}` : `${works.length} work, ${errors.length} cannot`;
    console.log(`${title}: ${how} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (fails.length > 0 || values.verbose) console.log(output.replaceAll(/^/gm, '    '));
  }
  return row;
}

function note(row, text) {
  if (text && !row.notes.includes(text)) row.notes.push(text);
}

const tarball = packLibrary();
const waiting = [...names];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) await runProject(name, tarball);
  }),
);
const table = tableOf(
  names.flatMap(name => rowsOf.get(name)),
  versions,
);
console.log(`\n${table}`);
// Only what was tried on every version.
if (versions === EVERY_NODE && nodes.size === EVERY_NODE.length) {
  const tried = names.filter(name => !untested.has(name));
  writePage(Object.fromEntries(tried.map(name => [name, rowsOf.get(name)])), known, EVERY_NODE);
}
process.exit(failed ? 1 : 0);
