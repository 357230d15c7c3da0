/** Terminal: reads Server-Sent Events of a dashboard. */
import http from 'node:http';
import https from 'node:https';
import { Observable } from 'rxjs';
import { clearTimeout, setTimeout } from '../../util/timers';

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** The server sends something each second. After so much silence, ms, the connection counts as lost. */
export const LONGEST_SILENCE = 6_000;

/** Characters of one event. More come from no dashboard. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** The server answered, but not as a dashboard does. */
export class NoDashboard extends Error {}

export const clientFor = (url: URL): typeof http | typeof https => (url.protocol === 'https:' ? https : http);

/**
 * Emits what the server sends. Completes when the server has ended its response.
 * Errors if it cannot be reached, answers something else, or is silent for longer than `longestSilence` ms.
 */
export const readEvents = (url: URL, longestSilence = LONGEST_SILENCE): Observable<ServerEvent> =>
  new Observable(subscriber => {
    const request = clientFor(url).get(url, { agent: false, headers: { accept: 'text/event-stream' } });
    const fail = (error: Error) => {
      subscriber.error(error);
      request.destroy();
    };
    let timer: NodeJS.Timeout | undefined;
    const listen = () => {
      clearTimeout(timer);
      if (longestSilence === Number.POSITIVE_INFINITY) return;
      timer = setTimeout(() => fail(new Error('it is silent')), longestSilence);
    };
    listen();
    request.on('error', error => subscriber.error(error));
    request.on('response', response => {
      const type = response.headers['content-type'] ?? '';
      if (response.statusCode !== 200 || !type.startsWith('text/event-stream')) {
        return fail(new NoDashboard(`it answers ${response.statusCode} ${type}`.trim()));
      }
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        listen();
        const texts = (text + chunk).split('\n\n');
        text = texts.pop() ?? '';
        for (const each of texts) {
          const event = eventOf(each);
          if (event) subscriber.next(event);
        }
        if (text.length > MOST_CHARACTERS) fail(new NoDashboard('it sends too much at once'));
      });
      response.on('error', error => subscriber.error(error));
      response.on('end', () => subscriber.complete());
    });
    return () => {
      clearTimeout(timer);
      // A request that is destroyed may still emit an error.
      request.on('error', () => {}).destroy();
    };
  });

/** Undefined if it has no data, as the time after which to connect again. */
function eventOf(text: string): ServerEvent | undefined {
  const name = /^event: (.*)$/m.exec(text)?.[1];
  const data = /^data: (.*)$/m.exec(text)?.[1];
  return name === undefined || data === undefined ? undefined : { name, data };
}
