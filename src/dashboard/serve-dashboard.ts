/** Both sides: begins to serve a dashboard, and loads the server for it. */
import { StateError } from '../index';
import { inertPromise } from '../side';
import { BOOLEAN, type Check, OptionChecker } from '../util/check-options';
import type * as ServerModule from './server/serve';

/**
 * Where the page is served, and what it may do.
 *
 * @example const options: DashboardOptions = { port: 9229, control: true };
 */
export interface DashboardOptions {
  /** The port to listen on. Default: 0, a free one. */
  port?: number;
  /**
   * The address to listen on. Default: '127.0.0.1', which only this machine reaches. With any other, whoever reaches the
   * port sees your processes and what they print.
   */
  host?: string;
  /**
   * `true`: processes can be shut down and restarted from the page. Each such request needs the token that `url` has.
   * Default: `false`, the page only shows.
   */
  control?: boolean;
}

/** A page that is served. */
export interface Dashboard {
  /** What to open in a browser. With `control`, it has the token in its fragment: whoever has it can end your processes. */
  readonly url: string;
  /**
   * Resolves when the port is free again. Never rejects. The pages say that the connection is lost, and wait for another
   * dashboard.
   */
  close(): Promise<void>;
  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const PORT: Check = [
  'a port: a whole number from 0 to 65535',
  value => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
];
const HOST: Check = [
  "an address or a host name, such as '127.0.0.1'",
  value => typeof value === 'string' && value !== '',
];
const DEFAULTS = { port: 0, host: '127.0.0.1', control: false };
const CHECKS = { port: PORT, host: HOST, control: BOOLEAN };

/**
 * Serves a page that shows the processes of this program, live: the tree, a timeline, their load, pools and output.
 * Resolves when the port is open. Does not keep this process alive.
 *
 * Rejects with a StateError if an option is wrong, or the port cannot be opened.
 * @example
 * await using board = await serveDashboard({ port: 0 });
 * console.log('open', board.url);
 */
export function serveDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  // A child that loads the module once more serves nothing. An async function would await the promise by itself.
  return inertPromise() ?? serveHere(options);
}

async function serveHere(options: DashboardOptions): Promise<Dashboard> {
  const checker = new OptionChecker('serveDashboard(): ', { subprocess: 'serveDashboard' });
  const checked = checker.withDefaults('options', options, DEFAULTS, CHECKS);
  const { serve } = require('./server/serve') as typeof ServerModule;
  const server = await serve(checked).catch(cause => {
    throw unopened(checked.host, checked.port, cause);
  });
  const close = () => server.close();
  return { url: server.url, close, [Symbol.asyncDispose]: close };
}

function unopened(host: string, port: number, cause: NodeJS.ErrnoException): unknown {
  if (cause.code === undefined) return cause;
  const why =
    cause.code === 'EADDRINUSE'
      ? 'another program has it: take another one, or leave port out for a free one'
      : `${cause.code}: ${cause.message}`;
  return new StateError(`serveDashboard(): port ${port} of ${host} cannot be opened: ${why}`, {
    subprocess: 'serveDashboard',
    cause,
  });
}
