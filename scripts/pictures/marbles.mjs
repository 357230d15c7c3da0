/** What an early and a late subscriber of each stream get: recorded from real tasks, step by step. */
import { createRequire } from 'node:module';
import { Steps } from './steps.cjs';
import { box, line, picture, text } from './svg.mjs';

const { firstValueFrom, filter } = createRequire(import.meta.url)('rxjs');
const COLUMNS = ['new', 'ready', 'emit a', 'emit b', 'late', 'emit c', 'return', 'exit', 'after'];
const LATE = COLUMNS.indexOf('late');
const STREAMS = ['state$', 'ready$', 'message$', 'result$', 'exit$', 'event$'];
const SHORT = {
  created: 'cr',
  starting: 'st',
  running: 'ru',
  exited: 'ex',
  spawned: 'sp',
  ready: 'rd',
  message: 'm',
  result: 'rs',
};

/** Marbles of one run: for each subscriber, a list of what came in each column. */
async function record(hasEarly) {
  const task = new Steps();
  const seen = new Map();
  let column = 0;
  const follow = (name, from) => {
    const marbles = COLUMNS.map(() => []);
    seen.set(`${name} ${from}`, { marbles, from: column });
    task[name].subscribe({
      next: value => marbles[column].push(shown(name, value)),
      complete: () => marbles[column].push('|'),
    });
  };
  const event = type => firstValueFrom(task.event$.pipe(filter(each => each.type === type)));
  const message = value =>
    firstValueFrom(task.event$.pipe(filter(each => each.type === 'message' && each.message === value)));
  if (hasEarly) for (const name of STREAMS) follow(name, 'early');
  const held = task.wait();
  const ready = event('ready');
  await event('spawned');
  column = 1;
  await ready;
  for (const [at, value] of [...'ab'].entries()) {
    column = 2 + at;
    const there = message(value);
    await task.send(value);
    await there;
    await quiet();
  }
  column = LATE;
  for (const name of STREAMS) follow(name, 'late');
  await quiet();
  column = 5;
  const there = message('c');
  await task.send('c');
  await there;
  await quiet();
  column = 6;
  const result = event('result');
  await task.send('return');
  await result;
  column = 7;
  await held;
  await quiet();
  column = 8;
  for (const name of STREAMS) follow(name, 'after');
  await quiet();
  return seen;
}

const quiet = () => new Promise(resolve => setTimeout(resolve, 50));

function shown(name, value) {
  if (name === 'state$') return SHORT[value];
  if (name === 'event$') return SHORT[value.type] ?? 'ex';
  if (name === 'ready$') return 'r';
  if (name === 'exit$') return 'e';
  return String(value);
}

function marble(x, y, label) {
  if (label === '|') return line(`M${x} ${y - 11} V${y + 11}`);
  const width = Math.max(22, label.length * 9 + 6);
  return [box(x - width / 2, y - 11, width, 22, 'yellow', 11), text(x, y + 4.5, label, 'code middle')];
}

export async function marbles() {
  const [both, alone] = [await record(true), await record(false)];
  const width = COLUMNS.map(name => (name === 'after' ? 180 : 100));
  const left = COLUMNS.map((_, at) => 224 + width.slice(0, at).reduce((sum, each) => sum + each, 0));
  const body = COLUMNS.map((name, at) => [
    text(left[at] + width[at] / 2, 36, name === 'late' ? 'late subscribe' : name, 'note middle'),
    line(`M${left[at]} 48 V${60 + 19 * 34}`, 'faint'),
  ]);
  const rows = STREAMS.flatMap(name =>
    name === 'message$'
      ? [
          [name, 'early', both.get(`${name} early`)],
          ['', 'late, as the second', both.get(`${name} late`)],
          ['', 'late, as the first', alone.get(`${name} late`)],
          ['', 'after the exit', both.get(`${name} after`)],
        ]
      : [
          [name, 'early', both.get(`${name} early`)],
          ['', 'late', both.get(`${name} late`)],
          ['', 'after the exit', both.get(`${name} after`)],
        ],
  );
  for (const [at, [name, who, { marbles: list, from }]] of rows.entries()) {
    const y = 74 + at * 34;
    body.push(text(24, y + 5, name, 'code'), text(98, y + 4.5, who, 'note'));
    const end = list.findLastIndex(values => values.length > 0);
    body.push(line(`M${left[from] + 6} ${y} H${left[end] + width[end] - 6}`));
    for (const [column, values] of list.entries()) {
      const gap = width[column] / (values.length + 1);
      for (const [index, value] of values.entries()) body.push(marble(left[column] + gap * (index + 1), y, value));
    }
  }
  const bottom = 74 + rows.length * 34;
  body.push(
    text(
      24,
      bottom + 6,
      'message$ stands for iteration$, stdout$, stderr$ and log$ too. cr created, st starting, ru running, ex exited,',
      'note',
    ),
    text(
      24,
      bottom + 24,
      'sp spawned, rd ready, m message, rs result; r ready, e the ExitStatus; 42 is the result; | is the completion.',
      'note',
    ),
  );
  return picture({
    width: left.at(-1) + width.at(-1) + 16,
    height: bottom + 42,
    title: 'What an early and a late subscriber of each stream get',
    description: rows
      .map(
        ([name, who, { marbles: list }], at) =>
          `${name || rows.slice(0, at).findLast(([each]) => each)[0]}, ${who}: ${list.flat().join(' ')}.`,
      )
      .join(' '),
    body,
  });
}
