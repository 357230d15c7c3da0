/** How far a child is ahead of a slow parent: measured with a real child, and a loop over `messages()`. */
import { Flood } from './steps.cjs';
import { line, picture, text } from './svg.mjs';

const PAUSE_EVERY = 3_000;
const PAUSE_MS = 30;

async function measure() {
  const sent = [];
  const taken = [];
  for await (const [index, at] of new Flood().messages()) {
    if (index % 250 === 0) {
      sent.push([at, index]);
      taken.push([performance.timeOrigin + performance.now(), index]);
    }
    if (index % PAUSE_EVERY === 0) await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  return { sent, taken };
}

export async function backPressure() {
  const { sent, taken } = await measure();
  const start = sent[0][0];
  const end = taken.at(-1)[0];
  const total = taken.at(-1)[1];
  const x = at => 90 + ((at - start) / (end - start)) * 800;
  const y = count => 330 - (count / total) * 270;
  const path = points =>
    points.map(([at, count], index) => `${index ? 'L' : 'M'}${x(at).toFixed(1)} ${y(count).toFixed(1)}`).join(' ');
  /** How many were sent and not taken, at most. */
  let ahead = 0;
  for (const [at, count] of sent) {
    const before = taken.findLast(([when]) => when <= at)?.[1] ?? 0;
    ahead = Math.max(ahead, count - before);
  }
  const body = [
    ...[0, 20_000, 40_000, 60_000].flatMap(count => [
      line(`M90 ${y(count)} H890`, 'faint'),
      text(82, y(count) + 4, count.toLocaleString('en-US'), 'note end'),
    ]),
    `<path class="curve blue" d="${path(sent)}"/>`,
    `<path class="curve green" d="${path(taken)}"/>`,
    text(90, 34, 'Messages of a child that emits as fast as it may, and of a parent that pauses', 'strong'),
    line('M470 276 H500', 'curve blue'),
    text(508, 281, 'sent by the child: await this.emit()'),
    line('M470 300 H500', 'curve green'),
    text(
      508,
      305,
      `taken by the parent: messages(), ${PAUSE_MS} ms of pause every ${PAUSE_EVERY.toLocaleString('en-US')}`,
    ),
    text(90, 356, `0 ms`, 'note'),
    text(890, 356, `${Math.round(end - start)} ms`, 'note end'),
    text(
      490,
      356,
      `the child is never more than ${(Math.ceil(ahead / 250) * 250).toLocaleString('en-US')} messages ahead`,
      'note middle',
    ),
  ];
  return picture({
    width: 960,
    height: 376,
    title: 'Back-pressure',
    description: `Two curves over time: messages that the child has sent, and those that the parent has taken. The child waits whenever it is some thousand messages ahead: at most ${ahead} here.`,
    body,
  });
}
