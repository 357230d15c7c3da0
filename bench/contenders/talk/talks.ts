/** Parent side: what is measured over a transport. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { item } from './answers';
import { received, type Talk } from './transport';

/** ms in which nothing is said before each question. */
const IDLE = 3;

/** Messages per second, child to parent: from the order to the last of them. */
export const up: Talk = async (transport, count) => {
  const start = performance.now();
  const all = received(transport, count);
  transport.post({ type: 'emit', count });
  await all;
  return rate(count, start);
};

/** Messages per second, parent to child: from the first to the child's word that it has heard all. */
export const down: Talk = async (transport, count) => {
  const start = performance.now();
  const heard = received(transport, 1);
  transport.post({ type: 'listen', count });
  for (let index = 0; index < count; index++) transport.post(item(index));
  await heard;
  return rate(count, start);
};

/** The milliseconds of one message and its answer, both sides idle before; the mean of so many. */
export const pingPong: Talk = async (transport, count) => {
  let time = 0;
  for (let index = 0; index < count; index++) {
    await sleep(IDLE);
    const start = performance.now();
    const answer = received(transport, 1);
    transport.post({ type: 'ask' });
    await answer;
    time += performance.now() - start;
  }
  return time / count;
};

/** The milliseconds from an order to the Buffer that it asks for. */
export const large: Talk = async (transport, bytes) => {
  const start = performance.now();
  const answer = received(transport, 1);
  transport.post({ type: 'large', bytes });
  const { byteLength } = (await answer) as Uint8Array;
  if (byteLength !== bytes) throw new Error(`${byteLength} bytes came in place of ${bytes}`);
  return performance.now() - start;
};

/** The longest time in milliseconds for which the event loop stood still meanwhile. */
export const blocked: Talk = async (transport, bytes) => {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await sleep(IDLE);
  await large(transport, bytes);
  await sleep(IDLE);
  delays.disable();
  return delays.max / 1e6;
};

const rate = (count: number, start: number) => (count / (performance.now() - start)) * 1_000;
