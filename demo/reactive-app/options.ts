/** Parent: what was asked for on the command line. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run demo -- [folder]

Hashes every file of a folder (SHA-256) in two to four child processes, with live
progress, while one more child samples the load of the machine. Without a folder,
it hashes the node_modules of this package. Symbolic links are not followed.

At the end it tells one digest over everything, which in the folder is that of
  find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum

Exit code: 0 all is hashed, 1 something could not be, 2 wrong use, 128 + n stopped
by signal n (130: ctrl-c).
`;

/** Wrong use; the message is for whoever typed it. */
export class UsageError extends Error {}

export interface Options {
  folder: string;
  workers: number;
}

/** @returns null if help was asked for @throws UsageError */
export function parseOptions(args: string[]): Options | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  if (positionals.length > 1) throw new UsageError(`one folder at a time, and these are ${positionals.length}`);
  const folder = path.resolve(positionals[0] ?? ownModules());
  requireFolder(folder);
  return { folder, workers: Math.min(Math.max(availableParallelism(), 2), 4) };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function requireFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`there is no folder ${folder}`);
  if (!found.isDirectory()) throw new UsageError(`${folder} is not a folder`);
}

const ownModules = (): string => path.join(path.dirname(require.resolve('offspring-rx/package.json')), 'node_modules');
