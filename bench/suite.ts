/** The benchmark: offspring-rx and others beside it, in one run. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GROUPS } from './groups';
import { conduct } from './suite/conduct';
import { document, PLOTS } from './suite/document';
import type { Group, GroupResult } from './suite/group';
import { describeMachine, lookAtMachine } from './suite/machine';
import { help, type Options, readOptions } from './suite/options';
import { installPeers } from './suite/peer';
import { BUILD, ROOT } from './suite/places';
import { hasPlot, plot } from './suite/plots';
import { Progress } from './suite/progress';
import { reduced } from './suite/quick';
import { judged, type Measured, type Run, ratiosOf, toJson } from './suite/results';
import { aimTable, rowTable } from './suite/tables';

const IDS = GROUPS.map(({ id }) => id);
const DOCS = path.join(ROOT, 'docs');
const RESULTS = path.join(BUILD, 'benchmarks.json');

async function main(options: Options): Promise<void> {
  const { quick, only, peers } = options;
  const groups = chosenBy(options);
  const arePeersThere = peers && installPeers(line => console.error(line));
  const machine = lookAtMachine();
  console.log(describeMachine(machine));
  const progress = await Progress.of(groups);
  const measured: Measured[] = [];
  const onResult = (result: GroupResult) => {
    const group = groups.find(({ id }) => id === result.id) as Group;
    const each = judged(group, result);
    progress.clear();
    print(each);
    measured.push(each);
  };
  await conduct(groups, { ...options, peers: arePeersThere }, { onRound: progress.onRound, onResult });
  const run: Run = { date: new Date().toISOString(), duration: Number(progress.seconds), machine, measured };
  writeFileSync(RESULTS, toJson(run));
  if (!quick && only.length === 0 && arePeersThere) await writeDocuments(run);
  else console.error(`${path.relative(ROOT, RESULTS)} is written; docs/benchmarks.md is written by a full run`);
  if (measured.some(({ result }) => result.rows.some(({ failed }) => failed !== undefined))) process.exitCode = 1;
  if (quick) console.log(JSON.stringify(ratiosOf(measured)));
}

function chosenBy({ quick, only }: Options): readonly Group[] {
  const chosen = only.length === 0 ? GROUPS : GROUPS.filter(({ id }) => only.includes(id));
  return quick ? chosen.map(reduced).filter(({ aims }) => aims.length > 0) : chosen;
}

function print({ group, result, verdicts }: Measured): void {
  console.log(`\n${group.title} (${group.id}): ${group.unit}, ${group.better} is better; rounds: ${result.rounds}\n`);
  console.log(rowTable(group, result.rows));
  console.log(`\n${aimTable(verdicts)}`);
}

async function writeDocuments(run: Run): Promise<void> {
  const folder = path.join(DOCS, PLOTS);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'results.json'), toJson(run));
  for (const each of run.measured.filter(hasPlot))
    writeFileSync(path.join(folder, `${each.group.id}.svg`), await plot(each));
  writeFileSync(path.join(DOCS, 'benchmarks.md'), document(run));
  console.error('docs/benchmarks.md and docs/benchmarks/ are written');
}

function readOptionsOrExit(): Options {
  try {
    const options = readOptions(process.argv.slice(2), IDS);
    if (options && chosenBy(options).length === 0)
      throw new TypeError(`--quick has no time for ${options.only.join(', ')}`);
    if (options) return options;
    console.log(help(IDS));
    process.exit();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help(IDS)}`);
    process.exit(2);
  }
}

main(readOptionsOrExit()).catch(error => {
  console.error(error);
  process.exit(1);
});
