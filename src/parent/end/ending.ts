/**
 * Parent side: ends one child.
 *
 * In six places a child gets SIGKILL once a grace is over. Each of them works in a case in which the others do not:
 * - `order-then-kill`: after `shutdown()`, with the grace of that call.
 * - `watch` below: after the child's last report, or when the channel has closed and the process goes on.
 * - `start/spare`: for a spare, which has no instance that could shut it down.
 * - `join`: in the parent's `exit` handler, where timers no longer run.
 * - `guardian`: after a parent that died without an `exit` handler.
 * - `child/parent-gone`: in the child itself, if the guardian has ended too.
 */
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import { StartError } from '../../model/errors';
import type { ExitStatus } from '../../model/exit-status';
import type { ShutdownOptions } from '../../model/types';
import { platform } from '../../platform/platform';
import type { StopOrder } from '../../protocol/to-child';
import { checkShutdownOptions } from '../../util/check-shutdown-options';
import { LONGEST_TIMER } from '../../util/clock';
import { adviceFor, type Overrun, StartLimit } from '../../util/start-limit';
import { clearTimeout, setImmediate, setTimeout } from '../../util/timers';
import type { ClassInfo } from '../flags';
import type { KillReason, MemoryExcess } from '../follow/facts';
import type { Journal } from '../follow/journal';
import type { Connection } from '../process/connection';
import type { SpawnedChild } from '../spawn/spawn-child';
import { guard, guardRest, setRaisesSigterm, unguard } from './guardian';
import { orderThenKill } from './order-then-kill';
import { whenEntered } from './when-entered';

export class Ending {
  readonly #info: ClassInfo;
  readonly #connection: Connection;
  readonly #journal: Journal;
  #isAsked = false;
  #isSignaled = false;
  /** User code in the child listens to SIGTERM. */
  #isListening = false;
  #grace = Number.POSITIVE_INFINITY;

  constructor(info: ClassInfo, connection: Connection, journal: Journal) {
    this.#info = info;
    this.#connection = connection;
    this.#journal = journal;
  }

  /** The shortest grace of all shutdowns so far, in ms. Infinity before the first. */
  get grace(): number {
    return this.#grace;
  }

  /**
   * Watches the process of an instance: kills it if it does not become ready in time, or does not exit when it is done.
   * `isNew` is false for a process that was a spare.
   */
  watch({ pid, process, leadsGroup }: SpawnedChild, isNew: boolean): void {
    const { MEMORY_LIMIT, READY_TIMEOUT, SHUTDOWN_GRACE, TERMINATE_ON_SHUTDOWN } = this.#info.flags;
    const journal = this.#journal;
    // A child that was a spare is guarded already.
    if (TERMINATE_ON_SHUTDOWN) guard(pid, SHUTDOWN_GRACE, leadsGroup);
    else if (leadsGroup) guardRest(pid);
    else unguard(pid);
    if (MEMORY_LIMIT !== Number.POSITIVE_INFINITY) this.#limitMemory(pid, MEMORY_LIMIT);
    const onOver = (overrun: Overrun) => this.#notReady(READY_TIMEOUT, overrun);
    const startLimit = new StartLimit({ process, isNew, limit: READY_TIMEOUT, onOver });
    journal.whenFirst(['ready', 'exited'], () => startLimit.cancel());
    if (SHUTDOWN_GRACE > LONGEST_TIMER) return;
    journal.whenReached(TERMINATE_ON_SHUTDOWN ? ['done', 'closed'] : ['done'], () => {
      const timer = setTimeout(() => this.kill('overdue'), SHUTDOWN_GRACE).unref();
      journal.whenExited(() => clearTimeout(timer));
    });
  }

  /** `limit`: bytes. */
  #limitMemory(pid: number, limit: number): void {
    // Loaded on first use.
    const { watchMemory } = require('./memory-watch') as typeof import('./memory-watch');
    const unwatch = watchMemory(pid, limit, bytes => this.kill('memory', { bytes, limit }));
    this.#journal.whenExited(unwatch);
  }

  /** User code in the child has begun or ceased to listen to SIGTERM. */
  setListening(isListening: boolean): void {
    const { child } = this.#connection;
    this.#isListening = isListening;
    if (child && this.#info.flags.TERMINATE_ON_SHUTDOWN) setRaisesSigterm(child.pid, isListening);
  }

  /** Resolves when the child has ended. Rejects with a StateError for a wrong option. */
  async shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    const { name, flags } = this.#info;
    const { facts } = this.#journal;
    const { grace = flags.SHUTDOWN_GRACE, terminate = flags.TERMINATE_ON_SHUTDOWN } = checkShutdownOptions(
      options,
      name,
      facts.pid,
    );
    const { child, keepAlive } = this.#connection;
    if (isLogging) this.#log(terminate ? `shutdown, with a grace of ${grace} ms` : 'shutdown without a signal');
    if (!child) this.cancel();
    if (!terminate) {
      this.#journal.add({ type: 'stop', signaled: false });
      return keepAlive.until(settle => this.#journal.whenExited(settle));
    }
    this.#grace = Math.min(grace, this.#grace);
    const order = () => this.ask();
    const kill = () => this.kill('grace');
    return keepAlive.until(settle => orderThenKill(this.#journal, { order, kill, grace }, settle));
  }

  /** Ends an instance that has no process. */
  cancel(): void {
    this.#journal.add({ type: 'stop', signaled: true });
    this.#journal.add({ type: 'end', code: null, signal: null });
  }

  /** Asks the child to end, once: by SIGTERM and, if SIGTERM alone could end it too early, by an order before that. */
  ask(): void {
    if (!this.#recordStop()) return;
    const { kind, flags } = this.#info;
    const { ready, entered } = this.#journal.facts;
    const isInterruptible = kind === 'once' && !flags.WAIT_FOR_CHILD;
    const isEntering = ready && !entered;
    const isAtOnce = isInterruptible && !isEntering;
    // SIGTERM alone is enough: it ends the process, or aborts `this.signal` as the order would.
    if (isAtOnce) return this.signal();
    if (isLogging) this.#log('gets the order to stop, and SIGTERM as soon as it can handle one');
    this.#connection.outbox.stop();
    // Before that, the child has no SIGTERM handler. A `run` installs one as it is entered, if it uses `this.signal`.
    if (isInterruptible) whenEntered(this.#journal, () => this.signal());
    else this.#journal.whenReached(['up'], () => this.signal());
  }

  /**
   * Sends SIGTERM, once, and lets a paused process go on, since it handles no signals while it is paused. If user code
   * in the child listens to SIGTERM, the child gets an order instead: see child/users-sigterm.
   */
  signal(): void {
    const { child } = this.#connection;
    if (this.#isSignaled || !child) return;
    this.#isSignaled = true;
    const isByOrder = !platform.stop.hasSigterm || (this.#isListening && !this.#journal.facts.closed);
    if (isLogging) this.#log(isByOrder ? 'gets an order in place of a SIGTERM' : 'gets SIGTERM');
    if (!platform.stop.hasSigterm) return this.#signalByOrder(child);
    if (isByOrder) this.#connection.outbox.sigterm();
    else child.kill('SIGTERM');
    platform.stop.resume(signal => child.kill(signal));
  }

  /**
   * Asks the child to end while this process blocks, in its `exit` handler, and cannot read reports. Where SIGTERM cannot
   * be handled, the child gets an order upon which it ends, in any case: `ends` says when.
   */
  askWhileBlocked(ends: NonNullable<StopOrder['ends']>): void {
    if (this.#recordStop()) this.#connection.outbox.stop(ends);
  }

  /** Records that the child is asked to end. Returns false if it was asked before, or need not be. */
  #recordStop(): boolean {
    if (this.#isAsked) return false;
    this.#isAsked = true;
    const { done } = this.#journal.facts;
    this.#journal.add({ type: 'stop', signaled: true });
    // The child is about to exit by itself. A signal would only change its exit code.
    return !done;
  }

  /** Does what SIGTERM does elsewhere: a child that handles a stop gets the order to stop, and any other is ended. */
  #signalByOrder(child: SpawnedChild): void {
    this.#connection.outbox.stop();
    if (this.#info.kind !== 'loop') this.#endUnlessHandled(child);
  }

  /** What the child has reported so far may still be in the pipe. `bytesRead`: what had been read one turn before. */
  #endUnlessHandled(child: SpawnedChild, bytesRead?: number): void {
    const { channel } = child;
    setImmediate(() => {
      if (this.#journal.facts.handlesStop) return;
      if (channel.bytesRead === bytesRead) child.kill('SIGTERM');
      else this.#endUnlessHandled(child, channel.bytesRead);
    });
  }

  /** Sends SIGKILL. */
  kill(why: KillReason, excess?: MemoryExcess): void {
    if (!this.#connection.child?.kill('SIGKILL')) return;
    if (isLogging) this.#log(`gets SIGKILL (${why})`);
    this.#journal.add({ type: 'forced', why, ...(excess ? { excess } : {}) });
  }

  #log(line: string): void {
    debugLog(this.#info.name, `process ${this.#journal.facts.pid ?? 'none'}: ${line}`);
  }

  #notReady(timeout: number, overrun: Overrun): void {
    const { subprocess, pid, place, up } = this.#journal.facts;
    const loading = `was still loading ${place}${this.#info.kind === 'loop' ? ' or in begin()' : ''}`;
    const status = up ? loading : 'had not reported at all';
    const advice = up
      ? undefined
      : 'look whether execPath starts a Node, and not this program again; forkOptions() sets it. Else raise READY_TIMEOUT';
    this.#journal.add({
      type: 'fault',
      error: new StartError(
        'ready',
        `${subprocess}: the child (pid ${pid}) ${status} after ${timeout} ms and was killed: ${adviceFor(overrun, advice)}`,
        { subprocess, pid },
      ),
    });
  }
}
