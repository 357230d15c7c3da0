/** Both sides: shows a dashboard in the terminal, and loads the client for it. */
import { StateError } from '../index';
import { isReplayed } from '../side';
import { BOOLEAN, OptionChecker, SIGNAL } from '../util/check-options';
import { addressOf } from './address';
import type * as TopModule from './terminal/run-top';

/**
 * What `top` shows, and until when.
 *
 * @example
 * const options: TopOptions = {
 *   plain: true,
 *   signal: AbortSignal.timeout(60_000),
 * };
 */
export interface TopOptions {
  /** `true`: a plain line for each change, as without a terminal. Default: `false`. */
  plain?: boolean | undefined;
  /** Ends it. Default: none, it ends by the key `q`, or as told below. */
  signal?: AbortSignal | undefined;
}

/**
 * Shows the processes of the program that serves a dashboard at this URL, live, in the terminal of this process. The URL
 * is the one that `serveDashboard` gave; `127.0.0.1:9229` will do too. With the token in its fragment, processes can be
 * shut down and restarted.
 *
 * In a terminal it shows a tree with keys, which needs the packages `ink` and `react`. It resolves when the user ends it.
 * While the program is gone, it says so, and connects again when it is back. It leaves the terminal as it was.
 *
 * Without a terminal, and with `plain`, it writes a line for each change to stdout: the time, the name, the process id,
 * the state, and why it ended. It resolves when the dashboard is closed, or nobody reads stdout any more.
 *
 * Rejects with a StateError if an option is wrong, no dashboard answers, or `ink` and `react` are missing.
 * @example
 * await using board = await serveDashboard();
 * await top(board.url, { plain: true, signal: AbortSignal.timeout(50) });
 */
export async function top(url: string, options: TopOptions = {}): Promise<void> {
  const context = { subprocess: 'top' };
  const checker = new OptionChecker('top(): ', context);
  const address = typeof url === 'string' ? addressOf(url) : undefined;
  if (!address) throw checker.wrong('url', url, "the URL of a dashboard, such as 'http://127.0.0.1:9229/'");
  const none = new AbortController().signal;
  const defaults = { plain: false, signal: none };
  const checked = checker.withDefaults('options', options, defaults, { plain: BOOLEAN, signal: SIGNAL });
  // A child that loads the module once more shows nothing.
  if (isReplayed()) return new Promise(() => {});
  const { runTop } = require('./terminal/run-top') as typeof TopModule;
  await runTop(address, checked).catch(cause => {
    throw new StateError(`top(): ${cause instanceof Error ? cause.message : cause}`, { ...context, cause });
  });
}
