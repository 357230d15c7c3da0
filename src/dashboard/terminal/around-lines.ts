/** Terminal: what stands above and below the tree: totals, what is selected, and the keys. Pure. */

import { onOneLine } from '../../util/plain-text';
import { aboutOf, noteOf } from '../display/describe';
import { bytes, clockTime, count, percent, plural } from '../display/format';
import { hasFailed, hasNoProcess, nameOf } from '../display/items';
import { isAlive } from '../display/look';
import { type Line, rest, right, type Span, text } from './cells';
import { selectedItem, type View } from './view';

/** `● live 12:03:04`, or as long as a line may be. */
const LINK_WIDTH = 18;

export function headerLines(view: View): Line[] {
  const { hello, lost, now, columns } = view;
  const program = hello ? `${onOneLine(hello.program)} · pid ${hello.pid}` : '';
  const link: Span =
    lost !== undefined
      ? text(`✗ Connection lost (${onOneLine(lost)}), trying again`, { color: 'red', bold: true })
      : hello
        ? text(`● live ${clockTime(now)} `, { color: 'green' })
        : text('◌ connecting ', { color: 'gray' });
  const width = lost === undefined ? LINK_WIDTH : Math.min(link.text.length + 1, columns - 24);
  return [
    { cells: [rest(text(' offspring-rx top  ', { bold: true, color: 'cyan' }), text(program)), right(width, link)] },
    { cells: [rest(...totals(view))] },
  ];
}

function totals({ tree }: View): Span[] {
  const all = [...tree.values()].filter(row => !hasNoProcess(row));
  const alive = all.filter(isAlive);
  const failed = all.filter(hasFailed).length;
  const last = alive.flatMap(({ samples }) => samples.slice(-1));
  const sum = (index: 1 | 2 | 3 | 4) => last.reduce((total, sample) => total + (sample[index] ?? 0), 0);
  const figure = (name: string, value: string) => [text(`   ${name} `, { dim: true }), text(value, { bold: true })];
  return [
    text(` ${plural(alive.length, 'process', 'processes')}`, { bold: true }),
    ...(failed > 0 ? [text(`   ${count(failed)} failed`, { color: 'red', bold: true })] : []),
    ...figure('cpu', percent(sum(1))),
    ...figure('mem', bytes(sum(2))),
    ...figure('msg/s', count(sum(3))),
    ...figure('turn/s', count(sum(4))),
  ];
}

export const footerLines = (view: View): Line[] => [noteLine(view), keyLine(view)];

/** What has to be told now, or else what is selected. */
function noteLine(view: View): Line {
  const { message, asked } = view;
  if (asked) return { cells: [] };
  if (message)
    return { cells: [rest(text(` ${message.text}`, { color: message.isBad ? 'red' : 'green', bold: true }))] };
  const item = selectedItem(view);
  if (!item) return { cells: [] };
  const note = onOneLine(noteOf(item));
  const hasBad = item.lastEnded !== undefined && hasFailed(item.lastEnded);
  return {
    cells: [
      rest(
        text(` ${onOneLine(nameOf(item))}`, { bold: true }),
        text(`  ${onOneLine(aboutOf(item))}`, { dim: true }),
        ...(note === '' ? [] : [text('  '), text(note, hasBad ? { color: 'red' } : {})]),
      ),
    ],
  };
}

function keyLine(view: View): Line {
  const { mode, asked, filter, hello, hasToken } = view;
  const key = (name: string, does: string) => [text(` ${name} `, { bold: true }), text(`${does} `, { dim: true })];
  if (mode === 'question' && asked) {
    const question = `Shut down ${asked.name}? `;
    return {
      cells: [rest(text(` ${question}`, { color: 'yellow', bold: true }), ...key('y', 'yes'), ...key('n', 'no'))],
    };
  }
  if (mode === 'filter') {
    return { cells: [rest(text(` /${filter}▏`, { bold: true }), ...key('Enter', 'keep'), ...key('Esc', 'clear'))] };
  }
  const canControl = hello?.control === true && hasToken;
  return {
    cells: [
      rest(
        ...(filter === '' ? [] : [text(` /${filter} `, { color: 'yellow', bold: true })]),
        ...key('q', 'quit'),
        ...key('↑↓', 'move'),
        ...key('←→', 'fold'),
        ...key('Enter', view.isDetailed ? 'close' : 'details'),
        ...key('/', 'filter'),
        ...(canControl
          ? [...key('k', 'shut down'), ...key('r', 'restart')]
          : hello
            ? [text('  read-only', { dim: true })]
            : []),
      ),
    ],
  };
}
