/** Both sides: tells on stderr what the library does and why, if the process was started with NODE_DEBUG=offspring-rx. */

const log = process.env['NODE_DEBUG'] === undefined ? undefined : nodeUtil().debuglog('offspring-rx');

/** Whether there is a log. Ask it before you make a line. */
export const isLogging: boolean = log?.enabled === true;

/** Writes one line: `OFFSPRING-RX 4711: Render: ...`. Node puts the pid of this process in front. */
export function debugLog(subprocess: string, line: string): void {
  log?.('%s: %s', subprocess, line);
}

/** Loaded on first use. */
function nodeUtil() {
  return require('node:util') as typeof import('node:util');
}
