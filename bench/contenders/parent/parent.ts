/** A program of its own, which is a parent, measures itself, and tells what it found by one message. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Contender, simple } from '../../suite/group';

/** `args` come after the group's size. @throws Error if the program fails */
export const parent = (name: string, program: string, ...args: string[]): Contender =>
  simple(name, async size => {
    const child = fork(program, [String(size), ...args], { execArgv: ['--expose-gc'] });
    let found: number | undefined;
    child.on('message', message => {
      found = message as number;
    });
    const [code, signal] = await once(child, 'close');
    if (code !== 0 || found === undefined) throw new Error(`${program} ended with ${code ?? signal}`);
    return found;
  });

/** KB of memory of this process, without garbage. */
export function residentMemory(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1_024;
}

/** For the program itself, which may then end. */
export const tell = (found: number) => new Promise(resolve => process.send?.(found, resolve));
