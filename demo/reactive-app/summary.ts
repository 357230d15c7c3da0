/** Parent: what is told at the end, from a state to lines. Pure. */
import { digestOf } from './digest';
import { bytes, bytesOf, count, counted, duration, percent, printable, speed } from './format';
import { type Outcome, outcomeOf } from './outcome';
import { type Canvas, colourOf, tail } from './paint';
import { doneBy, meanSpeed, type State, type Worker } from './state';
import { type Column, table } from './table';

const LABEL = 12;

export function summary(state: State, canvas: Canvas): string[] {
  const blocks = [[headline(state, canvas)], facts(state, canvas), children(state, canvas), trouble(state, canvas)];
  const lines = blocks.filter(block => block.length > 0).flatMap(block => ['', ...block]);
  return [...lines.map(line => line && `  ${line}`), ''];
}

const HEADLINES: Record<Outcome, { mark: string; colour: 'green' | 'gray' | 'yellow' | 'red'; text: string }> = {
  hashed: { mark: '✔', colour: 'green', text: 'hashed' },
  nothing: { mark: '○', colour: 'gray', text: 'nothing to hash in' },
  gaps: { mark: '▲', colour: 'yellow', text: 'hashed, with gaps,' },
  failed: { mark: '✖', colour: 'red', text: 'failed to hash' },
  stopped: { mark: '■', colour: 'yellow', text: 'stopped hashing' },
};

function headline(state: State, { ink, width }: Canvas): string {
  const { mark, colour, text } = HEADLINES[outcomeOf(state)];
  const signal = state.stop ? ink.gray(`, ${state.stop}`) : '';
  const room = width - text.length - ink.strip(signal).length - 5;
  return `${ink[colour](mark)} ${ink.bold(text)} ${tail(state.folder, room)}${signal}`;
}

function facts(state: State, { ink, width }: Canvas): string[] {
  const { found, links, workers, since, now, meanCpu } = state;
  const rows: [string, string][] = [
    ['files', hashedOf(hashedBy(workers), found.files) + (links > 0 ? `, ${counted(links, 'link')} not followed` : '')],
  ];
  if (workers.length > 0) {
    const done = doneBy(workers);
    const mean = meanSpeed(state);
    rows.push(['bytes', done.bytes === found.bytes ? bytes(done.bytes) : bytesOf(done.bytes, found.bytes)]);
    rows.push(['time', duration(now - since)]);
    rows.push(['throughput', `${speed(mean.bytes)}, ${count(mean.files)} files/s`]);
  }
  if (meanCpu.samples > 0) rows.push(['cpu', `${percent(meanCpu.mean)} busy on average`]);
  if (['hashed', 'gaps'].includes(outcomeOf(state))) rows.push(...digest(workers, width));
  return rows.map(([name, value]) => ink.gray(name.padEnd(LABEL)) + value);
}

const hashedBy = (workers: readonly Worker[]): number => sum(workers.map(({ done, skipped }) => done.files - skipped));

const hashedOf = (hashed: number, found: number): string =>
  hashed === found ? count(found) : `${count(hashed)} of ${count(found)}`;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** In one piece, or in halves where that is too wide. */
function digest(workers: readonly Worker[], width: number): [string, string][] {
  const hex = digestOf(workers.flatMap(({ hashed }) => hashed));
  if (2 + LABEL + hex.length <= width) return [['sha256', hex]];
  return [
    ['sha256', hex.slice(0, hex.length / 2)],
    ['', hex.slice(hex.length / 2)],
  ];
}

function children({ workers }: State, canvas: Canvas): string[] {
  if (workers.length === 0) return [];
  const { heading, rows } = table(columns(canvas), workers);
  return [canvas.ink.gray(heading), ...rows];
}

function columns({ ink, width }: Canvas): Column<Worker>[] {
  const all: Column<Worker>[] = [
    { heading: 'child', align: 'left', cell: (_, index) => `worker ${index + 1}` },
    { heading: 'pid', align: 'right', cell: ({ pid }) => String(pid ?? '-'), paint: cell => ink.gray(cell) },
    { heading: 'files', align: 'right', cell: worker => count(hashedBy([worker])) },
    { heading: 'bytes', align: 'right', cell: ({ done }) => bytes(done.bytes) },
    { heading: 'time', align: 'right', cell: worker => duration(durationOf(worker)) },
    { heading: 'speed', align: 'right', cell: worker => speed((worker.done.bytes / durationOf(worker)) * 1_000 || 0) },
    { heading: 'exit', align: 'left', cell: exitOf, paint: (cell, { exit }) => ink[colourOf(exit)](cell) },
  ];
  return width < 76 ? all.filter(({ heading }) => heading !== 'speed') : all;
}

/** ms */
const durationOf = ({ exit }: Worker): number => exit?.duration ?? 0;

const exitOf = ({ exit }: Worker): string =>
  exit === null ? 'running' : exit.reason === 'killed' ? `killed by ${exit.signal}` : exit.reason;

/** What went wrong, with the children and with the files. */
function trouble({ failures, unreadable }: State, { ink, width }: Canvas): string[] {
  const lines = failures.map(failure => `${ink.red('✖')} ${printable(failure)}`);
  if (unreadable.count === 0) return lines;
  const more = unreadable.count - unreadable.first.length;
  return [
    ...lines,
    `${ink.yellow('▲')} ${count(unreadable.count)} could not be read`,
    ...unreadable.first.map(({ path, reason }) => `  ${tail(path, width - reason.length - 8)}  ${ink.gray(reason)}`),
    ...(more > 0 ? [ink.gray(`  and ${count(more)} more`)] : []),
  ];
}
