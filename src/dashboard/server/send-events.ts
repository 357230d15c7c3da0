/** Parent side: sends an Observable as Server-Sent Events, to a page that may be slower than it. */
import type { ServerResponse } from 'node:http';
import type { Observable } from 'rxjs';

/** A page that has more bytes than this to read gets no frames until it has read them all. */
const MOST_UNREAD = 1024 * 1024;

/** The time after which a browser connects again, ms. */
const RETRY = 1_000;

export const eventText = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

export interface Events {
  /** The texts of events; see `eventText`. The response ends when it completes. */
  readonly frame$: Observable<string>;
  /** The text that a page begins with. One that was too slow for some frames begins anew with it. */
  whole(): string;
}

export function sendEvents(response: ServerResponse, headers: Record<string, string>, { frame$, whole }: Events): void {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  if (response.req.method === 'HEAD') return void response.end();
  response.write(`retry: ${RETRY}\n\n${whole()}`);
  let hasMissed = false;
  const subscription = frame$.subscribe({
    next(frame) {
      hasMissed ||= response.writableLength > MOST_UNREAD;
      if (!hasMissed) response.write(frame);
    },
    complete: () => response.end(),
  });
  // It has read all. Another frame may not come for long.
  response.on('drain', () => {
    if (!hasMissed) return;
    hasMissed = false;
    response.write(whole());
  });
  response.on('close', () => subscription.unsubscribe());
}
