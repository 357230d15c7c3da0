/** A dashboard of made-up processes, and a client of its server without a browser. */
import { once } from 'node:events';
import http from 'node:http';
import { BehaviorSubject, EMPTY } from 'rxjs';
import { inner } from './inner';
import { poll } from './poll';

const { fold, rowsOf, NO_ROWS } =
  require('../../src/dashboard/wire/fold') as typeof import('../../src/dashboard/wire/fold');

type Server = import('../../src/dashboard/server/dashboard-server').DashboardServer;
type Options = import('../../src/dashboard/server/dashboard-server').ServerOptions;
type Source = import('../../src/dashboard/server/source').Source;
type OutputFrom = import('../../src/model/output').OutputFrom;
type OnPiece = import('../../src/model/output').OnPiece;
type LastLines = import('../../src/observe/parent/last-lines').LastLines;
export type ProcessNode = import('../../src/model/process-node').ProcessNode;

export const node = (id: string, rest: Partial<ProcessNode> = {}): ProcessNode => ({
  id,
  parent: undefined,
  kind: 'loop',
  name: `Task${id}`,
  pid: Number(id) || null,
  state: 'running',
  since: 1_000,
  startedAt: 1_000,
  iterations: 0,
  messages: 0,
  ...rest,
});

/** Processes that a test makes up. */
export class MadeUp implements Source {
  readonly nodes$ = new BehaviorSubject<readonly ProcessNode[]>([]);
  readonly orders: string[] = [];
  /** The `id`s of the processes whose output somebody looks at. */
  readonly followed: string[] = [];
  readonly #outputs = new Map<string, LastLines>();
  /** What a control throws. */
  failure: Error | undefined;

  usage$ = (): Source extends { usage$(pid: number): infer Usage$ } ? Usage$ : never => EMPTY;

  /** Gives a process an output, and returns what writes to it. */
  writer(id: string, from: OutputFrom = 'pipe'): (line: string, stream?: 'stdout' | 'stderr') => void {
    const { LastLines } = inner<typeof import('../../src/observe/parent/last-lines')>('observe/parent/last-lines');
    const lines = new LastLines(from);
    this.#outputs.set(id, lines);
    return (line, stream = 'stdout') => lines.add(line, stream);
  }

  followOutput = (id: string, onPiece: OnPiece) => {
    if (!this.#outputs.has(id)) this.writer(id, 'none');
    const following = (this.#outputs.get(id) as LastLines).follow(onPiece);
    this.followed.push(id);
    const close = () => {
      this.followed.splice(this.followed.indexOf(id), 1);
      following.close();
    };
    return { ...following, close };
  };

  control = (id: string, action: 'shutdown' | 'restart'): void => {
    if (this.failure) throw this.failure;
    this.orders.push(`${action} ${id}`);
  };

  change(id: string, changes: Partial<ProcessNode>): void {
    this.nodes$.next(this.nodes$.value.map(each => (each.id === id ? { ...each, ...changes } : each)));
  }
}

/** Serves what is made up. */
export async function serveMadeUp(source: Source, options: Partial<Options> = {}): Promise<Server> {
  const { DashboardServer } = inner<typeof import('../../src/dashboard/server/dashboard-server')>(
    'dashboard/server/dashboard-server',
  );
  const server = new DashboardServer({ port: 0, host: '127.0.0.1', control: false, ...options }, source);
  await server.listen();
  return server;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Request {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
}

/** Asks the server of a dashboard, without a connection that stays. */
export async function ask(url: string, path: string, { method = 'GET', headers, body }: Request = {}): Promise<Answer> {
  const request = http.request(new URL(path, url), { method, agent: false, ...(headers ? { headers } : {}) });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode as number, headers: response.headers, body: text };
}

export interface Frame {
  readonly event: string;
  readonly data: any;
}

/** Reads Server-Sent Events until it is closed. */
export class EventReader {
  readonly frames: Frame[] = [];
  isEnded = false;
  readonly #request: http.ClientRequest;
  #text = '';

  constructor(url: string, path: string) {
    this.#request = http.get(new URL(path, url), { agent: false }, response => {
      response.setEncoding('utf8').on('data', chunk => this.#add(chunk));
      response.on('close', () => {
        this.isEnded = true;
      });
    });
    this.#request.on('error', () => {});
  }

  /** The first frame that matches, once it is there. */
  find(what: string, matches: (frame: Frame) => boolean): Promise<Frame> {
    return poll(what, () => this.frames.find(matches));
  }

  close(): void {
    this.#request.destroy();
  }

  #add(chunk: string): void {
    const texts = (this.#text + chunk).split('\n\n');
    this.#text = texts.pop() ?? '';
    for (const text of texts) {
      const event = /^event: (.*)$/m.exec(text)?.[1];
      const data = /^data: (.*)$/m.exec(text)?.[1];
      if (event !== undefined && data !== undefined) this.frames.push({ event, data: JSON.parse(data) });
    }
  }
}

/** What a page has after the frames that have come. */
export const rowsIn = ({ frames }: EventReader) =>
  frames.reduce(
    (rows, { event, data }) => (event === 'snapshot' ? rowsOf(data) : event === 'delta' ? fold(rows, data) : rows),
    NO_ROWS,
  );

/** The node that matches, once a page has it. */
export const findNode = (reader: EventReader, what: string, matches: (node: ProcessNode) => boolean) =>
  poll(what, () => [...rowsIn(reader).values()].map(({ node }) => node).find(matches));
