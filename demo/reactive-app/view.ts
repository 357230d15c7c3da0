/** Parent: the live view, from a state to lines. Pure. */
import { bytes, bytesOf, clock, count, counted, percent, speed } from './format';
import { bar, type Canvas, colourOf, curve, gradient, head, tail } from './paint';
import { currentSpeed, doneBy, type State, share, speedBetween, type Worker } from './state';

const LABEL = 10;
const PERCENT = 4;

export function view(state: State, canvas: Canvas): string[] {
  const blocks = [[title(state, canvas)], progress(state, canvas), measures(state, canvas), [footer(state, canvas)]];
  const lines = blocks.filter(block => block.length > 0).flatMap(block => ['', ...block]);
  return lines.map(line => head(line && `  ${line}`, canvas.width));
}

/** Columns of a bar or curve. */
const graphWidth = ({ width }: Canvas) => Math.min(Math.max(Math.round(width * 0.34), 8), 44);

/** Columns to the right of a graph and its percentage. */
const room = (canvas: Canvas) => canvas.width - 2 - LABEL - graphWidth(canvas) - 1 - PERCENT - 2;

function title({ phase, stop, folder }: State, { ink, width }: Canvas): string {
  const doing = stop ? 'stopping' : phase === 'finding' ? 'finding' : 'hashing';
  const mark = stop ? ink.yellow('■') : ink.cyan('●');
  return `${mark} ${ink.bold(doing)} ${tail(folder, width - doing.length - 5)}`;
}

function progress(state: State, canvas: Canvas): string[] {
  const { found, workers } = state;
  if (workers.length === 0) return [`${label('found', canvas)}${counted(found.files, 'file')}, ${bytes(found.bytes)}`];
  const width = graphWidth(canvas);
  const done = doneBy(workers);
  const total = bar(canvas, share(done, found), width, gradient(canvas, width));
  const files = `${count(done.files)} of ${counted(found.files, 'file')}`;
  return [
    row('total', total, percent(share(done, found)), files, canvas),
    row('', ' '.repeat(width), '', bytesOf(done.bytes, found.bytes), canvas),
    ...workers.map((worker, index) => workerRow(worker, index, canvas)),
  ];
}

function workerRow(worker: Worker, index: number, canvas: Canvas): string {
  const { ink } = canvas;
  const { batch, done, exit, file } = worker;
  const colour = ink[colourOf(exit)];
  const part = share(done, batch);
  const doing = exit ? colour(exit.reason) : ink.gray(tail(file || 'starting', room(canvas)));
  return row(`worker ${index + 1}`, bar(canvas, part, graphWidth(canvas), colour), percent(part), doing, canvas);
}

const measures = (state: State, canvas: Canvas): string[] => [...speedRows(state, canvas), ...loadRows(state, canvas)];

function speedRows(state: State, canvas: Canvas): string[] {
  const { marks, workers } = state;
  if (workers.length === 0) return [];
  const speeds = marks.slice(1).map((mark, index) => speedBetween(marks[index]!, mark).bytes);
  const graph = curve(canvas, speeds, Math.max(...speeds), graphWidth(canvas), canvas.ink.blue);
  const now = currentSpeed(state);
  return [row('speed', graph, '', `${speed(now.bytes)}  ${count(now.files)} files/s`, canvas)];
}

function loadRows({ loads }: State, canvas: Canvas): string[] {
  const load = loads.at(-1);
  if (!load) return [];
  const { cpu, cores, memory, totalMemory } = load;
  const width = graphWidth(canvas);
  const colour = canvas.ink.magenta;
  const busy = loads.map(({ cpu }) => cpu);
  const used = memory / totalMemory;
  return [
    row('cpu', curve(canvas, busy, 1, width, colour), percent(cpu), counted(cores, 'core'), canvas),
    row('memory', bar(canvas, used, width, colour), percent(used), bytesOf(memory, totalMemory), canvas),
  ];
}

const label = (text: string, { ink }: Canvas) => ink.gray(text.padEnd(LABEL));

/** Without a `value`, the detail may begin where the value would be, if it needs the room. */
function row(name: string, graph: string, value: string, detail: string, canvas: Canvas): string {
  const isTight = value === '' && detail.length > room(canvas);
  const measured = isTight ? '' : `${canvas.ink.bold(value.padStart(PERCENT))}  `;
  return `${label(name, canvas)}${graph} ${measured}${detail}`;
}

function footer({ since, now, workers, stop, unreadable }: State, { ink }: Canvas): string {
  const facts = [
    clock(now - since),
    counted(workers.length + 1, 'child process', 'child processes'),
    stop ? `${stop}: waiting for them to end` : 'ctrl-c stops',
  ];
  const trouble = unreadable.count > 0 ? ink.red(`   ${count(unreadable.count)} unreadable`) : '';
  return ink.gray(facts.join('   ')) + trouble;
}
