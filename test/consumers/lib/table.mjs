/** Writes docs/consumers.md: what each kind of project needs. The results are kept, so that a run may renew some of them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RESULTS = fileURLToPath(new URL('../results.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../docs/consumers.md', import.meta.url));
const BEGIN = '<!-- The run writes what follows. -->';

/** `rows`: of one kind each, `{ name, cells: { '20': 'works' }, notes: [] }`. */
export function tableOf(rows, versions) {
  const head = ['Project', ...versions.map(version => `Node ${version}`), 'Notes'];
  const all = [];
  const table = rows.map(({ name, cells, notes }) => {
    const numbers = notes.map(note => {
      if (!all.includes(note)) all.push(note);
      return all.indexOf(note) + 1;
    });
    return [name, ...versions.map(version => cells[version] ?? 'not tested'), numbers.join(', ')];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...table].map(line => line[column].length)));
  const row = line => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const dashes = `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`;
  return [row(head), dashes, ...table.map(row), '', ...all.map((note, at) => `${at + 1}. ${note}`)].join('\n');
}

/** `results`: the rows of some projects, by their names. `known`: the names of all projects. */
export function writePage(results, known, versions) {
  const before = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  const merged = { ...before, ...results };
  const all = Object.fromEntries(known.filter(name => merged[name]).map(name => [name, merged[name]]));
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 2)}\n`);
  const [opening] = readFileSync(PAGE, 'utf8').split(BEGIN);
  writeFileSync(PAGE, `${opening}${BEGIN}\n\n${tableOf(Object.values(all).flat(), versions)}\n`);
}
