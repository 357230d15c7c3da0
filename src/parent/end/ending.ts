/**
 * Parent side: ends one child.
 *
 * In six places a child gets SIGKILL once a grace is over. Each of them works in a case in which the others do not:
 * - `operators/shutdown-with`: after `shutdown()`, with the grace of that call.
 * - `watch` below: after the child's last report, or when the channel has closed and the process goes on.
 * - `start/spare`: for a spare, which has no instance that could shut it down.
 * - `join`: in the parent's `exit` handler, where timers no longer run.
 * - `guardian`: after a parent that died without an `exit` handler.
 * - `child/parent-gone`: in the child itself, if the guardian has ended too.
 */
import { filter, firstValueFrom, take } from 'rxjs';
import { StartError } from '../../model/errors';
import type { ExitStatus } from '../../model/exit-status';
import type { ShutdownOptions } from '../../model/types';
import { shutdownWith } from '../../operators/shutdown-with';
import { whenReady } from '../../operators/when-ready';
import { checkShutdownOptions } from '../../util/check-shutdown-options';
import { LONGEST_TIMER } from '../../util/clock';
import { adviceFor, type Overdue, StartLimit } from '../../util/start-limit';
import { clearTimeout, setTimeout } from '../../util/timers';
import type { ClassInfo } from '../flags';
import type { KillReason } from '../follow/facts';
import type { Journal } from '../follow/journal';
import type { Connection } from '../process/connection';
import type { SpawnedChild } from '../process/spawn-child';
import { guard, leaveSigterm, unguard } from './guardian';
import { whenEntered } from './when-run-entered';

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
  watch({ pid, process }: SpawnedChild, isNew: boolean): void {
    const { READY_TIMEOUT, SHUTDOWN_GRACE, TERMINATE_ON_SHUTDOWN } = this.#info.flags;
    const { exit$, lifecycle$, milestone$ } = this.#journal;
    // A child that was a spare is guarded already.
    if (TERMINATE_ON_SHUTDOWN) guard(pid, SHUTDOWN_GRACE);
    else unguard(pid);
    const onOver = (overdue: Overdue) => this.#notReady(READY_TIMEOUT, overdue);
    const startLimit = new StartLimit({ process, isNew, limit: READY_TIMEOUT, onOver });
    const cancel = () => startLimit.cancel();
    lifecycle$.pipe(whenReady()).subscribe({ next: cancel, error: cancel });
    milestone$
      .pipe(
        filter(milestone => milestone === 'done' || (milestone === 'closed' && TERMINATE_ON_SHUTDOWN)),
        take(1),
      )
      .subscribe(() => {
        if (SHUTDOWN_GRACE > LONGEST_TIMER) return;
        const timer = setTimeout(() => this.kill('watchdog'), SHUTDOWN_GRACE).unref();
        exit$.subscribe(() => clearTimeout(timer));
      });
  }

  /** User code in the child has begun or ceased to listen to SIGTERM. */
  setListening(isListening: boolean): void {
    const { child } = this.#connection;
    this.#isListening = isListening;
    if (child) leaveSigterm(child.pid, isListening);
  }

  /** Resolves when the child has ended. Rejects with a StateError for a wrong option. */
  async shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    const { name, flags } = this.#info;
    const { exit$, lifecycle$, facts } = this.#journal;
    const { grace = flags.SHUTDOWN_GRACE, terminate = flags.TERMINATE_ON_SHUTDOWN } = checkShutdownOptions(
      options,
      name,
      facts.pid,
    );
    const { child, keepAlive } = this.#connection;
    if (!child) this.cancel();
    if (!terminate) {
      this.#journal.add({ type: 'stop', signaled: false });
      return firstValueFrom(exit$.pipe(keepAlive.during()));
    }
    this.#grace = Math.min(grace, this.#grace);
    const order = () => this.ask();
    const kill = () => this.kill('grace');
    return firstValueFrom(lifecycle$.pipe(shutdownWith({ order, kill, grace }), keepAlive.during()));
  }

  /** Ends an instance that has no process. */
  cancel(): void {
    this.#journal.add({ type: 'stop', signaled: true });
    this.#journal.add({ type: 'end', code: null, signal: null });
  }

  /** Asks the child to end, once: by SIGTERM and, if SIGTERM alone could end it too early, by an order before that. */
  ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const { done } = this.#journal.facts;
    this.#journal.add({ type: 'stop', signaled: true });
    // The child is about to exit by itself. A signal would only change its exit code.
    if (done) return;
    const { kind, flags } = this.#info;
    const { ready, entered } = this.#journal.facts;
    const isInterruptible = kind === 'once' && !flags.WAIT_FOR_CHILD;
    const isEntering = ready && !entered;
    const isAtOnce = isInterruptible && !isEntering;
    // SIGTERM alone is enough: it ends the process, or aborts `this.signal` as the order would.
    if (isAtOnce && process.platform !== 'win32') return this.signal();
    this.#connection.outbox.stop();
    if (isAtOnce) return this.signal();
    const up$ = this.#journal.milestone$.pipe(
      filter(milestone => milestone === 'up'),
      take(1),
    );
    // Before that, the child has no SIGTERM handler. A `run` installs one as it is entered, if it uses `this.signal`.
    const canHandleSigterm$ = isInterruptible ? whenEntered(this.#journal) : up$;
    canHandleSigterm$.subscribe(() => this.signal());
  }

  /**
   * Sends SIGTERM, once, then SIGCONT, since a stopped (SIGSTOP) process does not handle signals. If user code in the
   * child listens to SIGTERM, the child gets an order instead: see child/sigterm.
   */
  signal(): void {
    const { child } = this.#connection;
    if (this.#isSignaled) return;
    this.#isSignaled = true;
    if (process.platform === 'win32') {
      // On Windows, SIGTERM ends a process at once, without a handler. A loop gets the order instead.
      if (this.#info.kind !== 'loop') child?.process.kill('SIGTERM');
      return;
    }
    if (this.#isListening && !this.#journal.facts.closed) this.#connection.outbox.sigterm();
    else child?.process.kill('SIGTERM');
    child?.process.kill('SIGCONT');
  }

  /** Sends SIGKILL. */
  kill(why: KillReason): void {
    if (this.#connection.child?.process.kill('SIGKILL')) this.#journal.add({ type: 'forced', why });
  }

  #notReady(timeout: number, overdue: Overdue): void {
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
        `${subprocess}: the child (pid ${pid}) ${status} after ${timeout} ms and was killed: ${adviceFor(overdue, advice)}`,
        { subprocess, pid },
      ),
    });
  }
}
