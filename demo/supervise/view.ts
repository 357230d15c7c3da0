/** Parent: the live view, and the lines for what is no terminal. Pure. */
import { clock, counted } from '../reactive-app/format';
import { type Canvas, head } from '../reactive-app/paint';
import { type AppEvent, type Cell, type Group, type Loop, type State, totals } from './state';

const LABEL = 4;
/** Columns for what a loop does now. */
const DOING = 34;

const CELLS: Record<Cell, string> = { down: ' ', starting: '┄', running: '━', stopped: '■', crashed: '✖' };

export function view(state: State, canvas: Canvas): string[] {
  const blocks = [
    [title(state, canvas)],
    ...state.groups.map(group => groupLines(group, state, canvas)),
    footer(state, canvas),
  ];
  const lines = blocks.flatMap(block => ['', ...block]);
  return lines.map(line => head(line && `  ${line}`, canvas.width));
}

function title(state: State, { ink }: Canvas): string {
  const { alive, starts, crashes } = totals(state);
  const mark = state.stop ? ink.yellow('■') : ink.green('●');
  const doing = state.stop ? 'stopping' : 'supervising';
  const facts = `${counted(alive, 'process', 'processes')}   ${counted(starts, 'start')}   ${counted(crashes, 'crash', 'crashes')}`;
  return `${mark} ${ink.bold(doing)}   ${ink.gray(facts)}`;
}

function groupLines(group: Group, { now, selected }: State, canvas: Canvas): string[] {
  const { ink } = canvas;
  const gaveUp = group.gaveUp > 0 ? ink.red(`   gave up, and began anew: ${counted(group.gaveUp, 'time')}`) : '';
  const heading = `${ink.bold(group.strategy)}  ${ink.gray(group.meaning)}${gaveUp}`;
  const isSelected = ({ name }: Loop) => selected?.strategy === group.strategy && selected.loop === name;
  return [heading, ...group.loops.map(loop => loopLine(loop, now, isSelected(loop), canvas))];
}

function loopLine(loop: Loop, now: number, isSelected: boolean, canvas: Canvas): string {
  const width = Math.min(Math.max(canvas.width - LABEL - DOING, 10), 100);
  const mark = isSelected ? canvas.ink.cyan('›') : ' ';
  return `${mark} ${loop.name} ${timeline(loop.cells, width, canvas)}  ${doing(loop, now, canvas)}`;
}

/** The last `width` cells, the newest to the right. */
function timeline(cells: readonly Cell[], width: number, { ink }: Canvas): string {
  const colours = { down: ink.gray, starting: ink.cyan, running: ink.green, stopped: ink.yellow, crashed: ink.red };
  const shown = cells.slice(-width);
  return ' '.repeat(width - shown.length) + shown.map(cell => colours[cell](CELLS[cell])).join('');
}

function doing({ now: state, exit, again, starts }: Loop, now: number, { ink }: Canvas): string {
  if (state === 'running') return ink.green(starts > 1 ? `running, start ${starts}` : 'running');
  if (state === 'starting') return ink.cyan('starting');
  if (!exit) return '';
  const text = howItEnded(exit);
  const wait = again === null ? '' : ink.gray(`, again in ${(Math.max(again - now, 0) / 1_000).toFixed(1)} s`);
  return (exit.reason === 'stopped' ? ink.yellow(text) : ink.red(text)) + wait;
}

function howItEnded({ reason, code, signal, cause }: NonNullable<Loop['exit']>): string {
  if (cause === 'watchdog') return 'hung (watchdog)';
  if (reason === 'killed') return `killed by ${signal}`;
  if (reason === 'failed') return code === 1 ? 'threw an error' : `exited with ${code}`;
  return reason;
}

function footer({ since, now, seconds, stop, selected }: State, { ink }: Canvas): string[] {
  const legend = [
    `${ink.green(CELLS.running)} runs`,
    `${ink.red(CELLS.crashed)} crashes`,
    `${ink.yellow(CELLS.stopped)} is stopped`,
    `${ink.cyan(CELLS.starting)} starts`,
  ];
  const time = `${clock(now - since)} of ${clock(seconds * 1_000)}   ${selected ? 'up, down select   r restarts   k kills   ' : ''}ctrl-c stops`;
  return [legend.join('   '), ink.gray(stop ? 'each is stopped when the one that started after it is gone' : time)];
}

/** What happened, as a line; undefined for what does not matter there. */
export function eventLine({ latest, now, since }: State): string | undefined {
  const what = latest && told(latest);
  return what ? `${((now - since) / 1_000).toFixed(2).padStart(6)} s  ${what}` : undefined;
}

function told(event: AppEvent): string | undefined {
  const where =
    'strategy' in event ? ['loop' in event && event.loop ? `${event.strategy}/${event.loop}` : event.strategy] : [];
  const line = (...words: (string | number)[]) => [...where.map(text => text.padEnd(14)), ...words].join(' ');
  switch (event.type) {
    case 'ready':
      return line('runs, pid', event.pid);
    case 'exited':
      return line(howItEnded(event.exit));
    case 'restarting':
      return line('starts again in', event.delay, 'ms');
    case 'gave-up':
      return line('gave up after', event.failures, 'failures');
    case 'stop':
      return event.stop === 'time' ? 'the time is over: stopping' : `${event.stop}: stopping`;
    case 'replaced':
      return line('was replaced');
    case 'restart':
      return line('is asked to restart');
    case 'kill':
      return line('is killed');
    case 'started':
    case 'select':
    case 'tick':
      return undefined;
    default:
      return event satisfies never;
  }
}

/** One line at the end of everything. */
export function summary(state: State, { ink }: Canvas): string {
  const { starts, crashes, alive } = totals(state);
  const left = alive === 0 ? 'no process is left' : `${counted(alive, 'process', 'processes')} left`;
  return `${ink.green('✔')} ${counted(starts, 'start')}, ${counted(crashes, 'crash', 'crashes')}; ${left}`;
}
