/** Parent side: the runs of one child, between two restarts by its supervisor: one, and those asked for by hand. */
import { merge, ReplaySubject, type Subscriber } from 'rxjs';
import type { Actions } from '../census';
import { StateError } from '../index';
import { markHandled } from '../util/mark-handled';
import { type Context, type Signal, UP } from './branch';
import type { ChildControl, ControlledRun } from './child-control';
import type { ChildFactory } from './child-factories';
import type { Settings } from './options';
import type { Policy } from './policy';
import type { ChildEnd } from './restart-policy';
import { type ChildConfig, type RunSignal, run } from './run';

interface ChildRunsConfig {
  factory: ChildFactory;
  config: ChildConfig;
  policy: Policy;
  context: Context;
  control: ChildControl | undefined;
  /** It was added by hand, so it is forgotten once it has ended. */
  isDynamic: boolean;
  settings: Settings;
  subscriber: Subscriber<Signal>;
}

interface OneRun {
  readonly attempt: number;
  /** Asks it to stop, by hand. Nothing follows from its end then, unless `asked` says so. */
  stop(): void;
  /** When the child was ready, if it was. */
  readyAt: number | undefined;
  /** What follows from its end, in place of what the policy says. */
  asked?: 'stop' | 'restart';
}

export class ChildRuns implements ControlledRun {
  readonly #given: ChildRunsConfig;
  readonly #path: readonly string[];
  /** All runs that have not ended. */
  readonly #live = new Set<OneRun>();
  #current: OneRun | undefined;
  /** Replaces the current run as soon as it is ready. */
  #next: OneRun | undefined;
  /** Nothing may be started. */
  #isClosed = false;
  /** The child has ended, and is asked for no more: its supervisor restarts it, or does not. */
  #isOver = false;
  #isComplete = false;

  constructor(given: ChildRunsConfig) {
    this.#given = given;
    this.#path = [...given.context.path, given.config.key];
  }

  /** Starts the child, or waits until it is asked for by hand. */
  begin(mayStart: boolean): void {
    const { context, control, subscriber } = this.#given;
    if (control) control.run = this;
    subscriber.add(context.began$.subscribe(() => this.#close()));
    if (this.#isClosed) return;
    if (mayStart) return this.#start('current');
    this.#rest(control?.isStopped ? 'stopped' : 'ended');
    this.#settle();
  }

  stop(): void {
    this.#dropNext();
    if (this.#current) this.#ask(this.#current, 'stop');
    else this.#note('stopped');
    this.#settle();
  }

  restart(): void {
    this.#dropNext();
    if (this.#current) this.#ask(this.#current, 'restart');
    else this.#start('current');
  }

  replace(): void {
    if (this.#current?.readyAt === undefined) return this.restart();
    this.#dropNext();
    this.#start('next');
  }

  /** For those who look at the tree of processes. */
  readonly #actions: Actions = {
    stop: () => {
      const { control } = this.#given;
      if (control) markHandled(control.stop());
      else this.stop();
    },
    restart: () => {
      const { control } = this.#given;
      if (control) markHandled(control.restart(false));
      else if (!this.#isOver) this.restart();
    },
  };

  #ask(run: OneRun, what: 'stop' | 'restart'): void {
    run.asked = what;
    run.stop();
  }

  /** A later request makes a replacement that is not ready yet pointless. */
  #dropNext(): void {
    const next = this.#next;
    this.#next = undefined;
    next?.stop();
  }

  #start(role: 'current' | 'next'): void {
    if (this.#isClosed) return;
    const { factory, config, policy, context, settings } = this.#given;
    const stop$ = new ReplaySubject<void>(1);
    const started: OneRun = { attempt: policy.nextAttempt(), stop: () => stop$.next(), readyAt: undefined };
    this.#live.add(started);
    if (started.attempt > 1) context.group.restarts += 1;
    if (role === 'next') this.#next = started;
    else this.#current = started;
    const { scheduler } = settings;
    const watchdog = settings.watchdog(config.key);
    const stop = { began$: merge(context.began$, stop$), turn$: merge(context.turn$, stop$) };
    run(
      factory,
      { ...config, attempt: started.attempt, watchdog, scheduler, actions: this.#actions },
      { ...context, ...stop },
    ).subscribe({
      next: signal => this.#on(started, signal),
      complete: () => {
        this.#live.delete(started);
        // A stop that a later restart has overtaken.
        if (!this.#given.control?.isStopped) this.#given.control?.stopped();
        this.#settle();
      },
    });
  }

  #on(from: OneRun, signal: RunSignal): void {
    if (signal.type === 'ended') this.#onEnded(from, signal);
    else if (signal.type === 'up') this.#onUp(from);
    else this.#emit(signal);
  }

  #onUp(from: OneRun): void {
    from.readyAt ??= this.#given.settings.scheduler.now();
    if (from === this.#next) {
      const replaced = this.#current;
      this.#current = from;
      this.#next = undefined;
      replaced?.stop();
    }
    if (from !== this.#current) return;
    this.#note('ready');
    this.#given.control?.up();
    this.#emit(UP);
  }

  #onEnded(from: OneRun, end: ChildEnd): void {
    if (from === this.#next) {
      this.#next = undefined;
      this.#given.control?.notUp(this.#endedEarly(end));
    }
    if (from !== this.#current) return;
    this.#current = undefined;
    if (from.asked === 'stop') return this.#rest('stopped');
    if (this.#isClosed) return;
    if (from.asked === 'restart') return this.#start('current');
    if (this.#next) {
      this.#current = this.#next;
      this.#next = undefined;
      return;
    }
    this.#given.control?.notUp(this.#endedEarly(end));
    const failed = this.#given.policy.failureOf(end, from.attempt, from.readyAt);
    if (!failed) return this.#rest('ended');
    this.#isOver = true;
    this.#emit(failed);
  }

  /** The child runs no longer, and the supervisor goes on without it. */
  #rest(how: 'ended' | 'stopped'): void {
    const { control, isDynamic } = this.#given;
    this.#isOver = !control || isDynamic;
    this.#note(how);
    if (!this.#isClosed) this.#emit(UP);
  }

  #close(): void {
    this.#isClosed = true;
    this.#settle();
  }

  #settle(): void {
    const { control, subscriber } = this.#given;
    if (this.#live.size > 0) return;
    if (control?.isStopped) control.stopped();
    if ((!this.#isClosed && !this.#isOver) || this.#isComplete) return;
    this.#isComplete = true;
    if (control?.run === this) control.run = undefined;
    subscriber.complete();
  }

  #note(is: 'ready' | 'ended' | 'stopped'): void {
    this.#emit({ type: 'note', note: { is, path: this.#path } });
  }

  #emit(signal: Signal): void {
    this.#given.subscriber.next(signal);
  }

  #endedEarly({ exit, error }: ChildEnd): Error {
    const { key } = this.#given.config;
    if (error) return error;
    const message = `Supervisor: child '${key}' ended before it was ready (${exit?.reason ?? 'all its children were done'})`;
    return new StateError(message, { subprocess: exit?.subprocess ?? key, pid: exit?.pid ?? null });
  }
}
