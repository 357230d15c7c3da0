/** Parent side: blocks this process, in its `exit` handler, until its children have ended. */
import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { platform } from '../../platform/platform';
import { isReport } from '../../protocol/to-parent';
import { block, now } from '../../util/clock';
import { descriptorOf } from '../spawn/descriptor-of';
import type { SpawnedChild } from '../spawn/spawn-child';
import { ProcessTable } from './process-table';
import { ENTER_LIMIT_MS } from './when-entered';

/** A child that the `exit` handler waits for. */
export interface Joinable {
  child: SpawnedChild;
  /** Asks the child to end. Undefined if the handler only waits for it. */
  ask: (() => void) | undefined;
  /** Ends a child that is too busy to read the order. Undefined if a signal asks it, or if it may be busy with its end. */
  insist: (() => void) | undefined;
  /** Whether its output is printed. If not, it is read and dropped, since a child that writes to a full pipe never ends. */
  printsOutput?: boolean;
  /** ms from then until SIGKILL. */
  grace: number;
  /** ms that the child may take to enter `run` before it is asked to end. 0: it is asked at once. */
  enterLimit: number;
}

/** ms between two polls of the children: in general, and while one of them sends something. */
const POLL_MS = 2;
const SENDING_POLL_MS = 0.1;
/** ms after which a child that was asked by an order is too busy to read it. */
const INSIST_AFTER_MS = 250;
/** ms after which the output of a child that cannot be read is closed. Until then, what it writes need not fail. */
const CLOSE_OUTPUT_AFTER_MS = 1_000;
/** ms between two lookups in the process table, which take longer. */
const TABLE_POLL_MS = 100;
/** ms after SIGKILL from which a child counts as ended if the system does not tell whether it is running. */
const SURELY_KILLED_MS = 1_000;

/**
 * Returns when all children have ended. Within a group, each child is asked to end when the one before it has ended.
 * Calls `onSlow` once if all this takes longer than `slow` ms.
 */
export function join(groups: Joinable[][], slow: number, onSlow: (pids: number[]) => void): void {
  const start = now();
  const table = new ProcessTable(groups.flat().map(({ child }) => child.pid));
  let running = groups.map(group => group.map(joinable => new JoinedChild(joinable, table, start)));
  let isSlow = false;
  for (;;) {
    // All are polled, since a child that writes to a full pipe never ends.
    bytesRead = 0;
    running = running.map(group => group.filter(child => child.pollRunning())).filter(group => group.length > 0);
    if (running.length === 0) return;
    for (const [first] of running) first?.endInTime();
    if (!isSlow && now() - start > slow) {
      isSlow = true;
      onSlow(running.flat().map(({ pid }) => pid));
    }
    block(bytesRead > 0 ? SENDING_POLL_MS : POLL_MS);
  }
}

class JoinedChild {
  readonly pid: number;
  readonly #joinable: Joinable;
  readonly #table: ProcessTable;
  /** The child's stdout and stderr, if they are piped. */
  readonly #pipes: Readable[];
  #askAt: number;
  #wasAsked = false;
  #insistAt = Number.POSITIVE_INFINITY;
  #killAt = Number.POSITIVE_INFINITY;
  #closeOutputAt: number;
  #killedAt = Number.POSITIVE_INFINITY;
  #tablePollAt: number;
  /** Whether the channel has closed. */
  #isClosed: boolean;

  constructor(joinable: Joinable, table: ProcessTable, time: number) {
    const { child } = joinable;
    const { stdout, stderr } = child.process;
    this.pid = child.pid;
    this.#joinable = joinable;
    this.#table = table;
    this.#pipes = [stdout, stderr].filter(pipe => pipe !== null);
    this.#askAt = time + joinable.enterLimit;
    this.#tablePollAt = time + TABLE_POLL_MS;
    this.#closeOutputAt = platform.watch.readsWhileBlocked ? Number.POSITIVE_INFINITY : time + CLOSE_OUTPUT_AFTER_MS;
    this.#isClosed = child.descriptor() < 0;
    // The child's next report fails. Otherwise it would wait for ever until it is read.
    if (!platform.watch.readsWhileBlocked) child.channel.destroy();
  }

  /** Returns whether the child is still running. If it leads a group, kills what the child has left of it. */
  pollRunning(): boolean {
    if (!this.#pollEnded()) return true;
    this.#joinable.child.killRest();
    this.#readOutput();
    // The last line may have no newline.
    if (this.#joinable.printsOutput) for (const pipe of this.#pipes) pipe.emit('close');
    return false;
  }

  #pollEnded(): boolean {
    const { child } = this.#joinable;
    const time = now();
    child.pump();
    this.#readOutput();
    if (time >= this.#closeOutputAt) this.#closeOutput();
    if (!this.#isClosed) this.#isClosed = readAvailable(child.descriptor(), bytes => this.#readReports(bytes, time));
    // The channel alone does not tell: a grandchild may hold it open, and a child may close it early.
    if (this.#isClosed || time >= this.#tablePollAt) {
      this.#tablePollAt = time + TABLE_POLL_MS;
      const isRunning = this.#table.isRunning(this.pid, this.#isClosed);
      if (isRunning !== undefined) return !isRunning;
      return this.#isClosed || time >= this.#killedAt + SURELY_KILLED_MS;
    }
    return false;
  }

  /** The listeners for 'data' print it. */
  #readOutput(): void {
    const { printsOutput } = this.#joinable;
    for (const pipe of this.#pipes) {
      const use = (bytes: Buffer) => printsOutput && pipe.emit('data', Buffer.from(bytes));
      if (descriptorOf(pipe) >= 0) readAvailable(descriptorOf(pipe), use);
    }
  }

  /** Lets a child go on that waits until its output is read. What it writes fails. */
  #closeOutput(): void {
    this.#closeOutputAt = Number.POSITIVE_INFINITY;
    const { stdout, stderr } = this.#joinable.child.process;
    for (const pipe of [stdout, stderr]) pipe?.destroy();
  }

  /** It is the child's turn to end. Asks it to end or kills it when it is time. */
  endInTime(): void {
    const { child, ask, insist, grace } = this.#joinable;
    const time = now();
    if (ask && !this.#wasAsked && time >= this.#askAt) {
      this.#wasAsked = true;
      this.#insistAt = time + INSIST_AFTER_MS;
      this.#killAt = time + grace;
      ask();
    }
    if (time >= this.#insistAt) insist?.();
    if (time < this.#killAt) return;
    child.kill('SIGKILL');
    this.#killedAt = Math.min(time, this.#killedAt);
  }

  /** Finds out when the child has entered `run`. */
  #readReports(bytes: Buffer, time: number): void {
    if (this.#wasAsked || this.#joinable.enterLimit === 0) return;
    try {
      this.#joinable.child.reader.read(Buffer.from(bytes), batch => {
        for (const report of batch) {
          if (!isReport(report)) continue;
          if (report.type === 'ready') this.#askAt = time + ENTER_LIMIT_MS;
          if (report.type === 'entered' || report.type === 'done') this.#askAt = time;
        }
      });
    } catch {
      // The bytes are no frame.
      this.#askAt = time;
    }
  }
}

const chunk = Buffer.allocUnsafe(64 * 1024);
/** Chunks that are read in one poll. Without a limit, a child that never stops writing would never be killed. */
const MAX_CHUNKS = 32;

/** Bytes that the current poll has read. */
let bytesRead = 0;

/** Reads the available bytes. Returns true at the end of the input. */
function readAvailable(descriptor: number, use: (bytes: Buffer) => unknown): boolean {
  for (let read = 0; read < MAX_CHUNKS; read++) {
    try {
      const length = readSync(descriptor, chunk);
      if (length === 0) return true;
      bytesRead += length;
      use(chunk.subarray(0, length));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'EAGAIN';
    }
  }
  return false;
}
