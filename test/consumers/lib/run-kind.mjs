/** Runs the cases of one kind of project by one version of Node. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { lineIn, writeCases } from './sources.mjs';

/** The five cases that each kind has. */
export const CASES = ['one-shot', 'same file', 'loop', 'pool', 'line of an error'];

/** Milliseconds that a compiler or a bundler may take. */
const PREPARE_LIMIT = 300_000;

/** Whether a version of Node is before another one. */
export const isBefore = (full, since) => full.localeCompare(since, 'en', { numeric: true }) < 0;

/** The text of an error as the table shows it. */
const shortened = text =>
  text
    .split('\n')[0]
    .replaceAll(/\(pid \d+\)/g, '(pid 1234)')
    .replace(/(same-file\.test)\.\w+(:\d+)?/, '$1.ts')
    .replace(/\w+ \(\S+\.js:\d+\) (?=is in a file that Next)/, 'Inside (route.js:1) ')
    .replace(/One of the following is possible:/, '...');

/**
 * Writes the sources of a kind into a folder of the project, and compiles them. Returns what its runs need, or `error`.
 * Kinds may have: `cases`, see writeCases; `files`, more files by name; `prepare`, commands; `line`, the file in which
 * the error must be thrown, if that is not `breaks` as it was written.
 */
export async function prepareKind(folder, kind, number) {
  const own = path.join(folder, `kind-${number}`);
  rmSync(own, { recursive: true, force: true });
  const line = kind.cases ? writeCases(own, kind.cases) : undefined;
  for (const [name, text] of Object.entries(kind.files ?? {})) {
    const file = path.join(own, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text, null, 2));
  }
  for (const command of kind.prepare ?? []) {
    const { code, output } = await runCommand(command, { cwd: own, limit: PREPARE_LIMIT });
    if (code !== 0) return { error: `${command.join(' ')} ended with ${code}:\n${output}` };
  }
  return { own, line: kind.line ? lineIn(own, kind.line) : line };
}

/**
 * Runs what was prepared. Returns `{ works, cannot, fails, output }`: the names of the cases that work, those that
 * cannot work, with their errors, and what went wrong besides. Kinds have `runs`, commands, or
 * `run(entry)`, which makes one for each of `main` and `same-file`. They may have: `env`; `more`, the names of further cases; `cannot`, errors by the name
 * of the case; `cannotBefore`, an error of some cases with versions of Node before one; `without`, cases that make no sense for the kind.
 */
export async function runKind(kind, { own, line, node, version, full }) {
  const records = path.join(own, `records-${version}.jsonl`);
  writeFileSync(records, '');
  const isTest = kind.cases?.runner !== undefined;
  const commands = kind.runs ?? ['main', 'same-file'].map(entry => kind.run(entry));
  const env = { ...kind.env, CONSUMER_RECORDS: records, CONSUMER_LINE: line ?? '' };
  const fails = [];
  let output = '';
  for (const command of commands) {
    const ended = await runCommand(command, { cwd: own, node, env });
    output += `$ ${command.join(' ')}\n${ended.output}\nended with ${ended.code}\n`;
    if (ended.hangs) fails.push(`${command.join(' ')} hangs`);
    if (ended.left.length > 0) fails.push(`${command.join(' ')} left ${ended.left.join('; ')}`);
  }
  const outcomes = new Map(
    readFileSync(records, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(text => JSON.parse(text))
      .map(each => [each.name, each]),
  );
  const wanted = [...CASES, ...(isTest ? ['testing'] : []), ...(kind.more ?? [])];
  const isTooOld = kind.cannotBefore && isBefore(full, kind.cannotBefore.version);
  const works = [];
  const cannot = {};
  for (const name of wanted.filter(each => !kind.without?.includes(each))) {
    const outcome = outcomes.get(name);
    const expected = isTooOld && kind.cannotBefore.cases.includes(name) ? kind.cannotBefore.error : kind.cannot?.[name];
    if (outcome?.ok && !expected) works.push(name);
    else if (outcome?.ok) fails.push(`${name}: it works, but kinds.mjs says that it cannot`);
    else if (expected?.test(outcome ? outcome.error : output)) {
      cannot[name] = shortened(outcome ? outcome.error : expected.exec(output)[0]);
    } else fails.push(`${name}: ${outcome ? outcome.error : 'it did not come so far'}`);
  }
  return { works, cannot, fails, output };
}
