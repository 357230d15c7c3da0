/** Both sides: whether this process was started as a child, asked before its own code or in one of its threads. */
import { readFileSync } from 'node:fs';
import { PROC } from '../platform/linux';

/** What a child gives its threads. Each gets a copy, made as the thread is made. */
export interface SharedState {
  readonly depth: number;
  readonly mainScript: string | null;
  /** The module that defines the class of the child. */
  readonly module: string;
  /** Whether the task makes the thread, and not code that the module runs again. */
  readonly isWork: boolean;
}

/** By this key a thread finds it. https://nodejs.org/api/worker_threads.html#workersetenvironmentdatakey-value */
export const SHARED_STATE = 'offspring-rx.child';

/** The script of every child, in any copy of this package. */
const BOOT = /[\\/]dist[\\/]child[\\/]boot\.js$/;

/** True in a module that a child loads before its own code: by --require or --import. */
export const isBeforeBoot = (): boolean => require.main === undefined && BOOT.test(process.argv[1] ?? '');

/** True in a thread that is not the main one. Node marks what works in the main thread only. */
export const isThread = (): boolean => (process.chdir as { disabled?: boolean }).disabled === true;

/**
 * Set in the environment of a child until it boots, which removes it again. A program that still has it was started in
 * place of a child.
 */
export const BOOTING = 'OFFSPRING_RX_BOOTING';

/** True if the command that started this process is that of a child. On Linux, the title of a child hides it. */
export const isChildProcess = (): boolean =>
  commandLine().some(argument => BOOT.test(argument)) || startEnvironment().includes(`${BOOTING}=1`);

/** The environment at the start of this process, whatever was changed since. Empty if the system does not tell. */
function startEnvironment(): string[] {
  try {
    return readFileSync(`${PROC}/self/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function commandLine(): string[] {
  try {
    return readFileSync(`${PROC}/self/cmdline`, 'utf8').split('\0');
  } catch {
    const report = process.report as typeof process.report & { excludeNetwork?: boolean };
    // Else it asks for the name of each peer.
    report.excludeNetwork = true;
    return (report.getReport() as unknown as { header: { commandLine: string[] } }).header.commandLine;
  }
}

/** What the child has given this thread. */
export const sharedState = (): SharedState | undefined =>
  (require('node:worker_threads') as typeof import('node:worker_threads')).getEnvironmentData(SHARED_STATE) as never;
