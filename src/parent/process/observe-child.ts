/** Parent side: observes one process, its channel and its output until the process has ended. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { platform } from '../../platform/platform';
import { readAhead } from '../../protocol/read-ahead';
import { isReport, type Report } from '../../protocol/to-parent';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from '../../util/timers';
import type { SpawnedChild } from '../spawn/spawn-child';

export type Observed =
  | { type: 'report'; report: Report }
  /** The channel brought something that is no report. No report follows. */
  | { type: 'protocol-error'; why: string }
  /** The channel has closed. The process may still be running. */
  | { type: 'closed' }
  | ({ type: 'end' } & Exit);

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export type OnObserved = (observed: Observed) => void;

/** ms without data after which an open pipe of an exited process is given up. A grandchild may hold the pipe open. */
const DRAIN_MS = 250;
/**
 * ms that the end of a child waits after SIGINT or SIGHUP. Ctrl-C reaches the whole process group. A child that is too
 * young to ignore the signal may end before this process has received it.
 */
const GROUP_SIGNAL_MS = 50;

/** Calls `onObserved` for each observation. The last one is `end`. */
export function observeChild(child: SpawnedChild, onObserved: OnObserved): void {
  new ChildObserver(child, onObserved);
}

/** No RxJS operators, for speed: every message comes this way, and a hundred children may end at the same time. */
class ChildObserver {
  readonly #child: SpawnedChild;
  readonly #onObserved: OnObserved;
  /** The child's stdout and stderr, if they are piped. */
  readonly #output: Readable[];
  #openPipes: number;
  /** Set when the process has exited. Its pipes may still have data. */
  #exit: Exit | undefined;
  #drainTimer: NodeJS.Timeout | undefined;
  #drainImmediate: NodeJS.Immediate | undefined;
  #hasProtocolError = false;
  #hasEnded = false;

  constructor(child: SpawnedChild, onObserved: OnObserved) {
    const { process, channel } = child;
    this.#child = child;
    this.#onObserved = onObserved;
    this.#output = [process.stdout, process.stderr].filter(pipe => pipe !== null);
    this.#openPipes = 1 + this.#output.length;
    this.#readChannel(channel);
    channel.once('close', () => this.#emit({ type: 'closed' }));
    for (const pipe of [channel, ...this.#output]) pipe.once('close', () => this.#onPipeClose());
    process.once('exit', (exitCode, exitSignal) => {
      child.killRest();
      const signal = exitSignal ?? platform.stop.signalOf(exitCode);
      const code = signal === null ? exitCode : null;
      const onExit = () => this.#onExit({ code, signal });
      if (signal === 'SIGINT' || signal === 'SIGHUP') setTimeout(onExit, GROUP_SIGNAL_MS);
      else onExit();
    });
  }

  /**
   * Node passes each chunk that it reads to `push`. Replacing `push` skips the stream's buffer, and the reads that the
   * stream schedules after each chunk.
   * https://github.com/nodejs/node/blob/main/lib/internal/stream_base_commons.js
   */
  #readChannel(channel: Socket): void {
    const push = channel.push.bind(channel);
    channel.push = (chunk: Buffer | null) => {
      if (chunk === null) return push(null);
      this.#onData(chunk);
      return true;
    };
    // Starts the reading, and gets any chunk that does not come through `push`.
    channel.on('data', (chunk: Buffer) => this.#onData(chunk));
  }

  #onData(chunk: Buffer): void {
    if (this.#hasEnded) return;
    if (this.#exit) this.#restartDrain();
    if (this.#hasProtocolError) return;
    const { descriptor, reader } = this.#child;
    try {
      reader.read(chunk, this.#onBatch);
      readAhead(descriptor, reader, this.#onBatch);
    } catch (error) {
      this.#hasProtocolError = true;
      this.#emit({ type: 'protocol-error', why: (error as Error).message });
    }
  }

  readonly #onBatch = (batch: unknown[]) => {
    // By index, as wherever each message passes: an iterator costs a process that has just woken 2 µs.
    for (let at = 0; at < batch.length; at++) {
      const report = batch[at];
      if (!isReport(report)) throw new Error('a frame of unknown type');
      this.#emit({ type: 'report', report });
    }
  };

  /** The pipes close before or after the process exits. */
  #onPipeClose(): void {
    this.#openPipes -= 1;
    if (this.#openPipes === 0 && this.#exit) this.#end(this.#exit);
  }

  #onExit(exit: Exit): void {
    this.#exit = exit;
    if (this.#openPipes === 0) return this.#end(exit);
    for (const pipe of this.#output) pipe.on('data', this.#restartDrain);
    this.#restartDrain();
  }

  /** Waits for more data. The event 'close' of the process does not do: a grandchild that holds stdout delays it. */
  readonly #restartDrain = () => {
    clearTimeout(this.#drainTimer);
    clearImmediate(this.#drainImmediate);
    this.#drainTimer = setTimeout(() => {
      // If this process was busy, the timer fires before the pipes are read. They are read before the immediate.
      this.#drainImmediate = setImmediate(() => this.#end(this.#exit as Exit));
    }, DRAIN_MS);
  };

  #end(exit: Exit): void {
    if (this.#hasEnded) return;
    clearTimeout(this.#drainTimer);
    clearImmediate(this.#drainImmediate);
    for (const pipe of this.#output) pipe.off('data', this.#restartDrain);
    this.#emit({ type: 'end', ...exit });
    this.#hasEnded = true;
  }

  #emit(observed: Observed): void {
    if (!this.#hasEnded) this.#onObserved(observed);
  }
}
