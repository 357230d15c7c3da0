/** The floor: a bare `child_process.fork` of a script that imports a one-line module and answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The one-line modules. */
export type Kind = 'one-line.cjs' | 'one-line-esm.mjs';

/** Forked, and answered: it is at its work. It stays until it is killed, or with `leaves` goes by itself. */
export async function bareFork(kind: Kind, leaves = false): Promise<ChildProcess> {
  const child = fork(path.join(__dirname, 'child.cjs'), leaves ? ['leaves'] : [], { serialization: 'advanced' });
  child.send(pathToFileURL(path.join(__dirname, kind)).href);
  await once(child, 'message');
  return child;
}

/** Resolves when all have ended. */
export function kill(children: readonly ChildProcess[]): Promise<unknown> {
  const exits = children.map(child => once(child, 'exit'));
  for (const child of children) child.kill();
  return Promise.all(exits);
}
