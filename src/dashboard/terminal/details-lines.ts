/** Terminal: all that is known of the selected line, and its last output. Pure. */

import { onOneLine } from '../../util/plain-text';
import { aboutOf } from '../display/describe';
import { factsOf } from '../display/facts';
import { clockTime, plural } from '../display/format';
import { type Item, nameOf } from '../display/items';
import { endedInWords, isAlive } from '../display/look';
import { whyNoOutput } from '../display/why-no-output';
import type { OutputLine } from '../wire/frames';
import { COLORS, fixed, type Line, rest, SYMBOLS, text } from './cells';
import { detailsHeight, selectedItem, type View } from './view';

const TIME = 11;

export function detailsLines(view: View): Line[] {
  const height = detailsHeight(view);
  if (height === 0) return [];
  const item = selectedItem(view);
  const above = item ? aboveOutput(view, item) : [];
  const room = Math.max(0, height - above.length);
  const below = item ? outputLines(view, room) : [];
  const lines = [...above, ...below].slice(0, height);
  while (lines.length < height) lines.push({ cells: [] });
  return lines;
}

function aboveOutput(view: View, item: Item): Line[] {
  const { current, look, lastEnded } = item;
  const name = onOneLine(nameOf(item));
  const title = `── ${name} `;
  const about = onOneLine(aboutOf(item));
  const rule = '─'.repeat(Math.max(0, view.columns - title.length - about.length - 5));
  const facts = factsOf(current.node, view.now).map(([fact, value]) => `${fact} ${value}`);
  const ended = isAlive(current) ? lastEnded : current;
  return [
    {
      cells: [
        rest(
          text(title, { bold: true, color: 'cyan' }),
          text(`${SYMBOLS[look]} `, { color: COLORS[look] }),
          text(`${about} `, { dim: true }),
          text(rule, { color: 'cyan' }),
        ),
      ],
    },
    ...inLines(facts, view.columns - 3).map(line => ({ cells: [rest(text(`  ${line}`))] })),
    ...(ended
      ? [
          {
            cells: [
              rest(
                text(`  ${isAlive(current) ? 'The last one ended' : 'Ended'} ${clockTime(ended.node.endedAt ?? 0)}: `, {
                  bold: true,
                }),
                text(onOneLine(ended.node.exit?.error ?? endedInWords(ended.node.exit)), { color: 'red' }),
              ),
            ],
          },
        ]
      : []),
  ];
}

/** As many as fit, on each line. */
function inLines(texts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const each of texts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + each.length + 3 <= width) lines[lines.length - 1] = `${last}   ${each}`;
    else lines.push(each);
  }
  return lines;
}

/** The last lines that fit. */
function outputLines(view: View, room: number): Line[] {
  const { output } = view;
  const item = selectedItem(view);
  if (!item || room < 1) return [];
  if (!output || output.id !== item.current.node.id) return [];
  const lines = output.lines.slice(-room).map(outputLine);
  if (lines.length === 0 || output.from === 'gone') {
    lines.push({ cells: [rest(text(`  ${whyNoOutput(output.from)}`, { dim: true }))] });
  }
  return lines.slice(-room);
}

function outputLine({ stream, text: words, at, cut }: OutputLine): Line {
  const isError = stream === 'stderr';
  return {
    cells: [
      fixed(TIME, text(`  ${clockTime(at)} `, { dim: true })),
      rest(
        text(onOneLine(words), isError ? { color: 'yellow' } : {}),
        ...(cut === undefined ? [] : [text(` … ${plural(cut, 'more character')}`, { dim: true })]),
      ),
    ],
  };
}
