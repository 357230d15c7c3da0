/** Terminal: shows the tree on the whole terminal, until the user ends it. */
import {
  asyncScheduler,
  catchError,
  distinctUntilChanged,
  EMPTY,
  filter,
  from,
  fromEvent,
  map,
  merge,
  type Observable,
  of,
  Subject,
  scan,
  startWith,
  switchMap,
  takeUntil,
  takeWhile,
  tap,
  throttleTime,
} from 'rxjs';
import type { Address } from '../address';
import { hasNoProcess } from '../display/items';
import type { OutputFrame } from '../wire/frames';
import { connect, type News } from './connect';
import { openCanvas } from './draw';
import type { Drawing } from './load-ink';
import { type Change, reduce } from './on-change';
import { pictureOf } from './picture';
import { readEvents } from './read-events';
import { sendOrder } from './send-order';
import { takeTerminal } from './terminal-mode';
import { detailsHeight, emptyView, type Order, selectedItem, type View } from './view';

/** ms between two pictures at least. */
const FRAME = 50;

/** Resolves when the user or the signal has ended it. Rejects if another version of the server answers. */
export async function followOnScreen(address: Address, drawing: Drawing, signal: AbortSignal): Promise<void> {
  const { stdout, env } = process;
  const end$ = new Subject<void>();
  const key$ = new Subject<Change>();
  const mode = takeTerminal(() => end$.next());
  const canvas = openCanvas(drawing, {
    hasColors: (env['NO_COLOR'] ?? '') === '',
    onKey: key => key$.next({ type: 'key', key }),
  });
  const size = (): Change => ({ type: 'size', columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  /** Before ink hears of it, and draws what it has. */
  const onResize = () => {
    canvas.forget();
    mode.clear();
    key$.next(size());
  };
  stdout.prependListener('resize', onResize);
  const { columns, rows } = size() as Extract<Change, { type: 'size' }>;
  const first = emptyView(columns, rows, address.token !== undefined);

  const effect$ = new Subject<View>();
  const change$: Observable<Change> = merge(
    key$,
    connect(address.base).pipe(map((news: News): Change => ({ type: 'news', news }))),
    outputs(address, effect$),
    answers(address, effect$),
  );
  const aborted$ = signal.aborted ? of(undefined) : fromEvent(signal, 'abort');
  try {
    await new Promise<void>((resolve, reject) => {
      change$
        .pipe(
          scan(reduce, first),
          startWith(first),
          takeWhile(({ isOver }) => !isOver),
          takeUntil(merge(end$, aborted$)),
        )
        .pipe(
          tap(view => effect$.next(view)),
          throttleTime(FRAME, asyncScheduler, { leading: true, trailing: true }),
        )
        .subscribe({
          next: view => canvas.show(pictureOf(view)),
          error: reject,
          complete: resolve,
        });
    });
  } finally {
    stdout.removeListener('resize', onResize);
    canvas.close();
    mode.leave();
  }
}

/** The output of the process whose details are shown. */
function outputs({ base }: Address, view$: Observable<View>): Observable<Change> {
  return view$.pipe(
    map(view => (detailsHeight(view) > 0 && view.lost === undefined ? shownProcess(view) : undefined)),
    distinctUntilChanged(),
    switchMap(id => {
      if (id === undefined) return EMPTY;
      const url = new URL(`/output?id=${encodeURIComponent(id)}`, base);
      // A process may be silent for long. That the server is gone is seen by the tree.
      return readEvents(url, Number.POSITIVE_INFINITY).pipe(
        map(
          ({ name, data }): Change => ({
            type: 'output',
            id,
            isFirst: name === 'output',
            frame: JSON.parse(data) as OutputFrame,
          }),
        ),
        catchError(() => EMPTY),
      );
    }),
  );
}

function shownProcess(view: View): string | undefined {
  const item = selectedItem(view);
  return item && !hasNoProcess(item.current) ? item.current.node.id : undefined;
}

/** What the server says to each order. */
function answers(address: Address, view$: Observable<View>): Observable<Change> {
  return view$.pipe(
    map(({ order }) => order),
    distinctUntilChanged((one, other) => one?.number === other?.number),
    filter((order): order is Order => order !== undefined),
    switchMap(order => {
      const { name, action } = order;
      const done = action === 'shutdown' ? 'shut down' : 'restart';
      return from(sendOrder(address, order)).pipe(
        map((): Change => ({ type: 'answer', text: `${name} was asked to ${done}.`, isBad: false })),
        catchError((error: Error) => of<Change>({ type: 'answer', text: `Refused: ${error.message}`, isBad: true })),
      );
    }),
  );
}
