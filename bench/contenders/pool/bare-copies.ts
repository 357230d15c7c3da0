/**
 * The floor of processes with large items: bare processes, and nothing but the four copies without which no memory gets from one
 * process of Node to another and back. They go through files in memory, which is faster than through a pipe.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { Unavailable } from '../../suite/group';
import { LARGE, type PoolKind, WORKERS } from './pool';

/** Items that a process has at a time: one that it copies, and one to go on with. */
const AHEAD = 2;
/** Items that there may be at a time: a byte tells which. */
const SLOTS = 64;

interface Item {
  /** Where it lies, in items and outputs. */
  slot: number;
  resolve(copied: Buffer): void;
}

export const bareCopies: PoolKind = {
  name: 'bare processes, only copies',
  async open() {
    const descriptor = openInMemory();
    const waiting: Item[] = [];
    const free = Array.from({ length: SLOTS }, (_, slot) => slot);
    const copiers = await Promise.all(Array.from({ length: WORKERS }, () => Copier.open(descriptor, waiting)));
    return {
      async run(_work, item) {
        const slot = free.pop();
        if (slot === undefined) throw new Error(`more than ${SLOTS} items at once`);
        // At once, as a pool does, since its owner may change it.
        writeSync(descriptor, item as Buffer, 0, LARGE, slot * LARGE);
        const copied = await new Promise<Buffer>(resolve => {
          waiting.push({ slot, resolve });
          for (const copier of copiers) copier.take();
        });
        free.push(slot);
        return copied;
      },
      close() {
        closeSync(descriptor);
        for (const copier of copiers) copier.close();
      },
    };
  },
};

class Copier {
  readonly #child: ChildProcess;
  readonly #outputs: number;
  readonly #waiting: Item[];
  readonly #taken: Item[] = [];

  private constructor(child: ChildProcess, outputs: number, waiting: Item[]) {
    this.#child = child;
    this.#outputs = outputs;
    this.#waiting = waiting;
    this.#channel.on('data', ({ length }: Buffer) => {
      for (const item of this.#taken.splice(0, length)) this.#copied(item);
      this.take();
    });
  }

  static async open(items: number, waiting: Item[]): Promise<Copier> {
    const outputs = openInMemory();
    const script = path.join(__dirname, 'bare-copies-child.cjs');
    const stdio = ['ignore', 'inherit', 'inherit', 'pipe', items, outputs] as const;
    const child = spawn(process.execPath, [script, String(LARGE)], { stdio: [...stdio] });
    await once(child.stdio[3] as Socket, 'data');
    return new Copier(child, outputs, waiting);
  }

  take(): void {
    while (this.#taken.length < AHEAD) {
      const item = this.#waiting.shift();
      if (!item) return;
      this.#taken.push(item);
      this.#channel.write(Buffer.of(item.slot));
    }
  }

  close(): void {
    this.#child.kill();
    closeSync(this.#outputs);
  }

  get #channel(): Socket {
    return this.#child.stdio[3] as Socket;
  }

  #copied({ slot, resolve }: Item): void {
    const copied = Buffer.allocUnsafeSlow(LARGE);
    readSync(this.#outputs, copied, 0, LARGE, slot * LARGE);
    resolve(copied);
  }
}

/** A file in memory, of which nothing is left. */
function openInMemory(): number {
  const file = `/dev/shm/offspring-rx-bench-${process.pid}-${Math.random()}`;
  try {
    const descriptor = openSync(file, 'wx+');
    unlinkSync(file);
    return descriptor;
  } catch {
    throw new Unavailable('no files in memory here');
  }
}
