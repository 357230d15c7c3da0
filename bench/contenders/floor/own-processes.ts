/**
 * What this library cannot leave out: its processes, their pipes, and the files that they read. None of its code runs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

export const OWN_PROCESSES = 'only its processes and files';

const DIST = path.dirname(require.resolve('offspring-rx'));

/** Reads files of the library, and what an earlier process of this kind has saved. */
export function readFiles(kind: 'program' | 'once', ...files: string[]): void {
  for (const file of files) readFileSync(path.join(DIST, file));
  const isOwn = (name: string) => name.includes(process.versions.v8) && name.endsWith(`-${kind}`);
  const saved = readdirSync(path.join(DIST, 'kept')).find(isOwn);
  if (saved === undefined) throw new Error(`no process of the kind ${kind} has saved its compiled library yet`);
  readFileSync(path.join(DIST, 'kept', saved));
}

/** A child that loads a module, answers by a pipe, and goes; with `stays` it stays until it is killed. */
export function ownChild(module: string, stays = false): { child: ChildProcess; answer: Promise<string> } {
  const script = path.join(__dirname, 'own-processes-child.cjs');
  const args = [script, module, ...(stays ? ['stays'] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const answer = once(child.stdio[3] as Socket, 'data').then(([data]) => String(data));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with ${code}`)));
  return { child, answer: Promise.race([answer, ended]) };
}

/** A whole program with one child. */
export function runProgram(module: string): ChildProcess {
  readFiles('program', 'entry.js', 'index.js');
  const { child, answer } = ownChild(module);
  readFiles('program', 'parent/index.js');
  const guardian = spawn('/bin/sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
  process.exitCode = 1;
  void answer.then(text => {
    if (text === '42') process.exitCode = 0;
  });
  child.once('close', () => guardian.stdin.end());
  return child;
}
