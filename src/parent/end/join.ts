/** Parent side: blocks this process, in its `exit` handler, until its children are gone. */
import { readFileSync, readSync } from 'node:fs';
import { isReport } from '../../protocol/to-parent';
import { block, now } from '../../util/clock';
import { descriptorOf } from '../process/descriptor-of';
import type { SpawnedChild } from '../process/spawn-child';
import { ENTER_LIMIT } from './when-entered';

export interface Joinable {
  child: SpawnedChild;
  /** Asks it to end, by an order and SIGTERM; undefined where it is only waited for. */
  ask: (() => void) | undefined;
  /** ms from then to SIGKILL. */
  grace: number;
  /** ms that a child may take to enter `run` before it is asked; 0 where it is asked at once. */
  enterLimit: number;
}

/** ms between two looks. */
const STEP = 2;
/** ms between two looks at the process table. */
const TABLE_STEP = 100;

/** Returns when all are gone; `onSlow` is called, once, if that takes longer than `slow` ms. */
export function join(leaving: Joinable[], slow: number, onSlow: (pids: number[]) => void): void {
  const start = now();
  let left = leaving.map(each => new Joined(each, start));
  let told = false;
  for (;;) {
    left = left.filter(each => !each.isGone());
    if (left.length === 0) return;
    if (!told && now() - start > slow) {
      told = true;
      onSlow(left.map(({ pid }) => pid));
    }
    block(STEP);
  }
}

class Joined {
  readonly pid: number;
  readonly #leaving: Joinable;
  readonly #pipes: number[];
  #askAt: number;
  #asked = false;
  #killAt = Number.POSITIVE_INFINITY;
  #lookAt: number;
  #closed = false;

  constructor(leaving: Joinable, time: number) {
    const { process: child } = leaving.child;
    this.pid = leaving.child.pid;
    this.#leaving = leaving;
    this.#pipes = [child.stdout, child.stderr].map(descriptorOf).filter(descriptor => descriptor >= 0);
    this.#askAt = time + leaving.enterLimit;
    this.#lookAt = time + TABLE_STEP;
    this.#closed = leaving.child.descriptor() < 0;
  }

  /** One look; asks and kills when the time for it has come. */
  isGone(): boolean {
    const { child, ask, grace } = this.#leaving;
    const time = now();
    child.pump();
    // A child whose pipe is full never ends: what comes is read, and thrown away.
    for (const pipe of this.#pipes) drain(pipe, () => {});
    if (!this.#closed) this.#closed = drain(child.descriptor(), bytes => this.#read(bytes, time));
    // A grandchild or a wrapper may hold the channel open; a child may have closed it.
    if (this.#closed || time >= this.#lookAt) {
      this.#lookAt = time + TABLE_STEP;
      if (!isRunning(this.pid, this.#closed)) return true;
    }
    if (ask && !this.#asked && time >= this.#askAt) {
      this.#asked = true;
      this.#killAt = time + grace;
      ask();
    }
    if (time >= this.#killAt) child.process.kill('SIGKILL');
    return false;
  }

  #read(bytes: Buffer, time: number): void {
    if (this.#asked || this.#leaving.enterLimit === 0) return;
    try {
      this.#leaving.child.reader.read(Buffer.from(bytes), batch => {
        for (const report of batch) {
          if (!isReport(report)) continue;
          if (report.type === 'ready') this.#askAt = time + ENTER_LIMIT;
          if (report.type === 'entered' || report.type === 'done') this.#askAt = time;
        }
      });
    } catch {
      this.#askAt = time;
    }
  }
}

const chunk = Buffer.allocUnsafe(64 * 1024);
/** In one look: who writes without end would be read without end, and never be killed. */
const MOST_CHUNKS = 32;

/** Reads what is there. True at the end of the input. */
function drain(descriptor: number, use: (bytes: Buffer) => void): boolean {
  for (let read = 0; read < MOST_CHUNKS; read++) {
    try {
      const length = readSync(descriptor, chunk);
      if (length === 0) return true;
      use(chunk.subarray(0, length));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'EAGAIN';
    }
  }
  return false;
}

/** A zombie is gone. Where there is no /proc, the end of the channel tells, or the system that has no zombies. */
function isRunning(pid: number, closed: boolean): boolean {
  if (process.platform === 'win32') return exists(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return process.platform === 'linux' ? false : !closed;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
