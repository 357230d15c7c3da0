/** Parent side: keeps the events of one child, in order, for its subscribers. */
import { AsyncSubject, Observable, ReplaySubject, Subject } from 'rxjs';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import { reduce, type SubprocessState } from '../../model/state';
import type { Iteration } from '../../model/types';
import { QUEUE_LIMIT, queueWarning } from '../../queue/queue-warning';
import { StreamQueue } from '../../queue/stream-queue';
import { now } from '../../util/clock';
import { dateNow } from '../../util/timers';
import { type Facts, initialFacts } from './facts';
import { type Input, interpret, misplaced, type PassingReport } from './interpret';

/** Steps of a child that have no public event, and that the parent waits for. Each is also the name of its fact. */
export type Milestone = 'up' | 'entered' | 'done' | 'closed';

const MILESTONES: Milestone[] = ['up', 'entered', 'done', 'closed'];

/** The clocks of the events, in ms: a monotonic one, and the time of day. */
export interface JournalClocks {
  now(): number;
  date(): number;
}

const REAL: JournalClocks = { now, date: dateNow };

export interface JournalHooks {
  /** Gets each lifecycle event and each other report before any subscriber does. */
  readonly announcer?: { onEvent(event: SubprocessEvent): void; onPassing(report: PassingReport): void };
  /** The child has failed to start or has broken the protocol, so it has to be killed. */
  onMustKill(): void;
  /** The child has ended. Called before any subscriber gets the event. */
  onExit(exit: ExitStatus): void;
}

/**
 * There are two kinds of input. Lifecycle inputs are folded by `interpret` into facts and events, which are replayed to
 * late subscribers. Messages and iterations change no fact: they bypass the fold, go directly to their queues, and
 * become events only while `event$` has a subscriber. All inputs keep their order.
 */
export class Journal {
  readonly #lifecycleEvents: SubprocessEvent[] = [];
  readonly #lifecycle$ = new Subject<SubprocessEvent>();
  /** The events of messages and iterations. */
  readonly #passing$ = new Subject<SubprocessEvent>();
  readonly #milestone$ = new ReplaySubject<Milestone>();
  readonly #exit$ = new AsyncSubject<ExitStatus>();
  readonly #inputs: (Input | PassingReport)[] = [];
  readonly #hooks: JournalHooks;
  readonly #clocks: JournalClocks;
  #facts: Facts;
  #isProcessing = false;

  constructor(subprocess: string, hooks: JournalHooks, clocks = REAL) {
    this.#facts = initialFacts(subprocess);
    this.#hooks = hooks;
    this.#clocks = clocks;
    this.messages = new StreamQueue({ limit: QUEUE_LIMIT, onOverflow: queueWarning(subprocess, 'message$') });
  }

  /** The lifecycle events so far, then all events. Never errors; completes after `exited`. */
  readonly event$ = this.#replayedWith(this.#lifecycle$, this.#passing$);
  /** The same without messages and iterations. There may be many of them, and each filter costs time. */
  readonly lifecycle$ = this.#replayedWith(this.#lifecycle$);
  /** The lifecycle events from now on. */
  readonly laterLifecycle$ = this.#lifecycle$.asObservable();
  /** Completes after `exited`. */
  readonly messages: StreamQueue<unknown>;
  /** Completes after `exited`. Dropping iterations causes no warning, since a long loop always exceeds the limit. */
  readonly iterations = new StreamQueue<Iteration>({ limit: QUEUE_LIMIT, onOverflow: () => {} });
  /** How many messages and iterations have arrived. */
  readonly counts = { messages: 0, iterations: 0 };
  /** Emits once, replayed. */
  readonly exit$ = this.#exit$.asObservable();
  /** Emits each milestone once, replayed; completes when the child has ended. */
  readonly milestone$ = this.#milestone$.asObservable();

  get state(): SubprocessState {
    return this.#lifecycleEvents.reduce<SubprocessState>(reduce, 'created');
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** A subscriber may add an input when it gets an event. That input waits until all subscribers have the event. */
  add(input: Input | PassingReport): void {
    this.#inputs.push(input);
    if (this.#isProcessing) return;
    this.#isProcessing = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) this.#process(next);
    } finally {
      this.#isProcessing = false;
    }
  }

  #process(input: Input | PassingReport): void {
    const isPassing = input.type === 'messages' || input.type === 'iteration' || input.type === 'alive';
    if (!isPassing) this.#fold(input);
    else if (this.#facts.done) this.#fold(misplaced(input));
    else if (!this.#facts.exited) this.#pass(input);
  }

  #pass(report: PassingReport): void {
    this.#hooks.announcer?.onPassing(report);
    if (report.type === 'alive') {
      if (this.#passing$.observed) this.#passing$.next({ type: 'alive', at: this.#clocks.date() });
      return;
    }
    if (report.type === 'messages') {
      this.counts.messages += report.values.length;
      for (const message of report.values) {
        if (this.#passing$.observed) this.#passing$.next({ type: 'message', at: this.#clocks.date(), message });
        this.messages.next(message);
      }
      return;
    }
    this.counts.iterations += 1;
    const { index, duration, sleep } = report;
    if (this.#passing$.observed)
      this.#passing$.next({ type: 'iteration', at: this.#clocks.date(), index, duration, sleep });
    this.iterations.next({ index, duration, sleep });
  }

  #fold(input: Input): void {
    const before = this.#facts;
    const { facts, events, mustKill } = interpret(before, {
      ...input,
      at: this.#clocks.date(),
      clock: this.#clocks.now(),
    });
    this.#facts = facts;
    for (const event of events) this.#publish(event);
    if (facts !== before) this.#emitMilestones(before);
    if (mustKill) this.#hooks.onMustKill();
  }

  #publish(event: SubprocessEvent): void {
    this.#lifecycleEvents.push(event);
    this.#hooks.announcer?.onEvent(event);
    if (event.type !== 'exited') return this.#lifecycle$.next(event);
    this.#hooks.onExit(event.exit);
    this.#lifecycle$.next(event);
    this.#exit$.next(event.exit);
    const subjects = [this.#exit$, this.#lifecycle$, this.#passing$, this.messages, this.iterations, this.#milestone$];
    for (const subject of subjects) subject.complete();
  }

  #emitMilestones(before: Facts): void {
    for (const milestone of MILESTONES) {
      if (this.#facts[milestone] && !before[milestone]) this.#milestone$.next(milestone);
    }
  }

  #replayedWith(...live: Subject<SubprocessEvent>[]): Observable<SubprocessEvent> {
    return new Observable(subscriber => {
      // By index, since a subscriber may cause more events while it gets these.
      for (let at = 0; at < this.#lifecycleEvents.length; at++) {
        subscriber.next(this.#lifecycleEvents[at] as SubprocessEvent);
      }
      for (const live$ of live) live$.subscribe(subscriber);
    });
  }
}
