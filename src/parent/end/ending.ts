/** Parent side: ends a child: asks, signals, and forces. */

import { filter, firstValueFrom, type Observable, take } from 'rxjs';
import { StartError } from '../../model/errors';
import type { ExitStatus } from '../../model/exit-status';
import type { Kind } from '../../model/kind';
import type { ShutdownOptions } from '../../model/types';
import { shutdownWith } from '../../operators/shutdown-with';
import { whenReady } from '../../operators/when-ready';
import { checkShutdownOptions } from '../../util/check-shutdown-options';
import { LONGEST_TIMER } from '../../util/clock';
import type { Flags } from '../flags';
import type { Journal } from '../follow/journal';
import type { KeepAlive } from '../process/keep-alive';
import type { Outbox } from '../process/outbox';
import type { SpawnedChild } from '../process/spawn-child';
import { whenEntered } from './when-entered';

export interface EndingConfig {
  kind: Kind;
  flags: Flags;
  journal: Journal;
  outbox: Outbox;
  keepAlive: KeepAlive;
}

export class Ending {
  readonly #kind: Kind;
  readonly #flags: Flags;
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #keepAlive: KeepAlive;
  #child: SpawnedChild | undefined;
  #ordered = false;
  #grace = Number.POSITIVE_INFINITY;

  constructor({ kind, flags, journal, outbox, keepAlive }: EndingConfig) {
    this.#kind = kind;
    this.#flags = flags;
    this.#journal = journal;
    this.#outbox = outbox;
    this.#keepAlive = keepAlive;
  }

  /** ms; of the most impatient shutdown. */
  get grace(): number {
    return this.#grace;
  }

  /** Takes charge of a process: of its time to become ready, and of its end where it does not come by itself. */
  attach(child: SpawnedChild): void {
    this.#child = child;
    const { READY_TIMEOUT, SHUTDOWN_GRACE, TERMINATE_ON_SHUTDOWN } = this.#flags;
    const { exit$, lifecycle$, milestone$ } = this.#journal;
    this.#after(READY_TIMEOUT, lifecycle$.pipe(whenReady()), () => this.#notReady(READY_TIMEOUT));
    // Its last report is sent, or its channel closed: it owes us its end.
    milestone$
      .pipe(
        filter(milestone => milestone === 'done' || (milestone === 'closed' && TERMINATE_ON_SHUTDOWN)),
        take(1),
      )
      .subscribe(() => this.#after(SHUTDOWN_GRACE, exit$, () => this.force()));
  }

  /** Resolves when it is over. @throws StateError (as a rejection) for a grace that is none */
  async shutdown(options?: ShutdownOptions): Promise<ExitStatus> {
    const { TERMINATE_ON_SHUTDOWN, SHUTDOWN_GRACE } = this.#flags;
    const { exit$, lifecycle$, facts } = this.#journal;
    const { grace = SHUTDOWN_GRACE, terminate } = checkShutdownOptions(options, facts.subprocess, facts.pid);
    if (!this.#child) this.cancel();
    if (!(terminate ?? TERMINATE_ON_SHUTDOWN)) {
      this.#journal.add({ type: 'stop', signalled: false });
      return firstValueFrom(exit$.pipe(this.#keepAlive.during()));
    }
    this.#grace = Math.min(grace, this.#grace);
    const order = () => this.ask();
    const kill = () => this.force();
    return firstValueFrom(lifecycle$.pipe(shutdownWith({ order, kill, grace }), this.#keepAlive.during()));
  }

  /** Ends what has no process. */
  cancel(): void {
    this.#journal.add({ type: 'stop', signalled: true });
    this.#journal.add({ type: 'end', code: null, signal: null });
  }

  /** Asks the child to end, once: plain work by SIGTERM; what has to hear of it first by an order over the channel too. */
  ask(): void {
    if (this.#ordered) return;
    this.#ordered = true;
    const late = this.#journal.facts.done;
    this.#journal.add({ type: 'stop', signalled: true });
    // It is on its way out; a signal would only spoil its exit code.
    if (late) return;
    const { ready, entered } = this.#journal.facts;
    const isPlain = this.#kind === 'once' && !this.#flags.WAIT_FOR_CHILD;
    const isAtOnce = isPlain && !(ready && !entered);
    // The signal says it all: it ends the process, or is heard by who would hear the order.
    if (isAtOnce && process.platform !== 'win32') return this.signal();
    this.#outbox.stop();
    if (isAtOnce) return this.signal();
    // Before it is up, a SIGTERM would find no handler; before it is in `run`, none that `run` makes by using `signal`.
    const up$ = this.#journal.milestone$.pipe(
      filter(milestone => milestone === 'up'),
      take(1),
    );
    (isPlain ? whenEntered(this.#journal) : up$).subscribe(() => this.signal());
  }

  /** SIGTERM, and SIGCONT, since a stopped process would not get it. */
  signal(): void {
    if (process.platform === 'win32') {
      // Nothing hears a SIGTERM there, it ends the process; a loop hears the order.
      if (this.#kind !== 'loop') this.#child?.process.kill('SIGTERM');
      return;
    }
    this.#child?.process.kill('SIGTERM');
    this.#child?.process.kill('SIGCONT');
  }

  /** SIGKILL. */
  force(): void {
    if (this.#child?.process.kill('SIGKILL')) this.#journal.add({ type: 'forced' });
  }

  #notReady(timeout: number): void {
    const { subprocess, pid, shown, up } = this.#journal.facts;
    const loading = `was still loading ${shown}${this.#kind === 'loop' ? ' or in begin()' : ''}`;
    const where = up ? loading : 'had not reported at all';
    this.#journal.add({
      type: 'fault',
      error: new StartError(
        'ready',
        `${subprocess}: the child (pid ${pid}) ${where} after ${timeout} ms and was killed: look for an endless loop or an await that never settles there, or raise READY_TIMEOUT`,
        { subprocess, pid },
      ),
    });
  }

  /** Calls `act` after `delay` ms, unless `before$` emits; the timer does not keep the parent alive. */
  #after(delay: number, before$: Observable<unknown>, act: () => void): void {
    if (delay > LONGEST_TIMER) return;
    const handle = setTimeout(act, delay).unref();
    before$.subscribe({ next: () => clearTimeout(handle), error: () => clearTimeout(handle) });
  }
}
