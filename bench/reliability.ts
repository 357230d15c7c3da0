/** Measures how children end when their parent does, and writes docs/reliability.md from it. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, getPriority, loadavg, totalmem, type } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { document } from './reliability/document';
import { type Crowd, type Kills, measureKills, measureScript, type Sequence } from './reliability/figures';
import { type Cell, measureTable } from './reliability/table';
import { GRACE } from './reliability/tasks';

// It makes Node 20 read certificates at its start, 50 ms of each process.
delete process.env['NODE_EXTRA_CA_CERTS'];

const DOCUMENT = path.resolve(__dirname, '..', '..', 'docs', 'reliability.md');

const HELP = `npm run bench:reliability -- [options]
  --runs N    of each cell of the table (3)
  --kills N   SIGKILLs of a parent with ten children (100)
  --count N   children one after the other (1000)
  --out FILE  (docs/reliability.md)
  --help`;

const begun = performance.now();

/** One line that is rewritten where somebody watches, a line every so often elsewhere. */
function progress(what: string): (done: number, of: number) => void {
  let shown = 0;
  return (done, of) => {
    const text = `${what} ${done}/${of}, ${((performance.now() - begun) / 1_000).toFixed()} s`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${done === of ? '\n' : ''}`);
    else if (performance.now() - shown > 10_000 || done === of) {
      shown = performance.now();
      console.error(text);
    }
  };
}

/** What is worse than the library promises. */
function problems(table: Cell[][], kills: Kills, sequence: Sequence, crowd: Crowd): string[] {
  const longest = (...kinds: string[]) => Math.max(...kinds.flatMap(kind => kills.times[kind] ?? []));
  const found = table.flat().flatMap(cell => cell.problems);
  const expect = (holds: boolean, problem: string) => {
    if (!holds) found.push(problem);
  };
  expect(kills.survivors === 0, `${kills.survivors} survivors of a SIGKILL`);
  expect(kills.ends === kills.loops, `end() ran in ${kills.ends} of ${kills.loops} loops`);
  expect(longest('idle', 'busy', 'asleep') < 500, 'an idle or busy child took more than 500 ms to go');
  expect(longest(...Object.keys(kills.times)) < GRACE + 1_000, 'a child took more than its grace + 1 s to go');
  for (const what of ['descriptors', 'listeners'] as const) {
    expect(sequence.after[what] <= sequence.before[what], `${what} grew over ${sequence.count} children`);
    expect(crowd.after[what] <= crowd.before[what], `${what} grew over ${crowd.count} children at once`);
  }
  expect(sequence.after.heap - sequence.before.heap < 2, 'the heap grew by more than 2 MB');
  expect(crowd.reasons.join() === 'stopped', `children at once ended ${crowd.reasons.join(', ')}`);
  expect(crowd.warnings.length === 0, `warnings: ${crowd.warnings.join('; ')}`);
  return found;
}

async function main(): Promise<void> {
  const string = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    options: {
      runs: string('3'),
      kills: string('100'),
      count: string('1000'),
      out: string(DOCUMENT),
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(HELP);
  const runs = Number(values.runs);
  const load = (loadavg()[0] as number).toFixed(1);
  const table = await measureTable(runs, progress('ends of a parent'));
  const kills = await measureKills(Number(values.kills), progress('SIGKILLs'));
  const crowd = await measureScript<Crowd>('crowd', 100);
  console.error('100 at once: done; one after the other, a dot is 50:');
  const sequence = await measureScript<Sequence>('sequential', Number(values.count));
  // Where other work goes on beside it, the whole may be run under `nice -n -10`.
  const priority = getPriority() === 0 ? '' : ` and the run had the priority ${getPriority()}`;
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `Node ${process.version} on ${type()}, ${availableParallelism()} cores, ${memory} GB of memory, where the load average was ${load} before${priority}`;
  writeFileSync(values.out, document({ machine, runs, table, kills, sequence, crowd }));
  console.error(`\n${values.out} is written`);
  const found = problems(table, kills, sequence, crowd);
  for (const problem of found) console.error(`PROBLEM  ${problem}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

void main();
