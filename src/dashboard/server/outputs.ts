/** Parent side: keeps the last lines of each process, and streams them to the pages that look at one. */
import { filter, map, mergeMap, type Observable, Subject, Subscription, takeUntil, tap } from 'rxjs';
import { INTERVAL, type NodeId, type OutputFrame, type OutputFrom } from '../wire/frames';
import { cleanLine, type KeptLine, keptLine } from './clean-line';
import { every } from './every';
import { type Events, eventText } from './send-events';
import type { RawLine, Source } from './source';

/** Lines of one process that are kept, and that one frame has at most. */
const MOST_LINES = 200;

/** The last lines of one process. They are cleaned when somebody looks at them. */
class Lines {
  readonly from: OutputFrom;
  #kept: KeptLine[] = [];
  #count = 0;

  constructor(from: OutputFrom) {
    this.from = from;
  }

  /** How many lines there were. */
  get count(): number {
    return this.#count;
  }

  add(line: RawLine): void {
    this.#count += 1;
    this.#kept.push(keptLine(line));
    if (this.#kept.length >= 2 * MOST_LINES) this.#kept = this.#kept.slice(-MOST_LINES);
  }

  /** The lines after the first `seen` ones. */
  after(seen: number): OutputFrame {
    const fresh = Math.min(this.#count - seen, MOST_LINES);
    const lines = fresh === 0 ? [] : this.#kept.slice(-fresh).map(cleanLine);
    return { from: this.from, lines, skipped: this.#count - seen - fresh };
  }
}

const ELSEWHERE = new Lines('elsewhere');
const NONE = new Lines('none');

export class Outputs {
  readonly #source: Pick<Source, 'output$' | 'outputKey'>;
  readonly #beat$: Observable<number>;
  readonly #subscription = new Subscription();
  readonly #closed$ = new Subject<void>();
  /** By the key of the output: the lines are forgotten with what that stands for. */
  readonly #lines = new WeakMap<object, Lines>();

  constructor(source: Pick<Source, 'output$' | 'outputKey'>, beat$: Observable<number> = every(INTERVAL)) {
    this.#source = source;
    this.#beat$ = beat$;
    const added$ = source.output$.pipe(
      mergeMap(({ key, from, line$ }) => {
        const lines = new Lines(from);
        this.#lines.set(key, lines);
        return line$.pipe(tap(line => lines.add(line)));
      }),
    );
    this.#subscription.add(added$.subscribe());
  }

  /** `output` with the last lines, then `lines` with those that came since, at 4 Hz. Completes when this is closed. */
  eventsOf(id: NodeId): Events {
    let seen = 0;
    const key = this.#source.outputKey(id);
    const lines = key ? (this.#lines.get(key) ?? NONE) : ELSEWHERE;
    const after = (from: number) => {
      seen = lines.count;
      return lines.after(from);
    };
    const frame$ = this.#beat$.pipe(
      filter(() => lines.count > seen),
      map(() => eventText('lines', after(seen))),
      takeUntil(this.#closed$),
    );
    return { frame$, whole: () => eventText('output', { ...after(0), skipped: 0 }) };
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#closed$.next();
  }
}
