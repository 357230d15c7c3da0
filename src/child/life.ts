/** Child side: the stages of a child, from the load of its class to its exit. */
import type { PrimeOrder, StartOrder } from '../protocol/to-child';
import type { Activity } from '../protocol/to-parent';
import type { SubprocessLoop } from '../subprocess-loop';
import type { AnySubprocess } from '../types';
import { boot } from './booted';
import type { Channel } from './channel';
import type { Crash } from './crash';
import { loadClass, NotFound } from './load-class';
import type { Stop } from './stop';
import { RestoreFailed, type Task } from './task';
import type { TaskClass } from './task-class';
import type { TaskMembers } from './task-members';
import type { WorkContext } from './work-context';

export interface Parts {
  prime: PrimeOrder;
  channel: Channel;
  context: WorkContext;
  stop: Stop;
  crash: Crash;
  task: Task;
  members: TaskMembers;
}

/** Taken at once: the user's code may put something else in its place. */
const exit = process.exit.bind(process);
/** Node's exit code for an await at the top level that can never settle. */
const STALLED = 13;

export class Life {
  readonly #parts: Parts;
  readonly #started: Promise<StartOrder>;
  #start: (order: StartOrder) => void = () => {};
  #stalled = false;
  #isStanding = false;
  /** Absent as long as this is a spare. */
  order: StartOrder | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#started = new Promise(resolve => {
      this.#start = resolve;
    });
  }

  /** The order to start is here. */
  start(order: StartOrder): void {
    if (this.order) throw new Error('a second order to start');
    const { prime, channel, stop } = this.#parts;
    this.order = order;
    if (prime.kind === 'loop') stop.obey();
    // A spare is mostly ready at once, and tells both together.
    if (this.#isStanding) channel.reportSoon({ type: 'up' });
    else channel.report({ type: 'up' });
    this.#start(order);
  }

  /** Ends with the process. */
  async live(): Promise<void> {
    const { prime, channel, context, crash, task, members } = this.#parts;
    const { kind } = prime;
    let instance: AnySubprocess;
    try {
      const type = this.order ? undefined : await this.#standReady();
      const order = await crash.race(this.#started);
      instance = task.rebuild(type ?? (await crash.race(loadClass(prime, task))), order, members);
    } catch (error) {
      const during = error instanceof NotFound ? 'find' : error instanceof RestoreFailed ? 'restore' : 'load';
      return this.fail(during, error instanceof RestoreFailed ? error.cause : error);
    }
    channel.hold('loading', false);
    context.begin();
    try {
      await (kind === 'loop' ? this.#loop(instance as SubprocessLoop) : this.#once(instance));
    } catch (error) {
      // Stopped as it was asked to be is no failure.
      if (!members.isAbort(error)) return this.fail(crash.culprit ?? (kind === 'loop' ? 'loop' : 'run'), error);
    }
    await this.#settle();
    if (crash.missed) return this.fail('outside', crash.missed.error);
    channel.report({ type: 'done' });
    channel.close();
    exit();
  }

  /** Tells the parent what went wrong, and ends the process. */
  async fail(during: Activity, error: unknown): Promise<void> {
    // A spare that is of no use is dropped; the instance that needs it finds out by itself what is wrong.
    if (!this.order) return exit(1);
    const { encodeError } = require('../protocol/remote-error') as typeof import('../protocol/remote-error');
    if (!this.#stalled) this.#parts.channel.report({ type: 'failed', during, error: encodeError(error) });
    await this.#settle();
    exit(this.#stalled ? STALLED : 1);
  }

  /** Nothing is left that could go on: the work awaits what can never come. */
  stall(): void {
    if (this.#stalled) return;
    this.#stalled = true;
    process.exitCode = STALLED;
    this.#parts.channel.report({ type: 'stalled' });
    this.#parts.crash.raise(new Error('stalled'));
  }

  /** A spare loads its class, where that runs no script once more, and what it will need. */
  async #standReady(): Promise<TaskClass | undefined> {
    const { prime, channel, context, crash, task } = this.#parts;
    const type = context.isEntry(prime.module) ? undefined : await crash.race(loadClass(prime, task));
    channel.listen();
    (require('./warm-up') as typeof import('./warm-up')).warmUp(prime.kind);
    channel.report({ type: 'primed' });
    this.#isStanding = type !== undefined;
    return type;
  }

  async #once(instance: AnySubprocess): Promise<void> {
    const { channel, crash, members } = this.#parts;
    channel.report({ type: 'ready' });
    const { runOnce } = require('./run-once') as typeof import('./run-once');
    const reports = { entered: () => this.#entered(), emit: (message: unknown) => members.emit(message) };
    const value = await crash.race(this.#call('run', () => runOnce(instance, reports)));
    members.refuseUnsendable(value, 'run()', 'the result');
    channel.report(value === undefined ? { type: 'result' } : { type: 'result', value });
  }

  async #loop(loop: SubprocessLoop): Promise<void> {
    const { channel, crash, stop } = this.#parts;
    const { runLoop } = require('./run-loop') as typeof import('./run-loop');
    const ended = await runLoop(loop, {
      stop,
      defaultSleep: (this.order as StartOrder).defaultSleep,
      crash,
      call: (stage, work) => this.#call(stage, work),
      begun: () => {
        channel.reportSoon({ type: 'ready' });
        this.#entered();
      },
      iterated: iteration => channel.report({ type: 'iteration', ...iteration }),
    });
    if (ended) channel.report({ type: 'result' });
  }

  #entered(): void {
    this.#parts.members.enter();
    this.#parts.channel.report({ type: 'entered' });
    // Now that most of what a child needs has been compiled, and before V8 forgets what is not called again. In a
    // microtask: the first call of loop() comes before it.
    queueMicrotask(() => boot().keep());
    // Nothing can be heard before the event loop turns, and a `run` that comes first need not wait for it.
    setImmediate(() => this.#parts.channel.listen());
  }

  /** Calls the user's code as part of the task. */
  async #call<T>(activity: Activity, userCode: () => T): Promise<Awaited<T>> {
    try {
      return await this.#parts.context.enter(userCode);
    } catch (error) {
      this.#parts.crash.blame(activity);
      throw error;
    }
  }

  /** What the end waits for: children of this child, and output that is under way. */
  async #settle(): Promise<void> {
    await this.#parts.task.shutdownNested((this.order as StartOrder).grace);
    const { flushOutput } = require('./flush-output') as typeof import('./flush-output');
    await flushOutput();
  }
}
