/** Both sides: tells on stderr what the library does and why, if the process was started with NODE_DEBUG=offspring-rx. */

const log = process.env['NODE_DEBUG'] === undefined ? undefined : nodeUtil().debuglog('offspring-rx');

/** Whether there is a log. Ask it before you make a line. */
export const isLogging: boolean = log?.enabled === true;

/**
 * Writes one line: `OFFSPRING-RX 4711: Render: ...`. Node puts the pid of this process in front. The names of classes and
 * what is told of errors may have control characters.
 */
export function debugLog(subprocess: string, line: string): void {
  if (!isLogging) return;
  const { onOneLine } = require('../util/plain-text') as typeof import('../util/plain-text');
  log?.('%s: %s', onOneLine(subprocess), onOneLine(line));
}

/** Loaded on first use. */
function nodeUtil() {
  return require('node:util') as typeof import('node:util');
}
