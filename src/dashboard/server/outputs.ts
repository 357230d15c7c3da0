/** Parent side: streams the last lines of a process to the pages that look at it, and asks for them only meanwhile. */
import { Observable, Subject, share, takeUntil } from 'rxjs';
import { MOST_LINES, type OutputPiece } from '../../model/output';
import { INTERVAL, type NodeId, type OutputFrame } from '../wire/frames';
import { cleanLine } from './clean-line';
import { every } from './every';
import { type Events, eventText } from './send-events';
import type { Source } from './source';

export class Outputs {
  readonly #source: Pick<Source, 'followOutput'>;
  readonly #beat$: Observable<number>;
  readonly #closed$ = new Subject<void>();
  /** What pages look at. All pages that look at one process share its events. */
  readonly #shown = new Map<NodeId, Events>();

  constructor(source: Pick<Source, 'followOutput'>, beat$: Observable<number> = every(INTERVAL)) {
    this.#source = source;
    this.#beat$ = beat$;
  }

  /** `output` with the last lines, then `lines` with those that came since, at 4 Hz. Completes when this is closed. */
  eventsOf(id: NodeId): Events {
    const shared = this.#shown.get(id);
    if (shared) return shared;
    /** What pages have been told, as one frame; undefined before the process has answered. */
    let whole: OutputFrame | undefined;
    const frame$ = new Observable<string>(subscriber => {
      this.#shown.set(id, events);
      let isAnswered = false;
      const following = this.#source.followOutput(id, piece => {
        isAnswered = true;
        const frame = frameOf(piece);
        subscriber.next(eventText(whole ? 'lines' : 'output', frame));
        whole = { ...frame, lines: [...(whole?.lines ?? []), ...frame.lines].slice(-MOST_LINES), skipped: 0 };
      });
      subscriber.add(
        this.#beat$.subscribe(() => {
          if (!isAnswered) return;
          isAnswered = false;
          following.more();
        }),
      );
      return () => {
        following.close();
        this.#shown.delete(id);
        whole = undefined;
      };
    });
    const events: Events = {
      frame$: frame$.pipe(share(), takeUntil(this.#closed$)),
      whole: () => (whole ? eventText('output', whole) : ''),
    };
    return events;
  }

  close(): void {
    this.#closed$.next();
  }
}

const frameOf = ({ from, lines, skipped }: OutputPiece): OutputFrame => ({
  from,
  lines: lines.map(cleanLine),
  skipped,
});
