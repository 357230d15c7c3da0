/** Parent side: lists what is left of children, and where each was made. */
import path from 'node:path';
import { registered } from '../../parent/end/registry';
import { parentHalf } from '../../parent/parent-half';
import type { AnySubprocess } from '../../subprocess';
import { now } from '../../util/clock';
import { setTimeout } from '../../util/timers';

/** ms between two looks. */
const INTERVAL = 5;
/** ms that a process may take that has done its work or is being shut down. It is killed before, after its grace. */
const LONGEST_END = 10_000;
/** The folder of this library's files. */
const OWN = path.join(__dirname, '..', '..');

const origins = new WeakMap<object, string>();

/** From now on, remembers where each task is constructed. Only the kit pays for that. */
export function rememberOrigins(): void {
  const { adopt } = parentHalf;
  parentHalf.adopt = (instance, args) => {
    remember(instance);
    return adopt(instance, args);
  };
}

/** Remembers where this task is constructed: now. */
export function remember(instance: object): void {
  const holder: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  Error.captureStackTrace(holder);
  Error.stackTraceLimit = stackTraceLimit;
  const frames = (holder.stack ?? '').split('\n').slice(1);
  // The first frames are those of the library, then those of the constructors of the class.
  const first = frames.find(frame => !frame.includes(OWN) && !/^\s+at new |\(?node:/.test(frame));
  if (first) origins.set(instance, first.trim().replace(/^at /, ''));
}

export async function expectNoneLeft(within: number): Promise<void> {
  const start = now();
  const mayEnd = ({ task }: { task?: AnySubprocess | undefined }) =>
    now() < start + (task && isEnding(task) ? Math.max(within, LONGEST_END) : within);
  while (registered().length > 0 && registered().every(mayEnd)) {
    await new Promise<void>(resolve => setTimeout(resolve, INTERVAL));
  }
  const entries = registered().filter(entry => !mayEnd(entry));
  if (entries.length === 0) return;
  const lines = entries.map(({ task }) => `  ${task ? describe(task) : 'a spare process'}`);
  const ends = entries.map(entry => entry.shutdown({ grace: 0, terminate: true }));
  for (const entry of entries) entry.kill();
  await Promise.all(ends);
  const count = entries.length === 1 ? '1 child is' : `${entries.length} children are`;
  throw new Error(
    `${count} left:\n${lines.join('\n')}\nEnd each before its test ends: await task.shutdown(), or await using.`,
  );
}

/** Whether a process is on its way out, as it is right after its result has arrived. */
function isEnding(task: AnySubprocess): boolean {
  if (!task.process) return false;
  let isOnItsWay = false;
  // The events so far come at once.
  const subscription = task.event$.subscribe(({ type }) => {
    isOnItsWay ||= type === 'result' || type === 'failed' || type === 'stopping';
  });
  subscription.unsubscribe();
  return isOnItsWay;
}

function describe(task: AnySubprocess): string {
  const { process } = task;
  const where = origins.get(task);
  const what = process ? `pid ${process.pid}` : 'in this process, or without one yet';
  return `${task.constructor.name} (${what})${where ? `, made at ${where}` : ', made by the library: by a pool, say'}`;
}
