/** Which class does which work: a decision picture. */
import { arrow, card, picture, text } from './svg.mjs';

const question = (x, y, name, notes) => card(x, y, 250, 62, 'blue', name, notes);
const answer = (x, y, name, notes) => card(x, y, 250, 62, 'green', name, notes);

export function whichOne() {
  const [left, right] = [60, 500];
  const rows = [
    [
      ['Many items?', ['each of them small']],
      ['WorkerPool', ['or mapInSubprocess, in a stream']],
    ],
    [['More than one machine?', ['for the items']], ['mapOverQueue', ['and serveQueue on each host']], true],
    [
      ['Has it to be there, always?', ['and start again if it fails']],
      ['supervise, superviseAll', ['or a Supervisor to hold']],
    ],
    [
      ['Does it belong to a stream?', ['ends when its subscriber goes']],
      ['fromSubprocess', ['a cold Observable']],
    ],
    [
      ['Does it repeat?', ['with a sleep in between']],
      ['SubprocessLoop', ['begin(), loop(), end()']],
    ],
  ];
  const body = [];
  let y = 34;
  const steps = rows.filter(([, , isAside]) => !isAside);
  for (const [at, [[name, notes], [then, what]]] of steps.entries()) {
    body.push(question(left, y, name, notes));
    body.push(arrow(`M${left + 250} ${y + 31} H${right - 2}`), text(405, y + 24, 'yes', 'note middle'));
    body.push(answer(right, y, then, what));
    body.push(arrow(`M${left + 125} ${y + 62} V${y + 108}`), text(left + 138, y + 90, 'no', 'note'));
    if (at === 0) {
      body.push(arrow(`M${right + 250} ${y + 31} H${right + 298}`));
      body.push(answer(right + 300, y, 'mapOverQueue', ['if one machine is not enough']));
    }
    y += 110;
  }
  body.push(answer(left, y, 'Subprocess', ['run(), once']));
  body.push(text(right, y + 18, 'They go together: a pool may run in a task, a supervisor may', 'note'));
  body.push(text(right, y + 35, 'watch loops, and a task may have tasks of its own.', 'note'));
  return picture({
    width: 1090,
    height: y + 96,
    title: 'Which class does which work',
    description:
      'Many items: a WorkerPool, or mapOverQueue on several machines. Has it to be there always: supervise. Does it belong to a stream: fromSubprocess. Does it repeat: SubprocessLoop. Otherwise: Subprocess.',
    body,
  });
}
