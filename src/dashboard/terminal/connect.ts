/** Terminal: holds the connection to a dashboard, and folds what comes into rows. */
import { defer, Observable, retry, timer } from 'rxjs';
import { dateNow } from '../../util/timers';
import { fold, NO_ROWS, type Rows, rowsOf } from '../wire/fold';
import { type Delta, type Hello, PATHS, type Snapshot, VERSION } from '../wire/frames';
import { NoDashboard, readEvents, type ServerEvent } from './read-events';

/** What is heard of a dashboard. `offset`: what has to be added to the time here for the time there, ms. */
export type News =
  | { readonly type: 'hello'; readonly hello: Hello }
  | { readonly type: 'rows'; readonly rows: Rows; readonly delta: Delta | undefined; readonly offset: number }
  | { readonly type: 'lost'; readonly why: string };

/** ms between two attempts. */
const RETRY = 1_000;

/** Another version of the package serves the dashboard. */
export class OtherVersion extends Error {}

/** Emits `hello`, and `rows` for each change. Completes when the server closes. Errors if the connection breaks. */
export const connectOnce = (base: URL): Observable<News> =>
  new Observable(subscriber => {
    let rows = NO_ROWS;
    /** The largest seen: a frame that took long on its way makes it too small. */
    let offset = Number.NEGATIVE_INFINITY;
    const show = (next: Rows, at: number, delta: Delta | undefined) => {
      rows = next;
      offset = Math.max(offset, at - dateNow());
      subscriber.next({ type: 'rows', rows, delta, offset });
    };
    const read = ({ name, data }: ServerEvent) => {
      const frame = JSON.parse(data);
      if (name === 'hello') {
        const hello = frame as Hello;
        if (hello.version !== VERSION) subscriber.error(new OtherVersion(`${hello.version}`));
        else subscriber.next({ type: 'hello', hello });
      } else if (name === 'snapshot') show(rowsOf(frame as Snapshot), (frame as Snapshot).at, undefined);
      else if (name === 'delta') show(fold(rows, frame as Delta), (frame as Delta).at, frame as Delta);
    };
    return readEvents(new URL(PATHS.events, base)).subscribe({
      next: event => {
        try {
          read(event);
        } catch {
          subscriber.error(new NoDashboard('it sends events of another kind'));
        }
      },
      error: error => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
  });

/** As `connectOnce`, and connects again, for ever: `lost` says so. Errors if another version answers. */
export const connect = (base: URL): Observable<News> =>
  new Observable(subscriber => {
    const lost = (why: string) => subscriber.next({ type: 'lost', why });
    const one$ = defer(
      () =>
        new Observable<News>(inner =>
          connectOnce(base).subscribe({
            next: news => inner.next(news),
            error: error => inner.error(error),
            complete: () => inner.error(new Error('it has closed')),
          }),
        ),
    );
    return one$
      .pipe(
        retry({
          delay: (error: Error) => {
            if (error instanceof OtherVersion) throw error;
            lost(whyLost(error));
            return timer(RETRY);
          },
        }),
      )
      .subscribe(subscriber);
  });

/** Why a server cannot be reached, in a few words. */
export function whyLost(error: NodeJS.ErrnoException): string {
  if (error instanceof NoDashboard) return error.message;
  if (error.code === 'ECONNREFUSED') return 'nothing listens there';
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'there is no such host';
  return error.code ?? error.message;
}

/** The error for a dashboard that cannot be shown, with what to do. */
export function unreachable({ href }: URL, error: Error): Error {
  if (error instanceof OtherVersion) {
    return new Error(
      `the program at ${href} has another version of offspring-rx: use that version, as npx offspring-rx@<version> top`,
      { cause: error },
    );
  }
  return new Error(
    `no dashboard answers at ${href} (${whyLost(error)}): start the program, and give the URL that its serveDashboard() returned`,
    { cause: error },
  );
}
