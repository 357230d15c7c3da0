/** Page: holds the connection to the server, and folds what comes into rows. */
import { fold, NO_ROWS, type Rows, rowsOf } from '../wire/fold';
import { type Delta, type Hello, PATHS, type Snapshot, VERSION } from '../wire/frames';
import * as clock from './clock';

export type Link = 'connecting' | 'live' | 'lost';

export interface Listener {
  onHello(hello: Hello): void;
  onRows(rows: Rows, delta: Delta | undefined): void;
  onLink(link: Link): void;
}

/** The time after which a connection that the browser has given up is tried again, ms. */
const RETRY = 1_000;
/** The server sends a frame each second. After so much silence, the connection is made anew, ms. */
const LONGEST_SILENCE = 6_000;

export function connect({ onHello, onRows, onLink }: Listener): void {
  let rows = NO_ROWS;
  let source: EventSource | undefined;
  let heard = Date.now();
  const parse = <Frame>(event: Event): Frame => {
    heard = Date.now();
    return JSON.parse((event as MessageEvent<string>).data) as Frame;
  };

  const open = () => {
    source?.close();
    heard = Date.now();
    const opened = new EventSource(`.${PATHS.events}`);
    source = opened;
    opened.addEventListener('hello', event => {
      const hello = parse<Hello>(event);
      // The program was updated, and serves another page.
      if (hello.version !== VERSION) return location.reload();
      onHello(hello);
    });
    opened.addEventListener('snapshot', event => {
      const snapshot = parse<Snapshot>(event);
      clock.forget();
      clock.learn(snapshot.at);
      rows = rowsOf(snapshot);
      onLink('live');
      onRows(rows, undefined);
    });
    opened.addEventListener('delta', event => {
      const delta = parse<Delta>(event);
      clock.learn(delta.at);
      rows = fold(rows, delta);
      onRows(rows, delta);
    });
    opened.addEventListener('error', () => {
      onLink('lost');
      if (opened.readyState !== EventSource.CLOSED) return;
      setTimeout(() => {
        if (source === opened) open();
      }, RETRY);
    });
  };

  setInterval(() => {
    if (Date.now() - heard < LONGEST_SILENCE || document.hidden) return;
    onLink('lost');
    open();
  }, RETRY);
  // A browser has few connections to one server, and a tab that nobody sees needs none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) source?.close();
    else open();
  });
  onLink('connecting');
  open();
}
