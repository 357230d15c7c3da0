/** Parent side: what all pages get: the deltas of the tree at 4 Hz, made once, and the history for a page that connects. */
import { type Observable, Subject, Subscription } from 'rxjs';
import { dateNow } from '../../util/timers';
import { fold, NO_ROWS, type Rows, snapshotOf } from '../wire/fold';
import { type Delta, INTERVAL } from '../wire/frames';
import { changesBetween, type Known, knownOf } from './changes';
import { cleanNode } from './clean-node';
import { every } from './every';
import { Samples } from './samples';
import { eventText } from './send-events';
import type { Source } from './source';

const SECOND = 1_000;

export class Feed {
  readonly #frame$ = new Subject<string>();
  readonly #subscription = new Subscription();
  readonly #samples: Samples;
  #latest: Known = new Map();
  #sent: Known = new Map();
  #rows: Rows = NO_ROWS;
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(source: Source, beat$: Observable<number> = every(INTERVAL)) {
    this.#samples = new Samples(source);
    this.#subscription.add(
      source.nodes$.subscribe(nodes => {
        this.#latest = knownOf(nodes.map(cleanNode));
      }),
    );
    this.#subscription.add(beat$.subscribe(at => this.#beat(at)));
    // A page that connects at once sees what is there.
    this.#beat(dateNow());
  }

  /** The text of each event from now on. Completes when the feed is closed. */
  readonly frame$: Observable<string> = this.#frame$.asObservable();

  /** The text of an event that has all that was sent so far. */
  snapshot(): string {
    return eventText('snapshot', snapshotOf(this.#rows, dateNow()));
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#samples.close();
    this.#frame$.complete();
  }

  #beat(at: number): void {
    const changes = changesBetween(this.#sent, this.#latest, at);
    this.#sent = this.#latest;
    const samples = this.#takeSamples(at);
    if (!changes && !samples) return;
    const delta: Delta = { at, ...changes, ...(samples ? { samples } : {}) };
    this.#rows = fold(this.#rows, delta);
    if (this.#frame$.observed) this.#frame$.next(eventText('delta', delta));
  }

  #takeSamples(at: number): Delta['samples'] {
    // Beats may come a little early. After the clock was set back, the seconds are counted anew.
    const isDue = at - this.#sampledAt >= SECOND - INTERVAL / 2 || at < this.#sampledAt;
    if (!isDue) return undefined;
    this.#sampledAt = at;
    return this.#samples.take(this.#sent.values(), at);
  }
}
