/** From `new` to the exit: what happens in the parent, what in the child, and what crosses. */
import { arrow, box, line, picture, text } from './svg.mjs';

const PARENT = 250;
const CHILD = 710;

export function life() {
  const body = [];
  const row = (y, x, name, note) => {
    body.push(box(x - 140, y, 280, 40, x === PARENT ? 'blue' : 'green'));
    body.push(text(x, y + (note ? 18 : 25), name, 'strong middle'));
    if (note) body.push(text(x, y + 33, note, 'note middle'));
  };
  const cross = (y, label, isDown = true) => {
    body.push(arrow(isDown ? `M${PARENT + 142} ${y} H${CHILD - 144}` : `M${CHILD - 142} ${y} H${PARENT + 144}`));
    body.push(text((PARENT + CHILD) / 2, y - 7, label, 'note middle'));
  };
  body.push(text(PARENT, 36, 'parent', 'heading middle'), text(CHILD, 36, 'child', 'heading middle'));
  body.push(line(`M${PARENT} 52 V560`, 'faint'), line(`M${CHILD} 248 V560`, 'faint'));

  row(52, PARENT, 'new Task(...args)', 'created');
  row(104, PARENT, 'init(...args)', 'in a microtask');
  row(156, PARENT, 'copy the fields', 'snapshot()');
  row(208, PARENT, 'forkOptions(), make the process', 'starting');
  cross(228, 'spawn, or take a spare');
  row(208, CHILD, 'boot');
  row(256, PARENT, 'find the module of the class', 'event$: spawned');
  cross(284, 'which class, and its fields');
  row(264, CHILD, 'load the module, find the class');
  row(320, CHILD, 'make the object, with its fields', 'restore(), and begin() of a loop');
  cross(340, 'ready', false);
  row(320, PARENT, 'ready$', 'running');
  row(384, CHILD, 'run(), or loop() again and again');
  cross(396, 'emit(): messages', false);
  cross(416, 'send(): commands');
  row(384, PARENT, 'message$, iteration$');
  row(448, CHILD, 'return, and end() of a loop');
  cross(468, 'result', false);
  row(448, PARENT, 'result$');
  row(504, CHILD, 'the process ends');
  cross(524, 'exit', false);
  row(504, PARENT, 'exit$, wait()', 'exited');
  return picture({
    width: 960,
    height: 572,
    title: 'The life of a child',
    description:
      'In the parent: new, init, copy the fields, forkOptions, make the process, find the module. In the child: boot, load the module, make the object, ready, run, return, end. Messages, the result and the exit come back.',
    body: body.filter(Boolean),
  });
}
