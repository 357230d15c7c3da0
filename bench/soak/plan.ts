/** What becomes of one task, drawn from the seed and its number alone, so that it can be repeated by itself. */
import { KINDS, type KindName, kindOf } from './kinds';
import { Random } from './random';

/** What is done to a task from outside. */
const ACTIONS = {
  nothing: 20,
  shutdown: 5,
  shutdownAtOnce: 2,
  shutdownWhenReady: 2,
  shutdownThrice: 3,
  shutdownWithGrace: 2,
  dispose: 2,
  unsubscribe: 3,
  takeUntil: 3,
  SIGKILL: 4,
  SIGTERM: 3,
  SIGSEGV: 1,
  stopAndShutdown: 2,
};

export type Action = keyof typeof ACTIONS;

export interface Plan {
  number: number;
  kind: KindName;
  action: Action;
  /** ms after the construction at which it is acted. */
  delay: number;
  /** How many messages, turns, commands. */
  size: number;
  /** ms of work. */
  time: number;
}

export function planOf(seed: number, number: number): Plan {
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const weights = Object.fromEntries(Object.keys(KINDS).map(name => [name, kindOf(name as KindName).weight]));
  return complete(random, random.weighted(weights as Record<KindName, number>), number);
}

/** One of each kind, for the start. */
export const warmUpPlans = (seed: number): Plan[] =>
  Object.keys(KINDS).map((kind, index) => complete(new Random(seed + index), kind as KindName, -1 - index));

function complete(random: Random, kind: KindName, number: number): Plan {
  const { nothing, ...actions } = ACTIONS;
  // What does not end by itself is always stopped.
  const action = random.weighted({ nothing: kindOf(kind).ends === 'never' ? 0 : nothing, ...actions });
  return {
    number,
    kind,
    action,
    delay: Math.floor(random.next() ** 2 * 1_500),
    size: random.int(1, 40),
    time: random.int(0, 300),
  };
}

export const describePlan = ({ number, kind, action, delay, size, time }: Plan): string =>
  `task ${number} (${kind}, size ${size}, time ${time}; ${action}${action === 'nothing' ? '' : ` after ${delay} ms`})`;
