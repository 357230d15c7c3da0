/** Parent side: ends a child: asks, signals, and forces. */
import { filter, firstValueFrom, type Observable, take } from 'rxjs';
import { LONGEST_TIMER } from '../clock';
import { StartError, StateError } from '../errors';
import type { ExitStatus } from '../exit-status';
import { shutdownWith } from '../operators/shutdown-with';
import { whenReady } from '../operators/when-ready';
import type { ShutdownOptions } from '../types';
import type { Flags } from './check-class';
import { whenEntered } from './entry';
import type { Hold } from './hold';
import type { Journal } from './journal';
import type { Outbox } from './outbox';
import type { SpawnedChild } from './spawn-child';

export interface EndingConfig {
  kind: 'once' | 'loop';
  flags: Flags;
  journal: Journal;
  outbox: Outbox;
  hold: Hold;
}

export class Ending {
  readonly #kind: 'once' | 'loop';
  readonly #flags: Flags;
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #hold: Hold;
  #child: SpawnedChild | undefined;
  #ordered = false;
  #grace = Number.POSITIVE_INFINITY;

  constructor({ kind, flags, journal, outbox, hold }: EndingConfig) {
    this.#kind = kind;
    this.#flags = flags;
    this.#journal = journal;
    this.#outbox = outbox;
    this.#hold = hold;
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
    // Only what is left out means the default.
    const { grace = SHUTDOWN_GRACE, terminate } = options ?? {};
    const { exit$, lifecycle$, facts } = this.#journal;
    if (typeof grace !== 'number' || !(grace >= 0)) {
      const { subprocess, pid } = facts;
      const why = `shutdown({ grace: ${grace} }): it must be a number of ms, 0 or more`;
      throw new StateError(`${subprocess}: ${why}`, { subprocess, pid });
    }
    if (!this.#child) this.cancel();
    if (!(terminate ?? TERMINATE_ON_SHUTDOWN)) {
      this.#journal.add({ type: 'stop', signalled: false });
      return firstValueFrom(exit$.pipe(this.#hold.during()));
    }
    this.#grace = Math.min(grace, this.#grace);
    const order = () => this.ask();
    const kill = () => this.force();
    return firstValueFrom(lifecycle$.pipe(shutdownWith({ order, kill, grace }), this.#hold.during()));
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
