/** Parent side: the HTTP server of a dashboard. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import path from 'node:path';
import { isChild } from '../../index';
import { onOneLine } from '../../util/plain-text';
import { attempt } from '../../util/safely';
import { type Hello, PATHS, VERSION } from '../wire/frames';
import { answerControl } from './controls';
import { Feed } from './feed';
import { refusal } from './guard';
import { HEADERS } from './headers';
import { Outputs } from './outputs';
import { type PageFile, pageFiles } from './page-files';
import { eventText, sendEvents } from './send-events';
import type { Source } from './source';
import { newToken } from './token';

/** Whoever reaches the port cannot use up the descriptors of this process. Further connections are closed at once. */
const MOST_CONNECTIONS = 200;

export interface ServerOptions {
  readonly port: number;
  readonly host: string;
  readonly control: boolean;
}

export class DashboardServer {
  readonly #options: ServerOptions;
  readonly #source: Source;
  readonly #feed: Feed;
  readonly #outputs: Outputs;
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #token: string | undefined;
  readonly #server: Server;
  #url = '';
  #closed: Promise<void> | undefined;

  constructor(options: ServerOptions, source: Source) {
    this.#options = options;
    this.#source = source;
    this.#files = pageFiles();
    this.#token = options.control ? newToken() : undefined;
    this.#feed = new Feed(source);
    this.#outputs = new Outputs(source);
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.maxConnections = MOST_CONNECTIONS;
    // Connections do not keep this process alive.
    this.#server.on('connection', socket => socket.unref());
    // A connection that cannot be accepted does not end this process. If the port cannot be opened, `listen` rejects.
    this.#server.on('error', () => {});
  }

  /** Rejects with the error of the system, as if the port is taken. */
  async listen(): Promise<void> {
    const { port, host } = this.#options;
    try {
      this.#server.listen(port, host);
      await once(this.#server, 'listening');
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#server.unref();
    const { port: given } = this.#server.address() as AddressInfo;
    const here = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
    const fragment = this.#token === undefined ? '' : `#token=${this.#token}`;
    this.#url = `http://${isIPv6(here) ? `[${here}]` : here}:${given}/${fragment}`;
  }

  /** With the token in its fragment, which browsers do not send. */
  get url(): string {
    return this.#url;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#feed.close();
    this.#outputs.close();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const refused = refusal(request, this.#options.host);
    if (refused !== undefined) return send(response, 403, 'text/plain; charset=utf-8', `${refused}\n`);
    const url = attempt(() => new URL(request.url ?? '/', 'http://localhost'));
    // As of `//`. What throws here would end this process.
    if (!url) return send(response, 400, 'text/plain; charset=utf-8', 'there is no such address\n');
    if (url.pathname === PATHS.control) return this.#control(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, 405, 'text/plain; charset=utf-8', 'only GET is answered here\n', { allow: 'GET, HEAD' });
    }
    const file = this.#files.get(url.pathname);
    if (file) return send(response, 200, file.type, file.body);
    if (url.pathname === PATHS.events) {
      const whole = () => eventText('hello', this.#hello()) + this.#feed.snapshot();
      return sendEvents(response, HEADERS, { frame$: this.#feed.frame$, whole });
    }
    if (url.pathname === PATHS.output) {
      return sendEvents(response, HEADERS, this.#outputs.eventsOf(url.searchParams.get('id') ?? ''));
    }
    send(response, 404, 'text/plain; charset=utf-8', 'there is no such page\n');
  }

  #control(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST') {
      return send(response, 405, 'text/plain; charset=utf-8', 'only POST is answered here\n', { allow: 'POST' });
    }
    answerControl(request, this.#token, this.#source).then(
      ({ status, body }) => send(response, status, 'application/json', JSON.stringify(body)),
      // The request broke off.
      () => response.destroy(),
    );
  }

  #hello(): Hello {
    // A child was started with a script of the library.
    const program = isChild ? process.title : path.basename(process.argv[1] ?? process.execPath);
    return { version: VERSION, program: onOneLine(program), pid: process.pid, control: this.#token !== undefined };
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  more: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...HEADERS,
    ...more,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
