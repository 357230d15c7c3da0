/** Parent side: the events of one child, folded from its inputs; who comes late gets the lifecycle events first. */
import { AsyncSubject, Observable, ReplaySubject, Subject } from 'rxjs';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import { reduce, type SubprocessState } from '../../model/state';
import type { Iteration } from '../../model/types';
import { QUEUE_LIMIT, queueWarning } from '../../queue/queue-warning';
import { StreamQueue } from '../../queue/stream-queue';
import { now } from '../../util/clock';
import { type Facts, initialFacts } from './facts';
import { type Input, interpret, messagesIn, type TimedInput } from './interpret';

/** What the parent waits for besides the public events. */
export type Milestone = 'up' | 'entered' | 'done' | 'closed';

const MILESTONES: Milestone[] = ['up', 'entered', 'done', 'closed'];

export interface JournalHooks {
  /** The child has to be ended for what it did. */
  onVerdict(): void;
  /** The child has ended; told before anybody else hears of it. */
  onExit(exit: ExitStatus): void;
}

export class Journal {
  readonly #told: SubprocessEvent[] = [];
  readonly #lifecycle$ = new Subject<SubprocessEvent>();
  /** Messages and iterations. */
  readonly #flow$ = new Subject<SubprocessEvent>();
  readonly #milestone$ = new ReplaySubject<Milestone>();
  readonly #exit$ = new AsyncSubject<ExitStatus>();
  readonly #inputs: Input[] = [];
  readonly #hooks: JournalHooks;
  #facts: Facts;
  #folding = false;

  constructor(subprocess: string, hooks: JournalHooks) {
    this.#facts = initialFacts(subprocess);
    this.#hooks = hooks;
    this.messages = new StreamQueue({ limit: QUEUE_LIMIT, onOverflow: queueWarning(subprocess, 'message$') });
  }

  /** Never errors; completes after `exited`. */
  readonly event$ = this.#after(this.#lifecycle$, this.#flow$);
  /** The same without messages and iterations, of which there may be many: each filter that they pass takes its time. */
  readonly lifecycle$ = this.#after(this.#lifecycle$);
  /** Completes after `exited`. */
  readonly messages: StreamQueue<unknown>;
  /** The same. Every long loop overflows it: iterations that nobody asks for are no loss. */
  readonly iterations = new StreamQueue<Iteration>({ limit: QUEUE_LIMIT, onOverflow: () => {} });
  /** Once, replayed. */
  readonly exit$ = this.#exit$.asObservable();
  /** Each milestone once, replayed; completes when the child has ended. */
  readonly milestone$ = this.#milestone$.asObservable();

  /** As `lifecycle$`, without what has been. */
  readonly laterLifecycle$ = this.#lifecycle$.asObservable();

  get state(): SubprocessState {
    return this.#told.reduce<SubprocessState>(reduce, 'created');
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** What a subscriber adds while it is called is folded after the event that it was called for. */
  add(input: Input): void {
    this.#inputs.push(input);
    if (this.#folding) return;
    this.#folding = true;
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
        const messages = messagesIn(next, this.#facts);
        if (messages) this.#pass(messages);
        else this.#fold({ ...next, at: Date.now(), clock: now() });
      }
    } finally {
      this.#folding = false;
    }
  }

  /** Messages change no fact, and events are made of them only for those who look. */
  #pass(messages: unknown[]): void {
    for (const message of messages) {
      if (this.#flow$.observed) this.#flow$.next({ type: 'message', at: Date.now(), message });
      this.messages.next(message);
    }
  }

  #after(...live: Subject<SubprocessEvent>[]): Observable<SubprocessEvent> {
    return new Observable(subscriber => {
      // By index, since a subscriber may cause more of them while it is told.
      for (let at = 0; at < this.#told.length; at++) subscriber.next(this.#told[at] as SubprocessEvent);
      // All of them complete together.
      for (const live$ of live) live$.subscribe(subscriber);
    });
  }

  #fold(input: TimedInput): void {
    const before = this.#facts;
    const { facts, events, verdict } = interpret(before, input);
    this.#facts = facts;
    for (const event of events) this.#publish(event);
    if (facts !== before) this.#tellMilestones(before);
    if (verdict) this.#hooks.onVerdict();
  }

  #tellMilestones(before: Facts): void {
    const facts = this.#facts;
    for (const milestone of MILESTONES) {
      if (facts[milestone] && !before[milestone]) this.#milestone$.next(milestone);
    }
  }

  #publish(event: SubprocessEvent): void {
    if (event.type === 'iteration') {
      const { index, duration, sleep } = event;
      this.#flow$.next(event);
      return this.iterations.next({ index, duration, sleep });
    }
    this.#told.push(event);
    if (event.type !== 'exited') return this.#lifecycle$.next(event);
    this.#hooks.onExit(event.exit);
    this.#lifecycle$.next(event);
    this.#exit$.next(event.exit);
    const all = [this.#exit$, this.#lifecycle$, this.#flow$, this.messages, this.iterations, this.#milestone$];
    for (const each of all) each.complete();
  }
}
