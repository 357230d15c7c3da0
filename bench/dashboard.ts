/** Measures the dashboard under load: frames a second of the page, and what the program that serves it takes of a core. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserPath, launch } from '../test/support/browser';
import { EVENTS, type Kind, PROCESSES, type Told } from './dashboard/players';

/** ms that are measured, and ms before that. */
const MEASURED = 20_000;
const WARM_UP = 8_000;

/** Runs in the page: the times between frames, in ms. */
const FRAMES = `new Promise(resolve => {
  const times = [];
  const end = performance.now() + ${MEASURED};
  let last = performance.now();
  requestAnimationFrame(function frame(now) {
    times.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(frame);
    else resolve(times.slice(1));
  });
})`;

interface Frames {
  perSecond: number;
  p95: number;
  longest: number;
  /** Share of frames that took longer than two of 60 a second. */
  late: number;
}

const framesOf = (times: number[]): Frames => {
  const sorted = times.toSorted((one, other) => one - other);
  const sum = times.reduce((total, time) => total + time, 0);
  return {
    perSecond: (1_000 * times.length) / sum,
    p95: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    longest: sorted.at(-1) ?? 0,
    late: times.filter(time => time > 34).length / times.length,
  };
};

async function measure(kind: Kind, browser: Awaited<ReturnType<typeof launch>> | undefined) {
  const program = fork(path.join(__dirname, 'dashboard', 'program.js'), [kind]);
  const ask = async (): Promise<Told> => {
    const answer = once(program, 'message');
    program.send('cpu');
    return (await answer)[0] as Told;
  };
  try {
    const [told] = (await once(program, 'message')) as [Told];
    const url = 'url' in told ? told.url : '';
    const page = url === '' ? undefined : await browser?.newPage({ viewport: { width: 1440, height: 900 } });
    await page?.goto(url);
    await sleep(WARM_UP);
    await ask();
    const times = page ? await page.evaluate<number[]>(FRAMES) : await sleep(MEASURED, []);
    const answer = await ask();
    await page?.close();
    return { share: 'cpu' in answer ? answer.cpu / (MEASURED / 1_000) : 0, frames: framesOf(times) };
  } finally {
    program.kill();
    await once(program, 'exit');
  }
}

async function main(): Promise<void> {
  const place = browserPath();
  if ('why' in place) throw new Error(`there is no browser here: ${place.why}`);
  const browser = await launch(place.path);
  try {
    // What an empty page of this machine does is the most that any page can do.
    const empty = await browser.newPage();
    const most = framesOf(await empty.evaluate<number[]>(FRAMES));
    await empty.close();
    console.log(`an empty page: ${told(most)}`);
    for (const kind of ['made-up', 'real', 'unseen'] as const) {
      const { share, frames } = await measure(kind, browser);
      const page = kind === 'unseen' ? 'no dashboard' : told(frames);
      console.log(
        `${kind}, ${PROCESSES[kind]} processes, ${EVENTS} events/s: ${page}; the parent takes ${(100 * share).toFixed(1)} % of a core`,
      );
    }
  } finally {
    await browser.close();
  }
}

const told = ({ perSecond, p95, longest, late }: Frames) =>
  `${perSecond.toFixed(1)} frames/s, 95 % within ${p95.toFixed(1)} ms, the longest ${longest.toFixed(0)} ms, ${(100 * late).toFixed(1)} % late`;

main();
