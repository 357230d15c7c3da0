/** Child side: what runs in a child process, from its first line to its exit. */
import { pathToFileURL } from 'node:url';
import { moduleCache } from '../module-cache';
import { encodeError } from '../protocol/remote-error';
import type { Order } from '../protocol/to-child';
import type { Activity } from '../protocol/to-parent';
import { installChildHalf } from '../side';
import type { SubprocessLoop } from '../subprocess-loop';
import type { AnySubprocess } from '../types';
import { Channel } from './channel';
import { Crash } from './crash';
import { loadClass, NotFound } from './load-class';
import { Stop } from './stop';
import { RestoreFailed, Task } from './task';
import { TaskMembers } from './task-members';
import { WorkContext } from './work-context';

const channel = new Channel();
const order = channel.readStart();
const { kind, target, grace, entry } = order;

/** Taken at once: the user's code may put something else in its place. */
const exit = process.exit.bind(process);
const stop = new Stop();
const context = new WorkContext(replaysEntry);
const task = new Task(order, context);
const members = new TaskMembers(target.name, channel, stop, obeySigterm);

const crash = new Crash();
/** Where the first error came from. */
let culprit: Activity | undefined;
/** The work awaits what can never come: Node's exit code for an await at the top level that does. */
let stalled = false;
const STALLED = 13;

// Ctrl-C and a closing terminal reach the whole group; what becomes of a child is its parent's to decide.
const ignore = () => {};
process.on('SIGINT', ignore);
process.on('SIGHUP', ignore);
if (kind === 'loop') obeySigterm();
channel.report({ type: 'up' });

installChildHalf(task);
process.on('uncaughtException', onUncaught);
process.on('beforeExit', onIdle);
// Nothing can be heard before the event loop turns, and a `run` that comes first need not wait for it.
setImmediate(() => channel.listen(onOrder, onGarbled, onParentGone));
void live();

async function live(): Promise<void> {
  let instance: AnySubprocess;
  try {
    const type = await crash.race(loadClass(order, task));
    instance = task.rebuild(type, order, members);
  } catch (error) {
    const during = error instanceof NotFound ? 'find' : error instanceof RestoreFailed ? 'restore' : 'load';
    return fail(during, error instanceof RestoreFailed ? error.cause : error);
  }
  channel.hold(false);
  context.begin();
  try {
    await (kind === 'loop' ? work.loop(instance as never) : work.once(instance));
  } catch (error) {
    // Stopped as it was asked to be is no failure.
    if (!members.isAbort(error)) return fail(culprit ?? (kind === 'loop' ? 'loop' : 'run'), error);
  }
  await settle();
  if (crash.missed) return fail('outside', crash.missed.error);
  channel.report({ type: 'done' });
  channel.close();
  exit();
}

const work = {
  async once(instance: AnySubprocess): Promise<void> {
    channel.report({ type: 'ready' });
    const reports = {
      entered,
      emit: (message: unknown) => members.emit(message),
    };
    const { runOnce } = require('./run-once') as typeof import('./run-once');
    const value = await crash.race(call('run', () => runOnce(instance, reports)));
    members.refuseUnsendable(value, 'run()', 'the result');
    channel.report({ type: 'result', value });
  },

  async loop(instance: SubprocessLoop): Promise<void> {
    const begun = () => {
      channel.report({ type: 'ready' });
      entered();
    };
    const { runLoop } = require('./run-loop') as typeof import('./run-loop');
    const ended = await runLoop(instance, {
      stop,
      defaultSleep: order.defaultSleep ?? 0,
      crash,
      call,
      begun,
      iterated: iteration => channel.report({ type: 'iteration', ...iteration }),
    });
    if (ended) channel.report({ type: 'result', value: undefined });
  },
};

function entered(): void {
  members.enter();
  channel.report({ type: 'entered' });
}

/** Calls the user's code as part of the task. */
async function call<T>(activity: Activity, userCode: () => T): Promise<Awaited<T>> {
  try {
    return await context.enter(userCode);
  } catch (error) {
    culprit ??= activity;
    throw error;
  }
}

async function fail(during: Activity, error: unknown): Promise<void> {
  if (!stalled) channel.report({ type: 'failed', during, error: encodeError(error) });
  await settle();
  exit(stalled ? STALLED : 1);
}

/** What the end waits for: children of this child, and output that is under way. */
async function settle(): Promise<void> {
  await task.shutdownNested(grace);
  const { flushOutput } = require('./flush-output') as typeof import('./flush-output');
  await flushOutput();
}

function onOrder(incoming: Order): void {
  if (incoming.type === 'stop' && process.listeners('SIGTERM').includes(askStop)) askStop();
  if (incoming.type !== 'command') return;
  context.enter(() => members.push(incoming.command));
  channel.report({ type: 'received', count: 1 });
}

function obeySigterm(): void {
  if (!process.listeners('SIGTERM').includes(askStop)) process.on('SIGTERM', askStop);
}

function askStop(): void {
  if (!stop.asked) channel.report({ type: 'stopping' });
  context.enter(() => stop.ask());
}

function onUncaught(error: unknown): void {
  // Somebody else takes care of it.
  if (process.listeners('uncaughtException').some(listener => listener !== onUncaught)) return;
  culprit ??= 'outside';
  crash.raise(error);
}

function onGarbled(error: Error): void {
  void fail('channel', error);
}

function onIdle(): void {
  if (stalled) return;
  stalled = true;
  process.exitCode = STALLED;
  channel.report({ type: 'stalled' });
  crash.raise(new Error('stalled'));
}

function onParentGone(): void {
  process.off('SIGINT', ignore);
  process.off('SIGHUP', ignore);
  (require('./parent-gone') as typeof import('./parent-gone')).parentGone(order, askStop);
}

/** Whether the script that the first parent was started with runs here once more. */
function replaysEntry(): boolean {
  return entry !== null && (order.module === pathToFileURL(entry).href || moduleCache[entry] !== undefined);
}
