/** The strategies of a supervisor: real ones, in virtual time. The second of three children crashes after a second. */
import { createRequire } from 'node:module';
import { box, line, picture, text } from './svg.mjs';

const require = createRequire(import.meta.url);
const STRATEGIES = ['one-for-one', 'rest-for-one', 'one-for-all'];
const KEYS = ['first', 'second', 'third'];
const CRASH = 1_000;
const DELAY = 400;
const END = 2_400;
/** Virtual ms that a child takes to end and to start, so that the order is seen. */
const X = ms => 150 + (ms / END) * 770;

/** Who lived from when to when: `[{ key, from, to, isCrash }]`. */
async function record(strategy) {
  const { SubprocessLoop } = require('offspring-rx');
  const { superviseAll } = require('offspring-rx/supervise');
  const { crash, inProcess, VirtualTime } = require('offspring-rx/testing');
  class Service extends SubprocessLoop {
    loop() {
      return 60_000;
    }
  }
  const time = new VirtualTime();
  const lives = [];
  const children = Object.fromEntries(
    KEYS.map(key => {
      let starts = 0;
      return [
        key,
        () =>
          inProcess(Service, [], {
            time,
            ...(key === 'second' && starts++ === 0 && { fault: crash({ after: CRASH }) }),
          }),
      ];
    }),
  );
  const subscription = superviseAll(children, {
    strategy,
    backoff: { initial: DELAY, jitter: 0 },
    scheduler: time.scheduler,
  }).subscribe(event => {
    if (event.type === 'started') lives.push({ key: event.child, from: time.now });
    if (event.type !== 'exited') return;
    const life = lives.findLast(({ key }) => key === event.child);
    life.to = time.now;
    life.isCrash = event.exit.cause === 'crash';
  });
  await time.advance(END);
  const seen = lives.map(life => ({ ...life }));
  subscription.unsubscribe();
  await time.advance(60_000);
  return seen;
}

export async function strategies() {
  const body = [];
  let y = 26;
  for (const strategy of STRATEGIES) {
    body.push(text(24, y + 14, strategy, 'heading'));
    y += 26;
    for (const [at, key] of KEYS.entries()) {
      const top = y + at * 32;
      body.push(text(136, top + 18, key, 'label end'), line(`M150 ${top + 13} H920`, 'faint'));
      for (const { from, to = END, isCrash } of (await lives(strategy)).filter(life => life.key === key)) {
        const kind = from === 0 ? 'green' : 'blue';
        body.push(box(X(from).toFixed(1), top, (X(to) - X(from)).toFixed(1), 26, kind, 5));
        if (to === END) continue;
        body.push(text(X(to) + 8, top + 18, isCrash ? 'crashes' : 'is stopped', 'note'));
      }
    }
    y += 3 * 32 + 20;
  }
  body.push(
    text(150, y + 4, 'time', 'note'),
    text(920, y + 4, `the restart comes after the backoff, ${DELAY} ms here`, 'note end'),
  );
  return picture({
    width: 960,
    height: y + 24,
    title: 'The strategies of a supervisor',
    description:
      'The second of three children crashes. With one-for-one it is started again, and the others go on. With rest-for-one the third is stopped, and the second and the third start again. With one-for-all all three start again.',
    body,
  });
}

const recorded = {};
const lives = async strategy => (recorded[strategy] ??= await record(strategy));
