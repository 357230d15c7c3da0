/** Parent side: explains why a process could not be spawned. */
import { existsSync, statSync } from 'node:fs';

/** Codes of errors that may not occur in another try. */
const TEMPORARY = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'];

/** The error of a process that could not be spawned. */
export function spawnError(cause: NodeJS.ErrnoException, execPath: string, cwd: string | undefined): Error {
  return new Error(whyNotSpawned(cause, execPath, cwd), { cause });
}

function whyNotSpawned(
  { code = '', message }: NodeJS.ErrnoException,
  execPath: string,
  cwd: string | undefined,
): string {
  if (cwd !== undefined && !isDirectory(cwd)) {
    return `the working directory ${JSON.stringify(cwd)} ${existsSync(cwd) ? 'is not a directory' : 'does not exist'}`;
  }
  if (code === 'ERR_ACCESS_DENIED') return 'the permission model bars it: add --allow-child-process';
  if (code === 'ENOENT') return `the program ${JSON.stringify(execPath)} does not exist`;
  if (code === 'EINVAL' && /\.(bat|cmd)$/i.test(execPath)) {
    return `the program ${JSON.stringify(execPath)} is a script for the command prompt: name the node.exe that it starts`;
  }
  if (code === 'ENOTSUP') return 'this platform has no uid and gid: leave them out';
  if (code === 'EACCES') return `the program ${JSON.stringify(execPath)} may not be executed`;
  if (TEMPORARY.includes(code)) return `the system has no room for one more process now (${code}): try again later`;
  return message;
}

function isDirectory(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
