/** What becomes of the children at each end of their parent, and after how long: the figures of docs/reliability.md. */
import { readFileSync } from 'node:fs';
import { box, line, lines, picture, text } from './svg.mjs';

const RELIABILITY = new URL('../../docs/reliability.md', import.meta.url);
/** The kinds of children that the picture shows, as the table heads them. */
const KINDS = ['plain, idle', 'loop at work', 'ignores SIGTERM', '`TERMINATE_ON_SHUTDOWN = false`'];
const COLORS = { gone: 'grey', 'end() ran': 'green', 'run() finished': 'blue' };
const SCALE = 118 / 1_100;

function tableOf(page) {
  const rows = page
    .split('\n')
    .filter(row => row.startsWith('|'))
    .map(row =>
      row
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    );
  const from = rows.findIndex(([head]) => head === 'the parent ends by');
  const [heads, , ...rest] = rows.slice(from);
  return {
    heads,
    rows: rest.slice(
      0,
      rest.findIndex(row => row.length !== heads.length),
    ),
  };
}

export function ends() {
  const { heads, rows } = tableOf(readFileSync(RELIABILITY, 'utf8'));
  const left = 216;
  const width = 176;
  const body = [];
  for (const [at, kind] of KINDS.entries())
    body.push(...lines(left + at * width, 32, kind.replaceAll('`', '').split(/ (?==)/), 'label'));
  for (const [at, row] of rows.entries()) {
    const y = 62 + at * 40;
    body.push(line(`M20 ${y} H940`, 'faint'), text(24, y + 25, short(row[0])));
    for (const [column, kind] of KINDS.entries()) {
      const [what, after] = row[heads.indexOf(kind)].split(', ');
      const x = left + column * width;
      const ms = Number.parseFloat(after);
      const length = Number.isNaN(ms) ? 3 : Math.max(3, ms * SCALE);
      body.push(box(x, y + 8, length.toFixed(1), 10, COLORS[what] ?? 'grey', 2));
      body.push(text(x, y + 33, `${what}, ${after}`, 'note'));
    }
  }
  const bottom = 62 + rows.length * 40;
  body.push(line(`M20 ${bottom} H940`, 'faint'));
  body.push(
    text(
      24,
      bottom + 24,
      'Milliseconds until everything is gone, medians; SHUTDOWN_GRACE is 1,000 ms here. See reliability.md.',
      'note',
    ),
  );
  return picture({
    width: 960,
    height: bottom + 42,
    title: 'What becomes of the children when their parent ends',
    description: rows
      .map(
        row =>
          `${short(row[0])}: ${KINDS.map(kind => `${kind.replaceAll('`', '')} ${row[heads.indexOf(kind)]}`).join('; ')}.`,
      )
      .join(' '),
    body,
  });
}

const short = name => name.replaceAll('`', '').replace('a second Ctrl-C, 600 ms after the first', 'a second Ctrl-C');
