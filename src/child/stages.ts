/** Child side: takes a child through its stages, from the load of its class to its exit. */
import { debugLog, isLogging } from '../diagnostics/debug-log';
import { tracer } from '../diagnostics/tracer';
import type { PrimeOrder, StartOrder } from '../protocol/to-child';
import type { Activity, Report } from '../protocol/to-parent';
import type { AnySubprocess } from '../subprocess';
import type { SubprocessLoop } from '../subprocess-loop';
import { safeText } from '../util/safely';
import { saveCompiled } from '../util/save-compiled';
import { nextTick, queueMicrotask, setImmediate } from '../util/timers';
import { bootExports } from './boot-exports';
import type { Channel } from './channel';
import { type ChildHalf, RestoreError } from './child-half';
import type { ChildInstance } from './child-instance';
import type { Crash } from './crash';
import { flushOutput } from './flush-output';
import { loadClass, NotFoundError } from './load/load-class';
import type { TaskClass } from './load/task-class';
import { shareWithThreads } from './share-with-threads';
import type { StopRequest } from './stop';
import { type Method, traceMethod } from './trace-method';
import type { UsersSigterm } from './users-sigterm';
import type { WorkContext } from './work-context';

export interface Parts {
  prime: PrimeOrder;
  channel: Channel;
  context: WorkContext;
  stop: StopRequest;
  usersSigterm: UsersSigterm;
  crash: Crash;
  childHalf: ChildHalf;
  childInstance: ChildInstance;
}

/** Stored before the user's code runs, which may replace process.exit. */
const exit = process.exit.bind(process);
/** Node's exit code for a top-level await that can never settle. */
const STALLED_EXIT_CODE = 13;

export class Stages {
  readonly #parts: Parts;
  readonly #startOrder: Promise<StartOrder>;
  #resolveStartOrder: (order: StartOrder) => void = () => {};
  #hasStalled = false;
  /** Whether this was a spare that had loaded its class before its start. */
  #hasLoadedClass = false;
  #hasEntered = false;
  #onEntered = (): void => {};
  /** The order to start; undefined while this is a spare. */
  order: StartOrder | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#startOrder = new Promise(resolve => {
      this.#resolveStartOrder = resolve;
    });
  }

  /** Calls `act` when the task enters its work, or at once if it has. */
  whenEntered(act: () => void): void {
    if (this.#hasEntered) act();
    else this.#onEntered = act;
  }

  /** Called with the order to start. */
  start(order: StartOrder): void {
    if (this.order) throw new Error('a second order to start');
    const { prime, channel, stop } = this.#parts;
    this.order = order;
    if (isLogging) debugLog(prime.target.name, `starts as a child of ${process.ppid}, of ${prime.module}`);
    if (prime.kind === 'loop') stop.handleSigterm();
    // Before the user's code can block this thread.
    if (order.watch !== undefined) (require('./hang-thread') as typeof import('./hang-thread')).start(order.watch);
    // A spare with its class is usually ready at once, so 'up' and 'ready' can share a frame.
    if (this.#hasLoadedClass) channel.reportSoon({ type: 'up' });
    else channel.report({ type: 'up' });
    this.#resolveStartOrder(order);
  }

  /** Runs all stages; at the end the process exits. */
  async run(): Promise<void> {
    const { prime, channel, context, crash, childHalf, childInstance } = this.#parts;
    const { kind } = prime;
    let instance: AnySubprocess;
    try {
      const type = this.order ? undefined : await this.#prepareSpare();
      const order = await crash.race(this.#startOrder);
      const loaded = type ?? (await this.#loadClass());
      instance = childHalf.rebuild(loaded, order, childInstance);
    } catch (error) {
      return this.fail(activityThatThrew(error), error instanceof RestoreError ? error.cause : error);
    }
    channel.keepAlive('loading', false);
    context.begin(childHalf.constructed.size > 0);
    this.#shareWithThreads();
    try {
      await (kind === 'loop' ? this.#loop(instance as SubprocessLoop) : this.#once(instance));
    } catch (error) {
      // If the task ended because its signal was aborted, that is a stop and no failure.
      if (!childInstance.isAbort(error)) return this.fail(crash.culprit ?? (kind === 'loop' ? 'loop' : 'run'), error);
    }
    await this.#settle();
    if (crash.missed) return this.fail(crash.culprit ?? 'outside', crash.missed.error);
    if (isLogging) debugLog(prime.target.name, 'is done');
    channel.report({ type: 'done' });
    channel.close();
    exit();
  }

  /** Reports an error to the parent, then ends the process. */
  async fail(during: Activity, error: unknown): Promise<void> {
    // The parent drops a spare that ends. The next start meets the same error and reports it.
    if (isLogging) debugLog(this.#parts.prime.target.name, `has failed in '${during}': ${safeText(error)}`);
    if (!this.order) return exit(1);
    const { encodeError } = require('../protocol/remote-error') as typeof import('../protocol/remote-error');
    this.#outliveSigterm();
    if (!this.#hasStalled) this.#parts.channel.report({ type: 'failed', during, error: encodeError(error) });
    await this.#settle();
    exit(this.#hasStalled ? STALLED_EXIT_CODE : 1);
  }

  /** The event loop is empty, so the task awaits something that can never settle. */
  stall(): void {
    if (this.#hasStalled) return;
    this.#hasStalled = true;
    process.exitCode = STALLED_EXIT_CODE;
    this.#parts.channel.report({ type: 'stalled' });
    this.#parts.crash.raise(new Error('stalled'));
  }

  /**
   * Prepares a spare: loads what its start will need. That includes the class, except from the main script, which would
   * run again.
   */
  async #prepareSpare(): Promise<TaskClass | undefined> {
    const { prime, channel, context } = this.#parts;
    const type = context.isMainScript(prime.module) ? undefined : await this.#loadClass();
    channel.listen();
    (require('./warm-up') as typeof import('./warm-up')).warmUp(prime.kind);
    channel.report({ type: 'primed' });
    this.#hasLoadedClass = type !== undefined;
    return type;
  }

  #shareWithThreads(): void {
    const { prime, context } = this.#parts;
    const { depth, mainScript, module } = prime;
    shareWithThreads({
      depth,
      mainScript,
      module,
      // Read as each thread is made, by whoever makes it.
      get isWork() {
        return context.isWork;
      },
    });
  }

  #loadClass(): Promise<TaskClass> {
    const { prime, context, crash, childHalf } = this.#parts;
    return crash.race(context.watch(() => loadClass(prime, childHalf, bootExports())));
  }

  async #once(instance: AnySubprocess): Promise<void> {
    const { channel, crash, childInstance, usersSigterm } = this.#parts;
    channel.report({ type: 'ready' });
    // A loop needs no watch, since it has a SIGTERM listener of the library, which stays.
    usersSigterm.watch((this.order as StartOrder).grace);
    const { runOnce } = require('./run-once') as typeof import('./run-once');
    const reports = { entered: () => this.#entered(), emit: (message: unknown) => childInstance.emit(message) };
    const value = await crash.race(this.#call(instance, 'run', () => runOnce(instance, reports)));
    this.#outliveSigterm();
    const report: Report = value === undefined ? { type: 'result' } : { type: 'result', value };
    childInstance.sendAny(value, ['run()', 'the result'], details => channel.report(report, details));
  }

  async #loop(loop: SubprocessLoop): Promise<void> {
    const { channel, crash, stop } = this.#parts;
    const { runLoop } = require('./loop/run-loop') as typeof import('./loop/run-loop');
    const ended = await runLoop(loop, {
      stop,
      defaultSleep: (this.order as StartOrder).defaultSleep,
      crash,
      call: (stage, work) => this.#call(loop, stage, work),
      begun: () => {
        channel.reportSoon({ type: 'ready' });
        this.#entered();
      },
      iterated: iteration => channel.report({ type: 'iteration', ...iteration }),
    });
    if (ended) channel.report({ type: 'result' });
  }

  #entered(): void {
    this.#parts.childInstance.entered();
    this.#parts.channel.report({ type: 'entered' });
    this.#hasEntered = true;
    this.#onEntered();
    // By now V8 has compiled most of what a child needs, and has not yet discarded code that ran only once. The
    // microtask comes after the first call of `loop`.
    queueMicrotask(saveCompiled);
    // No order can arrive before the next turn of the event loop, so `run` need not wait for `listen`.
    setImmediate(() => this.#parts.channel.listen());
  }

  /** Calls the user's code as a part of the task. */
  async #call<T>(task: AnySubprocess, method: Method, userCode: () => T): Promise<Awaited<T>> {
    const { context, prime } = this.#parts;
    const order = this.order as StartOrder;
    try {
      return await context.enter(() => traceMethod({ task, prime, order }, method, userCode));
    } catch (error) {
      this.#parts.crash.blame(method);
      throw error;
    }
  }

  /** Who has got the result may shut this child down, whose spans are not exported yet. It ends by itself soon. */
  #outliveSigterm(): void {
    if (tracer()) this.#parts.stop.handleSigterm();
  }

  /** Waits until the children of this child have ended, and its spans, warnings, output and coverage are written. */
  async #settle(): Promise<void> {
    // A SIGTERM must not lose the spans: a parent in a child sends one when it has the result and ends itself.
    if (tracer()) this.#parts.stop.handleSigterm();
    await this.#parts.childHalf.shutdownNested((this.order as StartOrder).grace);
    await tracer()?.flush();
    // Node prints a warning in the tick after it.
    await new Promise<void>(resolve => nextTick(resolve));
    await flushOutput();
    // Now, since the parent may kill a child that is done and has not exited within a grace.
    if (process.env['NODE_V8_COVERAGE']) (require('./coverage') as typeof import('./coverage')).writeCoverage();
  }
}

/** What the child was doing when `error` kept it from starting. */
function activityThatThrew(error: unknown): Activity {
  if (error instanceof NotFoundError) return 'find';
  return error instanceof RestoreError ? 'restore' : 'load';
}
